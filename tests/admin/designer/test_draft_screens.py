"""Screens of drafts: begun in three ways, arranged without a mouse, previewed as on the phone, walked, written to files."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import DEMO_FOLDER
from admin.designer import drafts
from admin.designer.trying import walking
from survey.config import Settings
from survey.identity.permissions import Role
from survey.instrument import editing
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.models.job import Job
from tests.admin.designer.conftest import Bench, fields_of

RESIDENTS = (DEMO_FOLDER / "instruments" / "residents.yaml").read_bytes()
PATHS = (
    *("", "/settings", "/lists", "/preview", "/problems", "/history", "/files", "/walk"),
    *("/sections/A", "/sections/A/new", "/items/A7", "/logic/item/R01/show_if"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_screen_can_be_read(bench: Bench, language: str) -> None:
    for path in PATHS:
        assert bench.get(f"{path}?lang={language}").status_code == 200, path


def test_an_empty_draft_is_begun_filled_and_put_away(browser: Any, books: Session) -> None:
    client = browser(Role.DESIGNER)
    wrong = client.post("/admin/drafts", data={"code": "1 no"})
    assert wrong.status_code == 422
    begun = client.post("/admin/drafts", data={"code": "parks", "title_en": "Parks"})
    address = begun.location
    client.post(f"{address}/sections")
    client.post(f"{address}/sections/B/new", data={"type": "single"})
    client.post(f"{address}/sections/B/new", data={"type": "no such type"})
    draft = books.scalars(sa.select(InstrumentDraft).where(InstrumentDraft.code == "parks")).one()
    assert (draft.document["languages"], [p.code for p in editing.items(draft.document)]) == (["en"], ["B1"])
    assert draft.title == {"en": "Parks"}
    books.rollback()
    client.post(f"{address}/discard")
    assert client.post(f"{address}/sections").status_code == 409
    client.post(f"{address}/restore")
    assert client.post(f"{address}/sections").status_code == 303


def test_a_draft_begins_as_a_copy_of_a_version_that_stays_as_it_is(browser: Any, books: Session) -> None:
    version = books.scalars(sa.select(InstrumentVersion).order_by(InstrumentVersion.id)).first()
    assert version is not None
    version_id, digest = version.id, version.digest
    books.rollback()
    client = browser(Role.DESIGNER)
    address = client.post("/admin/drafts/from-version", data={"version": str(version_id)}).location
    client.post(f"{address}/sections")
    books.expire_all()
    draft = books.scalars(sa.select(InstrumentDraft)).one()
    assert draft.based_on_id == version_id
    assert (
        len(draft.document["sections"])
        == len(books.get_one(InstrumentVersion, version_id).document["sections"]) + 1
    )
    assert books.get_one(InstrumentVersion, version_id).digest == digest


def test_a_draft_begins_with_a_file_or_not_at_all(browser: Any, books: Session) -> None:
    client = browser(Role.DESIGNER)

    def send(raw: bytes, name: str) -> Any:
        return client.post("/admin/drafts/from-file?lang=en", data={"file": (io.BytesIO(raw), name)})

    broken = send(b"PK\x03\x04 not really", "form.xlsx")
    assert broken.status_code == 422
    assert books.scalar(sa.select(sa.func.count()).select_from(InstrumentDraft)) == 0
    books.rollback()
    read = send(RESIDENTS, "residents.yaml")
    assert read.status_code == 200
    assert "What the file held" in read.get_data(as_text=True)
    assert books.scalars(sa.select(InstrumentDraft)).one().code == "residents"


def test_the_outline_is_arranged_by_buttons(bench: Bench) -> None:
    for command, expected in [
        ({"do": "down:item:A1"}, ["A2", "A1"]),
        ({"do": "up:item:A1"}, ["A1", "A2"]),
        ({"do": "copy:item:A1"}, ["A1", "A1_2", "A2"]),
        ({"do": "remove:item:A1_2"}, ["A1", "A2"]),
        ({"do": "put:item:A7:A:0"}, ["A7", "A1"]),
    ]:
        assert bench.post("/arrange", command).status_code == 303
        assert bench.codes()[: len(expected)] == expected
    bench.post("/arrange", {"do": "up:item:R01"})  # over the edge into the section before
    assert [p.code for p in editing.items_of(bench.document, editing.find_section(bench.document, "A"))][
        -1
    ] == "R01"
    bench.post("/arrange", {"do": "move", "item": ["A2", "A4"], "into": "B"})
    assert [p.code for p in editing.items_of(bench.document, editing.find_section(bench.document, "B"))][
        -2:
    ] == ["A2", "A4"]
    bench.post("/arrange", {"do": "down:section:A"})
    assert [s["id"] for s in bench.document["sections"]][:2] == ["B", "A"]
    bench.post("/arrange", {"do": "remove", "item": ["A2", "A4"]})
    assert not {"A2", "A4"} & set(bench.codes())
    for _turn in range(9):
        bench.post("/undo", {})
    assert bench.codes()[:4] == ["A1", "A2", "A3", "A4"]
    assert bench.post("/arrange", {"do": "remove"}).status_code == 422


def test_an_outline_from_before_still_means_the_same_item(bench: Bench) -> None:
    bench.post("/arrange", {"do": "remove:item:A1"})
    assert bench.post("/arrange", {"_rev": "1", "do": "remove:item:A3"}).status_code == 303
    assert bench.codes()[:2] == ["A2", "A4"]
    # a position would mean another one
    assert bench.post("/arrange", {"_rev": "1", "do": "remove:item:~0.0"}).status_code == 409
    refused = bench.post("/undo?lang=en", {"_rev": "1"})
    assert refused.status_code == 409
    page = refused.get_data(as_text=True)
    assert "This is the draft as it stands now" in page
    assert (
        f'name="back" value="{bench.url()}"' in page
    )  # an undo from here comes back to a page that can be read


def test_the_preview_answers_as_the_phone_does(bench: Bench) -> None:
    def state(page: str) -> str:
        return page.split('name="_state" value="')[1].split('"')[0]

    page = bench.get("/preview?lang=en").get_data(as_text=True)
    refused = bench.client.post(bench.url("/preview"), data={"_state": state(page)}).get_data(as_text=True)
    assert 'class="errors"' in refused
    answers = {"A1": "30-39", "A3": "yes", "A4": "990101", "A5": "urban", "A7": ["edu"]}
    second = bench.client.post(bench.url("/preview"), data={"_state": state(page), **answers}).get_data(
        as_text=True
    )
    assert "i-R01" in second
    assert "i-R03" not in second
    back = bench.client.post(bench.url("/preview"), data={"_state": state(second), "_back": "1"}).get_data(
        as_text=True
    )
    assert 'value="30-39" id="i-A1-2" checked' in back
    chinese = bench.client.post(
        bench.url("/preview"), data={"_state": state(second), "_tongue": "zh"}
    ).get_data(as_text=True)
    assert "您对孩子所在公办学校的教学质量满意吗" in chinese
    jump = bench.client.post(bench.url("/preview"), data={"_state": state(second), "_jump": "R15"}).get_data(
        as_text=True
    )
    assert "i-R15" in jump
    away = bench.client.post(bench.url("/preview"), data={"_state": state(second), "_jump": "R03"}).get_data(
        as_text=True
    )
    assert "i-R03" in away  # with answers invented for it
    assert "invented so that it is asked" in away
    assert "<code>A7</code>" in away
    assert "<code>R03</code>" not in away
    out = bench.client.post(
        bench.url("/preview"), data={"_state": state(page), **answers, "A1": "under18"}
    ).get_data(as_text=True)
    assert "The interview ends here" in out


def test_a_forged_preview_begins_anew(bench: Bench) -> None:
    answer = bench.client.post(bench.url("/preview"), data={"_state": "forged.token"})
    assert answer.status_code == 200
    assert "i-A1" in answer.get_data(as_text=True)


def test_a_draft_that_does_not_run_says_so_on_every_screen_that_needs_it(bench: Bench) -> None:
    bench.post("/items/R01", {**fields_of(bench.get("/items/R01")), "f.scale": "nonsense"})
    for path in ("/preview", "/walk", "/files"):
        answer = bench.get(f"{path}?lang=en")
        assert answer.status_code == 200
        assert "rrors" in answer.get_data(as_text=True)
    assert bench.get("/files/ddi").status_code == 409
    assert "R01" in bench.get("/items/R01").get_data(as_text=True)  # the item itself can be mended


def test_lists_are_kept_shared_and_dropped(bench: Bench) -> None:
    lines = "a | 甲 | First | | county=1\nb | 乙 | Second | | exclusive"
    bench.post("/lists", {"name": "services", "lines": lines})
    assert bench.document["lists"]["services"] == [
        {"code": "a", "text": {"zh": "甲", "en": "First"}, "county": "1"},
        {"code": "b", "text": {"zh": "乙", "en": "Second"}, "exclusive": True},
    ]
    sent = fields_of(bench.get("/items/A2"))
    assert bench.post("/items/A2", {**sent, "f.list": "services", "f.options": []}).status_code == 303
    assert (bench.item("A2")["list"], "options" in bench.item("A2")) == ("services", False)
    stale = bench.post("/lists", {"_rev": "1", "name": "services", "lines": "z | Z"})
    assert stale.status_code == 409
    assert "z | Z" in stale.get_data(as_text=True)
    assert "First" in stale.get_data(as_text=True)
    bench.post("/lists", {"name": "services", "lines": ""})
    assert bench.document["lists"] == {}


def test_files_are_downloads(bench: Bench) -> None:
    page = bench.get("/files").get_data(as_text=True)
    kinds = {part.split("/files/")[1].split("?")[0] for part in page.split('"') if "/files/" in part}
    assert {"xlsform", "ddi", "frictionless", "codebook", "html", "pdf"} <= kinds
    for kind in kinds - {"pdf"}:
        answer = bench.get(f"/files/{kind}")
        assert answer.status_code == 200, kind
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert len(answer.data) > 500
    assert bench.get("/files/nonsense").status_code == 404


def test_ten_thousand_walks_go_to_the_worker_once(
    bench: Bench, books: Session, staffed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "200" in bench.get("/walk?lang=en").get_data(as_text=True)
    for _twice in range(2):
        assert bench.post("/walk", {}).status_code == 303
    job = books.scalars(sa.select(Job).where(Job.kind == walking.JOB)).one()
    monkeypatch.setattr(walking, "IN_BACKGROUND", 300)  # as many would take seconds
    walking.walk(books, job.argument, data_dir=staffed.data_dir)
    job.state = "done"
    books.commit()
    draft = drafts.load(books, bench.public_id)
    kept = walking.kept(draft, data_dir=staffed.data_dir)
    books.rollback()
    assert kept is not None
    assert kept["coverage"]["walks"] == 300
    assert json.dumps(kept["sound"]) == "true"
    assert "300 invented people" in bench.get("/walk?lang=en").get_data(as_text=True)
    bench.post("/arrange", {"do": "down:item:A1"})
    assert "300 invented people" not in bench.get("/walk?lang=en").get_data(as_text=True)
