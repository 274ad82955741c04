"""The logic builder: what it shows says the same as the expression, and what it cannot show it never touches."""

from __future__ import annotations

import pytest

from admin.designer.logic import groups as logic
from admin.designer.logic.groups import Clause, Group, Logic, Subject
from survey.instrument.expression import parse, render
from tests.admin.designer.conftest import Bench

SUBJECTS = {
    subject.name: subject
    for subject in (
        Subject(name="A1", label="One", kind="one", options=(("a", "A"), ("b", "B"))),
        Subject(name="A7", label="Many", kind="many", options=(("edu", "E"), ("bus", "B"))),
        Subject(name="N", label="Number", kind="number"),
        Subject(name="T", label="Text", kind="text"),
    )
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("${A1} = 'a'", "${A1} = 'a'"),
        ("selected(${A7}, 'edu')", "any-of(${A7}, 'edu')"),
        ("any-of(${A7}, 'edu', 'bus') and ${N} > 3", "any-of(${A7}, 'edu', 'bus') and ${N} > 3"),
        ("not(any-of(${A7}, 'edu'))", "not(any-of(${A7}, 'edu'))"),
        ("count-selected(${A7}) >= 2", "count-selected(${A7}) >= 2"),
        ("${T} != ''", "is-answered(${T})"),
        ("3 < ${N}", "${N} > 3"),
        ("${N} >= -2.5", "${N} >= -2.5"),
        (
            "(${A1} = 'a' or ${A1} = 'b') and (${N} < 3 or is-answered(${T}))",
            "(${A1} = 'a' or ${A1} = 'b') and (${N} < 3 or is-answered(${T}))",
        ),
    ],
)
def test_what_the_builder_shows_says_the_same(text: str, said: str) -> None:
    node = parse(text).node if text else None
    built = logic.from_node(node, SUBJECTS)
    assert built is not None
    again = logic.to_node(built, SUBJECTS)
    assert ("" if again is None else render(again)) == said


@pytest.mark.parametrize(
    "text",
    [
        "${N} + 1 > 3",
        "if(${A1} = 'a', 1, 2) = 1",
        "${N} > ${M}",
        "${unknown} = 'a'",
        "contains(${A1}, 'a')",
        "(${A1} = 'a' or (${N} > 1 and ${N} < 3)) and is-answered(${T})",
    ],
)
def test_what_it_cannot_show_it_leaves_alone(text: str) -> None:
    assert logic.from_node(parse(text).node, SUBJECTS) is None


def test_unfinished_rows_say_nothing() -> None:
    rows = (Clause(), Clause(item="A1"), Clause(item="A1", op="any"), Clause(item="N", op=">", values=("",)))
    assert logic.to_node(Logic(groups=(Group(clauses=rows),)), SUBJECTS) is None


def test_a_condition_is_built_by_choosing(bench: Bench) -> None:
    path = "/logic/item/R10/show_if"
    row = {"group": "g0", "g0.join": "all", "g0.clause": ["c0"], "g0.c0.item": "A7", "join": "all"}
    chosen = bench.post(path, {**row, "do": "refresh"})
    assert 'value="edu"' in chosen.get_data(as_text=True)
    row |= {"g0.c0.op": "any", "g0.c0.value": ["edu", "bus"]}
    shown = bench.post(path, {**row, "do": "add:0"}).get_data(as_text=True)
    assert "any-of(${A7}, &#39;edu&#39;, &#39;bus&#39;)" in shown
    assert 'name="g0.c1.item"' in shown
    row |= {"g0.clause": ["c0", "c1"], "g0.c1.item": "A1", "g0.c1.op": "none", "g0.c1.value": ["60+"]}
    assert bench.post(path, {**row, "do": "save"}).status_code == 303
    assert bench.item("R10")["show_if"] == "any-of(${A7}, 'edu', 'bus') and not(${A1} = '60+')"
    assert bench.get("/problems?lang=en").get_data(as_text=True).count('class="finding error"') == 0
    # nothing else of the item was touched
    assert bench.item("R10") | {"show_if": 0} == bench.document["sections"][1]["questions"][9] | {
        "show_if": 0
    }


def test_a_text_that_cannot_be_read_is_kept_and_its_character_marked(bench: Bench) -> None:
    path = "/logic/item/R10/show_if"
    read = bench.post(path, {"do": "read", "text": "${A7} = = 'edu'"}).get_data(as_text=True)
    assert "${A7} = <mark>=</mark> &#39;edu&#39;" in read
    assert 'class="logic"' not in read
    assert bench.post(path, {"do": "save-text", "text": "${A7} = = 'edu'"}).status_code == 303
    assert bench.item("R10")["show_if"] == "${A7} = = 'edu'"
    assert "<mark>=</mark>" in bench.get(path).get_data(as_text=True)


def test_only_earlier_items_are_offered(bench: Bench) -> None:
    page = bench.get("/logic/item/A5/show_if").get_data(as_text=True)
    offered = {code for code in bench.codes() if f'<option value="{code}"' in page}
    assert offered == {"A1", "A2", "A3", "A4"}
    section = bench.get("/logic/section/C/show_if").get_data(as_text=True)
    assert 'value="R10"' in section
    assert 'value="R11"' not in section


def test_there_is_no_condition_where_there_is_none(bench: Bench) -> None:
    for path in ("/logic/item/A1/text", "/logic/item/Z9/show_if", "/logic/nothing/A1/show_if"):
        assert bench.get(path).status_code == 404
