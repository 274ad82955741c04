"""The solver's exact answers are those of trying every walk through the real engine."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.lint.model import build_model
from survey.instrument.program import Program
from survey.instrument.state import Answer
from tests.survey.instrument.lint.enumeration import enumerate_walks
from tests.survey.instrument.make import build

CHANNELS = ("window", "online")
FRAME = {
    "schema": "satisfaction-demo/instrument/1",
    "id": "random",
    "version": "1",
    "title": {"zh": "甲"},
    "languages": ["zh"],
    "modes": ["web", "cati"],
    "evaluator_group": ["residents", "guests"],
    "context_fields": [{"id": "channel", "source": "transaction", "zh": "渠道", "codes": list(CHANNELS)}],
    "consent": {"zh": "自愿"},
    "closing": {"zh": "谢谢"},
}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A few sections with a few items each, conditions on anything earlier."""
    earlier: dict[str, list[str]] = {}
    sections = []
    for at in range(draw(st.integers(1, 3))):
        section: dict[str, Any] = {"id": f"S{at}", "title": {"zh": "部分"}, "questions": []}
        if earlier and draw(st.booleans()):
            section["show_if"] = draw(conditions(earlier))
        for number in range(draw(st.integers(1, 2))):
            code = f"Q{at}{number}"
            item = draw(items(code, earlier))
            section["questions"].append(item)
            earlier[code] = [option["code"] for option in item["options"]]
        sections.append(section)
    return {**FRAME, "sections": sections}


@st.composite
def items(draw: st.DrawFn, code: str, earlier: dict[str, list[str]]) -> dict[str, Any]:
    """One choice with two or three options."""
    kind = draw(st.sampled_from(["single", "single", "multi"]))
    options: list[dict[str, Any]] = [
        {"code": name, "zh": name} for name in draw(st.sampled_from(["ab", "abc"]))
    ]
    if kind == "multi" and draw(st.booleans()):
        options[-1]["exclusive"] = True
    for option in options:
        if draw(st.integers(0, 5)) == 0:
            option["screen_out"] = True
    item: dict[str, Any] = {
        "id": code,
        "type": kind,
        "text": {"zh": "题"},
        "options": options,
        "required": draw(st.booleans()),
    }
    if draw(st.booleans()):
        item["show_if"] = draw(conditions(earlier))
    return item


def conditions(earlier: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    """A condition tree over earlier items and facts."""
    leaves = [
        st.sampled_from(
            [
                {"context": "mode", "equal": "cati"},
                {"context": "group", "any_of": ["guests"]},
                {"context": "channel", "any_of": ["online"]},
                {"context": "channel", "answered": True},
            ]
        )
    ]
    for code, options in earlier.items():
        chosen = st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True)
        leaves.append(st.just({"question": code, "answered": True}))
        leaves.append(st.sampled_from(options).map(lambda o, code=code: {"question": code, "equal": o}))
        leaves.append(chosen.map(lambda o, code=code: {"question": code, "any_of": o}))
        leaves.append(chosen.map(lambda o, code=code: {"question": code, "all_of": o}))
    return st.recursive(
        st.one_of(leaves),
        lambda inner: st.one_of(
            inner.map(lambda part: {"not": part}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        ),
        max_leaves=4,
    )


def contexts(program: Program) -> list[dict[str, Answer]]:
    """Every state of the facts."""
    return [
        {"mode": mode, "group": group, **({"channel": channel} if channel else {})}
        for mode, group, channel in product(program.modes, program.evaluator_groups, (*CHANNELS, None))
    ]


@given(documents())
@settings(max_examples=150, deadline=None)
def test_what_can_happen_is_what_happens_on_some_walk(raw: dict[str, Any]) -> None:
    program = build(raw).program
    assert program
    seen = enumerate_walks(program, contexts(program))
    model = build_model(program)
    for asked in model.asked:
        goals = {
            "asked": (asked.cell.guard, seen.asked),
            "true": (model.pool.all_of((asked.page_shown, asked.own)), seen.true),
            "false": (model.pool.all_of((asked.page_shown, model.pool.negation(asked.own))), seen.false),
        }
        for name, (goal, expected) in goals.items():
            answer = model.search.possible(goal, before=asked.before, page=asked.number)
            assert answer.proof == "exact"
            assert answer.possible is (asked.item.code in expected), (name, asked.item.code)
    end = model.search.possible(model.pool.true, before=len(model.search.cells), page=10**9)
    assert end.possible is seen.finished
