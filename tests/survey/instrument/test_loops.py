"""Loops and nested sections: once per ticked option, filled row or number; conditions and loops go inward."""

from __future__ import annotations

from typing import Any

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.path import Path, find_path
from survey.instrument.program import Program
from survey.instrument.shown import progress, title_of
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import found, made, refused, section, send, shown, small
from tests.survey.instrument.make import build

USED = "{id: used, type: multi, options: [{code: tax, zh: 税, en: Tax}, {code: bus, zh: 公交, en: Bus}, {code: o, zh: 其他, en: Other, other: true}, {code: none, zh: 无, en: None, exclusive: true}]}"
ASK = ("{id: ok, type: scale, scale: sat5}", '{id: why, type: text, show_if: "${ok} < 3"}')


def looped(loop: Any, *questions: str, first: str = USED, **more: Any) -> Program:
    turns = section("L", *(questions or ASK), title={"zh": "关于{loop}", "en": "About {loop}"}, loop=loop)
    return made(first, sections=[turns, *more.pop("after", [])], **more)


def path(compiled: Program, seed: int = 0, **answers: Any) -> Path:
    return find_path(compiled, AnswerState(answers=answers, seed=seed))


def keys(compiled: Program, seed: int = 0, **answers: Any) -> list[str]:
    return [ref.key for ref in path(compiled, seed, **answers).pages]


OVER = looped({"over": "used"})


def test_a_loop_is_asked_once_per_ticked_option_one_after_the_other() -> None:
    assert keys(OVER) == ["S"]
    assert keys(OVER, used=["none"]) == ["S"]
    assert keys(OVER, used=["tax", "bus"]) == ["S", "L@tax", "L@bus"]
    # The second page of a turn comes before the first page of the next.
    assert keys(OVER, used=["bus", "tax"], **{"ok@tax": "1"}) == ["S", "L@tax", "L.2@tax", "L@bus"]


def test_answers_of_a_turn_that_is_gone_are_stale() -> None:
    answers: Any = {
        "used": ["bus"],
        "ok@tax": "1",
        "why@tax": "slow",
        "ok@bus": "5",
        "ok@none": "1",
        "ok": "1",
    }
    assert path(OVER, **answers).stale == ("ok", "ok@none", "ok@tax", "why@tax")


def test_the_name_of_the_turn_stands_in_its_texts() -> None:
    state = AnswerState(answers={"used": ["tax", "o"], "used_o_text": "{loop} *park*"})
    page = next(page for page in OVER.pages if page.code == "L")
    assert title_of(OVER, page, "tax", state)["zh"] == "关于税"
    # What somebody typed is a name like any other: no hole and no mark in it.
    assert title_of(OVER, page, "o", state)["en"] == r"About {loop} \*park\*"


def test_a_loop_over_filled_rows_and_over_numbers() -> None:
    texts = "{id: b, type: texts, rows: [{code: 1, zh: 一, en: One}, {code: 2, zh: 二, en: Two}]}"
    rows = looped({"rows": "b", "label": {"zh": "{loop}店", "en": "branch {loop}"}}, first=texts)
    assert keys(rows, b_2="East", b_1="") == ["S", "L@2"]
    page = next(page for page in rows.pages if page.code == "L")
    assert title_of(rows, page, "2", AnswerState(answers={"b_2": "East"}))["en"] == "About branch East"

    number = "{id: n, type: number, form: integer}"
    count = looped({"count": "${n}", "max": 3}, first=number)
    assert keys(count) == ["S"]
    assert keys(count, n="2") == ["S", "L@1", "L@2"]
    assert keys(count, n="99") == ["S", "L@1", "L@2", "L@3"]
    assert keys(count, n="-1") == ["S"]
    assert keys(looped({"count": 2})) == ["S", "L@1", "L@2"]


def test_the_label_of_a_loop_names_earlier_answers() -> None:
    typed = "{id: b, type: texts, rows: [{code: 1, zh: 一, en: One}, {code: 2, zh: 二, en: Two}]}"
    rows = looped({"rows": "b", "label": {"zh": "${b_1}旁的{loop}", "en": "next to ${b_1}:"}}, first=typed)
    page = next(page for page in rows.pages if page.code == "L")
    named = title_of(rows, page, "2", AnswerState(answers={"b_1": "{loop} *Mill*", "b_2": "East"}))
    assert named["en"] == r"About next to {loop} \*Mill\*: East"
    assert named["zh"] == r"关于{loop} \*Mill\*旁的East"


def test_a_loop_is_wide_in_the_dataset() -> None:
    names = [variable.name for variable in codebook(OVER)]
    assert names == ["used.tax", "used.bus", "used.o", "used.none", "ok@tax", "ok@bus", "ok@o"]
    variable = codebook(OVER)[4]
    assert (variable.turn, variable.table, variable.label["en"]) == ("tax", "responses", "Item ok: Tax")
    row, ratings = dataset_values(OVER, AnswerState(answers={"used": ["tax"], "ok@tax": "4"}))
    assert (row["ok@tax"], row["ok@bus"], ratings) == (4, None, [])
    several = looped({"over": "used"}, "{id: m, type: multi, options: [{code: x, zh: 甲, en: X}]}")
    assert [variable.name for variable in codebook(several)][-3:] == ["m@tax.x", "m@bus.x", "m@o.x"]


def test_a_page_of_a_turn_is_checked_like_any_other() -> None:
    state = AnswerState(answers={"used": ["tax"]})
    assert send(OVER, {"ok@tax": ["4"]}, page="L@tax", state=state).answers == {"ok@tax": "4"}
    assert refused(send(OVER, {"ok@bus": ["4"]}, page="L@tax", state=state)) == [("field_not_here", "ok@bus")]
    assert refused(send(OVER, {"ok@bus": ["4"]}, page="L@bus", state=state)) == [("page_not_on_path", None)]


def test_a_nested_section_takes_over_condition_and_loop() -> None:
    inner = section("I", "{id: deep, type: scale, scale: sat5}", parent="L")
    rest = section("L2", "{id: end, type: single, options: [{code: a, zh: 甲, en: A}]}", continues="L")
    outer = section("L", ASK[0], loop={"over": "used"}, show_if="selected(${used}, 'tax')")
    compiled = made(USED, sections=[outer, inner, rest])
    assert keys(compiled, used=["tax", "bus"]) == [
        "S",
        "L@tax",
        "I@tax",
        "L2@tax",
        "L@bus",
        "I@bus",
        "L2@bus",
    ]
    assert keys(compiled, used=["bus"]) == ["S"]
    pages = path(compiled, used=["tax"]).pages
    # A continued section is no further section: S, L, I, and L once more.
    assert [progress(compiled, pages, ref) for ref in pages] == [(1, 3), (2, 3), (3, 3), (2, 3)]
    assert compiled.pages[-1].title == compiled.pages[1].title


def test_items_of_one_loop_may_look_at_one_another_across_its_sections() -> None:
    inner = section("I", '{id: deep, type: text, show_if: "${ok} = 1"}', parent="L")
    compiled = made(USED, sections=[section("L", ASK[0], loop={"over": "used"}), inner])
    answers: Any = {"used": ["tax", "bus"], "ok@tax": "1", "ok@bus": "5"}
    assert keys(compiled, **answers) == ["S", "L@tax", "I@tax", "L@bus"]


def test_sources_of_loops_are_checked() -> None:
    def problems(loop: Any, **more: Any) -> list[tuple[str, str]]:
        return found(build(small(USED, sections=[section("L", *ASK, loop=loop, **more)])))

    assert problems({"over": "usd"}) == [("loop_over", "L/loop.over")]
    assert problems({"over": "ok"}) == [("loop_over", "L/loop.over")]
    assert problems({"rows": "used"}) == [("loop_over", "L/loop.rows")]
    assert problems({}) == [("loop_source", "L/loop")]
    assert problems({"over": "used", "count": 2}) == [("loop_source", "L/loop")]
    assert problems({"count": True}) == [("loop_source", "L/loop.count")]
    assert problems({"over": "used"}, repeat="assigned_unit") == [("loop_source", "L/loop")]
    assert [code for code, _ in problems({"count": "${nope}"})] == ["unknown_reference"]


def test_a_loop_in_a_loop_is_refused() -> None:
    inner = section("I", "{id: deep, type: note}", parent="L", loop={"count": 2})
    assert ("nested_loop", "I/loop") in found(
        build(small(USED, sections=[section("L", ASK[0], loop={"over": "used"}), inner]))
    )
    assert found(build(small(USED, sections=[section("X", "{id: x, type: note}", parent="Y")]))) == [
        ("unknown_section", "X/parent")
    ]


def test_an_item_of_a_loop_cannot_be_named_from_outside() -> None:
    after = [section("Z", '{id: z, type: note, show_if: "${ok} = 1"}')]
    raw = small(USED, sections=[section("L", ASK[0], loop={"over": "used"}), *after])
    assert ("repeated_reference", "Z/z/show_if:0") in found(build(raw))
    total = [section("Z", '{id: z, type: computed, value: number, calculation: "sum(${n})"}')]
    compiled = looped({"over": "used"}, "{id: n, type: number}", after=total)
    state = AnswerState(answers={"used": ["tax", "bus"], "n@tax": "2", "n@bus": "3"})
    assert dataset_values(compiled, state)[0]["z"] == 5.0


def test_the_page_of_a_loop_shows_the_turns_own_answers() -> None:
    state = AnswerState(answers={"used": ["tax", "bus"], "ok@tax": "1", "ok@bus": "5"})
    assert shown(OVER, "L@bus", state)["ok@bus"].value == "5"


def test_a_dataset_does_not_grow_without_bounds() -> None:
    many = [{"code": f"o{n}", "zh": "甲", "en": "A"} for n in range(150)]
    first = {"id": "used", "type": "multi", "options": many}
    again = {"id": "m", "type": "multi", "options": many}
    raw = small(first, sections=[section("L", again, loop={"over": "used"})])
    assert found(build(raw)) == [("too_many", "sections")]  # 150 turns of 150 columns
    raw["sections"][1]["questions"][0]["options"] = many[:100]
    assert build(raw).program
