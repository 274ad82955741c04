"""Simulated cases answer every page the instrument engine shows them, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest

from admin.content.load import compile_all, load_content
from admin.demo.simulate.cases import SimulatedCase, simulated_cases
from admin.demo.simulate.facts import GROUPS, Content, instrument_of
from survey.instrument.codebook import dataset_values
from survey.instrument.path import find_path
from survey.instrument.program import Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview, validate_page
from tests.admin.demo.conftest import SEED

EVERY = 150


@pytest.fixture(scope="module")
def cases(content: Content) -> dict[str, list[SimulatedCase]]:
    found: dict[str, list[SimulatedCase]] = defaultdict(list)
    for case in simulated_cases(content, SEED, planted=True):
        found[case.group].append(case)
    return found


@pytest.fixture(scope="module")
def programs() -> dict[str, Program]:
    return compile_all(load_content())


def interview(program: Program, case: SimulatedCase) -> AnswerState:
    """Answer page by page as a phone does."""
    state = AnswerState(context=case.context, seed=case.number)
    done: set[str] = set()
    while left := [ref for ref in find_path(program, state).pages if ref.key not in done]:
        keys = [item.key for item in page_items(program, left[0], state)]
        result = validate_page(program, left[0], case.raw_for(keys), state)
        assert [problem.message("en") for problem in result.problems] == []
        state = result.into(state)
        done.add(left[0].key)
    return state


@pytest.mark.parametrize("group", GROUPS)
def test_a_whole_interview_is_valid(
    cases: dict[str, list[SimulatedCase]], programs: dict[str, Program], group: str
) -> None:
    program = programs[instrument_of(group)]
    for case in cases[group][::EVERY]:
        state = interview(program, case)
        assert validate_interview(program, state) == ()
        assert find_path(program, state).screened_out is None
        row, ratings = dataset_values(program, state)
        assert 97 not in row.values()
        assert len(ratings) == len({rating["unit"] for rating in ratings})
        if "UM.ticked" in row:
            assert row["UM.drawn"] == len(ratings)
        assert all(value is not None for rating in ratings for name, value in rating.items() if name != "P04")


def test_cases_carry_what_a_token_needs(cases: dict[str, list[SimulatedCase]]) -> None:
    resident, firm = cases["residents"][0], cases["enterprises"][0]
    assert resident.seal_group in resident.as_sample().seal_group
    assert float(resident.as_sample().probability or 0) == resident.inclusion_probability
    assert "e" not in resident.probability
    assert firm.context["frame.A1"] == firm.answers["A1"]
    assert {case.channel for case in cases["residents"]} == {"sample", "assisted"}
    assert all((case.interviewer is None) == (case.device is not None) for case in cases["residents"])
    assert all((case.interviewer is None) == (case.channel == "sample") for case in cases["service_users"])
    assert {case.seal_group for case in cases["experts"]} == {"experts"}
    assert cases["service_users"][0].seal_group == cases["service_users"][0].context["unit"]
    assert len(cases["power_organs"][0].context["assigned_units"]) == 6


def test_interviews_fall_into_the_fieldwork(cases: dict[str, list[SimulatedCase]]) -> None:
    days = {case.day for case in cases["residents"]}
    assert min(days) == dt.date(2026, 9, 1)
    assert max(days) == dt.date(2026, 10, 20)
