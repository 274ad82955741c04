"""The questionnaires of the table of speed: 4 pages of 10 questions with 19 values, and the same grown to 60 questions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from survey.instrument.program import MISSING_MARK, Item, Program

TEN, SIXTY = 10, 60
_FIRST = 3
"""Questions on the first page, in both questionnaires."""
_REGULAR = tuple(range(2, 5))
_ROWS = 6
Words = dict[str, str]
Question = dict[str, Any]  # Any: a JSON document


def document(n_questions: int = TEN) -> dict[str, Any]:  # Any: a JSON document
    """The instrument. With more questions the pages after the first one grow, each by as many."""
    rest = list(_rest(n_questions - _FIRST))
    if n_questions == TEN:
        later = [rest[:2], rest[2:5], rest[5:]]
    else:
        each = len(rest) // len(_REGULAR)
        later = [rest[at : at + each] for at in range(0, len(rest), each)]
    return {
        "schema": "minyi/instrument/2",
        "id": f"speed_{n_questions}",
        "version": "1",
        "evaluator_group": "residents",
        "languages": ["zh", "en"],
        "title": _words("公共服务满意度调查", "Survey of satisfaction with public services"),
        "estimated_minutes": 3,
        "min_age": 18,
        "consent": _words(
            "参加完全自愿，您可以跳过任何一题，也可以随时退出。\n· 问卷不记名。\n· 您的回答只用于统计分析。",
            "Taking part is voluntary; you may skip any question and stop at any time.\n"
            "- The survey is anonymous.\n- Your answers are used for statistics only.",
        ),
        "sections": [
            {"id": f"s{number}", "title": _words(f"第{number}部分", f"Part {number}"), "questions": questions}
            for number, questions in enumerate([_first_page(), *later], start=1)
        ],
    }


def answers(program: Program, seed: int) -> dict[str, str | list[str]]:
    """What one person answers: every question that is asked on the way, the same for the same seed."""
    chance = random.Random(seed)  # answers to measure with, not a secret
    return {
        item.code: value
        for page in program.pages
        for item in page.items
        if (value := _answer(item, chance)) is not None
    }


def _answer(item: Item, chance: random.Random) -> str | list[str] | None:
    codes = [option.code for option in item.options if not (option.missing or option.exclusive)]
    codes = [code for code in codes if not code.startswith(MISSING_MARK)]
    if item.kind == "multi":
        return sorted(chance.sample(codes, 3))
    if item.kind in ("single", "scale"):
        return chance.choice(codes)
    if item.kind == "number":
        return str(chance.randint(1, 9))
    return "希望办事的窗口周末也能开放，谢谢。" if item.kind == "text" else None


def _first_page() -> list[Question]:
    ages = ("18-29", "30-39", "40-49", "50-59", "60+")
    return [
        _single("age", _words("您的年龄是：", "How old are you?"), {a: _words(a, a) for a in ages}),
        _single(
            "place",
            _words("您居住的地方属于：", "What kind of place do you live in?"),
            {"urban": _words("城镇", "A city or a town"), "rural": _words("农村", "A rural area")},
        ),
        {
            "id": "people",
            "type": "number",
            "form": "integer",
            "min": 1,
            "max": 20,
            "text": _words("家里有几口人？", "How many people live in your household?"),
        },
    ]


def _rest(n: int) -> Iterator[Question]:
    """The other questions, seven kinds in turn."""
    makers = (_battery, _multi, _scale, _choice, _depending, _amount, _open)
    for number in range(n):
        yield makers[number % len(makers)](number // len(makers))


def _battery(turn: int) -> Question:
    rows = [
        {"code": f"r{row}", "text": _words(f"第{row}项服务", f"Service {row}")} for row in range(1, _ROWS + 1)
    ]
    return {
        "id": f"desk{turn}",
        "type": "battery",
        "of": "scale",
        "scale": "sat5",
        "text": _words("您对下列服务满意吗？", "How satisfied are you with these services?"),
        "rows": rows,
    }


def _multi(turn: int) -> Question:
    options = [{"code": f"o{n}", **_words(f"第{n}种事项", f"Matter {n}")} for n in range(1, 6)]
    text = _words("您办理过哪些事项？", "Which of these have you dealt with?")
    return {"id": f"used{turn}", "type": "multi", "text": text, "options": options}


def _scale(turn: int) -> Question:
    text = _words("总的来说，办成容易吗？", "Overall, how easy was it to get it done?")
    return {"id": f"ease{turn}", "type": "scale", "scale": "ease5", "text": text}


def _choice(turn: int) -> Question:
    ways = {
        "desk": _words("大厅", "At an office"),
        "web": _words("网上", "Online"),
        "phone": _words("电话", "By phone"),
    }
    return _single(f"way{turn}", _words("您主要通过什么方式办理？", "How did you mainly do it?"), ways)


def _depending(turn: int) -> Question:
    """Asked of whoever told an age on the first page: a condition that the way through has to decide."""
    text = _words("您会推荐别人也这样办吗？", "Would you advise others to do it this way?")
    found = _single(f"advise{turn}", text, {"yes": _words("会", "Yes"), "no": _words("不会", "No")})
    return {**found, "show_if": "${age} != ''"}


def _amount(turn: int) -> Question:
    text = _words("您一共跑了几次？", "How many visits did it take?")
    return {"id": f"visits{turn}", "type": "number", "form": "integer", "min": 0, "max": 99, "text": text}


def _open(turn: int) -> Question:
    text = _words("您最希望改进的一件事是什么？", "What one thing would you most like to see improved?")
    return {"id": f"wish{turn}", "type": "text", "max_chars": 300, "text": text}


def _single(code: str, text: Words, options: Mapping[str, Words]) -> Question:
    listed = [{"code": name, **words} for name, words in options.items()]
    return {"id": code, "type": "single", "text": text, "options": listed}


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}
