"""An attacker who has the whole database: tries every way in which a row of one table may lead to a row of another.

Tables, columns and their types are found by introspection, so that a table added tomorrow is attacked tomorrow. JSON is
taken apart into its values. To the columns belong what nobody declared: transaction id, place on the page, row number,
the order in which rows come, the length of what is stored.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

Values = dict[str, Any]  # Any: whatever a column holds
Label = Callable[[str, Values], int | None]
MOST_LUCK = 1e-7
"""How improbable a number of right guesses must be before it counts as a leak, over some ten thousand attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows as they come, with derived columns, and whose each row is, as far as the test knows and the attacker does not."""

    name: str
    rows: Sequence[Values]
    people: Sequence[int | None]
    columns: tuple[str, ...] = field(default=())

    def labelled(self) -> bool:
        """Whether its rows belong to people."""
        return sum(each is not None for each in self.people) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A way that finds more people than luck would."""

    way: str
    one: str
    other: str
    right: int
    tried: int


def read(engine: sa.Engine, *, label: Label, split: Mapping[str, str]) -> list[Table]:
    """Every table with rows. ``split`` names tables that are several in one, and by which column."""
    found = []
    with engine.connect() as connection:
        for name in sorted(sa.inspect(connection).get_table_names()):
            rows = [_flat(row) for row in _rows(connection, name)]
            for at, row in enumerate(rows):
                row["(order)"] = at
            parts: dict[str, list[Values]] = {}
            for row in rows:
                parts.setdefault(f"{name}:{row[split[name]]}" if name in split else name, []).append(row)
            for part, members in parts.items():
                people = [label(part, row) for row in members]
                names = sorted({column for row in members for column in row})
                found.append(Table(name=part, rows=members, people=people, columns=tuple(names)))
    return found


def leaks(
    people: Sequence[Table], answers: Sequence[Table], others: Sequence[Table], *, hidden_among: int
) -> list[Leak]:
    """Every way from what knows a person to what was answered that beats luck among ``hidden_among``."""
    found: list[Leak] = []
    for one in people:
        for other in answers:
            for way, pairs, where in _direct(one, other):
                found += _judged(way, one, other, where, pairs, hidden_among)
            for bridge in others:
                for where, pairs in _bridged(one, bridge, other):
                    found += _judged(f"by way of {bridge.name}", one, other, where, pairs, hidden_among)
    return found


def _rows(connection: sa.Connection, name: str) -> Iterator[Values]:
    quoted = connection.dialect.identifier_preparer.quote(name)
    if connection.dialect.name == "sqlite":
        try:
            result = connection.exec_driver_sql(f'SELECT rowid AS "(row number)", * FROM {quoted}')
        except sa.exc.OperationalError:  # a table without row numbers
            result = connection.exec_driver_sql(f"SELECT * FROM {quoted}")
    else:
        result = connection.exec_driver_sql(
            f'SELECT xmin::text::bigint AS "(transaction)", ctid::text AS "(place)", * FROM {quoted}'
        )
    for row in result.mappings():
        yield dict(row)


def _flat(row: Values) -> Values:
    flat: Values = {}
    for name, raw in row.items():
        value = bytes(raw) if isinstance(raw, memoryview) else raw
        if isinstance(value, str) and value[:1] in "{[":
            value = json.loads(value)
        if isinstance(value, (dict, list)):
            flat[f"{name} (length)"] = len(json.dumps(value))
            _take_apart(name, value, flat)
            continue
        if isinstance(value, (datetime, date)):
            value = value.isoformat()
        if name == "(place)" and isinstance(value, str):
            page, item = value.strip("()").split(",")
            value = int(page) * 10_000 + int(item)
        if isinstance(value, (bytes, str)):
            flat[f"{name} (length)"] = len(value)
        flat[name] = value
    return flat


def _take_apart(name: str, value: Any, flat: Values) -> None:  # Any: a JSON document
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        if isinstance(each, (dict, list)):
            _take_apart(f"{name}.{key}", each, flat)
        elif each is not None:
            flat[f"{name}.{key}"] = each


def _kind(value: object) -> str | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return "number"
    return type(value).__name__


def _column(table: Table, name: str) -> tuple[str | None, list[tuple[object, int]]]:
    """Kind of a column, and its values with the places of their rows; None where the kinds are mixed."""
    values = [(row[name], at) for at, row in enumerate(table.rows) if row.get(name) is not None]
    kinds = {_kind(value) for value, _ in values}
    return (kinds.pop() if len(kinds) == 1 else None), values


Pairs = list[tuple[int, int]]


def _direct(one: Table, other: Table) -> Iterator[tuple[str, Pairs, tuple[str, str]]]:
    left = {name: _column(one, name) for name in one.columns}
    right = {name: _column(other, name) for name in other.columns}
    for a, (kind, mine) in left.items():
        for b, (its, theirs) in right.items():
            if kind is None or kind != its or len(mine) < 2 or len(theirs) < 2:
                continue
            yield "equal", _equal(mine, theirs), (a, b)
            yield "same rank", _ranked(mine, theirs, reverse=False), (a, b)
            yield "opposite rank", _ranked(mine, theirs, reverse=True), (a, b)
            if kind == "number":
                yield "nearest", _nearest(mine, theirs), (a, b)


def _equal(mine: list[tuple[Any, int]], theirs: list[tuple[Any, int]]) -> Pairs:
    """Values that stand once here and once there."""
    here = Counter(value for value, _ in mine)
    there: dict[object, list[int]] = {}
    for value, at in theirs:
        there.setdefault(value, []).append(at)
    return [
        (at, there[value][0]) for value, at in mine if here[value] == 1 and len(there.get(value, ())) == 1
    ]


def _ranked(mine: list[tuple[Any, int]], theirs: list[tuple[Any, int]], *, reverse: bool) -> Pairs:
    """The first to the first, the last to the last; ties in the order in which the rows come."""
    if len(mine) != len(theirs):
        return []
    one = [at for _, at in sorted(mine, key=lambda pair: pair[0])]
    other = [at for _, at in sorted(theirs, key=lambda pair: pair[0], reverse=reverse)]
    return list(zip(one, other, strict=True))


def _nearest(mine: list[tuple[Any, int]], theirs: list[tuple[Any, int]]) -> Pairs:
    pairs = []
    for value, at in mine:
        distances = sorted((abs(each - value), place) for each, place in theirs)
        if distances[0][0] < distances[1][0]:
            pairs.append((at, distances[0][1]))
    return pairs


def _bridged(one: Table, bridge: Table, other: Table) -> Iterator[tuple[tuple[str, str], Pairs]]:
    """From row to row through a third table, by values that are the same."""
    here, there = _all_equal(one, bridge), _all_equal(bridge, other)
    for (a, _), first in here.items():
        for (_, b), second in there.items():
            pairs = [(at, second[middle]) for at, middle in first.items() if middle in second]
            if pairs:
                yield (a, b), pairs


def _all_equal(one: Table, other: Table) -> dict[tuple[str, str], dict[int, int]]:
    left = {name: _column(one, name) for name in one.columns}
    right = {name: _column(other, name) for name in other.columns}
    found = {}
    for a, (kind, mine) in left.items():
        for b, (its, theirs) in right.items():
            if kind is not None and kind == its and (pairs := dict(_equal(mine, theirs))):
                found[a, b] = pairs
    return found


def _judged(
    way: str, one: Table, other: Table, where: tuple[str, str], pairs: Pairs, hidden_among: int
) -> list[Leak]:
    known = [
        (one.people[a], other.people[b])
        for a, b in pairs
        if one.people[a] is not None and other.people[b] is not None
    ]
    right = sum(a == b for a, b in known)
    if right == 0 or _luck(right, len(known), 1 / hidden_among) > MOST_LUCK:
        return []
    return [
        Leak(
            way=way,
            one=f"{one.name}.{where[0]}",
            other=f"{other.name}.{where[1]}",
            right=right,
            tried=len(known),
        )
    ]


def _luck(right: int, tried: int, p: float) -> float:
    """How probable it is to guess so many or more right by chance."""
    return sum(math.comb(tried, k) * p**k * (1 - p) ** (tried - k) for k in range(right, tried + 1))
