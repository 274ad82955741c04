"""Quotas that are full: those that end refuse and say why in their own words, those that go on count and mark."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey.collect import quotas, withdraw
from survey.collect.quotas import OF_INSTRUMENT, Cell
from survey.errors import Gone
from survey.instrument.quotas import decided_quota_codes
from survey.instrument.state import AnswerState
from survey.ledger import seal, stored
from survey.models.response import Response
from survey.models.wave import QuotaCell, Wave
from tests.survey.instrument.every_type import made
from tests.survey.interviews import NORTH, World, answer, begin, fill, hand_in, make_world

SOUTH = {**NORTH, "A1": ["south"]}
FULL_TEXT = {"zh": "三十岁以下的名额已满。", "en": "The places for those under thirty are taken."}
PROGRAM = made(
    "{id: age, type: number}",
    "{id: town, type: text}",
    quotas=[
        {"code": "young", "limit": 5, "where": "${age} < 30", "message": FULL_TEXT},
        {"code": "others", "limit": 5, "where": "not(${age} < 30)"},
        {"code": "plain", "limit": 5, "where": "${town} = 'x' or ${age} > 90"},
    ],
)


def with_cells(world: World, *cells: QuotaCell) -> World:
    with world.session() as session:
        for cell in cells:
            cell.wave_id = world.wave_id
            session.add(cell)
    return world


def counts(world: World) -> dict[str, int]:
    with world.session() as session:
        return dict(session.execute(sa.select(QuotaCell.code, QuotaCell.n)).all())


def test_a_cell_that_goes_on_counts_beyond_its_limit_and_marks_the_response(any_world: World) -> None:
    world = with_cells(
        any_world, QuotaCell(code="watched", definition={"A1": ["north"]}, cap=2, on_full="continue", n=0)
    )
    for _ in range(4):
        answer(world)
    answer(world, answers=SOUTH)
    assert counts(world) == {"watched": 4}
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        seal.seal_wave(session, wave, keys=world.keys, closing=True)
        marks = Counter(
            str(row.document.get("over_quota")) for row in session.scalars(sa.select(Response)).all()
        )
        assert not list(stored.response_faults(session, wave, "minyi/residents-2026/c"))
    assert marks == {"None": 3, "['watched']": 2}


def test_one_full_cell_gives_back_the_places_in_all_others(any_world: World) -> None:
    world = with_cells(
        any_world,
        QuotaCell(code="all", definition={"A2": ["bus"]}, cap=9, n=0),
        QuotaCell(code="north", definition={"A1": ["north"]}, cap=1, n=0),
        QuotaCell(code="watched", definition={"A2": ["bus"]}, cap=0, on_full="continue", n=0),
    )
    answer(world)
    with pytest.raises(Gone) as caught:
        answer(world)
    assert caught.value.code == "quota_full"
    assert counts(world) == {"all": 1, "north": 1, "watched": 1}
    answer(world, answers=SOUTH)
    assert counts(world) == {"all": 2, "north": 1, "watched": 2}


def test_taking_an_answer_back_frees_every_place(any_world: World) -> None:
    world = with_cells(
        any_world,
        QuotaCell(code="all", definition={"A2": ["bus"]}, cap=9, n=0),
        QuotaCell(code="north", definition={"A1": ["north"]}, cap=1, n=0),
    )
    _, secret = answer(world)
    with world.session() as session:
        withdraw.withdraw(session, secret, keys=world.keys)
    assert counts(world) == {"all": 0, "north": 0}


def test_several_cells_fill_exactly_however_many_come_at_once(any_engine: sa.Engine, tmp_path: Path) -> None:
    """Every response falls into two cells, made in opposite orders of size; nobody deadlocks, none is one over."""
    world = with_cells(
        make_world(any_engine, tmp_path),
        QuotaCell(code="south", definition={"A1": ["south"]}, cap=3, n=0),
        QuotaCell(code="all", definition={"A2": ["bus"]}, cap=7, n=0),
        QuotaCell(code="north", definition={"A1": ["north"]}, cap=5, n=0),
    )
    with world.session() as session:
        waiting = [
            fill(world, session, begin(world, session).draft, SOUTH if number % 2 else NORTH)
            for number in range(24)
        ]
    ends: list[str] = []
    barrier = threading.Barrier(len(waiting))

    def submit(number: int) -> None:
        barrier.wait()
        try:
            with world.session() as session:
                hand_in(world, session, waiting[number])
            ends.append("in")
        except Gone as refused:
            ends.append(refused.code)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(len(waiting))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    found = counts(world)
    assert Counter(ends) == {"in": 7, "quota_full": 17}
    assert (found["all"], found["south"] + found["north"]) == (7, 7)
    assert found["south"] <= 3
    assert found["north"] <= 5
    assert world.count("urn") == world.count("participation") == 7


def test_the_schema_itself_refuses_one_over(any_world: World) -> None:
    with_cells(any_world, QuotaCell(code="north", definition={"A1": ["north"]}, cap=1, n=1))
    with pytest.raises(sa.exc.IntegrityError), any_world.session() as session:
        session.execute(sa.text("UPDATE quota_cell SET n = 2"))


def state(**answers: str) -> AnswerState:
    return AnswerState(answers=answers, context={})


def test_only_what_is_answered_decides_a_quota() -> None:
    assert decided_quota_codes(PROGRAM, state()) == ()
    assert decided_quota_codes(PROGRAM, state(age="20")) == ("young",)
    assert decided_quota_codes(PROGRAM, state(age="40")) == ("others",)
    assert decided_quota_codes(PROGRAM, state(age="95", town="y")) == ("others", "plain")


def test_advice_names_the_full_cell_and_its_own_words() -> None:
    young = Cell(id=1, definition={OF_INSTRUMENT: ["young"]})
    others = Cell(id=2, definition={OF_INSTRUMENT: ["others"]})
    assert quotas.why_full([young, others], state(), PROGRAM) is None
    found = quotas.why_full([young, others], state(age="20"), PROGRAM)
    assert found == young
    assert quotas.own_message(young, PROGRAM) == FULL_TEXT
    assert quotas.own_message(others, PROGRAM) is None
