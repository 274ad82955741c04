"""Pages kept together, requirements and constraints: what an answer does to the items beside it."""

from __future__ import annotations

from survey.instrument.path import find_path
from survey.instrument.shown import show_page
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview
from tests.survey.instrument.every_type import made, only, refused, section, send, shown

YES = "{id: has, type: single, options: [{code: y, zh: 有, en: Yes}, {code: n, zh: 无, en: No}]}"
HOW = "{id: how, type: number, form: integer, required: true, show_if: \"${has} = 'y'\"}"
WHY = '{id: why, type: text, required: true, show_if: "${how} > 3"}'


PAGE = made("{id: before, type: number}", sections=[section("T", YES, HOW, WHY, together=True)])


def test_without_the_mark_the_page_is_cut() -> None:
    compiled = made(YES, HOW, WHY)
    assert [[item.code for item in page.items] for page in compiled.pages] == [["has"], ["how"], ["why"]]
    assert [[item.code for item in page.items] for page in PAGE.pages] == [["before"], ["has", "how", "why"]]


def test_an_item_opened_on_its_own_page_is_shown_after_sending_it_without_an_error() -> None:
    first = send(PAGE, {"has": ["y"]}, page="T")
    assert (first.answers, first.problems, first.revealed) == ({"has": "y"}, (), ("how",))
    state = first.into(AnswerState())
    assert list(shown(PAGE, "T", state)) == ["has", "how"]
    # Now it was seen: it is required, and may open the next.
    assert refused(send(PAGE, {"has": ["y"]}, page="T", state=state)) == [("required", "how")]
    second = send(PAGE, {"has": ["y"], "how": ["5"]}, page="T", state=state)
    assert (second.problems, second.revealed) == ((), ("why",))


def test_what_a_script_opened_is_read_at_once() -> None:
    at_once = send(
        PAGE, {"has": ["y"], "how": ["5"], "why": ["so"], "_seen": ["has", "how", "why"]}, page="T"
    )
    assert (at_once.answers, at_once.problems, at_once.revealed) == (
        {"has": "y", "how": "5", "why": "so"},
        (),
        (),
    )
    blank = send(PAGE, {"has": ["y"], "how": [""], "_seen": ["has", "how"]}, page="T")
    assert (refused(blank), blank.revealed) == ([("required", "how")], ())


def test_what_an_answer_closes_is_passed_over() -> None:
    state = AnswerState(answers={"has": "y", "how": "5", "why": "so"})
    closed = send(PAGE, {"has": ["n"], "how": ["7"], "why": ["so"]}, page="T", state=state)
    assert (closed.answers, closed.problems, closed.revealed) == ({"has": "n"}, (), ())
    assert find_path(PAGE, closed.into(state)).stale == ("how", "why")


def test_waiting_items_are_on_the_page_for_its_script() -> None:
    ref = find_path(PAGE, AnswerState()).pages[1]
    state = AnswerState(answers={"before": "3", "has": "y"})
    page = show_page(PAGE, ref, state)
    assert page
    assert [item.key for item in page.items] == ["has", "how"]
    assert [(item.key, item.waiting) for item in page.all_items] == [
        ("has", False),
        ("how", False),
        ("why", True),
    ]
    assert page.together


def test_the_script_knows_what_was_answered_elsewhere() -> None:
    compiled = made(
        "{id: age, type: number}",
        "{id: unused, type: number}",
        '{id: twice, type: computed, value: number, calculation: "${age} * 2"}',
        sections=[
            section(
                "T",
                YES,
                "{id: x, type: note, show_if: \"${has} = 'y' and ${twice} > 4 and ${age} > 1\"}",
                together=True,
            )
        ],
    )
    state = AnswerState(answers={"age": "3", "unused": "9"})
    page = show_page(compiled, find_path(compiled, state).pages[1], state)
    assert page
    assert page.known == {"age": "3", "twice": "6"}


def test_required_may_depend_on_an_answer() -> None:
    compiled = made(
        YES,
        "{id: what, type: text, required: \"${has} = 'y'\", required_message: {zh: 请填写, en: Say which}}",
    )
    assert send(compiled, {"has": ["n"]}).problems == ()
    problem = only(send(compiled, {"has": ["y"]}).problems)
    assert (problem.code, problem.where.item, problem.message("zh")) == ("required", "what", "请填写")
    assert [p.code for p in validate_interview(compiled, AnswerState(answers={"has": "y"}))] == ["required"]
    assert shown(compiled, state=AnswerState(answers={"has": "y"}))["what"].required
    assert not shown(compiled, state=AnswerState(answers={"has": "n"}))["what"].required


ROOMS = "{id: rooms, type: number, form: integer}"
HARD = '{id: beds, type: number, form: integer, constraint: ". <= ${rooms} * 4", constraint_message: {zh: 床太多, en: Too many beds}}'


def test_a_constraint_refuses_with_the_words_of_its_designer() -> None:
    compiled = made(ROOMS, HARD)
    good = send(compiled, {"rooms": ["2"], "beds": ["8"]})
    assert good.problems == ()
    bad = send(compiled, {"rooms": ["2"], "beds": ["9"]})
    assert (bad.answers, only(bad.problems).message("en")) == ({"rooms": "2"}, "Too many beds")
    assert only(bad.problems).level == "error"
    assert refused(send(compiled, {"rooms": ["2"], "beds": ["9"], "_confirm_beds": ["yes"]})) == [
        ("constraint_failed", "beds")
    ]
    stored = AnswerState(answers={"rooms": "2", "beds": "9"})
    assert [p.code for p in validate_interview(compiled, stored)] == ["constraint_failed"]


def test_a_soft_constraint_may_be_confirmed() -> None:
    compiled = made(ROOMS, HARD.replace("constraint:", "soft: true, constraint:"))
    odd = send(compiled, {"rooms": ["2"], "beds": ["9"]})
    assert (odd.answers["beds"], only(odd.problems).level, only(odd.problems).code) == (
        "9",
        "advice",
        "constraint_unusual",
    )
    assert send(compiled, {"rooms": ["2"], "beds": ["9"], "_confirm_beds": ["yes"]}).problems == ()
    assert validate_interview(compiled, odd.into(AnswerState())) == ()


def test_a_constraint_sees_a_ranking_and_a_multiple_choice_whole() -> None:
    options = "options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}, {code: c, zh: 丙, en: C}]"
    compiled = made(
        "{id: m, type: multi, constraint: \"not(selected(., 'a') and selected(., 'b'))\", " + options + "}"
    )
    assert send(compiled, {"m": ["a", "c"]}).problems == ()
    assert refused(send(compiled, {"m": ["a", "b"]})) == [("constraint_failed", "m")]


def test_a_default_is_offered_and_not_an_answer() -> None:
    compiled = made(
        "{id: q, type: number, default: 3}",
        "{id: m, type: multi, default: [a], options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}",
    )
    assert [(item.value, item.prefilled) for item in shown(compiled).values()] == [
        ("3", False),
        (["a"], False),
    ]
    assert shown(compiled, state=AnswerState(answers={"q": "4"}))["q"].value == "4"
    assert send(compiled, {}).answers == {}


def test_what_cannot_be_edited_stays_what_it_was() -> None:
    compiled = made(
        "{id: q, type: number, read_only: true, prefill: frame}",
        "{id: d, type: text, read_only: true, default: fixed}",
    )
    state = AnswerState(context={"frame.q": "7"})
    assert send(compiled, {"q": ["99"], "d": ["mine"]}, state=state).answers == {"q": "7", "d": "fixed"}
    assert shown(compiled, state=state)["q"].read_only
    odd = AnswerState(context={"frame.q": "seven"})
    assert send(compiled, {"q": ["99"]}, state=odd).problems == ()


def test_an_end_stops_the_interview_with_or_without_turning_away() -> None:
    questions = (
        "{id: age, type: number}",
        '{id: young, type: end, screen_out: true, show_if: "${age} < 18"}',
        '{id: old, type: end, show_if: "${age} > 90"}',
        "{id: more, type: text}",
    )
    compiled = made(*questions)

    def path(age: str) -> tuple[list[str], str | None]:
        found = find_path(compiled, AnswerState(answers={"age": age}))
        return [ref.key for ref in found.pages], found.screened_out

    assert path("30") == (["S", "S.4"], None)
    assert path("10") == (["S"], "young")
    assert path("95") == (["S", "S.3"], None)
    assert find_path(compiled, AnswerState(answers={"age": "95", "more": "x"})).stale == ("more",)
    assert [p.code for p in validate_interview(compiled, AnswerState(answers={"age": "10"}))] == [
        "screened_out"
    ]


def test_computed_values_follow_the_answers_and_are_never_sent() -> None:
    compiled = made(
        "{id: a, type: number}",
        '{id: double, type: computed, value: number, calculation: "${a} * 2"}',
        sections=[
            section("T", '{id: big, type: note, show_if: "${double} > 10"}'),
            section(
                "U", '{id: say, type: computed, shown: true, calculation: "${double} + 1", value: number}'
            ),
        ],
    )
    assert list(shown(compiled)) == ["a"]
    state = AnswerState(answers={"a": "6"})
    assert [ref.key for ref in find_path(compiled, state).pages] == ["S", "T", "U"]
    assert shown(compiled, "U", state)["say"].value == "13"
    assert refused(send(compiled, {"a": ["6"], "double": ["99"]})) == []
    assert send(compiled, {"a": ["6"], "double": ["99"]}).answers == {"a": "6"}
    assert [ref.key for ref in find_path(compiled, AnswerState(answers={"double": "99"})).pages] == ["S", "U"]
