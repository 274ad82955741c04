"""Documents of format 2: every refusal at its place, gaps that a draft may have, limits, any language."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.instrument.item_types import ITEM_TYPES
from survey.instrument.messages.answer import ANSWER
from survey.instrument.messages.condition import CONDITION
from survey.instrument.messages.document import DOCUMENT
from survey.instrument.messages.structure import STRUCTURE
from survey.instrument.problems import MAX_PROBLEMS, Findings, Where
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from tests.survey.instrument import test_choices, test_problems, test_rows, test_together, test_typed
from tests.survey.instrument.every_type import document, found, made, program, section, shown, small
from tests.survey.instrument.make import EVERYTHING, build, item
from tests.survey.instrument.make import document as format_1

Change = Callable[[Any], object]


def at(code: str, **fields: Any) -> Change:
    return lambda raw: item(raw, code).update(fields)


def root(**fields: Any) -> Change:
    return lambda raw: raw.update(fields)


def part(code: str, **fields: Any) -> Change:
    return lambda raw: next(s for s in raw["sections"] if s["id"] == code).update(fields)


# code, place, level, change of the document with every type
CASES: list[tuple[str, str, str, Change]] = [
    ("unknown_list", "chosen/used/list", "error", at("used", list="servces")),
    (
        "options_and_list",
        "chosen/used/options",
        "error",
        at("used", options=[{"code": "a", "zh": "a", "en": "a"}]),
    ),
    ("options_and_list", "chosen/seven/scale", "error", at("seven", scale="sat5")),
    ("options_missing", "chosen/why/options", "error", at("why", options=[])),
    ("options_missing", "lists.none", "error", lambda raw: raw["lists"].update(none=[])),
    ("bad_code", "lists", "error", lambda raw: raw["lists"].update({"a b": [{"code": "x"}]})),
    (
        "duplicate_code",
        "lists.services[5]",
        "error",
        lambda raw: raw["lists"]["services"].append(raw["lists"]["services"][0]),
    ),
    (
        "scale_codes",
        "chosen/seven/options",
        "error",
        lambda raw: item(raw, "seven")["options"][0].update(code="eins"),
    ),
    ("limits_reversed", "chosen/used/max_choices", "error", at("used", min_choices=3, max_choices=2)),
    ("limits_reversed", "typed/age/max", "error", at("age", min=10, max=5)),
    ("limits_reversed", "typed/born/max", "error", at("born", min="2027-01-01")),
    ("bad_bound", "typed/age/min", "error", at("age", min=[1])),
    ("bad_bound", "typed/heat/step", "error", at("heat", step=0)),
    ("bad_pattern", "typed/plate/pattern", "error", at("plate", pattern="(a")),
    ("bad_pattern", "typed/plate/pattern", "error", at("plate", pattern=r"(?=a)b")),
    ("bad_pattern", "typed/plate/pattern", "error", at("plate", pattern=r"(a)\1")),
    ("bad_default", "chosen/sex/default", "gap", at("sex", default="x")),
    ("bad_default", "typed/age/default", "gap", at("age", default="many")),
    ("bad_foreign", "chosen/sex/foreign", "error", at("sex", foreign={"x": ["a"]})),
    ("bad_foreign", "foreign", "error", root(foreign={"x": {"a": "b" * 30_000}})),
    ("unknown_value", "chosen/why/order", "error", at("why", order="sideways")),
    ("unknown_value", "typed/waited/units", "error", at("waited", units=["weeks"])),
    ("unknown_value", "more/reach/fields", "error", at("reach", fields=["name", "shoe_size"])),
    ("unknown_value", "default_language", "error", root(default_language="de")),
    ("unknown_value", "order", "error", root(order="sorted")),
    ("unknown_language", "languages", "error", root(languages=["zh", "en", "tlh+x"])),
    ("spare_language", "chosen/title", "advice", part("chosen", title={"zh": "选", "en": "C", "fr": "C"})),
    (
        "unknown_language",
        "chosen/title",
        "error",
        part("chosen", title={"zh": "选", "en": "C", "and more": None}),
    ),
    ("missing_translation", "chosen/sex/text", "gap", at("sex", text={"zh": "性别"})),
    ("missing_translation", "chosen/sex/text", "gap", lambda raw: item(raw, "sex").pop("text")),
    (
        "missing_translation",
        "chosen/why/options[0]",
        "gap",
        lambda raw: item(raw, "why")["options"][0].pop("en"),
    ),
    ("missing_field", "more/reach", "gap", lambda raw: item(raw, "reach").pop("purpose")),
    ("missing_field", "more/double", "error", lambda raw: item(raw, "double").pop("calculation")),
    ("mandated_missing", "mandated", "gap", root(mandated=["age", "height"])),
    ("reserved_name", "last/_ver/id", "error", at("bye", id="_ver")),
    ("reserved_name", "last/_confirm_age/id", "error", at("bye", id="_confirm_age")),
    ("column_clash", "typed/AGE/id", "gap", lambda raw: item(raw, "share").update(id="AGE")),
    ("column_clash", "chosen/Wave/id", "gap", at("grade", id="Wave")),
    ("unknown_section", "more/parent", "error", part("more", parent="mroe")),
    ("unknown_section", "more/continues", "error", part("more", continues="last")),
    ("loop_source", "turns/loop", "error", part("turns", loop={"over": "used", "rows": "names"})),
    ("loop_over", "turns/loop.over", "error", part("turns", loop={"over": "sex"})),
    ("out_of_range", "turns/loop.max", "error", part("turns", loop={"over": "used", "max": 1000})),
    ("nested_loop", "branches/loop", "error", part("branches", parent="turns")),
    ("rows_missing", "rows/desk/rows", "error", at("desk", rows=[])),
    (
        "bad_code",
        "rows/desk/rows.code[0]",
        "error",
        lambda raw: item(raw, "desk")["rows"][0].update(code="a b"),
    ),
    ("unknown_pipe", "more/hello/text:0", "error", at("hello", text={"zh": "${nobody}", "en": "x"})),
    ("forward_pipe", "chosen/sex/text:0", "error", at("sex", text={"zh": "${age}", "en": "x"})),
    ("private_pipe", "last/bye/text:0", "error", at("bye", text={"zh": "${reach}", "en": "x"})),
    ("repeated_pipe", "last/bye/text:0", "error", at("bye", text={"zh": "${t_sat}", "en": "x"})),
    ("duplicate_code", "quotas[1]", "error", lambda raw: raw["quotas"].append(dict(raw["quotas"][0]))),
    ("missing_field", "quotas[0]", "error", lambda raw: raw["quotas"][0].pop("limit")),
    ("unknown_field", "chosen/sex", "error", at("sex", max_chars=10)),
    ("unknown_field", "legal", "error", root(legal={"stamp": "x"})),
    ("too_many", "sections", "error", lambda raw: raw.update(sections=raw["sections"] * 30)),
    (
        "too_many",
        "chosen/why/options",
        "error",
        at("why", options=[{"code": n, "zh": "a", "en": "a"} for n in range(501)]),
    ),
    ("not_a_mapping", "lists", "error", root(lists=[])),
    ("wrong_type", "chosen/sex/required", "error", at("sex", required=3)),
    ("wrong_type", "chosen/sex/constraint", "error", at("sex", constraint=3)),
    ("no_areas", "more/place/precision", "gap", lambda raw: None),
]


@pytest.mark.parametrize(
    ("code", "place", "level", "change"), CASES, ids=lambda p: p if isinstance(p, str) else ""
)
def test_a_broken_document_is_refused_at_the_right_place(
    code: str, place: str, level: str, change: Change
) -> None:
    raw = document()
    change(raw)
    compilation = build(raw, **({"areas": ()} if code == "no_areas" else {}))
    assert (code, place, level) in [(p.code, str(p.where), p.level) for p in compilation.problems]
    errors = [p for p in compilation.problems if p.level == "error"]
    assert (compilation.program is None) is bool(errors)


# Codes that the tests of single types trigger.
ELSEWHERE = {code for _, _, code in test_typed.REFUSED} | {
    *("choices_too_few", "choices_too_many", "rank_unreadable", "rank_twice", "rank_gap", "choose_county"),
    *("allocation_sum", "missing_and_value", "constraint_failed", "constraint_unusual", "consent_needed"),
    "shuffled_reference",
    "fact_unchanged",  # tests/survey/site/test_returns.py: a fact of the register, denied and left as it was
}
EXPRESSION_CODES = {"valueless_reference"}


def test_every_code_of_the_engine_is_triggered_by_a_test() -> None:
    """The subjects of expressions, lint and exchange have tests of their own."""
    here = {code for code, *_ in CASES} | {code for code, *_ in test_problems.CASES}
    catalogue = {*DOCUMENT, *STRUCTURE, *CONDITION, *ANSWER}
    # What is said of uploads belongs to the tests of the collection.
    catalogue = {code for code in catalogue if not code.startswith("upload_")}
    assert catalogue <= here | ELSEWHERE | test_problems.TESTED_APART | EXPRESSION_CODES
    assert catalogue >= ELSEWHERE
    texts = "".join(
        Path(module.__file__ or "").read_text() for module in (test_choices, test_rows, test_together)
    )
    for code in ("choices_too_few", "rank_gap", "allocation_sum", "constraint_unusual"):
        assert f'"{code}"' in texts


def test_the_sample_has_every_type_and_compiles_without_a_problem() -> None:
    types = {question["type"] for part in document()["sections"] for question in part["questions"]}
    assert types == set(ITEM_TYPES) - {"module"}
    assert isinstance(program(), Program)


def test_a_draft_with_gaps_compiles_and_shows_the_first_language_instead() -> None:
    raw = document()
    item(raw, "sex")["text"] = {"en": "Sex"}
    raw["default_language"] = "en"
    compilation = build(raw)
    assert compilation.program
    assert [(p.code, p.level, p.context["language"]) for p in compilation.problems] == [
        ("missing_translation", "gap", "zh")
    ]
    assert shown(compilation.program, "chosen")["sex"].text == {"zh": "Sex", "en": "Sex"}


@pytest.mark.parametrize("language", ["ar", "de", "ug-Arab-CN", "x-deutsch", "und", "zh-Hant"])
def test_an_instrument_may_be_in_any_language_and_needs_no_chinese(language: str) -> None:
    question = {"id": "q", "type": "review", "text": {language: "Q"}}
    plain = {"id": "a", "type": "single", "text": {language: "A"}, "options": [{"code": "y", language: "Y"}]}
    raw = small(question, plain, languages=[language])
    raw["title"], raw["sections"][0]["title"] = {language: "T"}, {language: "S"}
    compiled = build(raw).program
    assert compiled
    assert compiled.first_language == language
    items = shown(compiled)
    assert items["a"].options[0].text == {language: "Y"}
    assert set(items["q"].options[0].text) == {language}
    assert build(raw).problems == ()


def test_names_and_codes_may_be_in_any_script() -> None:
    compiled = made(
        "{id: 年龄, type: number}",
        '{id: _x-1, type: single, options: [{code: "18–29", zh: 甲, en: A}, {code: "c.d", zh: 乙, en: B}]}',
        sections=[section("部分", '{id: नाम, type: text, show_if: "${年龄} > 3"}')],
    )
    assert list(shown(compiled)) == ["年龄", "_x-1"]
    for name in ("1a", "a b", "a.b", "a@b", "", "é" * 65, "e\u0301", "-a"):
        assert ("bad_code", f"S/{name}/id" if name else "S/id") in found(
            build(small({"id": name, "type": "note"}))
        )


@pytest.mark.parametrize("code", ["a b", "a@b", "", "x" * 65, "a\u200b", "a\n"])
def test_a_code_has_no_space_no_at_and_an_end(code: str) -> None:
    raw = small({"id": "q", "type": "single", "options": [{"code": code, "zh": "a", "en": "a"}]})
    assert ("bad_code", "S/q/options.code[0]") in found(build(raw))


def test_format_1_knows_nothing_of_format_2() -> None:
    raw = format_1(EVERYTHING)
    raw["lists"] = {}
    item(raw, "C1")["constraint"] = ". > 1"
    item(raw, "C2")["type"] = "number"
    assert {(p.code, str(p.where)) for p in build(raw).problems} == {
        ("unknown_field", ""),
        ("unknown_field", "C/C1"),
        ("unknown_type", "C/C2/type"),
    }
    raw["schema"] = "minyi/instrument/2"
    raw["sections"][2]["questions"][1].pop("max_chars")
    assert build(raw).program


def test_what_a_document_says_beside_its_items_stands_in_the_program() -> None:
    compiled = program()
    assert compiled.legal["table_number"] == "表1号"
    assert [organiser.code for organiser in compiled.organisers] == ["perf"]
    assert compiled.mandated == ("age",)
    (quota,) = compiled.quotas
    assert (quota.code, quota.limit, quota.on_full) == ("young", 100, "end")
    assert quota.where is not None
    assert quota.where.to_json()[0] == "<"


def test_two_hundred_sections_and_two_thousand_items_are_the_limit() -> None:
    def large(sections: int, each: int) -> Any:
        return small(
            "{id: first, type: note}",
            sections=[
                {
                    "id": f"s{n}",
                    "title": {"zh": "甲", "en": "A"},
                    "questions": [
                        {"id": f"s{n}_q{m}", "type": "note", "text": {"zh": "甲", "en": "A"}}
                        for m in range(each)
                    ],
                }
                for n in range(sections)
            ],
        )

    assert build(large(199, 10)).program
    assert ("too_many", "sections") in found(build(large(200, 1)))
    assert ("too_many", "s3/questions") in found(build(large(4, 500)))


def test_a_page_is_never_longer_than_a_phone_can_bear() -> None:
    compiled = made(*[{"id": f"q{n}", "type": "number"} for n in range(150)])
    assert [len(page.items) for page in compiled.pages] == [60, 60, 30]
    rows = [{"code": n, "zh": "行", "en": "Row"} for n in range(100)]
    battery = {"id": "b", "type": "battery", "of": "scale", "scale": "sat5", "rows": rows}
    assert [len(page.items) for page in made(battery).pages] == [100]  # a battery is not torn apart
    state = AnswerState()
    assert len(shown(made(battery), "S", state)) == 100


def test_the_documentation_names_every_type_and_field() -> None:
    text = (Path(__file__).parents[3] / "docs" / "instrument-document.md").read_text()
    table = re.search(r"## Types of items\n(.*?)\n## ", text, re.S)
    assert table
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", table[1], re.M)
    assert [name for name, _ in rows] == list(ITEM_TYPES)
    shared = re.search(r"## Fields of every item\n(.*?)\n## ", text, re.S)
    assert shared
    common = set(re.findall(r"`(\w+)`", shared[1]))
    for name, fields in rows:
        known = set(ITEM_TYPES[name].known(strict=False))
        written = set(re.findall(r"`(\w+)`", fields))
        assert written <= known, name
        assert known - written <= common, name


def test_of_very_many_problems_enough_are_kept_and_an_error_is_never_lost() -> None:
    findings = Findings(gap="gap")
    for _ in range(MAX_PROBLEMS + 5):
        findings.add_gap("missing_translation", Where(), language="en")
    findings.add("no_sections", Where())
    findings.add("empty_section", Where())
    assert len(findings) == MAX_PROBLEMS + 7
    assert findings.has_errors
    kept = findings.as_tuple()
    assert len(kept) == MAX_PROBLEMS + 1
    assert [problem.code for problem in kept if problem.level == "error"] == ["no_sections"]


def test_a_number_of_thousands_of_digits_can_be_said() -> None:
    for huge in (10**30, 10**3000, 10**9000):
        options = [{"code": huge, "zh": "a", "en": "a"}]
        rows = [{"code": huge, "text": {"zh": "a", "en": "a"}}]
        for question in (
            {"id": "q", "type": huge},
            {"id": "q", "type": "number", "default": huge, "min": huge, "decimals": huge},
            {"id": "q", "type": "single", "options": options},
            {"id": "q", "type": "allocation", "total": huge, "rows": rows},
        ):
            compilation = build(small(question, version=huge, min_age=huge, lists={"a": options}))
            assert compilation.problems
            assert all(len(problem.message("zh")) < 500 for problem in compilation.problems)
