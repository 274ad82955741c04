"""The solver's exact answers are those of trying every walk through the real engine."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.lint.cells import AT_END
from survey.instrument.lint.model import build_model
from survey.instrument.lint.soundness import check_soundness
from survey.instrument.lint.walks import simulate
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
def first_format(draw: st.DrawFn) -> dict[str, Any]:
    """A few sections with a few items each, conditions on anything earlier."""
    earlier: dict[str, list[str]] = {}
    sections = []
    for at in range(draw(st.integers(1, 3))):
        section: dict[str, Any] = {"id": f"S{at}", "title": {"zh": "部分"}, "questions": []}
        if draw(st.booleans()) and earlier:
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
        {"code": name, "zh": name} for name in draw(st.sampled_from(("ab", "abc")))
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
    leaves: list[st.SearchStrategy[Any]] = [
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
        several = st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True)
        leaves.append(st.just({"question": code, "answered": True}))
        leaves.append(st.fixed_dictionaries({"question": st.just(code), "equal": st.sampled_from(options)}))
        leaves.append(st.fixed_dictionaries({"question": st.just(code), "any_of": several}))
        leaves.append(st.fixed_dictionaries({"question": st.just(code), "all_of": several}))
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
    channels = (*CHANNELS, None) if program.context_fields else (None,)
    return [
        {"mode": mode, "group": group, **({"channel": channel} if channel else {})}
        for mode, group, channel in product(program.modes, program.evaluator_groups, channels)
    ]


@given(first_format())
@settings(max_examples=16, deadline=None)
def test_what_can_happen_is_what_happens_on_some_walk(raw: dict[str, Any]) -> None:
    agree(raw)


def agree(raw: dict[str, Any]) -> None:
    """The solver and the enumeration say the same of every item, and the solver says that it is sure."""
    compilation = build(raw)
    program = compilation.program
    assert program, [str(problem.message("en")) for problem in compilation.problems]
    seen = enumerate_walks(program, contexts(program))
    model = build_model(program)
    for asked in model.asked:
        goals = {
            "asked": (asked.cell.guard, seen.true),
            "false": (model.pool.all_of((asked.page_shown, model.pool.negation(asked.own))), seen.false),
        }
        for name, (goal, expected) in goals.items():
            answer = model.search.possible(goal, before=asked.before, page=asked.number)
            assert answer.proof == "exact"
            assert answer.possible is (asked.item.code in expected), (name, asked.item.code)
    assert seen.asked <= seen.true
    end = model.search.possible(model.pool.true, before=len(model.search.cells), page=AT_END)
    assert end.possible is seen.finished
    # A simulated walk comes to nothing that cannot be, and where it is stuck a finding says so.
    tally = simulate(model, walks=10, rng=Random(1), margins={})
    assert {code for kind, code in tally.places if kind == "item"} <= seen.true
    found = {finding.code for finding in check_soundness(model, raw)}
    assert not tally.ends["stuck"] or found & {"dead_end", "required_unanswerable"}
    assert seen.stuck == set() or found & {"dead_end", "required_unanswerable", "always_ends"}


@st.composite
def second_format(draw: st.DrawFn) -> dict[str, Any]:
    """Every kind of expression: conditions, filters, bounds, constraints, requirements, calculations, ends."""
    earlier: dict[str, str] = {}
    sections = []
    for at in range(draw(st.integers(2, 3))):
        section: dict[str, Any] = {"id": f"S{at}", "title": {"zh": "部分"}, "questions": []}
        if earlier and draw(st.integers(0, 2)) == 0:
            section["show_if"] = draw(expressions(earlier))
        for number in range(draw(st.integers(1, 2))):
            code = f"Q{at}{number}"
            section["questions"].append(draw(later_items(code, earlier)))
            earlier[code] = section["questions"][-1]["type"]
        sections.append(section)
    return {**FRAME, "schema": "minyi/instrument/2", "sections": sections}


@st.composite
def loops(draw: st.DrawFn) -> dict[str, Any]:
    """A section asked once for every ticked option, the second item of a turn depending on the first."""
    options = [{"code": name, "zh": name} for name in "ab"]
    ticks = {"id": "Q0", "type": "multi", "text": {"zh": "题"}, "options": options}
    ticks["options"] = [options[0], {**options[1], "exclusive": draw(st.booleans())}]
    earlier = {"Q0": "multi"}
    three = [{"code": name, "zh": name} for name in "abc"]
    more: dict[str, Any] = {"id": "Q1", "type": "single", "text": {"zh": "题"}, "options": three}
    if draw(st.booleans()):
        more["show_if"] = draw(expressions(earlier))
    earlier["Q1"] = "single"
    first: dict[str, Any] = {**more, "id": "L0", "required": draw(st.booleans())}
    first["show_if"] = draw(expressions(earlier))
    second = {"id": "L1", "type": "consent", "text": {"zh": "题"}}
    second["show_if"] = draw(expressions({**earlier, "L0": "single"}))
    loop: dict[str, Any] = {
        "id": "L",
        "title": {"zh": "每"},
        "loop": {"over": "Q0"},
        "questions": [first, second],
    }
    if draw(st.booleans()):
        loop["show_if"] = draw(expressions(earlier))
    asked = {"id": "A", "title": {"zh": "部分"}, "questions": [ticks, more]}
    # Few facts: every turn multiplies the walks.
    few = {"evaluator_group": ["residents"], "context_fields": []}
    return {**FRAME, **few, "schema": "minyi/instrument/2", "sections": [asked, loop]}


@st.composite
def later_items(draw: st.DrawFn, code: str, earlier: dict[str, str]) -> dict[str, Any]:
    """One item of a type that has expressions of its own."""
    kinds = (
        ["single", "multi", "number", "number", "computed", "end"]
        if earlier
        else ["single", "multi", "number"]
    )
    kind = draw(st.sampled_from(kinds))
    item: dict[str, Any] = {"id": code, "type": kind, "text": {"zh": "题"}}
    if (draw(st.booleans()) or kind == "end") and earlier:
        item["show_if"] = draw(expressions(earlier))
    if kind == "end":
        return {**item, "screen_out": draw(st.booleans())}
    if kind == "computed":
        return {**item, "calculation": f"if({draw(expressions(earlier))}, 3, 0)", "value": "number"}
    if earlier and draw(st.integers(0, 2)) == 0:
        item["required"] = draw(expressions(earlier))
    else:
        item["required"] = draw(st.booleans())
    if kind == "number":
        item |= {"form": "integer", "min": draw(st.integers(0, 2)), "max": draw(st.integers(3, 5))}
        if draw(st.booleans()):
            item["constraint"] = draw(st.sampled_from([". > 3", ". != 2 and . < 3", ". mod 2 = 1"]))
        return item
    item["options"] = [{"code": name, "zh": name} for name in "abc"]
    if draw(st.booleans()) and earlier:
        form = draw(st.sampled_from(["name = 'a' or ({})", "name != 'b' and ({})"]))
        item["choice_filter"] = form.format(draw(expressions(earlier)))
    return item


@st.composite
def expressions(draw: st.DrawFn, earlier: dict[str, str]) -> str:
    """A condition in the text form."""
    name, kind = draw(st.sampled_from(list(earlier.items())))
    ref = f"${{{name}}}"
    simple = {
        "single": [f"{ref} = 'a'", f"{ref} != 'b'", f"selected({ref}, 'c')"],
        "multi": [f"selected({ref}, 'a')", f"count-selected({ref}) >= 2", f"all-of({ref}, 'a', 'b')"],
        "number": [
            f"{ref} > 2",
            f"{ref} + 1 <= 4",
            f"number({ref}) >= 4",
            f"{ref} = number(coalesce({ref}, '2'))",
            f"{ref} = 3",
            f"is-answered({ref})",
        ],
        "computed": [f"{ref} = 3", f"{ref} < 1"],
        "end": ["context('mode') = 'cati'"],
    }
    leaf = draw(st.sampled_from(simple[kind]))
    form = draw(
        st.sampled_from(["{0}", "not({0})", "{0} and {1}", "{0} or {1}", "context('mode') = 'cati' or {0}"])
    )
    if "{1}" not in form:
        return str(form.format(leaf))
    return str(form.format(leaf, draw(expressions(earlier))))


@given(second_format())
@settings(max_examples=10, deadline=None)
def test_the_same_holds_for_every_kind_of_expression(raw: dict[str, Any]) -> None:
    agree(raw)


@given(loops())
@settings(max_examples=10, deadline=None)
def test_and_for_what_is_asked_in_turns(raw: dict[str, Any]) -> None:
    agree(raw)
