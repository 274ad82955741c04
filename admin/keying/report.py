"""Home of the difference report: how often two keyings differed and who was wrong, with base and interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying.fields import SHEET, by_key, item_of
from survey.collect import programs
from survey.instrument.program import Program, Words
from survey.kit.safe_csv import Cell, csv_bytes
from survey.models.keying import KeyingPair, KeyingTally
from survey.models.wave import Wave

COLUMNS = ("kind", "name", "label", "base", "count", "share", "low", "high")
_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``count`` of ``base``, with Wilson's interval of 95 % for the share; no share where nothing was counted."""

    kind: str
    name: str
    words: Words
    base: int
    count: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """The share."""
        return self.count / self.base if self.base else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of one wave.

    A difference is a field of which the two keyings said something else; an error is a field that one person
    keyed otherwise than it was settled.
    """

    fields: Rate
    keys: Rate
    errors: Rate
    items: tuple[Rate, ...]
    sections: tuple[Rate, ...]
    operators: tuple[Rate, ...]
    item_errors: Mapping[str, Rate]
    unreadable: int
    off_route: int
    impossible: int

    def rows(self) -> Iterable[Rate]:
        """All rates, from the whole to the parts."""
        yield from (self.fields, self.keys, self.errors)
        yield from self.operators
        yield from self.sections
        yield from self.items
        yield from self.item_errors.values()

    def as_csv(self) -> bytes:
        """The report as a table."""
        return csv_bytes(COLUMNS, [_row(rate) for rate in self.rows()])


def report_of(session: Session, wave: Wave) -> Report:
    """The report of a wave as its counts stand."""
    program = programs.load(session, wave.version.digest)
    pairs = session.scalars(sa.select(KeyingPair).where(KeyingPair.wave_id == wave.id)).all()
    tallies = session.scalars(sa.select(KeyingTally).where(KeyingTally.wave_id == wave.id)).all()
    by_item = {pair.item: (pair.n_fields, pair.n_different) for pair in pairs}
    wrong = _summed((tally.item, tally.n_fields, tally.n_wrong) for tally in tallies)
    who = _summed((tally.operator, tally.n_fields, tally.n_wrong) for tally in tallies)
    places = _places(program)
    parts = _summed((places[item][0], base, n) for item, (base, n) in by_item.items() if item in places)
    titles = {section: words for section, words, _ in places.values()}
    in_order = [item for item in places if item in by_item]
    return Report(
        fields=_rate("all", "fields", {}, *_total(by_item)),
        keys=_rate("all", "keys", {}, sum(p.n_keys for p in pairs), sum(p.n_keys_different for p in pairs)),
        errors=_rate("all", "errors", {}, *_total(wrong)),
        items=tuple(_rate("item_difference", item, places[item][2], *by_item[item]) for item in in_order),
        sections=tuple(
            _rate("section_difference", code, titles[code], *parts[code]) for code in titles if code in parts
        ),
        operators=tuple(_rate("operator_error", name, {}, *who[name]) for name in sorted(who)),
        item_errors={
            item: _rate("item_error", item, places[item][2], *wrong[item])
            for item in in_order
            if item in wrong
        },
        unreadable=sum(pair.n_unreadable for pair in pairs),
        off_route=sum(pair.n_off_route for pair in pairs),
        impossible=sum(pair.n_impossible for pair in pairs),
    )


def _places(program: Program) -> dict[str, tuple[str, Words, Words]]:
    """By item, in the printed order: its section, the title of that, its own words."""
    found: dict[str, tuple[str, Words, Words]] = {}
    for key, field in by_key(program).items():
        found.setdefault(item_of(key), (field.section or SHEET, field.title, field.text))
    return found


def _summed(parts: Iterable[tuple[str, int, int]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for name, base, count in parts:
        known = found.get(name, (0, 0))
        found[name] = (known[0] + base, known[1] + count)
    return found


def _total(counts: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    return sum(base for base, _ in counts.values()), sum(n for _, n in counts.values())


def _rate(kind: str, name: str, words: Words, base: int, count: int) -> Rate:
    from analysis.quality.coaching import wilson  # with numpy, which no web process loads before it is needed

    low, high = wilson(count, base)
    return Rate(kind=kind, name=name, words=words, base=base, count=count, low=low, high=high)


def _row(rate: Rate) -> dict[str, Cell]:
    label = rate.words.get("en") or next(iter(rate.words.values()), "")
    share = None if rate.share is None else round(rate.share, _DIGITS)
    return {
        "kind": rate.kind,
        "name": rate.name,
        "label": label,
        "base": rate.base,
        "count": rate.count,
        "share": share,
        "low": None if share is None else round(rate.low, _DIGITS),
        "high": None if share is None else round(rate.high, _DIGITS),
    }
