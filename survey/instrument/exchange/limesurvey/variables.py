"""What each variable of a LimeSurvey survey is called in a document, under every spelling that expressions use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from survey.instrument.exchange.limesurvey.model import Question, Survey
from survey.instrument.exchange.limesurvey.names import OTHER, free_name, item_name, option_code, row_code

VariableType = Literal["number", "text", "code", "codes", "date", "time", "any", "none"]

_CODES = frozenset("L!OGYI5")
_ROWS_OF_CODES = frozenset("ABCEFH")
MULTIPLE = frozenset("MP")
_DATES: Mapping[str, VariableType] = {
    "date": "date",
    "datetime": "any",
    "month": "text",
    "year": "number",
    "time": "time",
}


@dataclass(slots=True, kw_only=True)
class Variable:
    """One variable: the item that holds it, and for a box, a rank or an "other" which part of it.

    ``tick`` is the option of a multiple choice (or of a row of boxes), ``rank`` the place in a ranking from 0.
    ``other`` is the code that an item has for "other"; ``order`` counts the questions of the survey.
    """

    name: str
    type: VariableType
    tick: str | None = None
    rank: int | None = None
    other: str | None = None
    order: int = 0


Part = tuple[str, str | None, int | None]


@dataclass(kw_only=True)
class Variables:
    """All variables of a survey by the spellings that an expression may use."""

    names: dict[str, str] = field(default_factory=dict)
    _by_spelling: dict[str, Variable] = field(default_factory=dict)
    _by_question: dict[str, dict[str, Variable]] = field(default_factory=dict)
    _qids: dict[str, str] = field(default_factory=dict)
    _questions: dict[str, Question] = field(default_factory=dict)
    _spellings: dict[Part, str] = field(default_factory=dict)
    _by_name: dict[str, Variable] = field(default_factory=dict)
    _boxes: dict[str, list[str]] = field(default_factory=dict)
    _orders: dict[str, int] = field(default_factory=dict)

    def spelling(self, name: str, *, tick: str | None = None, rank: int | None = None) -> str | None:
        """How LimeSurvey calls a variable of ours, or one box or rank of it."""
        return self._spellings.get((name, tick, rank))

    def named(self, name: str) -> Variable | None:
        """The variable of an item of ours; of a multiple choice the first box, of a ranking the first place."""
        return self._by_name.get(name)

    def boxes(self, name: str) -> tuple[str, ...]:
        """The codes of all boxes of a multiple choice of ours."""
        return tuple(self._boxes.get(name, ()))

    def find(self, spelling: str) -> Variable | None:
        """The variable behind "Q1", "Q1_SQ001", "12X3X45SQ001" or "INSERTANS:12X3X45"."""
        return self._by_spelling.get(spelling.removeprefix("INSERTANS:"))

    def of_question(self, qid: str) -> Mapping[str, Variable]:
        """The variables of one question by what follows its code: "", "_SQ001", "_other"."""
        return self._by_question.get(qid, {})

    def qid_of(self, title: str) -> str | None:
        """The question of that code; the first, where two have the same."""
        return self._qids.get(title)

    def question(self, qid: str) -> Question | None:
        """The question itself."""
        return self._questions.get(qid)

    def order_of(self, qid: str) -> int:
        """Which question of the survey it is, counted from 1; 0 where it has none."""
        return self._orders.get(qid, 0)

    def add(self, question: Question, *, sid: str, fallback: str) -> None:
        """Take in a question under its name."""
        title = question.title.strip()
        name = item_name(title, fallback=fallback)
        self.names[question.qid] = name
        self._orders[question.qid] = len(self.names)
        self._qids.setdefault(title, question.qid)
        self._questions.setdefault(question.qid, question)
        stem = f"{sid}X{question.gid}X{question.qid}"
        known = self._by_question.setdefault(question.qid, {})
        for code, sgqa, variable in _variables(question, name):
            variable.order = len(self.names)
            known.setdefault(code, variable)
            self.register(variable, f"{title}{code}")
            self._by_spelling.setdefault(f"{stem}{sgqa}", variable)

    def register(self, variable: Variable, spelling: str) -> None:
        """Note how LimeSurvey calls a variable; the first of that name counts."""
        part = (variable.name, variable.tick, variable.rank)
        if part not in self._spellings:
            self._spellings[part] = spelling
            if variable.tick is not None:
                self._boxes.setdefault(variable.name, []).append(variable.tick)
        self._by_name.setdefault(variable.name, variable)
        self._by_spelling.setdefault(spelling, variable)


def read_variables(survey: Survey) -> Variables:
    """The variables of all questions."""
    found = Variables()
    taken = {item_name(question.title, fallback="") for question in survey.questions()}
    for at, question in enumerate(survey.questions(), start=1):
        fallback = free_name(f"q{at}", taken)
        found.add(question, sid=survey.sid, fallback=fallback)
        taken.add(found.names[question.qid])
    return found


def is_numeric(question: Question) -> bool:
    """Whether its texts may only hold numbers."""
    return question.attributes.get("numbers_only") == "1"


def date_form(question: Question) -> str:
    """Which of our types a date question is, by its format."""
    shape = question.attributes.get("date_format", "").lower()
    if not shape:
        return "date"
    # "mm" is the month beside a year or a day, and the minute beside an hour.
    hours, years, days = "h" in shape, "y" in shape, "d" in shape
    if hours:
        return "datetime" if years or days else "time"
    if days or not years:
        return "date"
    return "month" if "m" in shape else "year"


def has_boxes(question: Question) -> bool:
    """Whether an array of numbers shows boxes to tick."""
    return question.type == ":" and question.attributes.get("multiflexible_checkbox") == "1"


def other_code(question: Question) -> str:
    """The code of the answer "other", beside the codes that the question has of its own."""
    own = question.subquestions if question.type in MULTIPLE else question.answers
    taken = [option_code(part.title if hasattr(part, "title") else part.code, fallback="") for part in own]
    return free_name(OTHER, taken)


def comment_name(name: str) -> str:
    """The item that holds the comments of a question."""
    return f"{name}_comment"


def _variables(question: Question, name: str) -> Iterator[tuple[str, str, Variable]]:
    """What follows the code of the question, what follows its id, and the variable."""
    kind = question.type
    if kind in MULTIPLE:
        yield from _boxes(question, name)
    elif kind in _ROWS_OF_CODES or kind in ("K", "Q"):
        for row, code in _rows(question):
            yield f"_{row}", row, Variable(name=f"{name}_{code}", type=_cell_type(question))
    elif kind == "1":
        for row, code in _rows(question):
            for scale in ("0", "1"):
                yield (
                    f"_{row}_{scale}",
                    f"{row}#{scale}",
                    Variable(name=f"{name}_{code}_{scale}", type="code"),
                )
    elif kind in (":", ";"):
        yield from _grid(question, name)
    elif kind == "R":
        for place in range(max(len(question.answers), len(question.subquestions))):
            yield f"_{place + 1}", str(place + 1), Variable(name=name, type="code", rank=place)
    else:
        yield from _single(question, name)


def _single(question: Question, name: str) -> Iterator[tuple[str, str, Variable]]:
    kind = question.type
    other = other_code(question) if question.other and kind in ("L", "!") else None
    type_: VariableType = "text"
    if kind in _CODES:
        type_ = "code"
    elif kind == "N" or is_numeric(question):
        type_ = "number"
    elif kind == "D":
        type_ = _DATES[date_form(question)]
    elif kind == "*":
        type_ = "any"
    elif kind in ("X", "|"):
        type_ = "none"
    yield "", "", Variable(name=name, type=type_, other=other)
    if other:
        yield "_other", "other", Variable(name=f"{name}_{other}_text", type="text")
    if kind == "O":
        yield "_comment", "comment", Variable(name=comment_name(name), type="text")


def _boxes(question: Question, name: str) -> Iterator[tuple[str, str, Variable]]:
    for at, box in enumerate(question.rows(), start=1):
        title, code = box.title.strip(), option_code(box.title, fallback=f"o{at}")
        yield f"_{title}", title, Variable(name=name, type="codes", tick=code)
        if question.type == "P":
            row = row_code(box.title, fallback=f"r{at}")
            comment = Variable(name=f"{comment_name(name)}_{row}", type="text")
            yield f"_{title}comment", f"{title}comment", comment
    if question.other:
        other = other_code(question)
        yield "_other", "other", Variable(name=f"{name}_{other}_text", type="text")
        if question.type == "P":
            comment = Variable(name=f"{comment_name(name)}_{other}", type="text")
            yield "_othercomment", "othercomment", comment


def _grid(question: Question, name: str) -> Iterator[tuple[str, str, Variable]]:
    for row, code in _rows(question):
        for at, column in enumerate(question.columns(), start=1):
            title = column.title.strip()
            part = row_code(title, fallback=f"c{at}")
            if has_boxes(question):
                variable = Variable(
                    name=f"{name}_{code}", type="codes", tick=option_code(title, fallback=f"c{at}")
                )
            else:
                variable = Variable(name=f"{name}_{code}_{part}", type=_cell_type(question))
            yield f"_{row}_{title}", f"{row}_{title}", variable


def _rows(question: Question) -> Iterator[tuple[str, str]]:
    """The code of each row as LimeSurvey and as we write it."""
    for at, row in enumerate(question.rows(), start=1):
        yield row.title.strip(), row_code(row.title, fallback=f"r{at}")


def _cell_type(question: Question) -> VariableType:
    if question.type in _ROWS_OF_CODES:
        return "code"
    return "number" if question.type in ("K", ":") or is_numeric(question) else "text"
