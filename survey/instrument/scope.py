"""What the expressions of one interview see: asked answers as typed values, facts about the case, the turn at hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from survey.instrument.expression import Scope, Value
from survey.instrument.expression.calendar import midnight, read_date, read_moment, read_time
from survey.instrument.expression.decimals import read_number
from survey.instrument.program import Item, Option, Page, ValueType
from survey.instrument.state import Answer, answer_key

if TYPE_CHECKING:
    from survey.instrument.path import Reach


def typed(answer: Answer | None, kind: ValueType) -> Value:
    """An answer in its stored form as a value; a missing code ("#88") stays the text it is."""
    if not answer:
        return None
    if not isinstance(answer, str):
        return tuple(answer)
    if kind in ("code", "text"):
        return answer
    if kind == "codes":
        return (answer,)
    if kind == "number":
        number = read_number(answer)
        return answer if number is None else number
    if kind == "bool":
        return answer in ("yes", "true")
    if kind == "time":
        return read_time(answer) or answer
    moment = read_moment(answer)
    if kind == "datetime" and moment is not None:
        return midnight(moment)
    return read_date(answer) or answer


class AnswerScope(Scope):
    """One unit's or turn's view of an interview; ``value`` is an answer under check."""

    def __init__(
        self,
        reach: Reach,
        unit: str | None,
        *,
        page: Page | None = None,
        value: Value = None,
        language: str = "",
    ) -> None:
        self._reach, self._unit, self._page = reach, unit, page
        self._value, self._language = value, language

    @property
    def today(self) -> date | None:  # type: ignore[override]  # read only here: the clock belongs to the caller
        """The day of the interview, as its context says."""
        given = self._fact("today") or self._fact("now")
        return read_date(given[:10])

    @property
    def now(self) -> datetime | None:  # type: ignore[override]  # as above
        """The moment of the interview; the beginning of the day where only that is known."""
        moment = read_moment(self._fact("now") or self._fact("today"))
        return None if moment is None else midnight(moment)

    def answer(self, name: str) -> Value:
        """The answer of an item that is asked."""
        place = self._reach.program.places.get(name)
        if place is None:
            return None
        return self._answer(place.item, self._unit if place.page.repeat is not None else None)

    def each(self, name: str) -> Sequence[Value]:
        """The answers of a repeated item, turn by turn."""
        place = self._reach.program.places.get(name)
        if place is None:
            return ()
        return [self._answer(place.item, unit) for unit in self._reach.units(place.page)]

    def context(self, name: str) -> Value:
        """Something known about the case."""
        given = self._reach.state.context.get(name)
        return given if given is None or isinstance(given, str) else tuple(given)

    def this(self) -> Value:
        """The value under check."""
        return self._value

    def label(self, item: str, code: str) -> str | None:
        """The words of an option."""
        place = self._reach.program.places.get(item)
        option = place.item.options_by_code.get(code) if place else None
        if option is None:
            return None
        return option.text.get(self._language) or option.text.get(self._reach.program.first_language)

    def turn(self) -> int | None:
        """The number of the turn at hand, from 1."""
        turns = [] if self._page is None else list(self._reach.units(self._page))
        return turns.index(self._unit) + 1 if self._unit is not None and self._unit in turns else None

    def _answer(self, item: Item, unit: str | None) -> Value:
        if item.calculation is not None:
            return self._reach.computed(item, unit)
        answer = self._reach.state.answers.get(answer_key(item.code, unit))
        if not answer or not self._reach.is_asked(item, unit):
            return None
        return typed(answer, item.value_type)

    def _fact(self, name: str) -> str:
        given = self._reach.state.context.get(name)
        return given if isinstance(given, str) else ""


class OptionScope(AnswerScope):
    """The same while a choice filter looks at one option."""

    def __init__(self, reach: Reach, unit: str | None, option: Option) -> None:
        super().__init__(reach, unit)
        self._option = option

    def column(self, name: str) -> Value:
        """A column of the option; ``name`` is its code."""
        columns = self._option.columns or {}
        return self._option.code if name == "name" and name not in columns else columns.get(name)
