"""Each finding of the linter on the smallest instrument that has it, and none on the instruments that ship."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
import yaml

from survey.instrument.lint.report import LintReport
from survey.instrument.lint.run import lint
from survey.instrument.messages.lint import LINT
from survey.instrument.program import Program
from tests.house.test_layout import ROOT
from tests.survey.instrument.make import APPRAISAL, EVERYTHING, FOLLOW_UP, build, document

HEAD = """
schema: minyi/instrument/2
id: small
title: {zh: 小, en: Small}
languages: [zh, en]
sections:
"""


def compiled(sections: str, **more: Any) -> tuple[Program, dict[str, Any]]:
    """A program of format 2 from its sections."""
    raw = {**yaml.safe_load(HEAD + sections), **more}
    compilation = build(raw)
    assert compilation.program, [problem.message("en") for problem in compilation.problems]
    return compilation.program, raw


def report(sections: str, *, walks: int = 0, **more: Any) -> LintReport:
    """What the linter says of it."""
    return lint(*compiled(sections, **more), walks=walks)


def codes(sections: str, **more: Any) -> set[tuple[str, str]]:
    """The findings on soundness by code and place; wording is tested apart."""
    found = report(sections, **more).findings
    return {
        (f.code, f.where.item or f.where.section or f.where.field or "")
        for f in found
        if not is_wording(f.code)
    }


def is_wording(code: str) -> bool:
    """Whether a code is about texts and scales."""
    return code.startswith(("wording_", "scale_"))


ASK = """
- id: A
  title: {zh: 甲, en: First}
  questions:
  - {id: A1, type: single, required: true, text: {zh: 一, en: One}, options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}
  - {id: A2, type: multi, text: {zh: 二, en: Two}, options: [{code: x, zh: 子, en: X}, {code: y, zh: 丑, en: Y}, {code: z, zh: 寅, en: Z, exclusive: true}]}
  - {id: A3, type: number, form: integer, min: 0, max: 120, text: {zh: 三, en: Three}}
"""
NEXT = """
- id: B
  title: {zh: 乙, en: Second}
  questions:
"""


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        pytest.param(ASK, set(), id="nothing"),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "${A1} = 'a' and ${A1} = 'b'"}
  - {id: B2, type: text, text: {zh: 何, en: Why}}""",
            {("condition_never_true", "B1"), ("item_unreachable", "B1")},
            id="contradiction",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "selected(${A2}, 'x') and selected(${A2}, 'z')"}
  - {id: B2, type: text, text: {zh: 何, en: Why}}""",
            {("condition_never_true", "B1"), ("item_unreachable", "B1")},
            id="an exclusive option beside another",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "${A3} > 60 and ${A3} < 18"}
  - {id: B2, type: text, required: true, text: {zh: 何, en: Why}, show_if: "${A3} > 120"}""",
            {
                ("condition_never_true", "B1"),
                ("required_unreachable", "B2"),
                ("condition_never_true", "B2"),
                ("section_unreachable", "B"),
            },
            id="numbers out of bounds",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "${A1} = 'a' or ${A1} = 'b'"}""",
            {("condition_always_true", "B1")},
            id="always true",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "is-answered(${A1}) and selected(${A2}, 'x')"}""",
            {("part_always_true", "B1")},
            id="a part that is always true",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, show_if: "${A1} = 'a' or ${A3} > 200"}""",
            {("part_never_true", "B1")},
            id="a part that is never true",
        ),
        pytest.param(
            ASK + NEXT.replace("title:", "show_if: \"${A1} = 'a' and ${A1} = 'b'\"\n  title:") + """
  - {id: B1, type: text, text: {zh: 何, en: Why}}
  - {id: B2, type: single, required: true, text: {zh: 二, en: Two}, options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}""",
            {("section_unreachable", "B"), ("condition_never_true", "B"), ("required_unreachable", "B2")},
            id="a section that nobody reaches",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: number, form: integer, required: true, max: 10, constraint: ". > 10", text: {zh: 何, en: How many}}
  - {id: B2, type: text, text: {zh: 何, en: Why}}""",
            {("required_unanswerable", "B1")},
            id="a number that cannot be given",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: number, form: integer, constraint: ". > 10 and . < 5", text: {zh: 何, en: How many}}""",
            {("unanswerable", "B1")},
            id="a number that may only be skipped",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, text: {zh: 何, en: Why}, required: "${A1} = 'a' and ${A1} = 'b'"}
  - {id: B2, type: text, text: {zh: 何, en: Why}, required: "is-answered(${A1})"}
  - id: B3
    type: battery
    of: single
    text: {zh: 组, en: Set}
    rows: [{code: x, text: {zh: 行, en: Row}, show_if: "${A3} < 0"}, {code: y, text: {zh: 列, en: Line}}]
    options: [{code: g, zh: 好, en: Good}, {code: n, zh: 差, en: Bad}]""",
            {
                ("condition_never_true", "B1"),
                ("condition_always_true", "B2"),
                ("condition_never_true", "B3_x"),
                ("item_unreachable", "B3_x"),
            },
            id="conditions of requirements and rows",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: text, required: true, read_only: true, text: {zh: 何, en: Why}}""",
            {("required_unanswerable", "B1")},
            id="what cannot be edited and has no value",
        ),
        pytest.param(
            ASK
            + NEXT
            + """
  - {id: B2, type: text, required: true, read_only: true, prefill: frame, text: {zh: 何, en: Why}}
  - {id: B3, type: text, text: {zh: 何, en: Why}, show_if: "${B2} = 'x'"}""",
            set(),
            id="what the frame fills in",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: number, form: integer, required: true, min: 18, max: "${A3}", text: {zh: 何, en: How many}}""",
            {("dead_end", "B1")},
            id="no number between the bounds for some",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: single, required: true, choice_filter: "name = ${A1} and ${A1} = 'a'", text: {zh: 何, en: Which}, options: [{code: a, zh: 甲, en: A}, {code: c, zh: 丙, en: C}]}""",
            {("dead_end", "B1"), ("option_unreachable", "B1")},
            id="no option left for some, one never offered",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: single, choice_filter: "selected(${A2}, name)", text: {zh: 何, en: Which}, options: [{code: x, zh: 子, en: X}, {code: y, zh: 丑, en: Y}]}""",
            {("no_options_left", "B1")},
            id="no option left where it may be skipped",
        ),
        pytest.param(
            """
- id: A
  title: {zh: 甲, en: First}
  questions:
  - {id: A1, type: single, required: true, text: {zh: 一, en: One}, options: [{code: a, zh: 甲, en: A, screen_out: true}, {code: b, zh: 乙, en: B, screen_out: true}]}
"""
            + NEXT
            + "  - {id: B1, type: text, text: {zh: 何, en: Why}}",
            {("always_ends", "A1"), ("section_unreachable", "B")},
            id="everybody is screened out",
        ),
        pytest.param(
            ASK + NEXT + """
  - {id: B1, type: end, text: {zh: 完, en: End}, show_if: "is-answered(${A1})"}
- id: C
  title: {zh: 丙, en: Third}
  questions:
  - {id: C1, type: text, text: {zh: 何, en: Why}}""",
            {("always_ends", "B1"), ("section_unreachable", "C"), ("condition_always_true", "B1")},
            id="an end for everybody",
        ),
    ],
)  # fmt: skip
def test_what_is_not_sound_is_found(sections: str, expected: set[tuple[str, str]]) -> None:
    assert codes(sections) == expected


def quota(code: str, limit: int, where: str, **more: Any) -> dict[str, Any]:
    """One quota of a document."""
    return {"code": code, "title": {"zh": code, "en": code}, "limit": limit, "where": where, **more}


AGES = [quota("young", 60, "${A3} < 40"), quota("old", 40, "${A3} >= 40")]


@pytest.mark.parametrize(
    ("quotas", "expected"),
    [
        ([*AGES], set()),
        ([quota("none", 10, "${A1} = 'a' and ${A3} > 130")], {("quota_unfillable", "quotas.none")}),
        # Whoever is young and a is young: that quota closes before this one is full.
        (
            [quota("young", 50, "${A3} < 40"), quota("young_a", 80, "${A3} < 40 and ${A1} = 'a'")],
            {("quota_capped", "quotas.young_a")},
        ),
        # A quota that is only watched closes nothing.
        (
            [
                quota("young", 50, "${A3} < 40", on_full="continue"),
                quota("young_a", 80, "${A3} < 40 and ${A1} = 'a'"),
            ],
            {("quotas_disagree", "quotas.young")},
        ),
        # A1 is required: a and b are everybody, 150 of them, while all ages together are 100.
        (
            [
                *AGES,
                quota("blank", 5, "not(is-answered(${A3}))"),
                quota("a", 100, "${A1} = 'a'"),
                quota("b", 50, "${A1} = 'b'"),
            ],
            {("quotas_disagree", "quotas.young")},
        ),
    ],
    ids=["fine", "unfillable", "closed before", "not closing", "totals"],
)
def test_quotas_that_cannot_be_filled_are_found(
    quotas: list[dict[str, Any]], expected: set[tuple[str, str]]
) -> None:
    assert codes(ASK, quotas=quotas) == expected


def test_whoever_comes_to_an_end_that_is_no_screening_counts_for_quotas() -> None:
    sections = (
        ASK
        + NEXT
        + """
  - {id: B1, type: end, screen_out: SCREEN, text: {zh: 完, en: End}, show_if: "${A1} = 'a'"}
- id: C
  title: {zh: 丙, en: Third}
  questions:
  - {id: C1, type: text, text: {zh: 何, en: Why}}"""
    )
    only_a = [quota("a", 10, "${A1} = 'a'")]
    assert codes(sections.replace("SCREEN", "false"), quotas=only_a) == set()
    assert codes(sections.replace("SCREEN", "true"), quotas=only_a) == {("quota_unfillable", "quotas.a")}
    late = [quota("late", 10, "${A1} = 'a' and is-answered(${C1})")]
    assert codes(sections.replace("SCREEN", "false"), quotas=late) == {("quota_unfillable", "quotas.late")}


def test_quotas_fill_at_the_shares_of_the_walks() -> None:
    found = report(ASK, quotas=AGES, walks=2_000)
    young, old = found.quotas
    assert 0 < young.share < 1
    assert abs(young.share + old.share - 0.95) < 0.05
    assert young.completes_to_fill == pytest.approx(60 / young.share, abs=1)
    program, raw = compiled(ASK, quotas=[quota("a", 10, "${A1} = 'a'")])
    given = lint(program, raw, walks=500, margins={"A1": {"a": 0.9, "b": 0.1}}).quotas[0]
    assert given.share == pytest.approx(0.9, abs=0.05)


def test_a_sum_over_unbounded_numbers_is_not_decided_and_says_so() -> None:
    sections = (
        ASK
        + NEXT
        + """
  - {id: B1, type: number, text: {zh: 三, en: Three}}
  - {id: B2, type: number, text: {zh: 四, en: Four}}
  - {id: B3, type: text, text: {zh: 何, en: Why}, show_if: "${B1} * ${B2} = 1234577 and ${B1} > 3 and ${B2} > 3"}"""
    )
    found = [f for f in report(sections).findings if f.where.item == "B3" and not is_wording(f.code)]
    assert {f.code for f in found} == {"not_decided"}
    assert all(f.level == "advice" and str(f.context["proof"]).startswith("bounded(") for f in found)


def test_many_conditions_in_one_are_decided_without_trying_all_answers() -> None:
    """30 items of 5 codes are 5**30 walks; only what still matters is kept apart."""
    items = "\n".join(
        f"  - {{id: A{n}, type: single, text: {{zh: 一, en: One}}, options: "
        "[{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}, {code: c, zh: 丙, en: C}]}"
        for n in range(30)
    )
    any_a = " or ".join(f"${{A{n}}} = 'a'" for n in range(30))
    sections = f"""
- id: A
  title: {{zh: 甲, en: First}}
  questions:
{items}
- id: B
  title: {{zh: 乙, en: Second}}
  show_if: "{any_a}"
  questions:
  - {{id: B1, type: text, text: {{zh: 何, en: Why}}, show_if: "not({any_a})"}}
  - {{id: B2, type: text, text: {{zh: 何, en: Why}}}}"""
    started = time.perf_counter()
    found = report(sections)
    assert time.perf_counter() - started < 5
    assert found.proof == "exact"
    assert {(f.code, f.where.item) for f in found.findings if not is_wording(f.code)} == {
        ("condition_never_true", "B1"),
        ("item_unreachable", "B1"),
    }


def test_loops_are_followed_for_any_of_their_turns() -> None:
    sections = (
        ASK
        + """
- id: L
  title: {zh: 每项, en: Each}
  loop: {over: A2}
  questions:
  - {id: L1, type: single, text: {zh: 好吗, en: Good}, options: [{code: y, zh: 是, en: Y1}, {code: n, zh: 否, en: N1}]}
  - {id: L2, type: text, text: {zh: 何, en: Why}, show_if: "${L1} = 'n'"}
  - {id: L3, type: text, text: {zh: 何, en: Why}, show_if: "${L1} = 'n' and selected(${A2}, 'z')"}"""
    )
    assert codes(sections) == {("condition_never_true", "L3"), ("item_unreachable", "L3")}


@pytest.mark.parametrize(
    "text", [EVERYTHING, APPRAISAL, FOLLOW_UP], ids=["everything", "appraisal", "follow-up"]
)
def test_sound_instruments_have_no_finding_and_every_place_is_walked(text: str) -> None:
    raw = document(text)
    program = build(raw).program
    assert program
    found = lint(program, raw, walks=400)
    assert [f for f in found.findings if f.level != "advice"] == []
    assert found.is_sound
    assert found.proof == "exact"
    assert found.coverage
    assert found.coverage.stuck == 0
    walked = (*found.coverage.pages, *found.coverage.items, *found.coverage.conditions)
    assert [share.place for share in walked if not share.reached] == []


def test_the_report_is_plain_data_and_repeats_itself() -> None:
    program, raw = compiled(ASK, quotas=AGES)
    first, second = (lint(program, raw, walks=50, seed=7) for _ in range(2))
    assert json.loads(json.dumps(first.to_json())) == first.to_json() == second.to_json()
    assert lint(program, raw, walks=50, seed=8).to_json() != first.to_json()
    for finding in first.findings:
        assert finding.message("zh")
        assert finding.message("en")


def test_the_page_on_the_linter_names_every_code_with_its_level() -> None:
    text = (ROOT / "docs" / "lint.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| (gap|advice) \|", text, re.M))
    assert set(rows) == set(LINT)
    assert {code for code, level in rows.items() if level == "gap"} == {
        *(
            "section_unreachable",
            "item_unreachable",
            "required_unreachable",
            "required_unanswerable",
            "unanswerable",
        ),
        *("dead_end", "always_ends", "condition_never_true", "quota_unfillable", "quota_capped"),
    }
