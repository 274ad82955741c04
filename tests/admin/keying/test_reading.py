"""What is typed from a sheet, in its one stored form, and what the engine says of it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.keying.comparing import agreed, compare, count_pair, distance, meaning
from admin.keying.fields import by_key, sections
from admin.keying.reading import check, stored
from admin.keying.serials import Serial, parse
from survey.instrument.state import AnswerState
from tests.survey.instrument import every_type
from tests.survey.interviews import small_program

WHOLE = {"_consent": "1", "_slip": ".", "A1": "north", "A2": "bus", "R01": "5", "R02": "4", "R03": "88"}
EMPTY = AnswerState(context={"mode": "paper"}, seed=7)


@pytest.mark.parametrize(
    ("key", "typed", "kept"),
    [
        ("R01", "５", "5"),
        ("R01", "05", "5"),
        ("R01", "。", "."),
        ("R01", " ？ ", "?"),
        ("R01", "! 9", "!9"),
        ("R01", "", ""),
        ("A1", "NORTH", "north"),
        ("A2", "school、bus，bus", "bus school"),
        ("A2", "none/bus", "bus none"),
        ("T1", "  two   words\u0000", "?"),
        ("T1", "  two   words ", "two words"),
    ],
)
def test_what_is_typed_has_one_stored_form(key: str, typed: str, kept: str) -> None:
    assert stored(by_key(small_program())[key], typed) == kept


def test_days_and_times_are_typed_as_digits() -> None:
    by_kind = {
        field.item.kind: field
        for field in by_key(every_type.program()).values()
        if field.item is not None and field.turn is None
    }
    assert stored(by_kind["date"], "20261121") == "2026-11-21"
    assert stored(by_kind["time"], "0830") == "08:30"
    assert stored(by_kind["number"], "１，２００") == "1200"
    assert stored(by_kind["number"], "#88") == "#88"


def test_every_kind_of_item_that_paper_can_hold_has_a_field() -> None:
    program = every_type.program()
    kinds = {field.item.kind for field in by_key(program).values() if field.item is not None}
    not_on_paper = {"contact", "file", "note", "computed", "end"}
    asked = {item.kind for page in program.pages for item in page.items if not item.read_only}
    assert kinds == asked - not_on_paper
    shown = set(by_key(program))
    assert sum(len(section.fields) for section in sections(program, shown=shown)) == len(shown)


def test_a_whole_sheet_has_nothing_in_its_way() -> None:
    checked = check(small_program(), WHOLE, EMPTY)
    assert checked.empty == ()
    assert checked.unmarked == frozenset()
    assert checked.state.answers == {"A1": "north", "A2": ["bus"], "R01": "5", "R02": "4", "R03": "88"}


def test_an_answer_off_the_route_is_found_and_may_be_marked() -> None:
    off = check(small_program(), {**WHOLE, "R04": "3"}, EMPTY)
    assert off.unmarked == {"R04"}
    marked = check(small_program(), {**WHOLE, "R04": "!3"}, EMPTY)
    assert (marked.off_route, marked.unmarked) == ({"R04"}, frozenset())
    assert "R04" not in marked.state.answers


def test_a_code_that_does_not_exist_is_found_and_may_be_marked() -> None:
    wrong = check(small_program(), {**WHOLE, "R01": "7"}, EMPTY)
    assert wrong.unmarked == {"R01"}
    marked = check(small_program(), {**WHOLE, "R01": "!7"}, EMPTY)
    assert (set(marked.problems), marked.unmarked) == ({"R01"}, frozenset())
    assert "R01" not in marked.state.answers


def test_blank_and_unreadable_are_two_things_and_no_answer() -> None:
    checked = check(small_program(), {**WHOLE, "R01": ".", "R02": "?"}, EMPTY)
    assert checked.empty == ()
    assert {"R01", "R02"}.isdisjoint(checked.state.answers)
    assert len(compare({"R01": "."}, {"R01": "?"})) == 1


def test_the_route_follows_what_was_keyed() -> None:
    checked = check(small_program(), {**WHOLE, "A2": "bus school"}, EMPTY)
    assert checked.empty == ("R04", "T1")


# --- comparison -----------------------------------------------------------------------------------------

_KEYS = st.sampled_from(sorted(by_key(small_program())))
_VALUES = st.sampled_from(("", ".", "?", "1", "5", "88", "!7", "7", "bus", "bus school", "学校"))
_ENTRIES = st.dictionaries(_KEYS, _VALUES)


@given(_ENTRIES)
def test_equal_keyings_do_not_differ(entry: dict[str, str]) -> None:
    assert compare(entry, dict(entry)) == ()
    assert all(count.n_different == 0 for count in count_pair(entry, entry, on_route=()).values())
    assert {key: meaning(value) for key, value in agreed(entry, entry).items()} == {
        key: meaning(value) for key, value in entry.items() if value
    }


@given(_ENTRIES, _ENTRIES)
def test_the_comparison_is_symmetric(one: dict[str, str], other: dict[str, str]) -> None:
    here, there = compare(one, other), compare(other, one)
    assert [(d.key, d.first, d.second) for d in here] == [(d.key, d.second, d.first) for d in there]
    assert count_pair(one, other, on_route={"R01"}) == count_pair(other, one, on_route={"R01"})
    assert agreed(one, other).keys() | {d.key for d in here} >= {
        key for key in one.keys() | other.keys() if one.get(key) or other.get(key)
    }


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_keys_between_texts_are_a_distance(one: str, other: str, third: str) -> None:
    assert (distance(one, other) == 0) is (one == other)
    assert distance(one, other) == distance(other, one) <= distance(one, third) + distance(third, other)


# --- serial numbers -------------------------------------------------------------------------------------


def test_a_serial_is_read_back_however_it_is_spaced() -> None:
    serial = Serial(wave_id=12, number=42)
    for typed in (serial.printed, serial.code, f" {serial.printed.replace('-', ' ')} "):
        assert parse(typed) == serial


def test_no_single_slip_and_no_pair_changed_about_is_taken_for_another_sheet() -> None:
    for number in (1, 42, 90817, 999_999):
        code = Serial(wave_id=7, number=number).code
        for place, digit in itertools.product(range(len(code)), "0123456789"):
            if digit != code[place]:
                assert parse(code[:place] + digit + code[place + 1 :]) is None
        for place in range(len(code) - 1):
            turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            assert turned == code or parse(turned) is None
