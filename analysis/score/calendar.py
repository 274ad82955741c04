"""Home of the working-day calendar: weekends, holidays, make-up days, and deadlines with their derivation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from analysis.score.reasons import ScoreError

SATURDAY, SUNDAY = 5, 6
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_SEARCH = 366


class DayKind(StrEnum):
    """Why a day counts or does not."""

    WORKING = "working"
    MAKE_UP = "make_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDay:
    """One day on the way to a deadline; ``count`` is the number of working days so far."""

    day: date
    kind: DayKind
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A deadline and how it was counted, day by day from the day after ``start``."""

    start: date
    working_days: int
    due: date
    derivation: tuple[CountedDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Which days are worked. A make-up day is worked although it falls on a weekend."""

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = field(default_factory=frozenset)
    make_up_days: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for day in sorted(self.holidays & self.make_up_days):
            raise ScoreError("holiday_and_workday", day=day.isoformat())

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "WorkingCalendar":  # Any: parsed YAML
        """Read ``weekend`` (names), ``holidays`` (one or several ``from``–``to``) and ``make_up_workdays``."""
        spans = document.get("holidays", [])
        return cls(
            weekend=frozenset(
                _WEEKDAYS.index(name) for name in document.get("weekend", ("saturday", "sunday"))
            ),
            holidays=frozenset(
                day
                for span in (spans if isinstance(spans, list) else [spans])
                for day in _days(span["from"], span["to"])
            ),
            make_up_days=frozenset(document.get("make_up_workdays", [])),
        )

    def kind(self, day: date) -> DayKind:
        """Why this day counts or does not."""
        if day in self.make_up_days:
            return DayKind.MAKE_UP
        if day in self.holidays:
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if day.weekday() in self.weekend else DayKind.WORKING

    def is_working(self, day: date) -> bool:
        """Whether the day counts."""
        return self.kind(day) in (DayKind.WORKING, DayKind.MAKE_UP)

    def deadline(self, start: date, working_days: int) -> Deadline:
        """The day on which the given number of working days after ``start`` has passed.

        The day of the event itself does not count.

        Raises
        ------
        ScoreError
            ``no_working_days`` if a year goes by without one; ``negative_count`` for fewer than 0 days.
        """
        if working_days < 0:
            raise ScoreError("negative_count", name="working_days", value=working_days)
        day, count, idle = start, 0, 0
        derivation: list[CountedDay] = []
        while count < working_days:
            day += timedelta(days=1)
            idle = 0 if self.is_working(day) else idle + 1
            if idle > _LONGEST_SEARCH:
                raise ScoreError("no_working_days", start=start.isoformat())
            count += self.is_working(day)
            derivation.append(CountedDay(day=day, kind=self.kind(day), count=count))
        return Deadline(start=start, working_days=working_days, due=day, derivation=tuple(derivation))

    def deadlines(self, start: date, steps: Mapping[str, int]) -> dict[str, Deadline]:
        """Every step's deadline, all counted from the same start."""
        return {step: self.deadline(start, days) for step, days in steps.items()}


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
