"""Properties of format 2 that hold for any answers and any form whatever."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.compile import Compilation
from survey.instrument.path import PageRef, find_path
from survey.instrument.posted import field_names
from survey.instrument.program import Program
from survey.instrument.shown import page_items, show_page
from survey.instrument.state import AnswerState, answer_key
from survey.instrument.validate import validate_interview, validate_page
from tests.survey.instrument.every_type import document, made, program, section
from tests.survey.instrument.make import build, item

TOGETHER = made(
    "{id: n, type: number, form: integer}",
    sections=[
        section(
            "T",
            "{id: a, type: single, options: [{code: y, zh: 有, en: Y}, {code: o, zh: 其他, en: O, other: true}]}",
            '{id: b, type: number, required: true, show_if: "${a} = \'y\'", max: "${n}"}',
            '{id: c, type: text, show_if: "${b} > 3"}',
            '{id: d, type: computed, value: number, calculation: "${b} + ${n}"}',
            '{id: e, type: note, show_if: "${d} > 5", text: {zh: "${d}", en: "${a}"}}',
            together=True,
            loop={"count": "${n}", "max": 2},
        ),
        section("X", '{id: x, type: text, show_if: "sum(${b}) > 2"}', shuffle=True),
        section(
            "Y",
            "{id: y, type: single, order: random, options: [{code: q, zh: 甲, en: A}, {code: r, zh: 乙, en: B}]}",
            shuffle=True,
        ),
    ],
    order="random",
)
PROGRAMS = {"every type": program(), "together": TOGETHER}
VALUES = (
    *(
        "m",
        "f",
        "88",
        "#88",
        "tax",
        "school",
        "else",
        "none",
        "a",
        "o",
        "5",
        "1",
        "10",
        "99",
        "990101",
        "990100",
    ),
    *("42", "12.5", "-1", "１２", "0.3", "2026-11-21", "2026-13-01", "2026-11", "08:30", "2026-11-21T08:30"),
    *(
        "a@b.cc",
        "AB123",
        "30 120 5",
        "yes",
        "given",
        "abcdef123",
        "Li",
        "y",
        "x" * 60,
        "",
        " ",
        "\x00",
        "\ud800",
        "٣",
    ),
)
texts = st.one_of(st.sampled_from(VALUES), st.text(max_size=6))
answers = st.one_of(texts, st.lists(texts, max_size=4))
chosen_program = st.sampled_from(list(PROGRAMS))
seeds = st.integers(min_value=0, max_value=2**52)
FEW = settings(max_examples=80, deadline=None)


def _keys(compiled: Program) -> list[str]:
    turns = ("tax", "else", "1", "2", "none", "9")
    codes = [item.code for page in compiled.pages for item in page.items]
    return [
        *codes,
        *(f"{code}@{turn}" for code in codes[-12:] for turn in turns),
        "t_sat@tax",
        "b_ok@1",
        "zz",
    ]


def _pages(compiled: Program) -> list[PageRef]:
    turns = ("tax", "else", "1", "2")
    return [
        PageRef(code=page.code, unit=unit)
        for page in compiled.pages
        for unit in ((None,) if page.repeat is None else turns)
    ]


KEYS = {name: _keys(compiled) for name, compiled in PROGRAMS.items()}
PAGES = {name: _pages(compiled) for name, compiled in PROGRAMS.items()}


def drawn_state(data: st.DataObject, name: str) -> AnswerState:
    return AnswerState(
        answers=data.draw(st.dictionaries(st.sampled_from(KEYS[name]), answers, max_size=14)),
        context=data.draw(st.sampled_from([{}, {"mode": "cati"}, {"today": "2026-11-21"}])),
        seed=data.draw(seeds),
    )


@given(st.data(), chosen_program)
@FEW
def test_any_state_has_a_path_that_agrees_with_its_pages(data: st.DataObject, name: str) -> None:
    compiled, state = PROGRAMS[name], drawn_state(data, name)
    path = find_path(compiled, state)
    assert len(set(path.pages)) == len(path.pages)
    for ref in PAGES[name]:
        page = show_page(compiled, ref, state)
        assert (page is not None) is (ref in path.pages)
        if page is not None:
            json.dumps([dict(item.text) for item in page.all_items])
    clean = find_path(compiled, state.without(path.stale))
    assert (clean.pages, clean.stale) == (path.pages, ())


raw_values = st.one_of(
    st.lists(st.one_of(texts, st.none(), st.integers()), max_size=4),
    st.none(),
    st.text(max_size=3),
    st.integers(),
)


@given(st.data(), chosen_program)
@FEW
def test_no_form_makes_validation_raise_and_what_it_accepts_is_accepted_again(
    data: st.DataObject, name: str
) -> None:
    compiled, state = PROGRAMS[name], drawn_state(data, name)
    on_path = find_path(compiled, state).pages
    ref = data.draw(st.sampled_from(on_path or PAGES[name]))
    names = {
        field
        for page in compiled.pages
        for item in page.items
        for field in field_names(item, answer_key(item.code, ref.unit))
    }
    fields = st.one_of(
        st.sampled_from(sorted(names)), st.sampled_from(["_seen", "_confirm_b", "csrf_token", "zz", ""])
    )
    raw: Any = data.draw(st.dictionaries(fields, raw_values, max_size=10))
    result = validate_page(compiled, ref, raw, state)
    for problem in result.problems:
        assert problem.message("zh")
        assert problem.message("de")
        json.dumps(problem.to_json())
    assert set(result.answers).isdisjoint(result.cleared)
    # Every accepted answer, sent in its stored form, is accepted again and unchanged.
    kept = {key: value for key, value in result.answers.items() if value != "given"}
    sent = {key: [value] if isinstance(value, str) else list(value) for key, value in kept.items()}
    again = validate_page(compiled, ref, {**sent, "_confirm_b": ["y"]}, state)
    assert {key: again.answers.get(key) for key in kept} == kept
    # And the whole interview finds nothing invalid in it.
    after = result.into(state)
    invalid = {
        problem.where.item
        for problem in validate_interview(compiled, after)
        if problem.code
        not in {"required", "consent_needed", "stale_answer", "screened_out", "allocation_sum"}
    }
    assert invalid.isdisjoint(result.answers)


@given(st.data(), chosen_program)
@FEW
def test_the_row_of_a_valid_interview_has_exactly_the_cells_of_the_codebook(
    data: st.DataObject, name: str
) -> None:
    """Answers page by page: whatever is accepted becomes a row of the right types."""
    compiled = PROGRAMS[name]
    state = AnswerState(seed=data.draw(seeds))
    for _ in range(25):
        done = state.context.get("done") or []
        ref = next((ref for ref in find_path(compiled, state).pages if ref.key not in done), None)
        if ref is None:
            break
        raw: dict[str, list[str]] = {}
        for shown in page_items(compiled, ref, state):
            codes = [option.code for option in shown.options]
            values = st.sampled_from(codes) if codes and shown.kind in CHOSEN else texts
            raw[shown.key] = data.draw(st.lists(values, max_size=3, unique=True))
        state = validate_page(compiled, ref, raw, state).into(state)
        state = AnswerState(answers=state.answers, context={"done": [*done, ref.key]}, seed=state.seed)
    else:
        raise AssertionError("the interview did not end")
    state = state.without(find_path(compiled, state).stale)
    row, _ = dataset_values(compiled, state)
    variables = {variable.name: variable for variable in codebook(compiled)}
    assert list(row) == list(variables)
    for column, cell in row.items():
        variable = variables[column]
        if variable.kind == "number":
            assert cell is None or isinstance(cell, float)
        elif variable.kind in ("scale", "indicator", "rank"):
            assert cell is None or isinstance(cell, int)
        else:
            assert cell is None or isinstance(cell, str)
        if variable.kind in ("scale", "single", "indicator", "status"):
            assert cell is None or str(cell) in {code for code, _ in variable.options}


CHOSEN = ("single", "multi", "scale", "ranking", "area", "geopoint")

anything = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=4),
        st.sampled_from(VALUES),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "code",
                    "type",
                    "text",
                    "zh",
                    "options",
                    "list",
                    "rows",
                    "columns",
                    "show_if",
                    "over",
                    "count",
                    "scale",
                    "of",
                    "min",
                    "max",
                    "where",
                    "limit",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=10,
)
PLACES = (
    *(
        "sections",
        "title",
        "languages",
        "lists",
        "quotas",
        "organisers",
        "legal",
        "order",
        "foreign",
        "mandated",
        "reference_period",
    ),
    *("loop", "parent", "continues", "together", "shuffle", "questions"),
    *(
        f"item.{name}"
        for name in (
            "options",
            "list",
            "rows",
            "columns",
            "of",
            "min",
            "max",
            "step",
            "total",
            "pattern",
            "units",
        )
    ),
    *(
        f"item.{name}"
        for name in (
            "calculation",
            "constraint",
            "required",
            "default",
            "choice_filter",
            "fields",
            "purpose",
            "type",
            "text",
            "order",
        )
    ),
)


@given(
    anything,
    st.sampled_from(PLACES),
    st.sampled_from(["sex", "used", "age", "desk", "money", "ranks", "double", "reach", "heat", "waited"]),
)
@settings(max_examples=150, deadline=None)
def test_no_document_makes_the_compiler_raise(value: Any, place: str, code: str) -> None:
    raw = document()
    if place.startswith("item."):
        item(raw, code)[place.removeprefix("item.")] = value
    elif place in ("loop", "parent", "continues", "together", "shuffle", "questions"):
        raw["sections"][3][place] = value
    else:
        raw[place] = value
    compilation = build(raw)
    assert isinstance(compilation, Compilation)
    assert (compilation.program is None) is any(problem.level == "error" for problem in compilation.problems)
    for problem in compilation.problems:
        json.dumps(problem.to_json())
    if compilation.program is not None:
        stored = json.loads(json.dumps(compilation.program.to_json()))
        assert Program.from_json(stored) == compilation.program
        assert len(compilation.program.digest) == 64
        path = find_path(compilation.program, AnswerState())
        assert all(show_page(compilation.program, ref, AnswerState()) for ref in path.pages)
