"""Translations: completeness, staleness from the moment the source changes, one text saved without the others."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.translation import saving as translations
from admin.designer.translation import table as translation_table
from admin.designer.translation.saving import Row, Typed
from survey.errors import Conflict, Invalid
from survey.instrument import editing
from survey.models.design import InstrumentDraft
from tests.admin.designer.agreed import People, begin, document, edit

LANGUAGES = ("zh", "en", "ar")
TEXT = ("sections", 0, "questions", 0, "text")


@pytest.fixture
def people(session: Session) -> People:
    return People(session)


@pytest.fixture
def draft(session: Session, people: People) -> InstrumentDraft:
    return begin(session, people, languages=list(LANGUAGES))


def rows(session: Session, draft: InstrumentDraft, target: str = "en") -> dict[str, Row]:
    found = translations.rows(session, draft, LANGUAGES, source="zh", target=target)
    return {row.text.place: row for row in found}


def keep(
    session: Session, draft: InstrumentDraft, people: People, typed: Sequence[Typed], target: str = "en"
) -> translations.Kept:
    return translations.keep(
        session, draft, typed, LANGUAGES, source="zh", target=target, actor=people.author
    )


def test_every_text_has_a_name_that_survives_moves(draft: InstrumentDraft, session: Session) -> None:
    before = rows(session, draft)
    assert {"title", "consent", "§A.title", "Q1.text", "Q1.options.2.text", "organisers.office"} <= set(
        before
    )
    moved = editing.move_item(draft.document, "Q1", section="A", to=1).document
    draft.document = moved
    assert set(rows(session, draft)) == set(before)


def test_progress_counts_what_is_missing(session: Session, draft: InstrumentDraft) -> None:
    english, arabic = translations.progress(session, draft, LANGUAGES)
    assert (english.missing, english.stale, english.share) == (0, 0, 1.0)
    assert (arabic.missing, arabic.share) == (arabic.total, 0.0)


def test_a_changed_source_makes_its_translation_stale_until_it_is_made_anew(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    old = draft.document["sections"][0]["questions"][0]["text"]
    edit(session, draft, TEXT, {**old, "zh": "您每周坐公交吗？"}, people.author)
    row = rows(session, draft)["Q1.text"]
    assert (row.state, row.made_from) == ("stale", "您常坐公交吗？")
    assert [each.state for each in rows(session, draft, "ar").values()] == ["missing"] * len(
        rows(session, draft)
    )
    edit(session, draft, TEXT, {**old, "zh": "您天天坐公交吗？"}, people.author)
    assert rows(session, draft)["Q1.text"].made_from == "您常坐公交吗？"  # still the one it was made from
    kept = keep(session, draft, people, [Typed(place="Q1.text", text="Daily?", seen=rows(session, draft)["Q1.text"].stamp)])  # fmt: skip
    assert kept.saved == ("Q1.text",)
    assert rows(session, draft)["Q1.text"].state == "done"


def test_undoing_the_change_makes_it_fresh_again(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    old = draft.document["sections"][0]["questions"][0]["text"]
    edit(session, draft, TEXT, {**old, "zh": "另一句"}, people.author)
    drafts.undo(session, draft, expected_revision=draft.revision, actor=people.author)
    assert rows(session, draft)["Q1.text"].state == "done"


def test_somebody_may_say_that_it_still_fits(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    old = draft.document["sections"][0]["questions"][0]["text"]
    edit(session, draft, TEXT, {**old, "zh": "您常坐公交车吗？"}, people.author)
    translations.confirm(session, draft, place="Q1.text", language="en", actor=people.author)
    assert rows(session, draft)["Q1.text"].state == "done"
    with pytest.raises(Conflict, match="translation_not_stale"):
        translations.confirm(session, draft, place="Q1.text", language="en", actor=people.author)


def test_saving_one_text_leaves_those_of_others(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    seen = rows(session, draft)
    # Somebody else saves two texts after this page was opened.
    theirs = [Typed(place=p, text=f"theirs {p}", seen=seen[p].stamp) for p in ("Q1.text", "Q2.text")]
    keep(session, draft, people, theirs)
    mine = [
        Typed(place="title", text="City buses", seen=seen["title"].stamp),
        Typed(place="Q1.text", text="mine", seen=seen["Q1.text"].stamp),
        Typed(place="Q2.text", text=seen["Q2.text"].target, seen=seen["Q2.text"].stamp),  # untouched
    ]
    kept = keep(session, draft, people, mine)
    assert kept.saved == ("title",)
    assert kept.clashes == {"Q1.text": "mine"}
    now = rows(session, draft)
    assert [now[p].target for p in ("title", "Q1.text", "Q2.text")] == [
        "City buses",
        "theirs Q1.text",
        "theirs Q2.text",
    ]


def test_a_translation_is_taken_out_by_emptying_it(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    seen = rows(session, draft)["Q2.text"]
    keep(session, draft, people, [Typed(place="Q2.text", text="  ", seen=seen.stamp)])
    assert "en" not in draft.document["sections"][0]["questions"][1]["text"]


def test_names_beside_their_code_are_translated_in_place(
    session: Session, draft: InstrumentDraft, people: People
) -> None:
    seen = rows(session, draft, "ar")["organisers.office"]
    keep(session, draft, people, [Typed(place="organisers.office", text="مكتب", seen=seen.stamp)], "ar")
    assert draft.document["organisers"][0] == {**document()["organisers"][0], "ar": "مكتب"}


def test_a_table_goes_out_and_comes_back(session: Session, draft: InstrumentDraft, people: People) -> None:
    found = list(rows(session, draft, "ar").values())
    raw = translation_table.write(found, source="zh", target="ar").decode()
    lines = [line if n == 0 else line + "=عربي" for n, line in enumerate(raw.split("\r\n")) if line]
    back = "\r\n".join(line.replace(",=", ",'=") for line in lines).encode()
    typed = translation_table.read(back, found, source="zh", target="ar")
    kept = keep(session, draft, people, typed, "ar")
    assert len(kept.saved) == len(found)
    assert {row.target for row in rows(session, draft, "ar").values()} == {"=عربي"}  # no apostrophe is left
    again = translation_table.write(list(rows(session, draft, "ar").values()), source="zh", target="ar")
    assert b",=" not in again


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"place,zh\r\n", "ar"),
        ("place,zh,ar\r\nQ9.text,建议,x\r\n".encode(), "Line 2"),
        ("place,zh,ar\r\nQ2.text,另一句,x\r\n".encode(), "Line 2"),
    ],
    ids=["bytes", "columns", "place", "source"],
)
def test_an_unfit_table_is_refused_with_its_lines(
    session: Session, draft: InstrumentDraft, raw: bytes, said: str
) -> None:
    found = list(rows(session, draft, "ar").values())
    with pytest.raises(Invalid) as refused:
        translation_table.read(raw, found, source="zh", target="ar")
    words = [refused.value.message("en"), *(each.message("en") for each in refused.value.problems)]
    assert said in " ".join(words)
