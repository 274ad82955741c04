"""Every refusal of a document: the right code, at the right place, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from survey.instrument import messages
from survey.instrument.messages.answer import ANSWER
from survey.instrument.problems import Problem, Where, shorten
from tests.survey.instrument.make import APPRAISAL, EVERYTHING, MODULE, build, document, item, section

Change = Callable[[Any], object]


def deep(levels: int) -> Any:
    condition: Any = {"question": "A3", "any_of": ["school"]}
    for _ in range(levels):
        condition = {"not": condition}
    return condition


def show(code: str, condition: Any) -> Change:
    return lambda raw: item(raw, code).update(show_if=condition)


def module_clash(raw: Any) -> None:
    """A plain item takes the code of an item of the module, which is asked before it."""
    raw["sections"].insert(0, raw["sections"].pop())
    item(raw, "C1")["id"] = "U01"


def after_units(raw: Any) -> None:
    """A condition on an item that is asked once per unit, from a later section."""
    raw["sections"].append(raw["sections"].pop(2))
    section(raw, "C")["questions"].pop()
    item(raw, "C1")["show_if"] = {"question": "U01", "any_of": ["1"]}


# code, place, change of the sample instrument
CASES: list[tuple[str, str, Change]] = [
    ("unknown_field", "", lambda raw: raw.update(colour="red")),
    ("unknown_field", "A", lambda raw: section(raw, "A").update(showif={})),
    ("unknown_field", "B/B1", lambda raw: item(raw, "B1").update(requird=True)),
    ("unknown_field", "A/A1/options[1]", lambda raw: item(raw, "A1")["options"][1].update(fr="plus")),
    ("missing_field", "", lambda raw: raw.pop("version")),
    ("missing_field", "C/C1", lambda raw: item(raw, "C1").pop("text")),
    ("wrong_type", "A/A1/required", lambda raw: item(raw, "A1").update(required="yes")),
    ("wrong_type", "min_age", lambda raw: raw.update(min_age=True)),
    ("wrong_type", "A/A2/prefill", lambda raw: item(raw, "A2").update(prefill="guess")),
    ("out_of_range", "min_age", lambda raw: raw.update(min_age=1000)),
    ("not_a_mapping", "A/A1/text", lambda raw: item(raw, "A1").update(text="Age")),
    ("not_a_list", "A/A1/options", lambda raw: item(raw, "A1").update(options={"yes": 1})),
    ("boolean_code", "A/A1/options.code[1]", lambda raw: item(raw, "A1")["options"][1].update(code=True)),
    ("boolean_code", "B/B1/show_if", show("B1", {"question": "A3", "any_of": [True]})),
    ("bad_code", "A/A1/options.code[1]", lambda raw: item(raw, "A1")["options"][1].update(code="a@b")),
    ("bad_code", "C/C 1/id", lambda raw: item(raw, "C1").update(id="C 1")),
    ("duplicate_code", "C/B1/id", lambda raw: item(raw, "C1").update(id="B1")),
    ("duplicate_code", "C/U01/id", lambda raw: module_clash(raw)),
    ("duplicate_code", "B/id", lambda raw: section(raw, "C").update(id="B")),
    ("duplicate_code", "A/A3/options[1]", lambda raw: item(raw, "A3")["options"][1].update(code="school")),
    ("missing_translation", "C/C1/text", lambda raw: item(raw, "C1").update(text={"zh": "总体"})),
    ("missing_translation", "A/A3/options[2]", lambda raw: item(raw, "A3")["options"][2].update(en=" ")),
    ("missing_translation", "A/title", lambda raw: section(raw, "A").update(title={"en": "First"})),
    ("unknown_language", "A/title", lambda raw: section(raw, "A")["title"].update({"and more": None})),
    ("unknown_language", "languages", lambda raw: raw.update(languages=["zh", "tlh"])),
    ("unknown_language", "languages", lambda raw: raw.update(languages=["en"])),
    ("bad_text", "C/C1/text", lambda raw: item(raw, "C1")["text"].update(zh="a\x00b")),
    ("bad_text", "C/C1/text", lambda raw: item(raw, "C1")["text"].update(zh="a\ud800")),
    ("too_long", "C/C1/text", lambda raw: item(raw, "C1")["text"].update(zh="长" * 2001)),
    ("too_many", "sections", lambda raw: raw.update(sections=raw["sections"] * 20)),
    ("unknown_placeholder", "C/C1/text", lambda raw: item(raw, "C1")["text"].update(zh="{unit}好吗")),
    ("unknown_placeholder", "closing", lambda raw: raw["closing"].update(en="{name}")),
    ("unknown_mode", "modes", lambda raw: raw.update(modes=["fax"])),
    ("unknown_type", "B/B1/type", lambda raw: item(raw, "B1").update(type="slider")),
    ("unknown_type", "B/B1/type", lambda raw: item(raw, "B1").update(type=["scale"])),
    ("unknown_scale", "B/B1/scale", lambda raw: item(raw, "B1").update(scale="sat7")),
    ("scale_without_labels", "B/B1/scale", lambda raw: item(raw, "B1").update(scale="mute")),
    ("scale_points", "B/B1/scale", lambda raw: item(raw, "B1").update(scale="gaps")),
    ("options_missing", "A/A1/options", lambda raw: item(raw, "A1").pop("options")),
    ("exclusive_alone", "A/A1/options[1]", lambda raw: item(raw, "A1")["options"][1].update(exclusive=True)),
    ("empty_section", "B/questions", lambda raw: section(raw, "B").update(questions=[])),
    ("no_sections", "sections", lambda raw: raw.update(sections=[])),
    ("unknown_repeat", "C/repeat", lambda raw: section(raw, "C").update(repeat="weekly")),
    ("unknown_module", "U/UM/module", lambda raw: item(raw, "UM").update(module="other")),
    ("module_place", "U/UM", lambda raw: section(raw, "U").update(repeat="assigned_unit")),
    ("no_areas", "A/A2/level", lambda raw: item(raw, "A2").update(level="street")),
    ("unknown_group", "B/B2/groups", lambda raw: item(raw, "B2").update(groups=["ghosts"])),
    ("column_not_here", "B/B1/show_if:8", show("B1", "${A3} = school")),
    ("bad_condition", "B/B1/show_if", show("B1", {"question": "A3"})),
    ("bad_condition", "B/B1/show_if", show("B1", {"question": "A3", "any_of": []})),
    (
        "bad_condition",
        "B/B1/show_if",
        show("B1", {"question": "A3", "any_of": ["school"], "equal": "school"}),
    ),
    ("bad_condition", "B/B1/show_if", show("B1", {"question": "A3", "answered": False})),
    ("bad_condition", "B/B1/show_if", show("B1", {"all": []})),
    ("bad_condition", "B/B1/show_if", show("B1", {"question": 3, "any_of": ["a"]})),
    ("bad_condition", "B/B1/show_if", show("B1", {"question": "A3", "any_of": [{}]})),
    ("condition_too_deep", "B/B1/show_if", show("B1", deep(6))),
    ("condition_too_large", "B/B1/show_if", show("B1", {"any": [{"question": "A3", "answered": True}] * 60})),
    ("condition_too_large", "B/B1/show_if", show("B1", {"question": "A3", "any_of": ["school"] * 61})),
    ("unknown_reference", "B/B1/show_if", show("B1", {"question": "A33", "any_of": ["school"]})),
    ("forward_reference", "B/B1/show_if", show("B1", {"question": "C1", "any_of": ["5"]})),
    (
        "forward_reference",
        "B/show_if",
        lambda raw: section(raw, "B").update(show_if={"question": "C1", "equal": 5}),
    ),
    ("cycle", "B/B1/show_if", show("B1", {"question": "B1", "answered": True})),
    ("repeated_reference", "C/C1/show_if", lambda raw: after_units(raw)),
    ("text_reference", "U/UM/show_if", show("UM", {"question": "C2", "any_of": ["a"]})),
    ("unknown_option", "B/B1/show_if", show("B1", {"question": "A3", "any_of": ["school", "prison"]})),
    ("unknown_option", "C/C2/show_if", show("C2", {"question": "B1", "any_of": [7]})),
    ("unknown_option", "B/B3/show_if", show("B3", {"context": "channel", "any_of": ["fax"]})),
    ("unknown_option", "B/B3/show_if", show("B3", {"question": "A2", "any_of": ["990100"]})),
    ("bad_code", "evaluator_group", lambda raw: raw.update(evaluator_group=["\ud800"])),
    ("boolean_code", "evaluator_group", lambda raw: raw.update(evaluator_group=[True])),
    ("unknown_context", "B/B3/show_if", show("B3", {"context": "weather", "any_of": ["sun"]})),
]


@pytest.mark.parametrize(
    ("code", "place", "change"), CASES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_broken_instrument_is_refused_at_the_right_place(code: str, place: str, change: Change) -> None:
    raw = document()
    change(raw)
    compilation = build(raw)
    assert compilation.program is None
    found = [(problem.code, str(problem.where)) for problem in compilation.problems]
    assert (code, place) in found


def test_all_problems_are_collected_not_only_the_first() -> None:
    raw = document()
    item(raw, "B1")["scale"] = "sat7"
    item(raw, "C1")["text"] = {"zh": "总体"}
    section(raw, "U")["title"] = {"en": "Units"}
    raw["modes"] = ["fax"]
    codes = [problem.code for problem in build(raw).problems]
    assert codes == ["unknown_mode", "missing_translation", "missing_translation", "unknown_scale"]


def test_a_circle_of_conditions_is_named_with_its_whole_path_and_only_once() -> None:
    raw = document()
    item(raw, "B1")["show_if"] = {"question": "C1", "answered": True}
    item(raw, "C1")["show_if"] = {"question": "B3", "answered": True}
    item(raw, "B3")["show_if"] = {"question": "B1", "answered": True}
    problems = [problem for problem in build(raw).problems if problem.code == "cycle"]
    assert [problem.context["path"] for problem in problems] == ["B1 → C1 → B3 → B1"]


def test_problems_of_modules_units_and_scales() -> None:
    raw = document()
    areal = {"id": "U03", "type": "select_area", "level": "city", "text": {"zh": "市", "en": "City"}}
    heavy = {**MODULE, "questions": [{**MODULE["questions"][0], "weight": 0.7}, areal]}
    codes = {problem.code for problem in build(raw, modules={"rating": heavy}).problems}
    assert codes == {"weights_do_not_sum", "module_content"}
    assert {problem.code for problem in build(raw, units=()).problems} == {"no_units"}
    empty = {**MODULE, "questions": []}
    assert {problem.code for problem in build(raw, modules={"rating": empty}).problems} == {"empty_section"}
    bare: dict[str, Any] = {"special_codes": {}, "scales": {}}
    assert {"unknown_scale"} == {problem.code for problem in build(raw, scales=bare).problems}


def test_problems_of_an_appraisal() -> None:
    raw = document(APPRAISAL)
    raw["units_per_respondent"]["decline_reasons"] = ["bored"]
    assert [problem.code for problem in build(raw).problems] == ["unknown_reason"]
    raw = document(APPRAISAL)
    choice = {"id": "P4", "type": "single", "text": {"zh": "问", "en": "Q"}}
    choice["options"] = [
        {"code": "a", "zh": "甲", "en": "A", "screen_out": True},
        {"code": "b", "zh": "乙", "en": "B"},
    ]
    section(raw, "P")["questions"].append(choice)
    assert [(problem.code, str(problem.where)) for problem in build(raw).problems] == [
        ("not_in_repeat", "P/P4/options")
    ]


@pytest.mark.parametrize(
    "raw", [None, [], "text", 3, {}, {"sections": 3}, {"sections": [None, 3, []]}, {1: 2}]
)
def test_anything_can_be_compiled_without_an_exception(raw: Any) -> None:
    compilation = build(raw)
    assert compilation.program is None
    assert all(problem.message("zh") and problem.message("en") for problem in compilation.problems)


def test_every_message_stands_in_all_its_languages_with_the_same_blanks() -> None:
    blank = re.compile(r"(?<!\{)\{(\w+)\}")
    for code, wordings in messages.MESSAGES.items():
        for_respondents = {"ar"} if code in ANSWER else set()
        assert set(wordings) == {"zh", "en"} | for_respondents, code
        blanks = [{name for text in wording for name in blank.findall(text)} for wording in wordings.values()]
        assert all(each == blanks[0] for each in blanks), code
        assert all(text.strip() for wording in wordings.values() for text in wording), code
        assert re.search("[\u4e00-\u9fff]", wordings["zh"].what), code


# Codes that need other sources or another instrument (below), or an answer (test_validate).
TESTED_APART = {
    *("weights_do_not_sum", "module_content", "no_units", "unknown_reason", "not_in_repeat"),
    *(
        "required",
        "unknown_answer",
        "one_answer_only",
        "exclusive_with_others",
        "text_too_long",
        "unfit_text",
    ),
    *("repeated_value", "field_not_here", "page_not_on_path", "too_many_fields", "bad_shape"),
    *("stale_answer", "screened_out"),
}


def test_a_hostile_value_is_shortened_and_made_printable() -> None:
    raw = document()
    item(raw, "B1")["type"] = "<script>\x1b[31m" + "x" * 10_000
    problem = build(raw).problems[0]
    assert problem.code == "unknown_type"
    assert len(problem.message("en")) < 250
    assert "\x1b" not in problem.message("zh")
    # Braces in a value are text, never a format.
    assert "{0}" in Problem(code="bad_code", where=Where(), context={"value": "{0}"}).message("en")
    assert shorten({"a": 1}) == "<dict>"


def test_a_problem_as_json_carries_both_texts() -> None:
    raw = document()
    item(raw, "B1")["scale"] = "sat7"
    assert build(raw).problems[0].to_json() == {
        "code": "unknown_scale",
        "where": {"section": "B", "item": "B1", "field": "scale"},
        "context": {"value": "sat7", "known": "sat5, yes2, mute, gaps"},
        "message": {
            "zh": "量表“sat7”不存在。请改用已有量表：sat5, yes2, mute, gaps。",
            "en": "The scale “sat7” does not exist. Use one of: sat5, yes2, mute, gaps.",
        },
    }


def test_the_sample_itself_compiles() -> None:
    assert build(document(EVERYTHING)).problems == ()
