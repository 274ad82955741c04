"""The demo's draft of the next year runs, says what it still lacks, and shows which series it would break."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from admin.demo.stages import designing
from admin.designer import checking, drafts
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.instrument.program import Program
from survey.instrument.versions.diff import compare


def test_a_visitor_finds_a_draft_in_work(books: Session, someone: Callable[[Role], Actor]) -> None:
    draft = designing.write(books, someone(Role.DESIGNER))
    assert (draft.state, draft.revision, draft.document["version"]) == (drafts.OPEN, 5, designing.NEXT)
    compilation = checking.check(books, draft)
    assert compilation.program is not None
    gaps = {(problem.level, problem.where.item) for problem in compilation.problems}
    assert gaps == {("gap", "N2")}
    assert draft.based_on is not None
    difference = compare(Program.from_json(draft.based_on.program), compilation.program)
    assert [series.name for series in difference.breaks] == ["R03"]
    assert {series.item for series in difference.series if series.verdict == "starts"} == {"N1", "N2"}
