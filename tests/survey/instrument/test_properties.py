"""Properties that hold for any answers whatever."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.compile import Compilation
from survey.instrument.path import PageRef, find_path, is_on_path
from survey.instrument.program import Program
from survey.instrument.shown import page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview, validate_page
from tests.survey.instrument.make import APPRAISAL, EVERYTHING, build, document, program

PROGRAMS = {"everything": program(), "appraisal": program(APPRAISAL)}
KEYS = (
    *("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "UM", "U01@edu", "U02@water", "U01@moon"),
    *("P_not_familiar", "P1@edu", "P2@town", "P3@edu", "ZZ", "@", ""),
)
CODES = (
    *("18+", "under18", "990101", "school", "clinic", "none", "5", "3", "1", "88", "98", "99"),
    *("edu", "health", "police", "water", "town", "moon", ""),
)
codes = st.one_of(st.sampled_from(CODES), st.text(max_size=5))
answer = st.one_of(codes, st.lists(codes, max_size=5))
contexts = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["web", "cati", "odd"]),
        "channel": st.sampled_from(["window", "online", ""]),
        "group": st.sampled_from(["guests", "organs", "experts"]),
        "assigned_units": st.lists(st.sampled_from(["edu", "water", "town", "moon"]), max_size=4),
        "frame.A2": codes,
    },
)
states = st.builds(
    AnswerState,
    answers=st.dictionaries(st.sampled_from(KEYS), answer, max_size=12),
    context=contexts,
    seed=st.integers(min_value=0, max_value=2**64),
)
programs = st.sampled_from(list(PROGRAMS.values()))
FEW = settings(max_examples=120, deadline=None)


@given(programs, states)
@FEW
def test_any_state_has_a_path_that_ends_and_agrees_with_itself(program: Program, state: AnswerState) -> None:
    path = find_path(program, state)
    assert len(set(path.pages)) == len(path.pages)
    assert set(path.stale) <= set(state.answers)
    # Each page of the path is open and shows something; any other page is closed.
    for ref in path.pages:
        assert page_items(program, ref, state)
    for page in program.pages:
        for unit in (None, "edu", "water", "moon"):
            ref = PageRef(code=page.code, unit=unit)
            assert is_on_path(program, ref, state) is (ref in path.pages)
    # What is shown and what is stale part the answers exactly.
    shown = {item.key for ref in path.pages for item in page_items(program, ref, state)}
    assert set(path.stale) == set(state.answers) - shown


@given(programs, states)
@FEW
def test_stale_answers_change_nothing(program: Program, state: AnswerState) -> None:
    path = find_path(program, state)
    clean = state.without(path.stale)
    again = find_path(program, clean)
    assert (again.pages, again.screened_out, again.stale) == (path.pages, path.screened_out, ())


@given(programs, states)
@FEW
def test_a_state_survives_json(program: Program, state: AnswerState) -> None:
    text = json.dumps(state.to_json())
    back = AnswerState.from_json(json.loads(text))
    assert back == state
    assert find_path(program, back) == find_path(program, state)


raw_values = st.one_of(
    st.lists(st.one_of(codes, st.none(), st.integers()), max_size=4),
    st.none(),
    st.text(max_size=3),
    st.integers(),
)
raws = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), raw_values, max_size=8)


@given(
    programs, states, raws, st.sampled_from(["A", "B", "C", "U", "U@edu", "P", "P@edu", "P@moon", "", "@"])
)
@FEW
def test_no_input_makes_validation_raise_and_what_it_accepts_is_valid(
    program: Program, state: AnswerState, raw: Any, key: str
) -> None:
    ref = PageRef.from_key(key)
    result = validate_page(program, ref, raw, state)
    for problem in result.problems:
        assert problem.message("zh")
        assert problem.message("en")
        json.dumps(problem.to_json())
    # Sending an accepted answer once more is accepted again and changes nothing.
    fields = {
        name: [value] if isinstance(value, str) else list(value) for name, value in result.answers.items()
    }
    again = validate_page(program, ref, fields, state)
    assert again.answers == result.answers
    assert {problem.code for problem in again.problems} <= {"required", "page_not_on_path"}


@given(programs, states)
@FEW
def test_the_final_check_and_the_dataset_row_are_total(program: Program, state: AnswerState) -> None:
    problems = validate_interview(program, state)
    refused = {problem.code for problem in problems} - {"required", "stale_answer", "screened_out"}
    if refused:
        return
    row, ratings = dataset_values(program, state.without(find_path(program, state).stale))
    columns = {v.name: v for v in codebook(program)}
    for name, value in row.items():
        options = {code for code, _ in columns[name].options}
        assert value is None or str(value) in options or columns[name].kind in ("area", "count")
    for rating in ratings:
        assert {"unit", "ticked", "drawn"} <= rating.keys()
        assert rating["ticked"] >= rating["drawn"] >= 1


@given(st.data())
@FEW
def test_walking_page_by_page_always_arrives(data: st.DataObject) -> None:
    """A respondent who answers what is shown, or skips what may be skipped, reaches a valid end."""
    program = data.draw(programs)
    state = AnswerState(
        context={"channel": "window", "group": "guests", "assigned_units": ["edu", "town"]},
        seed=data.draw(st.integers(0, 99)),
    )
    for _ in range(30):
        path = find_path(program, state)
        state = state.without(path.stale)
        open_pages = [ref for ref in path.pages if ref.key not in (state.context.get("done") or [])]
        if not open_pages or path.screened_out:
            break
        ref, raw = open_pages[0], {}
        for item in page_items(program, ref, state):
            offered = [option.code for option in item.options]
            if item.required or data.draw(st.booleans()):
                raw[item.key] = ["好"] if item.kind == "text" else [data.draw(st.sampled_from(offered))]
        result = validate_page(program, ref, raw, state)
        assert result.problems == ()
        done = [*(state.context.get("done") or []), ref.key]
        state = AnswerState(
            answers=result.into(state).answers, context={**state.context, "done": done}, seed=state.seed
        )
    else:
        raise AssertionError("the interview did not end")
    assert {problem.code for problem in validate_interview(program, state)} <= {"screened_out"}


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["id", "type", "text", "options", "show_if", "question", "any_of", "scale"]),
                inner,
                max_size=4,
            ),
        ),
        max_leaves=12,
    ),
    st.sampled_from(
        ["sections", "title", "modes", "context_fields", "units_per_respondent", "item", "show_if"]
    ),
)
@FEW
def test_no_document_makes_the_compiler_raise(value: Any, place: str) -> None:
    raw = document(EVERYTHING)
    if place == "item":
        raw["sections"][0]["questions"][0] = value
    elif place == "show_if":
        raw["sections"][1]["show_if"] = value
    else:
        raw[place] = value
    compilation = build(raw)
    assert isinstance(compilation, Compilation)
    assert (compilation.program is None) is bool(compilation.problems)
    # Whatever compiles can be stored and has a digest.
    assert compilation.program is None or len(compilation.program.digest) == 64
