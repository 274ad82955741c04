"""The form fields of one item: which names it may be sent under, and its values whatever they were sent in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.instrument.problems import Problem, Where
from survey.instrument.program import Item, Words
from survey.instrument.values import canonical_number, joined_parts

Raw = Mapping[str, object]
MAX_PART_CHARS = 500
OF_FRAME = "right"
"""The part of a field's name under which is sent whether the frame's value is right."""


class Refusal(Exception):
    """What was sent is no answer; ``code`` is that of the problem. It never leaves the engine."""

    def __init__(self, code: str, *, own: Words | None = None, **context: str | int | None) -> None:
        super().__init__(code)
        self.code, self.own = code, own
        self.context = {name: value for name, value in context.items() if value is not None}

    def problem(self, where: Where) -> Problem:
        """The refusal as it is reported."""
        return Problem(code=self.code, where=where, own=self.own, context=self.context)


def part_names(item: Item) -> Sequence[str]:
    """The parts that an item may be typed in."""
    if item.kind == "ranking":
        return [option.code for option in item.options]
    if item.kind == "contact":
        return item.contact_fields
    if item.cascade:
        return ("city",)
    return item.time_parts


def field_names(item: Item, key: str) -> frozenset[str]:
    """Every field name of the item."""
    of_frame = [f"{key}.{OF_FRAME}"] if item.prefill == "frame" and not item.read_only else []
    return frozenset([key, *(f"{key}.{part}" for part in part_names(item)), *of_frame])


def sent_values(item: Item, key: str, raw: Raw) -> object:
    """What was sent for the item under its key, or in parts. Raises Refusal where the parts make no answer."""
    whole = raw.get(key, ())
    if isinstance(whole, Sequence) and any(value != "" for value in whole):
        return whole
    parts = sent_parts(item, key, raw)
    if not parts or not any(parts.values()):
        return whole
    if item.kind == "ranking":
        return _ranked(parts)
    if item.cascade:
        raise Refusal("choose_county")
    if item.kind == "contact" or not item.time_parts:
        return whole
    value = joined_parts(item.kind, parts)
    if value is None:
        raise Refusal("point_unreadable" if item.kind == "geopoint" else f"{item.kind}_unreadable")
    return [value] if value else ()


def sent_parts(item: Item, key: str, raw: Raw) -> dict[str, str]:
    """The parts of the item as they were sent, the first value of each; anything that is no text is blank."""
    found: dict[str, str] = {}
    for part in part_names(item):
        values = raw.get(f"{key}.{part}", ())
        first = values[0] if isinstance(values, (list, tuple)) and values else ""
        found[part] = first.strip() if isinstance(first, str) and len(first) <= MAX_PART_CHARS else ""
    return found


def _ranked(parts: Mapping[str, str]) -> list[str]:
    """The options in the order of the places that were written beside them."""
    places: dict[int, str] = {}
    for code, written in parts.items():
        if not written:
            continue
        number = canonical_number(written)
        if number is None or not number.isdigit() or not 1 <= int(number) <= len(parts):
            raise Refusal("rank_unreadable")
        if int(number) in places:
            raise Refusal("rank_twice", place=int(number))
        places[int(number)] = code
    for place in range(1, len(places) + 1):
        if place not in places:
            raise Refusal("rank_gap", place=place)
    return [places[place] for place in sorted(places)]
