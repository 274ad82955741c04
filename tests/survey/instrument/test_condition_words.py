"""Conditions in plain words: who is asked, as a reader would say it, in both languages."""

from __future__ import annotations

import pytest

from survey.instrument.condition_words import condition_in_words
from tests.survey.instrument.expression.vectors import from_text
from tests.survey.instrument.make import program

WORDS = [
    ("selected(${A3}, 'school')", "第A3题选了“上学”", "Question A3: “School”"),
    ("${A1} = '18+'", "第A1题只选了“已满”", "Question A1: only “18 or over”"),
    ("${A1} != 'under18'", "第A1题不是“未满”", "Question A1: not “Under 18”"),
    ("${A2} != ''", "第A2题有回答", "Question A2 is answered"),
    ("${A2} = ''", "第A2题没有回答", "Question A2 is not answered"),
    ("${C1} > 3", "第C1题大于3", "Question C1 is above 3"),
    ("${C1} <= 3", "第C1题不超过3", "Question C1 is at most 3"),
    ("context('channel') = 'window'", "渠道只选了“window”", "Channel: only “window”"),
    (
        "${C1} < 2 and (${C1} = 1 or not(is-answered(${A2})))",
        "第C1题小于2并且（第C1题是1或者不是（第A2题有回答））",
        "Question C1 is below 2 and (Question C1 is 1 or not (Question A2 is answered))",
    ),
    (
        "count-selected(${A3}) > 1",
        "符合条件 count-selected(${A3}) > 1",
        "the condition count-selected(${A3}) > 1 holds",
    ),
    ("${C1} > ${B1}", "符合条件 ${C1} > ${B1}", "the condition ${C1} > ${B1} holds"),
]


@pytest.mark.parametrize(("text", "zh", "en"), WORDS, ids=[text for text, _, _ in WORDS])
def test_a_condition_reads_like_a_sentence(text: str, zh: str, en: str) -> None:
    node = from_text(text)
    assert condition_in_words(program(), node, "zh") == zh
    assert condition_in_words(program(), node, "en") == en
