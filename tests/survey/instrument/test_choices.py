"""Items answered by choosing: lists, limits, "other", scales with their missing codes, rankings, areas."""

from __future__ import annotations

import pytest

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.path import find_path
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import EVERY_TYPE, found, made, program, refused, send, shown, small
from tests.survey.instrument.make import build

ABC = "options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}, {code: c, zh: 丙, en: C}, {code: o, zh: 其他, en: Other, other: true}, {code: none, zh: 无, en: None, exclusive: true}]"
SINGLE = made("{{id: q, type: single, {}}}".format(ABC.replace(", exclusive: true", "")))
MULTI = made(f"{{id: q, type: multi, min_choices: 2, max_choices: 3, {ABC}}}")
RANKING = made(f"{{id: q, type: ranking, min_ranked: 2, max_ranked: 3, {ABC}}}")


def test_a_multiple_choice_keeps_to_its_limits_but_an_exclusive_option_may_stand_alone() -> None:
    assert refused(send(MULTI, {"q": ["a"]})) == [("choices_too_few", "q")]
    assert refused(send(MULTI, {"q": ["a", "b", "c", "o"]})) == [("choices_too_many", "q")]
    assert send(MULTI, {"q": ["none"]}).answers == {"q": ["none"]}
    assert refused(send(MULTI, {"q": ["none", "a", "b"]})) == [("exclusive_with_others", "q")]
    assert send(MULTI, {"q": ["c", "a"]}).answers == {"q": ["a", "c"]}
    assert send(MULTI, {}).problems == ()  # not required: silence is silence


def test_other_please_say_opens_a_text_that_counts_only_with_its_option() -> None:
    assert [item.code for item in SINGLE.pages[0].items] == ["q", "q_o_text"]
    (other,) = [option for option in shown(SINGLE)["q"].options if option.other]
    assert (other.text_key, other.text_value, other.text_max) == ("q_o_text", None, 300)
    given = send(SINGLE, {"q": ["o"], "q_o_text": ["Park"]})
    assert given.answers == {"q": "o", "q_o_text": "Park"}
    assert given.revealed == ()
    # The text of an option that is not chosen is passed over, and an older one goes stale.
    left = send(SINGLE, {"q": ["a"], "q_o_text": ["Park"]}, state=given.into(AnswerState()))
    assert (left.answers, left.problems) == ({"q": "a"}, ())
    assert find_path(SINGLE, left.into(given.into(AnswerState()))).stale == ("q_o_text",)
    again = shown(SINGLE, state=given.into(AnswerState()))["q"].options
    assert [option.text_value for option in again if option.other] == ["Park"]
    # The page shows it beside its option, never as an item, and the dataset never holds it.
    assert "q_o_text" not in shown(SINGLE)
    assert [variable.name for variable in codebook(SINGLE)] == ["q"]


def test_other_may_be_left_blank_and_never_asks_twice() -> None:
    result = send(SINGLE, {"q": ["o"]})
    assert (result.answers, result.problems, result.revealed) == ({"q": "o"}, (), ())


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"q": ["c", "a"]}, ["c", "a"]),
        ({"q.c": ["1"], "q.a": ["2"], "q.b": [""]}, ["c", "a"]),
        ({"q.c": ["２"], "q.a": ["1"]}, ["a", "c"]),
        ({"q": [""], "q.c": ["1"], "q.a": ["2"]}, ["c", "a"]),
    ],
)
def test_a_ranking_is_sent_in_order_or_as_places(raw: dict[str, list[str]], answer: list[str]) -> None:
    assert send(RANKING, raw).answers == {"q": answer}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"q.c": ["1"], "q.a": ["1"]}, "rank_twice"),
        ({"q.c": ["1"], "q.a": ["3"]}, "rank_gap"),
        ({"q.c": ["first"], "q.a": ["2"]}, "rank_unreadable"),
        ({"q.c": ["0"], "q.a": ["2"]}, "rank_unreadable"),
        ({"q.c": ["9"], "q.a": ["2"]}, "rank_unreadable"),
        ({"q": ["a", "a"]}, "repeated_value"),
        ({"q": ["a", "z"]}, "unknown_answer"),
        ({"q": ["a"]}, "choices_too_few"),
        ({"q": ["a", "b", "c", "o"]}, "choices_too_many"),
    ],
)
def test_what_is_no_ranking_is_refused(raw: dict[str, list[str]], code: str) -> None:
    result = send(RANKING, raw)
    assert refused(result) == [(code, "q")]
    assert result.answers == {}


def test_a_ranking_gives_every_option_its_place() -> None:
    row, _ = dataset_values(RANKING, AnswerState(answers={"q": ["c", "a"]}))
    assert row == {"q.a": 2, "q.b": 0, "q.c": 1, "q.o": 0, "q.none": 0}
    assert set(dataset_values(RANKING, AnswerState())[0].values()) == {97}


def test_a_scale_may_have_points_of_its_own_and_keeps_missing_codes_apart() -> None:
    variables = {variable.name: variable for variable in codebook(program(EVERY_TYPE))}
    assert (variables["seven"].kind, variables["seven"].missing) == ("scale", ("99", "97"))
    assert [code for code, _ in variables["likely"].options] == [*map(str, range(11)), "97"]
    assert [code for code, _ in variables["grade"].options] == ["5", "4", "3", "2", "1", "97"]
    row, _ = dataset_values(program(EVERY_TYPE), AnswerState(answers={"likely": "10", "seven": "99"}))
    assert (row["likely"], row["seven"], row["grade"]) == (10, 99, 97)


def test_the_ends_of_a_recommendation_have_words() -> None:
    item = program(EVERY_TYPE).places["likely"].item
    assert item.low_label
    assert item.low_label["en"] == "Not at all likely"
    assert [
        option.code for option in shown(program(EVERY_TYPE), "chosen", AnswerState(seed=3))["likely"].options
    ] == [*map(str, range(11))]


def test_a_grade_may_have_other_words_and_no_other_codes() -> None:
    own = "{id: q, type: review, options: [{code: 3, text: {zh: 还行, en: Fine}}, {code: 88, text: {zh: 不清楚, en: Unsure}, missing: true}]}"
    options = made(own).places["q"].item.options
    assert [(o.code, o.text["en"], o.missing) for o in options][2:] == [
        ("3", "Fine", False),
        ("2", "Dissatisfied", False),
        ("1", "Very dissatisfied", False),
        ("88", "Unsure", True),
    ]
    assert ("scale_codes", "S/q/options") in found(build(small(own.replace("code: 3", "code: 6"))))


LISTED = {
    "lists": {
        "towns": [
            {"code": "k", "text": {"zh": "金", "en": "King"}, "state": "tx"},
            {"code": "k", "text": {"zh": "金", "en": "King"}, "state": "wa"},
            {"code": "p", "text": {"zh": "皮", "en": "Pierce"}, "state": "wa"},
        ]
    }
}
STATE = "{id: state, type: single, options: [{code: tx, zh: 得州, en: Texas}, {code: wa, zh: 华州, en: Washington}]}"
TOWN = '{id: town, type: single, list: towns, choice_filter: "state = ${state}"}'


def test_a_choice_filter_offers_what_fits_and_refuses_the_rest() -> None:
    compiled = made(STATE, TOWN, **LISTED)
    assert [page.code for page in compiled.pages] == ["S", "S.2"]  # the list hangs on an answer of the first
    for state, codes in (("tx", ["k"]), ("wa", ["k", "p"])):
        now = AnswerState(answers={"state": state})
        assert [option.code for option in shown(compiled, "S.2", now)["town"].options] == codes
    texas = AnswerState(answers={"state": "tx"})
    assert refused(send(compiled, {"town": ["p"]}, page="S.2", state=texas)) == [("unknown_answer", "town")]
    assert send(compiled, {"town": ["k"]}, page="S.2", state=texas).answers == {"town": "k"}


def test_a_code_may_stand_twice_in_a_list_only_if_a_filter_tells_which() -> None:
    assert found(build(small("{id: town, type: single, list: towns}", **LISTED))) == [
        ("duplicate_code", "S/town/list")
    ]
    twice = {"lists": {"towns": [*LISTED["lists"]["towns"], LISTED["lists"]["towns"][0]]}}
    assert ("duplicate_code", "lists.towns[3]") in found(build(small(STATE, TOWN, **twice)))


def test_options_of_a_list_are_stored_once() -> None:
    compiled = made(STATE, TOWN, **LISTED)
    document = compiled.to_json()
    assert [len(options) for options in document["lists"].values()] == [3]
    assert all(
        "options" not in item
        for page in document["pages"]
        for item in page["items"]
        if item["code"] == "town"
    )
    assert type(compiled).from_json(document) == compiled


def test_an_area_may_be_chosen_in_steps_without_script() -> None:
    compiled = program(EVERY_TYPE)
    first = send(compiled, {"county.city": ["990100"]}, page="chosen")
    assert refused(first) == [("choose_county", "county")]
    assert send(compiled, {"county": ["990101"], "county.city": ["990100"]}, page="chosen").answers == {
        "county": "990101"
    }
    assert shown(compiled, "chosen")["county"].options[0].parent == "990100"


def test_consent_is_yes_or_nothing() -> None:
    compiled = made("{id: q, type: consent, required: true}")
    assert refused(send(compiled, {})) == [("consent_needed", "q")]
    assert refused(send(compiled, {"q": ["no"]})) == [("unknown_answer", "q")]
    assert send(compiled, {"q": ["yes"]}).answers == {"q": "yes"}
    assert dataset_values(compiled, AnswerState(answers={"q": "yes"}))[0] == {"q": 1}


def test_97_as_an_option_does_not_swallow_the_blank() -> None:
    compiled = made("{id: q, type: single, options: [{code: 97, zh: 甲, en: A}, {code: 98, zh: 乙, en: B}]}")
    assert codebook(compiled)[0].missing == ("-97",)
    assert dataset_values(compiled, AnswerState())[0] == {"q": "-97"}
    assert dataset_values(compiled, AnswerState(answers={"q": "97"}))[0] == {"q": "97"}
