"""Which cells a response falls into: by codes, and by the quotas that its instrument states."""

from __future__ import annotations

from survey.collect.quotas import OF_INSTRUMENT, Cell, cells_of, counted_by
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import made

PROGRAM = made("{id: age, type: number}", quotas=[{"code": "young", "limit": 5, "where": "${age} < 30"}])
CELLS = (
    Cell(id=9, definition={OF_INSTRUMENT: ["young"]}),
    Cell(id=4, definition={"mode": ["web", "kiosk"]}),
    Cell(id=7, definition={OF_INSTRUMENT: ["young"], "mode": ["cati"]}),
)


def cells(age: str, mode: str) -> tuple[int, ...]:
    return fallen_into(AnswerState(answers={"age": age}, context={"mode": mode}))


def fallen_into(state: AnswerState) -> tuple[int, ...]:
    return cells_of(CELLS, state, counted_by(PROGRAM, state))


def test_a_response_falls_into_every_cell_whose_whole_definition_holds() -> None:
    assert cells("20", "web") == (4, 9)
    assert cells("20", "cati") == (7, 9)
    assert cells("40", "web") == (4,)
    assert cells("40", "cati") == ()


def test_no_answer_can_pass_for_a_quota_of_the_instrument() -> None:
    state = AnswerState(answers={OF_INSTRUMENT: ["young"]}, context={OF_INSTRUMENT: "young"})
    assert fallen_into(state) == ()
