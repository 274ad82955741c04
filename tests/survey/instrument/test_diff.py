"""Every change between two versions has its class and its place, and the series break where they must."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
import yaml

from survey.instrument.codebook import codebook
from survey.instrument.parts import Item, Option, Page
from survey.instrument.program import Program
from survey.instrument.versions.diff import Diff, compare
from survey.instrument.versions.diff_rules import (
    IGNORED_IN_ITEMS,
    IGNORED_IN_OPTIONS,
    ITEM_RULES,
    OPTION_RULES,
    PROGRAM_RULES,
    REASONS,
    SECTION_RULES,
)
from tests.survey.instrument.make import EVERYTHING, build, document

BASE: dict[str, Any] = yaml.safe_load(
    """
    schema: minyi/instrument/2
    id: series
    version: "1"
    title: {zh: 系列, en: Series}
    languages: [zh, en]
    min_age: 18
    lists: {things: [{code: x, text: {zh: 子, en: X}}, {code: y, text: {zh: 丑, en: Y}}]}
    quotas: [{code: young, title: {zh: 青年, en: Young}, limit: 10, where: "${age} < 40"}]
    sections:
    - id: A
      title: {zh: 甲, en: First}
      questions:
      - {id: age, type: number, form: integer, min: 0, max: 120, text: {zh: 年龄, en: Age}, unit: {zh: 岁, en: years}}
      - {id: sat, type: single, text: {zh: 您满意吗？, en: "Are you satisfied?"}, help: {zh: 帮助, en: Help}, options: [{code: g, text: {zh: 满意, en: Good}}, {code: b, text: {zh: 不满意, en: Bad}}]}
      - {id: why, type: multi, text: {zh: 原因, en: Why}, show_if: "${sat} = 'b'", options: [{code: slow, text: {zh: 慢, en: Slow}}, {code: rude, text: {zh: 态度, en: Rude}}, {code: far, text: {zh: 远, en: Far}}]}
    - id: B
      title: {zh: 乙, en: Second}
      show_if: "${age} > 20"
      questions:
      - {id: trust, type: slider, min: 0, max: 10, text: {zh: 信任, en: Trust}}
      - {id: grid, type: battery, of: single, text: {zh: 各项如何, en: How are these}, rows: [{code: r1, text: {zh: 水, en: Water}}, {code: r2, text: {zh: 电, en: Power}}], options: [{code: g, text: {zh: 好, en: Good}}, {code: n, text: {zh: 差, en: Bad}}]}
    - id: L
      title: {zh: 每次, en: Each}
      loop: {count: 2}
      questions:
      - {id: turn, type: single, list: things, text: {zh: 哪个, en: Which}}
    """
)


def program(raw: dict[str, Any]) -> Program:
    """A version that must compile."""
    compilation = build(raw)
    assert compilation.program, [problem.message("en") for problem in compilation.problems]
    return compilation.program


def changed(change: Callable[[dict[str, Any]], object]) -> Diff:
    """The diff that a change of the document makes."""
    after = copy.deepcopy(BASE)
    change(after)
    return compare(program(copy.deepcopy(BASE)), program(after))


def item(raw: dict[str, Any], code: str) -> dict[str, Any]:
    """One item of a document."""
    found: dict[str, Any] = next(q for part in raw["sections"] for q in part["questions"] if q["id"] == code)
    return found


def edit(code: str, **values: Any) -> Callable[[dict[str, Any]], object]:
    """Fields of an item replaced."""
    return lambda raw: item(raw, code).update(values)


def swap(raw: dict[str, Any]) -> None:
    """The first item of a section put last."""
    questions = raw["sections"][0]["questions"]
    questions.append(questions.pop(0))


def option(code: str, at: int, **values: Any) -> Callable[[dict[str, Any]], object]:
    """Fields of an option replaced."""
    return lambda raw: item(raw, code)["options"][at].update(values)


SHORT = {"zh": "满意么", "en": "Are you satisfied?"}


@pytest.mark.parametrize(
    ("change", "expected", "breaks"),
    [
        (lambda raw: None, set(), {}),
        (lambda raw: raw.update(version="2"), set(), {}),
        (edit("sat", text=SHORT), {("wording", "changed", "sat", "text")}, {"sat": ("wording",)}),
        # Another mark at the end is no other question.
        (
            edit("sat", text={"zh": "您满意吗 ?", "en": "Are you satisfied?"}),
            {("presentation", "changed", "sat", "text")},
            {},
        ),
        (
            edit("sat", text={"zh": "您满意吗？", "en": "Happy?"}),
            {("translation", "changed", "sat", "text")},
            {},
        ),
        (edit("sat", help={"zh": "另", "en": "Help"}), {("wording", "changed", "sat", "help")}, {}),
        (
            edit("sat", type="multi"),
            {("type", "changed", "sat", "kind")},
            {"sat": None, "sat.g": None, "sat.b": None},
        ),
        (
            option("sat", 0, text={"zh": "很满意", "en": "Good"}),
            {("wording", "changed", "sat", "options.text")},
            {"sat": ("options",)},
        ),
        (
            lambda raw: item(raw, "sat")["options"].append({"code": "m", "text": {"zh": "一般", "en": "So so"}}),
            {("code", "added", "sat", "options")},
            {"sat": ("options",)},
        ),
        (
            lambda raw: item(raw, "sat")["options"].append(
                {"code": "88", "missing": True, "text": {"zh": "说不清", "en": "Don't know"}}
            ),
            {("code", "added", "sat", "options")},
            {},
        ),
        # In a multiple choice an option is a variable of its own.
        (
            lambda raw: item(raw, "why")["options"].pop(),
            {("code", "removed", "why", "options")},
            {"why.far": None},
        ),
        (
            option("why", 0, text={"zh": "太慢", "en": "Slow"}),
            {("wording", "changed", "why", "options.text")},
            {"why.slow": ("options",)},
        ),
        (
            lambda raw: item(raw, "why")["options"].reverse(),
            {("order", "moved", "why", "options")},
            {},
        ),
        (
            edit("why", show_if="${sat} = 'g'"),
            {("logic", "changed", "why", "shown_if")},
            dict.fromkeys(("why.slow", "why.rude", "why.far"), ("base",)),
        ),
        (edit("why", required=True), {("logic", "changed", "why", "required")}, {}),
        (edit("age", max=110), {("logic", "changed", "age", "high")}, {}),
        (edit("age", unit={"zh": "周岁", "en": "years"}), {("scale", "changed", "age", "unit")}, {"age": ("scale",)}),
        (edit("trust", max=100), {("scale", "changed", "trust", "high")}, {"trust": ("scale",)}),
        (edit("sat", appearance="dropdown"), {("presentation", "changed", "sat", "appearance")}, {}),
        (edit("sat", integrity=True), {("organisation", "changed", "sat", "integrity")}, {}),
        (swap, {("order", "moved", "age", None)}, {}),
        (
            lambda raw: raw["sections"][1].update(show_if="${age} > 30"),
            {("logic", "changed", None, "shown_if")},
            dict.fromkeys(("trust", "grid_r1", "grid_r2"), ("base",)),
        ),
        (
            lambda raw: raw["sections"][1].update(title={"zh": "丙", "en": "Second"}),
            {("wording", "changed", None, "title")},
            {},
        ),
        (
            edit("grid", text={"zh": "评价", "en": "How are these"}),
            {("wording", "changed", "grid", "text")},
            dict.fromkeys(("grid_r1", "grid_r2"), ("stem",)),
        ),
        (
            lambda raw: item(raw, "grid")["rows"][0].update(text={"zh": "自来水", "en": "Water"}),
            {("wording", "changed", "grid_r1", "text")},
            {"grid_r1": ("wording",)},
        ),
        (
            lambda raw: raw.update(min_age=16),
            {("logic", "changed", None, "min_age")},
            dict.fromkeys(
                ("age", "sat", "why.slow", "why.rude", "why.far", "trust", "grid_r1", "grid_r2", "turn@1", "turn@2"),
                ("base",),
            ),
        ),
        (
            lambda raw: raw["sections"][2].update(loop={"count": 3}),
            {("logic", "changed", None, "loop.count")},
            {"turn@1": ("base",), "turn@2": ("base",), "turn@3": None},
        ),
        (
            lambda raw: raw["lists"]["things"][0]["text"].update(zh="卯"),
            {("wording", "changed", "turn", "options.text")},
            {"turn@1": ("options",), "turn@2": ("options",)},
        ),
        (lambda raw: raw["quotas"][0].update(limit=20), {("logic", "changed", None, "quotas")}, {}),
        (
            lambda raw: raw["sections"][1]["questions"].pop(0),
            {("code", "removed", "trust", None)},
            {"trust": None},
        ),
    ],
)  # fmt: skip
def test_each_change_has_its_class_and_breaks_what_it_must(
    change: Callable[[dict[str, Any]], object],
    expected: set[tuple[str, str, str | None, str | None]],
    breaks: dict[str, tuple[str, ...] | None],
) -> None:
    found = changed(change)
    places = {(d.kind, d.act, d.item, d.field) for d in found.differences}
    assert places == expected
    # None in the table: a variable that starts or ends.
    broken = {
        series.name.removesuffix(".status"): series.reasons if series.verdict == "breaks" else None
        for series in found.series
        if series.verdict != "continues"
    }
    assert broken == breaks
    assert json.loads(json.dumps(found.to_json())) == found.to_json()


def test_new_codes_with_was_are_renamings_and_conditions_that_follow_them_are_the_same() -> None:
    def rename(raw: dict[str, Any]) -> None:
        item(raw, "age").update(id="years", was="age")
        item(raw, "sat")["options"][1].update(code="bad", was="b")
        item(raw, "why")["show_if"] = "${sat} = 'bad'"
        raw["sections"][1]["show_if"] = "${years} > 20"
        raw["quotas"][0]["where"] = "${years} < 40"
        item(raw, "grid")["rows"][0].update(code="w", was="r1")

    found = changed(rename)
    assert {(d.kind, d.act, d.item, d.option, d.before) for d in found.differences} == {
        ("code", "renamed", "years", None, "age"),
        ("code", "renamed", "sat", "bad", "b"),
        ("code", "renamed", "grid_w", None, "grid_r1"),
        ("presentation", "changed", "grid_w", None, "r1"),
    }
    assert found.breaks == ()
    formers = {series.name: series.former for series in found.series if series.former}
    assert formers == {"years": "age", "years.status": "age.status", "grid_w": "grid_r1"}


def test_a_version_beside_itself_has_no_difference() -> None:
    for raw in (copy.deepcopy(BASE), document(EVERYTHING)):
        same = compare(program(raw), program(raw))
        assert same.differences == ()
        assert {series.verdict for series in same.series} == {"continues"}
        assert [series.name for series in same.series] == [v.name for v in codebook(program(raw))]


def test_every_field_of_a_program_has_a_rule() -> None:
    assert {field.name for field in fields(Item)} == set(ITEM_RULES) | IGNORED_IN_ITEMS
    assert {field.name for field in fields(Option)} == set(OPTION_RULES) | IGNORED_IN_OPTIONS
    assert {field.name for field in fields(Page)} - {"code", "section", "items"} == set(SECTION_RULES)
    apart = {"code", "version", "pages", "units", "areas", "lists", "batteries", "loops", "default_language"}
    assert {field.name for field in fields(Program)} - apart == set(PROGRAM_RULES)


def test_every_reason_has_words() -> None:
    used = {
        rule.breaks
        for rules in (ITEM_RULES, OPTION_RULES, SECTION_RULES, PROGRAM_RULES)
        for rule in rules.values()
    }
    assert used - {None} | {"stem", "added", "removed"} == set(REASONS)
    assert all(set(words) == {"zh", "en"} for words in REASONS.values())
