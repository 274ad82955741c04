"""Dates and times without zone or locale: how texts write them, and how they are counted in days."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from survey.instrument.expression.decimals import ONE, from_units, rounded, units

EPOCH = date(1970, 1, 1).toordinal()
DAY = 86_400
_LAST = date.max.toordinal()
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?\Z")


def read_date(text: str) -> date | None:
    """The date written as 2026-11-21; None for anything else."""
    match = _DATE.match(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    """The time written as 08:30 or 08:30:15."""
    match = _TIME.match(text)
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
    except ValueError:
        return None


def read_moment(text: str) -> date | datetime | None:
    """The date, or the date with a time after a T."""
    day, separator, rest = text.partition("T")
    on, at = read_date(day), read_time(rest) if separator else None
    if on is None or (separator and at is None):
        return None
    return on if at is None else datetime.combine(on, at)


def write_moment(value: date | datetime | time) -> str:
    """The text of a date or time; seconds only where there are some."""
    if isinstance(value, time):
        return f"{value:%H:%M:%S}" if value.second else f"{value:%H:%M}"
    day = f"{value.year:04}-{value.month:02}-{value.day:02}"
    return f"{day}T{write_moment(value.time())}" if isinstance(value, datetime) else day


def midnight(value: date | datetime) -> datetime:
    """The moment at which a date begins; a date with a time is that moment already."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def seconds(value: date | datetime | time) -> int:
    """Seconds since the beginning of year 1, or since midnight."""
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    moment = midnight(value)
    return moment.toordinal() * DAY + seconds(moment.time())


def days(count: int) -> Decimal | None:
    """A number of seconds as days."""
    return from_units(rounded(count * ONE, DAY))


def day_number(value: date | datetime | time) -> Decimal | None:
    """Days since 1970-01-01, the time of day as a fraction."""
    return days(seconds(value) - (0 if isinstance(value, time) else EPOCH * DAY))


def from_day_number(number: Decimal) -> date | None:
    """The date so many days after 1970-01-01; a fraction is left out."""
    return _date(EPOCH + units(number) // ONE)


def moment_from_day_number(number: Decimal) -> datetime | None:
    """The moment so many days after 1970-01-01, to the second."""
    return _moment(EPOCH * DAY + rounded(units(number) * DAY, ONE))


def later(value: date | datetime, number: Decimal) -> date | datetime | None:
    """So many days later: a date takes whole days, a moment is exact to the second."""
    if isinstance(value, datetime):
        return _moment(seconds(value) + rounded(units(number) * DAY, ONE))
    return _date(value.toordinal() + units(number) // ONE)


def between(start: date | datetime | time, end: date | datetime | time) -> Decimal | None:
    """Days from one to the other, with a fraction where there are times."""
    return days(seconds(end) - seconds(start))


def years_between(start: date | datetime, end: date | datetime) -> Decimal:
    """Full years from one date to the other, as an age is counted; born on 29 February, on 1 March."""
    sign, first, last = (1, start, end) if seconds(start) <= seconds(end) else (-1, end, start)
    before = (last.month, last.day) < (first.month, first.day)
    return Decimal(sign * (last.year - first.year - before))


def formatted(value: date | datetime, pattern: str) -> str:
    """The date by a pattern of %Y %y %m %n %d %e %H %h %M %S and %%; numbers only, no names of months."""
    at = midnight(value)
    parts = {
        "Y": f"{at.year:04}",
        "y": f"{at.year % 100:02}",
        "m": f"{at.month:02}",
        "n": f"{at.month}",
        "d": f"{at.day:02}",
        "e": f"{at.day}",
        "H": f"{at.hour:02}",
        "h": f"{at.hour}",
        "M": f"{at.minute:02}",
        "S": f"{at.second:02}",
        "%": "%",
    }
    return re.sub(r"%([YymndeHhMS%])", lambda found: parts[found[1]], pattern)


def unknown_format(pattern: str) -> str | None:
    """The first sign of a pattern that ``formatted`` does not know."""
    found = re.search(r"%(?![YymndeHhMS])(?!%)(.?)", pattern.replace("%%", ""), re.DOTALL)
    return f"%{found[1]}" if found else None


def _date(ordinal: int) -> date | None:
    return date.fromordinal(ordinal) if 1 <= ordinal <= _LAST else None


def _moment(count: int) -> datetime | None:
    on = _date(count // DAY)
    return datetime.combine(on, time()) + timedelta(seconds=count % DAY) if on else None
