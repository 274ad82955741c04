"""How often each answer was given, and the means, of a table of a frozen dataset: unweighted, to look at the data.

What is published comes from a run with weights (admin.scoring); these counts are for those who check the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from admin.datasets.export import column_of, connect

MOST_VALUES = 50
"""A text with more different values than these is not a choice from a list, and is only counted."""
_FIRST = 5_000
_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "DOUBLE"})
_KEYS = frozenset({"response_id"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One variable: answered by so many, their mean where it is a number, and how often each value stands there."""

    variable: str
    n: int
    mean: float | None
    counts: Mapping[str, int]


def figures_of(table: Path) -> tuple[Figures, ...]:
    """All variables of a Parquet file in their order, in one passage over its rows."""
    with connect() as connection:
        rows = connection.read_parquet(str(table))
        columns = [(n, str(kind)) for n, kind in zip(rows.columns, rows.types, strict=True) if n not in _KEYS]
        # What has few values is counted by value; the first rows tell which those may be.
        distinct = ", ".join(f"approx_count_distinct({column_of(name)})" for name, _ in columns)
        few = rows.limit(_FIRST).aggregate(distinct).fetchall()[0]
        asked = [
            part
            for (name, kind), values in zip(columns, few, strict=True)
            for part in _aggregates(name, kind, counted=values <= MOST_VALUES)
        ]
        found = iter(rows.aggregate(", ".join(asked)).fetchall()[0])
    return tuple(
        Figures(
            variable=name,
            n=next(found),
            mean=next(found),
            counts=_listed(next(found)),
        )
        for name, _ in columns
    )


def _listed(counts: Mapping[object, int] | None) -> dict[str, int]:
    if counts is None or len(counts) > MOST_VALUES:
        return {}
    return {str(value): n for value, n in counts.items()}


def _aggregates(name: str, kind: str, *, counted: bool) -> tuple[str, str, str]:
    column = column_of(name)
    mean = f"avg({column})" if kind in _NUMBERS else "NULL"
    return f"count({column})", mean, f"histogram({column})" if counted else "NULL"
