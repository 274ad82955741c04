"""The demo content loads, its instruments compile in both languages, and they behave as they were written."""

from __future__ import annotations

import random
from typing import Any

import pytest

from admin.content.load import (
    DEMO_FOLDER,
    Content,
    areas,
    check_content,
    compile_all,
    document_digest,
    unit_refs,
)
from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.outline import outline
from survey.instrument.path import PageRef, find_path
from survey.instrument.program import Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview, validate_page

GROUPS = ("enterprises", "followup", "individual_businesses", "representatives", "residents", "service_users")
CONTEXTS: dict[str, dict[str, Any]] = {
    "representatives": {"group": "power_organs", "assigned_units": ["edu", "health", "city_yunlan"]},
    "service_users": {"channel": "window"},
    "followup": {"commitments": ["K2025-01", "K2025-02"]},
}


@pytest.fixture(scope="module")
def programs(content: Content) -> dict[str, Program]:
    return compile_all(content)


def test_the_demo_has_no_problem() -> None:
    assert check_content(DEMO_FOLDER) == []


def test_the_numbers_of_the_province(content: Content) -> None:
    found = areas(content)
    assert [sum(area.level == level for area in found) for level in ("city", "county")] == [14, 103]
    dishan = next(area for area in found if area.zh == "荻山县")
    assert (dishan.code, dishan.parent) == ("990108", "990100")
    units = unit_refs(content)
    assert len(units) == 40
    assert [sum(unit.unit_class == name for unit in units) for name in "ABCDE"] == [10, 8, 5, 14, 3]


def test_all_instruments_compile_in_each_of_their_languages(programs: dict[str, Program]) -> None:
    assert tuple(sorted(programs)) == GROUPS
    for program in programs.values():
        assert program.languages[:2] == ("zh", "en")
        for language in program.languages:
            for section in outline(program, language).sections:
                assert section.title
                assert all(item.text for item in section.items)
        assert Program.from_json(program.to_json()) == program


def test_the_shape_of_the_residents_instrument(programs: dict[str, Program]) -> None:
    residents = programs["residents"]
    assert [(page.code, page.repeat, len(page.items)) for page in residents.pages] == [
        *(("A", None, 7), ("B", None, 10), ("C", None, 4), ("D", None, 3), ("E", None, 6), ("F", None, 4)),
        *(("G", None, 4), ("U", None, 1), ("U", "drawn_unit", 4), ("H", None, 3)),
    ]
    assert (
        len(residents.places["UM"].item.options) == 27
    )  # 26 units of classes A, B, C and E, and none of these
    scored = [
        i.code
        for p in residents.pages
        if not p.repeat
        for i in p.items
        if i.kind == "scale" and not i.criterion
    ]
    assert scored == [f"R{number:02d}" for number in range(1, 31)]
    assert [i.code for p in residents.pages for i in p.items if i.integrity] == ["INT1", "INT2"]


def test_proposals_are_asked_of_power_organs_only(programs: dict[str, Program]) -> None:
    program, page = programs["representatives"], PageRef(code="P", unit="edu")
    for group, expected in (("power_organs", True), ("experts", False), ("social_organisations", False)):
        state = AnswerState(context={"group": group, "assigned_units": ["edu"]})
        assert ("P04@edu" in {item.key for item in page_items(program, page, state)}) is expected


def test_a_commitment_that_does_not_matter_to_someone_is_skipped(programs: dict[str, Program]) -> None:
    state = AnswerState(answers={"F01@K2025-01": "no"}, context={"commitments": ["K2025-01", "K2025-02"]})
    keys = [ref.key for ref in find_path(programs["followup"], state).pages]
    assert keys == ["F@K2025-01", "F@K2025-02", "F.2@K2025-02"]


def test_the_channel_of_a_service_decides_its_questions(programs: dict[str, Program]) -> None:
    def asked(channel: str) -> set[str]:
        state = AnswerState(context={"channel": channel})
        return {
            item.key
            for ref in find_path(programs["service_users"], state).pages
            for item in page_items(programs["service_users"], ref, state)
        }

    assert asked("window") - asked("online") == {"A1", "S04", "S06"}
    assert asked("online") - asked("window") == {"S05"}
    dissatisfied = AnswerState(answers={"S11": "2"}, context={"channel": "online"})
    shown = page_items(programs["service_users"], PageRef(code="C"), dissatisfied)
    assert [item.key for item in shown] == ["C1", "C2", "C3", "INT1"]


def test_whole_interviews_of_every_instrument_validate(programs: dict[str, Program]) -> None:
    dice = random.Random(20260901)
    for code, program in programs.items():
        for seed in range(15):
            state = AnswerState(context=CONTEXTS.get(code, {}), seed=seed)
            done: set[str] = set()
            while todo := [ref for ref in find_path(program, state).pages if ref.key not in done]:
                raw = {}
                for item in page_items(program, todo[0], state):
                    offered = [o.code for o in item.options if o.code not in ("under18", "no", "none")]
                    count = min(dice.randint(1, 5), len(offered)) if item.kind in ("multi", "units") else 1
                    raw[item.key] = ["多开窗口"] if item.kind == "text" else dice.sample(offered, count)
                result = validate_page(program, todo[0], raw, state)
                assert result.problems == ()
                state = result.into(state)
                done.add(todo[0].key)
            assert validate_interview(program, state) == ()
            row, ratings = dataset_values(program, state)
            assert set(row) == {v.name for v in codebook(program) if v.table == "responses"}
            columns = {v.name for v in codebook(program) if v.table == "unit_ratings"}
            assert all(set(rating) == {"unit", "ticked", "drawn"} | columns for rating in ratings)


def test_digests_are_of_the_meaning_not_of_the_bytes(content: Content) -> None:
    assert set(content.digests) >= {"scoring", "province", "instruments/_scales", "instruments/residents"}
    shuffled = dict(reversed(list(content.scoring.items())))
    assert document_digest(shuffled) == content.digests["scoring"]
    assert all(len(digest) == 64 for digest in content.digests.values())
    assert len(set(content.digests.values())) == len(content.digests)
