"""Which quotas count an interview, and when an instrument needs to know the day."""

from __future__ import annotations

from typing import Any

from survey.instrument.computing import uses_today
from survey.instrument.quotas import quota_codes
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import found, made, small
from tests.survey.instrument.make import build

AGE, SEX = (
    "{id: age, type: number}",
    "{id: sex, type: single, options: [{code: f, zh: 女, en: F}, {code: m, zh: 男, en: M}]}",
)


def quota(code: str, where: Any, **more: Any) -> dict[str, Any]:
    return {"code": code, "limit": 5, "where": where, **more}


def test_every_quota_whose_condition_is_true_counts() -> None:
    compiled = made(
        AGE,
        SEX,
        quotas=[
            quota("young", "${age} < 30"),
            quota("young_women", {"all": [{"question": "sex", "equal": "f"}]}),
            quota("all", "true()", on_full="continue"),
        ],
    )
    assert quota_codes(compiled, AnswerState(answers={"age": "20", "sex": "f"})) == (
        "young",
        "young_women",
        "all",
    )
    assert quota_codes(compiled, AnswerState(answers={"age": "40", "sex": "m"})) == ("all",)
    assert quota_codes(compiled, AnswerState()) == ("all",)
    assert [q.on_full for q in compiled.quotas] == ["end", "end", "continue"]
    assert compiled.quotas[0].title["en"] == "young"


def test_a_quota_looks_only_at_what_is_asked_and_known() -> None:
    hidden = '{id: b, type: number, show_if: "${age} > 50"}'
    compiled = made(AGE, hidden, quotas=[quota("q", "${b} = 1")])
    assert quota_codes(compiled, AnswerState(answers={"age": "20", "b": "1"})) == ()
    assert quota_codes(compiled, AnswerState(answers={"age": "60", "b": "1"})) == ("q",)
    codes = [code for code, _ in found(build(small(AGE, quotas=[quota("q", "${nobody} = 1")])))]
    assert codes == ["unknown_reference"]


def test_the_day_is_asked_for_only_where_an_expression_needs_it() -> None:
    assert not uses_today(made(AGE))
    assert uses_today(made('{id: d, type: date, max: "today()"}'))
    assert uses_today(made(AGE, quotas=[quota("q", "today() > '2026-01-01'")]))
