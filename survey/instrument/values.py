"""The stored form of what people type: numbers, dates, times, places; None where it cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal

MAX_TYPED = 64
_MAX_MINUTES = 10_000_000
_NUMBER = re.compile(r"([+-]?)([0-9]{1,30}|[0-9]{1,3}(?:,[0-9]{3}){1,9})?(?:\.([0-9]{1,20}))?\Z")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?\Z")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?\Z")
_YEAR = re.compile(r"([0-9]{4})年?\Z")
_TIME = re.compile(r"([0-9]{1,2})[:时点]([0-9]{1,2})(?::[0-9]{1,2}(?:\.[0-9]{1,9})?|分)?\Z")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]{1,63}(\.[^\s@.]{1,63}){1,8}\Z")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{3,22}[0-9]\Z")
_URL = re.compile(r"https?://[^\s/?#.@]{1,63}(\.[^\s/?#.@]{1,63}){1,8}(:[0-9]{1,5})?([/?#]\S*)?\Z")


def folded(raw: str) -> str:
    """What was typed with full-width characters narrow and no space around it."""
    return unicodedata.normalize("NFKC", raw).strip()


def canonical_number(raw: str) -> str | None:
    """A decimal number without needless digits: "１，２００．50" gives "1200.5"."""
    match = _NUMBER.match(folded(raw)) if len(raw) <= MAX_TYPED else None
    if match is None or not (match[2] or match[3]):
        return None
    whole = (match[2] or "0").replace(",", "").lstrip("0") or "0"
    fraction = (match[3] or "").rstrip("0")
    number = f"{whole}.{fraction}" if fraction else whole
    return f"-{number}" if match[1] == "-" and number != "0" else number


def written_number(value: object) -> str | None:
    """A number of a document (a number, or text that is one) in its stored form."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, float):
        return canonical_number(f"{Decimal(str(value)):f}")
    return canonical_number(str(value)) if isinstance(value, str) or abs(value) < 10**30 else None


def canonical_date(raw: str) -> str | None:
    """An ISO date."""
    match = _DATE.match(folded(raw)) if len(raw) <= MAX_TYPED else None
    return _date(match[1], match[2], match[3]) if match else None


def canonical_month(raw: str) -> str | None:
    """An ISO month: 2026-11."""
    match = _MONTH.match(folded(raw)) if len(raw) <= MAX_TYPED else None
    found = _date(match[1], match[2], "1") if match else None
    return found[:7] if found else None


def canonical_year(raw: str) -> str | None:
    """A year of four digits."""
    match = _YEAR.match(folded(raw)) if len(raw) <= MAX_TYPED else None
    return match[1] if match and match[1] >= "1000" else None


def canonical_time(raw: str) -> str | None:
    """Hours and minutes: 08:30."""
    match = _TIME.match(folded(raw)) if len(raw) <= MAX_TYPED else None
    return _time(match[1], match[2]) if match else None


def canonical_datetime(raw: str) -> str | None:
    """A date and a time: 2026-11-21T08:30."""
    if len(raw) > MAX_TYPED:
        return None
    day, _, clock = folded(raw).replace("T", " ", 1).partition(" ")
    found_day, found_time = canonical_date(day), canonical_time(clock.strip())
    return f"{found_day}T{found_time}" if found_day and found_time else None


def canonical_duration(raw: str) -> str | None:
    """A whole number of minutes."""
    number = canonical_number(raw)
    return number if number is not None and number.isdigit() and int(number) <= _MAX_MINUTES else None


def canonical_point(raw: str) -> str | None:
    """Latitude, longitude and, if it is known, accuracy in metres, parted by spaces."""
    parts = folded(raw).replace(",", " ").split() if len(raw) <= 2 * MAX_TYPED else []
    numbers = [canonical_number(part) for part in parts]
    if not 2 <= len(parts) <= 4 or None in numbers:
        return None
    latitude, longitude, *rest = (Decimal(number) for number in numbers if number is not None)
    accuracy = rest[-1:]  # a fourth number is the height, which nobody asked for
    if abs(latitude) > 90 or abs(longitude) > 180 or any(metres < 0 for metres in accuracy):
        return None
    return " ".join(
        _rounded(part, places)
        for part, places in zip((latitude, longitude, *accuracy), (6, 6, 1), strict=False)
    )


def _rounded(number: Decimal, places: int) -> str:
    return canonical_number(f"{number.quantize(Decimal(1).scaleb(-places)):f}") or "0"


def joined_parts(kind: str, parts: Mapping[str, str]) -> str | None:
    """One value from the fields it was typed in; "" where all are blank, None where they cannot be read."""
    given = {name: folded(value) for name, value in parts.items()}
    if not any(given.values()):
        return ""
    if any(len(value) > MAX_TYPED for value in parts.values()):
        return None
    if kind == "duration":
        return _minutes(given)
    if kind == "geopoint":
        return canonical_point(f"{given.get('lat', '')} {given.get('lon', '')}")
    day = f"{given.get('year', '')}-{given.get('month', '')}"
    if kind == "month":
        return canonical_month(day)
    clock = f"{given.get('hour', '')}:{given.get('minute') or '0'}"
    if kind == "time":
        return canonical_time(clock)
    day = f"{day}-{given.get('day', '')}"
    return canonical_date(day) if kind == "date" else canonical_datetime(f"{day} {clock}")


def _minutes(given: Mapping[str, str]) -> str | None:
    total = 0
    for name, factor in (("days", 24 * 60), ("hours", 60), ("minutes", 1)):
        number = canonical_duration(given.get(name) or "0")
        if number is None:
            return None
        total += int(number) * factor
    return canonical_duration(str(total))


def split_parts(kind: str, value: str, names: tuple[str, ...]) -> dict[str, str]:
    """A stored value in the fields it may be typed in."""
    if kind == "duration":
        return _split_minutes(value, names)
    pieces = re.split(r"[-T:]", value)
    order = {"time": ("hour", "minute")}.get(kind, ("year", "month", "day", "hour", "minute"))
    if kind == "geopoint":
        pieces, order = value.split(), ("lat", "lon")
    known = dict(zip(order, pieces, strict=False))
    return {name: known.get(name, "") for name in names}


def _split_minutes(value: str, names: tuple[str, ...]) -> dict[str, str]:
    rest = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    found = dict.fromkeys(names, "")
    for name, factor in (("days", 24 * 60), ("hours", 60), ("minutes", 1)):
        if name in found and value:
            found[name], rest = str(rest // factor), rest % factor
    return found


def is_email(text: str) -> bool:
    """Whether this has the form of an address of electronic mail."""
    return len(text) <= 254 and bool(_EMAIL.match(text))


def is_phone(text: str) -> bool:
    """Whether this has the form of a telephone number."""
    return bool(_PHONE.match(text))


def is_url(text: str) -> bool:
    """Whether this has the form of a web address."""
    return len(text) <= 2_000 and bool(_URL.match(text))


def _date(year: str, month: str, day: str) -> str | None:
    if not (year.isdigit() and month.isdigit() and day.isdigit() and int(year) >= 1000):
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _time(hour: str, minute: str) -> str | None:
    try:
        return time(int(hour), int(minute)).isoformat("minutes")
    except ValueError:
        return None


CANONICAL = {
    "number": canonical_number,
    "slider": canonical_number,
    "date": canonical_date,
    "month": canonical_month,
    "year": canonical_year,
    "time": canonical_time,
    "datetime": canonical_datetime,
    "duration": canonical_duration,
}
# The fields a kind may be typed in beside its one field.
TYPED_PARTS: Mapping[str, tuple[str, ...]] = {
    "date": ("year", "month", "day"),
    "month": ("year", "month"),
    "time": ("hour", "minute"),
    "datetime": ("year", "month", "day", "hour", "minute"),
    "duration": ("hours", "minutes"),
    "geopoint": ("lat", "lon"),
}
