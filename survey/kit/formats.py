"""How pages write days, instants and numbers, in the reader's language and the survey's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

import flask
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from survey import clock
from survey.db import db
from survey.kit.language import current, say

_BULLETS = ("-", "·", "•")
_DAY = {"zh": "y年M月d日EEEE", "en": "EEEE, d MMMM y", "ar": "EEEE، d MMMM y"}
_SHORT_DAY = {"zh": "y年M月d日", "en": "d MMM y", "ar": "d MMMM y"}


def register(app: flask.Flask) -> None:
    """Give templates the filters ``say day short_day moment number percent prose …`` and ``demo_clock()``."""
    app.jinja_env.filters.update(
        say=say,
        day=day,
        short_day=short_day,
        moment=moment,
        number=number,
        percent=percent,
        prose=prose,
        plain_day=plain_day,
        month_name=month_name,
    )
    app.jinja_env.globals["demo_clock"] = demo_clock


def day(value: date | datetime, zone: str | None = None) -> str:
    """The day with its weekday: 2026年11月20日星期五 or Friday, 20 November 2026."""
    return _formatted(value, _DAY[current()], zone)


def short_day(value: date | datetime, zone: str | None = None) -> str:
    """The day without its weekday, for tables."""
    return _formatted(value, _SHORT_DAY[current()], zone)


def plain_day(value: str) -> str:
    """A day written as 2026-11-21, as people write it."""
    return short_day(date.fromisoformat(value))


def month_name(number: int) -> str:
    """The name of a month."""
    return format_date(date(2000, number, 1), "LLLL", locale=get_locale())


def moment(value: datetime, zone: str | None = None) -> str:
    """The day with its weekday and the time to the minute, in ``zone`` (the platform's if None).

    A time that clocks show twice on that day, because they are set back, is followed by its offset.
    """
    local = value.astimezone(ZoneInfo(zone or _zone()))
    text = f"{day(local.date())} {format_time(local.time(), 'HH:mm', locale=get_locale())}"
    first, second = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return f"{text} ({_offset(local)})" if first > second else text


def number(value: float | str | Decimal | None, digits: int | None = None) -> str:
    """A number with thousands separators; ``digits`` after the point. The word "none" where there is none."""
    if value is None:
        return str(_("none"))
    exact = Decimal(str(value))
    if digits is not None:
        exact = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    places = max(0, -int(exact.as_tuple().exponent)) if exact.is_finite() else 0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(exact, format=pattern, locale=get_locale())


def percent(value: float | str | Decimal | None, digits: int = 1) -> str:
    """A share between 0 and 1 as a percentage."""
    return str(_("none")) if value is None else number(Decimal(str(value)) * 100, digits) + "%"


def prose(text: str) -> list[tuple[str, list[str]]]:
    """Plain text as blocks to be marked up: ("p", [text]) and ("ul", [points]).

    A line that begins with a dash or a dot is a point; an empty line or the first point ends a paragraph;
    other line ends are only where the author's editor broke the line.
    """
    blocks: list[tuple[str, list[str]]] = []
    for raw in text.strip().splitlines():
        line = raw.strip()
        if line[:1] in _BULLETS:
            if not blocks or blocks[-1][0] != "ul":
                blocks.append(("ul", []))
            blocks[-1][1].append(line[1:].strip())
        elif not line:
            blocks.append(("p", [""]))
        elif blocks:
            blocks[-1][1][-1] = _joined(blocks[-1][1][-1], line)
        else:
            blocks.append(("p", [line]))
    return [block for block in blocks if any(block[1])]


def demo_clock() -> datetime | None:
    """Where the demo clock stands; None where none runs, and on pages that tell of a broken database."""
    # In production no demo clock can be set: then no page has to ask for it.
    if flask.g.get("without_database") or flask.current_app.extensions["minyi"].settings.production:
        return None
    return clock.demo_now(db.session())


def _joined(before: str, after: str) -> str:
    """Two lines as one: Chinese goes on without a space."""
    return (
        f"{before}{after}" if before[-1:] > "\u2e80" or after[:1] > "\u2e80" else f"{before} {after}".strip()
    )


def _formatted(value: date | datetime, pattern: str, zone: str | None) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(zone or _zone())).date()
    return format_date(value, pattern, locale=get_locale())


def _offset(local: datetime) -> str:
    """How far a wall clock is from UTC, such as UTC−4 or UTC+13:45."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"


def _zone() -> str:
    found: str = flask.current_app.extensions["minyi"].settings.time_zone
    return found
