"""Batteries, several texts and allocations: every row an item and a variable of its own."""

from __future__ import annotations

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.path import find_path
from survey.instrument.shown import show_page
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview
from tests.survey.instrument.every_type import found, made, refused, send, shown, small
from tests.survey.instrument.make import build

BATTERY = """
id: desk
type: battery
of: scale
scale: sat5
required: true
help: {zh: 最近一次, en: Last time}
rows: [{code: speed, zh: 速度, en: Speed}, {code: tone, text: {zh: 态度, en: Manner}}, {code: 3, text: {zh: 结果, en: Result}}]
"""
ALLOCATION = """
id: money
type: allocation
total: 100
unit: {zh: 元, en: yuan}
rows: [{code: a, zh: 路, en: Roads}, {code: b, zh: 学校, en: Schools}, {code: c, zh: 医院, en: Hospitals}]
"""
DUAL = """
id: grid
type: battery
of: scale
rows: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]
columns: [{code: now, zh: 现在, en: Now, scale: sat5}, {code: then, zh: 以前, en: Before, options: [{code: 1, zh: 好, en: Good}, {code: 2, zh: 坏, en: Bad}]}]
"""


def test_every_row_is_an_item_that_knows_its_battery() -> None:
    compiled = made(BATTERY)
    items = compiled.pages[0].items
    assert [(item.code, item.kind, item.battery, item.row) for item in items] == [
        ("desk_speed", "scale", "desk", "speed"),
        ("desk_tone", "scale", "desk", "tone"),
        ("desk_3", "scale", "desk", "3"),
    ]
    assert all(item.required and item.help is None for item in items)
    page = show_page(compiled, find_path(compiled, AnswerState()).pages[0], AnswerState())
    assert page
    assert page.batteries["desk"].help == {"zh": "最近一次", "en": "Last time"}
    assert page.batteries["desk"].rows["tone"]["en"] == "Manner"
    assert next(v.label["en"] for v in codebook(compiled)) == "Item desk: Speed"


def test_a_battery_may_have_columns_each_with_its_own_answers() -> None:
    compiled = made(DUAL)
    assert [item.code for item in compiled.pages[0].items] == [
        "grid_a_now",
        "grid_a_then",
        "grid_b_now",
        "grid_b_then",
    ]
    assert [option.code for option in compiled.places["grid_b_then"].item.options] == ["1", "2"]
    assert compiled.places["grid_b_now"].item.scale == "sat5"
    assert send(compiled, {"grid_a_now": ["5"], "grid_b_then": ["2"]}).answers == {
        "grid_a_now": "5",
        "grid_b_then": "2",
    }
    assert refused(send(compiled, {"grid_a_then": ["5"]})) == [("unknown_answer", "grid_a_then")]


def test_a_row_may_have_a_condition_of_its_own() -> None:
    rows = BATTERY.replace("code: tone,", 'code: tone, show_if: "${age} > 17",')
    compiled = made("{id: age, type: number}", rows)
    # The row hangs on an answer before the battery: it moves to the next page, the battery goes on there.
    assert [[item.code for item in page.items] for page in compiled.pages] == [
        ["age", "desk_speed"],
        ["desk_tone", "desk_3"],
    ]
    assert list(shown(compiled, "S.2", AnswerState(answers={"age": "30"}))) == ["desk_tone", "desk_3"]
    assert list(shown(compiled, "S.2", AnswerState(answers={"age": "3"}))) == ["desk_3"]


def test_rows_are_shuffled_by_the_seed_with_their_columns_together() -> None:
    compiled = made(DUAL.replace("of: scale", "of: scale\nrow_order: random"))
    orders = {tuple(shown(compiled, state=AnswerState(seed=seed))) for seed in range(40)}
    assert orders == {
        ("grid_a_now", "grid_a_then", "grid_b_now", "grid_b_then"),
        ("grid_b_now", "grid_b_then", "grid_a_now", "grid_a_then"),
    }
    # The columns of the dataset stay where they are.
    assert next(v.name for v in codebook(compiled)) == "grid_a_now"


def test_the_parts_of_an_allocation_make_its_total() -> None:
    compiled = made(ALLOCATION)
    assert send(compiled, {}).problems == ()
    whole = send(compiled, {"money_a": ["60"], "money_b": ["40"]})
    assert whole.answers == {"money_a": "60", "money_b": "40"}  # a blank part is nothing
    assert validate_interview(compiled, whole.into(AnswerState())) == ()
    short = send(compiled, {"money_a": ["60"], "money_b": ["30"]})
    assert refused(short) == [("allocation_sum", "money_a")]
    assert short.problems[0].context == {"total": "90", "expected": "100"}
    assert short.answers  # what was typed is not lost
    assert [p.code for p in validate_interview(compiled, short.into(AnswerState()))] == ["allocation_sum"]
    assert refused(send(compiled, {"money_a": ["101"]})) == [("too_high", "money_a")]
    assert refused(send(compiled, {"money_a": ["60.5"]})) == [("number_not_whole", "money_a")]


def test_several_texts_are_never_variables() -> None:
    compiled = made("{id: t, type: texts, rows: [{code: 1, zh: 一, en: One}, {code: 2, zh: 二, en: Two}]}")
    assert send(compiled, {"t_1": ["here"], "t_2": [" "]}).answers == {"t_1": "here"}
    assert codebook(compiled) == ()
    assert dataset_values(compiled, AnswerState(answers={"t_1": "here"})) == ({}, [])


def test_broken_rows_are_named() -> None:
    assert found(build(small("{id: b, type: battery, of: scale, scale: sat5}"))) == [
        ("rows_missing", "S/b/rows"),
    ]
    twice = "{id: b, type: battery, of: text, rows: [{code: 1, zh: 一, en: A}, {code: 1, zh: 二, en: B}]}"
    assert found(build(small(twice))) == [("duplicate_code", "S/b/rows[1]")]
    assert ("unknown_value", "S/b/of") in found(build(small(twice.replace("of: text", "of: module"))))
    assert ("missing_field", "S/b") in found(build(small(twice.replace("of: text, ", ""))))
    assert ("bad_bound", "S/money/total") in found(build(small(ALLOCATION.replace("100", "0"))))
    clash = "{id: b_1, type: text}"
    assert ("duplicate_code", "S/b/id") in found(
        build(small(clash, twice.replace("code: 1, zh: 二", "code: 2, zh: 二")))
    )


def test_a_required_allocation_wants_some_part_and_no_more() -> None:
    compiled = made(ALLOCATION + "required: true\n")
    assert refused(send(compiled, {})) == [("required", "money_a")]
    assert send(compiled, {"money_c": ["100"]}).problems == ()
    assert [p.code for p in validate_interview(compiled, AnswerState())] == ["required"]
    page = show_page(compiled, find_path(compiled, AnswerState()).pages[0], AnswerState())
    assert page
    assert page.batteries["money"].required
    assert not any(item.required for item in page.items)


def test_an_instrument_without_skipping_requires_rows_that_are_chosen() -> None:
    texts = "{id: t, type: battery, of: text, rows: [{code: 1, zh: 一, en: One}]}"
    compiled = made(BATTERY.replace("required: true\n", ""), texts, "{id: n, type: note}", allow_skip=False)
    assert [item.required for item in compiled.pages[0].items] == [True, True, True, False, False]


def test_the_rows_share_the_weight_of_their_battery() -> None:
    compiled = made(BATTERY + "weight: 0.6\n", "{id: q, type: scale, scale: sat5, weight: 0.4}")
    weights = [item.weight for item in compiled.pages[0].items if item.weight is not None]
    assert [round(weight, 6) for weight in weights] == [0.2, 0.2, 0.2, 0.4]
    assert found(build(small(BATTERY + "weight: 0.6\n"))) == [("weights_do_not_sum", "S")]
