"""The published results as the public page reads them: a typed view of ``Release.document``.

The document is JSON, written once at publication; ``docs/release-document.md`` describes it.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar

SCHEMA = "minyi/release/1"
Words = Mapping[str, str]
_T = TypeVar("_T")


class UnreadableDocument(ValueError):
    """The document is not what the page can show; the message names the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPart:
    """What one evaluator group contributed to a unit's composite; no index where too few of them answered."""

    name: Words
    n: int
    weight: float
    index: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitResult:
    """One assessed unit: its composite with interval and rank set, or the reason why it has none."""

    code: str
    name: Words
    composite: float | None = None
    low: float | None = None
    high: float | None = None
    unweighted: float | None = None
    n: int | None = None
    n_effective: float | None = None
    grade: Words | None = None
    borderline: bool = False
    rank_low: int | None = None
    rank_high: int | None = None
    reason: Words | None = None
    groups: tuple[GroupPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClass:
    """Units that may be compared with one another."""

    code: str
    title: Words
    finding: Words
    units: tuple[UnitResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """An index of one area (or dimension, or indicator) in one group; no value where it is suppressed."""

    code: str
    name: Words
    index: float | None = None
    low: float | None = None
    high: float | None = None
    unweighted: float | None = None
    n: int | None = None
    n_effective: float | None = None
    deff: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexTable:
    """Indices of one group: of its cities, or of its dimensions and indicators."""

    code: str
    title: Words
    finding: Words
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRow:
    """How one item was answered: shares of the points worst first (of valid answers), and of don't know."""

    code: str
    text: Words
    points: tuple[float, ...] | None = None
    satisfied: float | None = None
    dissatisfied: float | None = None
    dont_know: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTable:
    """The items of one group."""

    code: str
    title: Words
    finding: Words
    rows: tuple[ShareRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenStream:
    """What anyone answered at the open entry: shown apart, never scored, no interval (nobody drew these people)."""

    title: Words
    n: int
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One gate with what it found and, for a warning, the written answer."""

    id: str
    level: str
    status: str
    title: Words
    message: Words
    value: str = ""
    threshold: str = ""
    answer: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPart:
    """One of the eleven statements on method."""

    id: str
    title: Words
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A counted thing: removals by reason, parts of the count identity."""

    label: Words
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """A SHA-256 that anyone can compare."""

    label: Words
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything the results page shows."""

    schema: str
    cycle: str
    summary: tuple[Words, ...]
    gates: tuple[GateRow, ...]
    methods: tuple[MethodPart, ...]
    digests: tuple[Digest, ...]
    classes: tuple[UnitClass, ...] = ()
    areas: tuple[IndexTable, ...] = ()
    dimensions: tuple[IndexTable, ...] = ()
    shares: tuple[ShareTable, ...] = ()
    open: tuple[OpenStream, ...] = ()
    removals: tuple[Count, ...] = ()
    counts: tuple[Count, ...] = ()

    @property
    def failed_blocks(self) -> tuple[GateRow, ...]:
        """Block gates that did not pass; with any of them the page shows no composite and no rank."""
        return tuple(g for g in self.gates if g.level == "block" and g.status != "pass")

    @property
    def n_passed(self) -> int:
        """How many gates passed."""
        return sum(gate.status == "pass" for gate in self.gates)


def read(document: Mapping[str, Any]) -> Results:  # Any: a JSON document
    """The document as the page needs it. Raises UnreadableDocument.

    Where a block gate failed, composites and ranks are left out even if the document holds them.
    """
    results = _build(Results, document, "")
    if results.schema != SCHEMA:
        raise UnreadableDocument(f"schema is {results.schema!r}, not {SCHEMA!r}")
    if not results.failed_blocks:
        return results
    held = {"classes": (), "areas": tuple(_without_ranks(table) for table in results.areas)}
    return _build_from(results, held)


def _without_ranks(table: IndexTable) -> IndexTable:
    rows = tuple(_build_from(row, {"rank_low": None, "rank_high": None}) for row in table.rows)
    return _build_from(table, {"rows": rows})


def _build_from(value: _T, changed: Mapping[str, Any]) -> _T:
    kept = {f.name: getattr(value, f.name) for f in fields(value)}  # type: ignore[arg-type]  # any dataclass
    return type(value)(**{**kept, **changed})


def _build(kind: type[_T], raw: object, path: str) -> _T:
    """A dataclass from a JSON object; unknown names are left alone, so that documents may grow."""
    if not isinstance(raw, Mapping):
        raise UnreadableDocument(f"{path or 'document'}: an object was expected")
    found: dict[str, Any] = {}
    for name, (hint, needed) in _hints(typing.cast("Hashable", kind)).items():
        if name in raw:
            found[name] = _value(hint, raw[name], f"{path}/{name}")
        elif needed:
            raise UnreadableDocument(f"{path}/{name}: missing")
    return kind(**found)


@cache
def _hints(kind: Any) -> Mapping[str, tuple[Any, bool]]:
    resolved = typing.get_type_hints(kind)
    needed = {f.name for f in fields(kind) if f.default is f.default_factory}
    return {f.name: (resolved[f.name], f.name in needed) for f in fields(kind)}


def _value(hint: Any, raw: object, path: str) -> Any:  # Any: a type hint, and a value of it
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return None if raw is None else _value(arguments[0], raw, path)
    if origin is tuple:
        if not isinstance(raw, list):
            raise UnreadableDocument(f"{path}: a list was expected")
        return tuple(_value(arguments[0], each, f"{path}/{n}") for n, each in enumerate(raw))
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, raw, path)
    if origin is not None:  # Words
        if not isinstance(raw, Mapping) or not all(isinstance(t, str) for t in raw.values()):
            raise UnreadableDocument(f"{path}: texts by language were expected")
        return dict(raw)
    return _plain(hint, raw, path)


def _plain(hint: type, raw: object, path: str) -> object:
    if hint is float and isinstance(raw, str):  # decimals may travel as strings
        try:
            return float(raw)
        except ValueError:
            raise UnreadableDocument(f"{path}: a number was expected") from None
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if not isinstance(raw, hint) or (hint is int and isinstance(raw, bool)):
        raise UnreadableDocument(f"{path}: {hint.__name__} was expected")
    return raw
