"""Content is loaded whole or not at all, changes need new versions, and who loads does not lock."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.content.load import DEMO_FOLDER, load_content
from admin.content.problems import ContentProblems
from admin.designer import queries, services
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.content import Area, AssessedUnit, ContentDocument
from survey.models.instrument import InstrumentVersion
from tests.admin.conftest import COMMAND

Someone = Callable[[Role], Actor]
RESIDENTS = (DEMO_FOLDER / "instruments" / "residents.yaml").read_text(encoding="utf-8")
SCORING = (DEMO_FOLDER / "scoring.yaml").read_text(encoding="utf-8")


def newer(text: str) -> str:
    return text.replace('version: "2026.1"', 'version: "2026.2"', 1)


def n_versions(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(InstrumentVersion)) or 0


def test_the_province_becomes_areas_and_units(books: Session) -> None:
    levels = books.execute(sa.select(Area.level, sa.func.count()).group_by(Area.level)).all()
    assert dict(levels) == {"province": 1, "city": 14, "county": 103}
    assert books.scalar(sa.select(sa.func.count()).select_from(AssessedUnit)) == 40
    yunlan = books.get_one(AssessedUnit, "city_yunlan")
    assert (yunlan.unit_class, yunlan.area_code) == ("D", "990100")
    assert books.get_one(Area, "990108").parent_code == "990100"


def test_loading_the_same_content_again_changes_nothing(books: Session) -> None:
    before = n_versions(books), len(queries.documents(books, "scoring", "framework", "province"))
    loaded = services.load_content(books, load_content(), actor=COMMAND)
    assert (n_versions(books), len(queries.documents(books, "scoring", "framework", "province"))) == before
    assert loaded.versions["residents"].locked_at is not None


def test_a_changed_document_needs_a_new_version(books: Session) -> None:
    with pytest.raises(Conflict) as refused:
        services.load_instrument_file(
            books,
            RESIDENTS.replace("居民满意度与幸福感", "居民满意度").encode(),
            filename="residents.yaml",
            actor=COMMAND,
        )
    assert refused.value.code == "version_changed"
    version = services.load_instrument_file(
        books, newer(RESIDENTS).encode(), filename="residents.yaml", actor=COMMAND
    )
    assert (version.version, version.locked_at) == ("2026.2", None)


@pytest.mark.parametrize(
    ("raw", "file_code"),
    [
        (b"", "yaml_empty"),
        (b"\xff\xfe", "not_utf8"),
        (b"a: [1, 2", "yaml_syntax"),
        (b"a: !!python/object/apply:os.system ['true']", "yaml_tag"),
        (b"a: 1\na: 2", "duplicate_key"),
        (b"[" * 200, "yaml_too_deep"),
    ],
)
def test_a_broken_file_is_refused_at_its_place_and_leaves_nothing(
    books: Session, raw: bytes, file_code: str
) -> None:
    before = n_versions(books)
    with pytest.raises(ContentProblems) as refused:
        services.load_instrument_file(books, raw, filename="x.yaml", actor=COMMAND)
    assert refused.value.found[0].code == file_code
    assert n_versions(books) == before


def test_an_instrument_that_does_not_compile_names_line_and_item(books: Session) -> None:
    broken = newer(RESIDENTS).replace("show_if: {question: A7", "show_if: {question: A77", 1)
    assert broken != newer(RESIDENTS)
    with pytest.raises(ContentProblems) as refused:
        services.load_instrument_file(books, broken.encode(), filename="residents.yaml", actor=COMMAND)
    problem = refused.value.found[0]
    assert problem.line == 1 + broken[: broken.index("A77")].count("\n")
    assert "A77" in problem.message("zh")
    assert "A7" in problem.message("en")


def test_a_plan_that_rewards_the_lowest_answer_is_refused(books: Session) -> None:
    generous = newer(SCORING).replace(
        "values: {5: 100, 4: 75, 3: 50, 2: 25, 1: 0}", "values: {5: 100, 4: 90, 3: 80, 2: 65, 1: 50}"
    )
    with pytest.raises(ContentProblems) as refused:
        services.load_plan_file(books, "scoring", generous.encode(), filename="scoring.yaml", actor=COMMAND)
    assert any("conversion" in problem.path for problem in refused.value.found)
    kept = services.load_plan_file(
        books, "scoring", newer(SCORING).encode(), filename="scoring.yaml", actor=COMMAND
    )
    assert (kept.version, kept.locked_at) == ("2026.2", None)


def test_who_loaded_a_version_does_not_lock_it(books: Session, someone: Someone) -> None:
    designer, reviewer = someone(Role.DESIGNER), someone(Role.REVIEWER)
    version = services.load_instrument_file(
        books, newer(RESIDENTS).encode(), filename="r.yaml", actor=designer
    )
    plan = services.load_plan_file(
        books, "scoring", newer(SCORING).encode(), filename="s.yaml", actor=designer
    )
    for lock, thing in ((services.lock_instrument, version), (services.lock_document, plan)):
        with pytest.raises(Conflict) as refused:
            lock(books, thing, actor=designer)
        assert refused.value.code == "own_work"
        lock(books, thing, actor=reviewer)
        with pytest.raises(Conflict) as again:
            lock(books, thing, actor=reviewer)
        assert again.value.code == "locked"
    assert (version.locked_by, plan.locked_by) == ("user:the-reviewer", "user:the-reviewer")


def test_a_file_begins_a_draft_and_never_a_version(
    books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    before = n_versions(books)
    books.rollback()
    client = browser(Role.DESIGNER)
    assert client.post("/admin/instruments", data={}).status_code == 405
    broken = newer(RESIDENTS).replace("type: scale", "type: scael", 1)
    for text, page in ((newer(RESIDENTS), ""), (broken, "/problems")):
        answer = client.post(
            "/admin/drafts/from-file?lang=en", data={"file": (io.BytesIO(text.encode()), "residents.yaml")}
        )
        assert answer.status_code == 200, answer.text
        draft = re.search(r'class="button" href="(/admin/drafts/\w+)"', answer.text)
        assert draft is not None
        shown = client.get(draft[1] + page)
        assert shown.status_code == 200
        assert ("scael" in shown.text) == bool(page)
    assert n_versions(books) == before


def test_a_file_beyond_the_limit_is_refused(browser: Callable[[Role | None], FlaskClient]) -> None:
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="big.yaml"\r\n\r\n'

    def send(role: Role, size: int) -> int:
        body = head + b"#" * size + b"\r\n--cut--\r\n"
        kind = "multipart/form-data; boundary=cut"
        return browser(role).post("/admin/plans", data=body, content_type=kind).status_code

    assert send(Role.DESIGNER, 100 * 1024) == 422  # taken, and no plan
    assert send(Role.DESIGNER, 4 * 1024 * 1024) == 413
    # whoever may not upload here gets no larger body either
    assert send(Role.OBSERVER, 300 * 1024) in {403, 413}


def test_documents_keep_who_edited_them(books: Session, someone: Someone) -> None:
    services.load_plan_file(
        books, "scoring", newer(SCORING).encode(), filename="s.yaml", actor=someone(Role.DESIGNER)
    )
    edited = books.scalars(
        sa.select(ContentDocument.edited_by).where(ContentDocument.version == "2026.2")
    ).one()
    assert edited == "user:the-designer"
