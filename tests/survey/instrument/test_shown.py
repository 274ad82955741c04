"""What a page shows: order of options, direction of scales, names filled in, values of the frame."""

from __future__ import annotations

from survey.instrument.path import PageRef, find_path
from survey.instrument.shown import ShownItem, page_items, progress, show_page, worst_first
from survey.instrument.state import AnswerState
from tests.survey.instrument.make import APPRAISAL, build, document, item, program

PROGRAM = program()


def shown(key: str, state: AnswerState) -> dict[str, ShownItem]:
    return {item.key: item for item in page_items(PROGRAM, PageRef.from_key(key), state)}


def codes(item: ShownItem) -> list[str]:
    return [option.code for option in item.options]


def test_half_of_the_respondents_read_from_worst_to_best_and_each_keeps_one_direction() -> None:
    reversed_ones = 0
    for seed in range(1000):
        state = AnswerState(answers={"A3": ["school"]}, context={"channel": "window"}, seed=seed)
        orders = {
            tuple(codes(i)[:5])
            for page in ("B", "C")
            for i in shown(page, state).values()
            if i.kind == "scale"
        }
        assert len(orders) == 1
        assert orders <= {("5", "4", "3", "2", "1"), ("1", "2", "3", "4", "5")}
        assert (orders == {("1", "2", "3", "4", "5")}) is worst_first(PROGRAM, state)
        reversed_ones += worst_first(PROGRAM, state)
    assert abs(reversed_ones - 500) < 80  # five standard errors


def test_without_the_rule_all_scales_run_from_best_to_worst() -> None:
    from tests.survey.instrument.make import SCALES

    compiled = build(document(), scales={**SCALES, "presentation": {}}).program
    assert compiled
    for seed in range(20):
        (first, *_) = page_items(compiled, PageRef(code="C"), AnswerState(seed=seed))
        assert codes(first) == ["5", "4", "3", "2", "1", "88"]


def test_special_codes_come_last_and_are_marked_missing() -> None:
    state = AnswerState(answers={"A3": ["school"]}, context={"group": "guests"})
    options = shown("B", state)["B2"].options
    assert [option.code for option in options[5:]] == ["99", "88"]
    assert [option.missing for option in options] == [False] * 5 + [True] * 2
    assert codes(shown("B", state)["B1"])[5:] == ["88"]


def test_refused_is_for_interviewers_only() -> None:
    for mode, expected in (("cati", ["98", "88"]), ("capi", ["98", "88"]), ("web", ["88"]), (None, ["88"])):
        state = AnswerState(context={"mode": mode} if mode else {})
        assert codes(shown("C", state)["C1"])[5:] == expected


def test_an_option_for_analysis_only_is_shown_like_any_other() -> None:
    assert codes(shown("A", AnswerState())["A3"]) == ["school", "clinic", "extra", "none"]


def test_units_are_shuffled_by_the_seed_with_none_of_these_last() -> None:
    orders = set()
    for seed in range(50):
        order = codes(shown("U", AnswerState(seed=seed))["UM"])
        assert order == codes(shown("U", AnswerState(seed=seed))["UM"])
        assert order[-1] == "none"
        assert sorted(order[:-1]) == ["edu", "health", "police", "water"]
        orders.add(tuple(order))
    assert len(orders) > 15


def test_the_name_of_the_unit_is_filled_in() -> None:
    state = AnswerState(answers={"UM": ["edu"]})
    page = show_page(PROGRAM, PageRef(code="U", unit="edu"), state)
    assert page
    assert page.title == {"zh": "edu局", "en": "Office of edu"}
    assert page.items[0].text == {"zh": "对edu局满意吗？", "en": "How good was Office of edu?"}
    assert show_page(PROGRAM, PageRef(code="U", unit="water"), state) is None


def test_counties_are_listed_under_their_city() -> None:
    options = shown("A", AnswerState())["A2"].options
    assert [(option.code, option.group and option.group["zh"]) for option in options] == [
        ("990101", "甲市"),
        ("990102", "甲市"),
    ]


def test_the_value_of_the_frame_is_offered_until_the_respondent_answers() -> None:
    framed = AnswerState(context={"frame.A2": "990102", "frame.A1": "18+"})
    first = shown("A", framed)
    assert (first["A2"].value, first["A2"].prefilled) == ("990102", True)
    assert (first["A1"].value, first["A1"].prefilled) == (None, False)  # not marked prefill: frame
    corrected = shown("A", framed.merged({"A2": "990101"}))
    assert (corrected["A2"].value, corrected["A2"].prefilled) == ("990101", False)


def test_only_assigned_units_can_be_declined() -> None:
    compiled = program(APPRAISAL)
    state = AnswerState(context={"assigned_units": ["water", "edu"]})
    (declining,) = page_items(compiled, PageRef(code="P"), state)
    assert codes(declining) == ["edu", "water"]


def test_progress_counts_sections_not_pages() -> None:
    state = AnswerState(answers={"UM": ["edu", "water"]})
    pages = find_path(PROGRAM, state).pages
    assert [progress(PROGRAM, pages, ref) for ref in pages] == [(1, 3), (2, 3), (3, 3), (3, 3), (3, 3)]


def test_an_instrument_without_skipping_asks_for_every_choice_but_not_for_text() -> None:
    raw = document()
    raw["allow_skip"] = False
    item(raw, "C2").pop("show_if")
    compiled = build(raw).program
    assert compiled
    assert [i.required for i in page_items(compiled, PageRef(code="C"), AnswerState())] == [True, False]
