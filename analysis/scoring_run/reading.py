"""Home of reading a frozen dataset: rows in a fixed order, answers as small integers, nothing computed yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.index.cells import NOT_ASKED
from analysis.scoring_run.errors import RunRefused

Texts = NDArray[np.object_]

#: Columns that every responses file has; further ones are asked for by name.
COMMON = (
    "response_id",
    "channel",
    "mode",
    "stratum",
    "part",
    "frame_source",
    "interviewer",
    "set_aside",
    "excluded",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Responses:
    """The responses of one group, ordered by response id.

    Attributes
    ----------
    texts : column -> (n,) str or None
    base_weight : (n,) float, nan for a stream without probabilities
    seconds : (n,) float, nan where not measured
    items : names of the answer columns, (k,)
    answers : (n, k) int16, ``NOT_ASKED`` where the item was not on the path
    """

    group: str
    texts: Mapping[str, Texts]
    base_weight: FloatArray
    seconds: FloatArray
    items: tuple[str, ...]
    answers: NDArray[np.int16]

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.base_weight)

    def rows(self, keep: BoolArray) -> Responses:
        """The same columns for some of the rows."""
        return Responses(
            group=self.group,
            texts={name: column[keep] for name, column in self.texts.items()},
            base_weight=self.base_weight[keep],
            seconds=self.seconds[keep],
            items=self.items,
            answers=self.answers[keep],
        )

    def item(self, name: str) -> NDArray[np.int16]:
        """Answers to one item, (n,)."""
        return self.answers[:, self.items.index(name)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitRatings:
    """Ratings of units, ordered by response id and unit.

    Attributes
    ----------
    response_id, unit : (r,) str
    factor : (r,) float, units ticked over units drawn
    answers : (r, k) int16
    """

    group: str
    response_id: Texts
    unit: Texts
    factor: FloatArray
    items: tuple[str, ...]
    answers: NDArray[np.int16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the Parquet files of one dataset folder with an in-memory DuckDB of one thread."""

    folder: Path
    _connection: list[Any] = field(default_factory=list, repr=False)  # Any: duckdb carries no types

    def manifest(self) -> dict[str, Any]:  # Any: a JSON document
        """The manifest; empty where the folder has none (a hand-made dataset)."""
        path = self.folder / "manifest.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else {}

    def codebook(self) -> Any:  # Any: a JSON document
        """The codebook; empty where the folder has none."""
        path = self.folder / "codebook.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else {}

    def has(self, kind: str, group: str) -> bool:
        """Whether the folder holds a file of this kind (`responses`, `unit_ratings`) for a group."""
        return (self.folder / kind / f"{group}.parquet").exists()

    def count(self, kind: str, group: str) -> int:
        """Rows of one file."""
        query = f"SELECT count(*) FROM read_parquet({self._quoted(kind, group)})"  # noqa: S608 - a quoted path, no value
        return int(self._query(query).fetchone()[0])

    def columns(self, kind: str, group: str) -> tuple[str, ...]:
        """Names of the columns of one file."""
        query = f"DESCRIBE SELECT * FROM read_parquet({self._quoted(kind, group)})"  # noqa: S608 - a quoted path, no value
        rows = self._query(query).fetchall()
        return tuple(str(row[0]) for row in rows)

    def responses(self, group: str, *, texts: Sequence[str], items: Sequence[str]) -> Responses:
        """Read the named text and answer columns of a group.

        Raises
        ------
        RunRefused
            ``dataset_file_missing`` or ``column_missing``.
        """
        names = tuple(dict.fromkeys((*COMMON, *texts)))
        self._require("responses", group, (*names, "base_weight", "seconds", *items))
        parts = [f'CAST("{name}" AS VARCHAR) AS "{name}"' for name in names]
        parts += ['CAST("base_weight" AS DOUBLE) AS "base_weight"', 'CAST("seconds" AS DOUBLE) AS "seconds"']
        parts += [f'CAST(COALESCE("{item}", {NOT_ASKED}) AS SMALLINT) AS "{item}"' for item in items]
        table = self._fetch("responses", group, parts, order="response_id")
        return Responses(
            group=group,
            texts={name: _text(table[name]) for name in names},
            base_weight=_number(table["base_weight"]),
            seconds=_number(table["seconds"]),
            items=tuple(items),
            answers=_answers(table, items),
        )

    def unit_ratings(self, group: str, *, items: Sequence[str]) -> UnitRatings:
        """Read the ratings of units given by a group; an item its instrument does not have was not asked."""
        self._require("unit_ratings", group, ("response_id", "unit", "ticked", "drawn"))
        there = set(self.columns("unit_ratings", group))
        parts = ["CAST(response_id AS VARCHAR) AS response_id", "CAST(unit AS VARCHAR) AS unit"]
        parts += ["CAST(COALESCE(ticked, 1) AS DOUBLE) / greatest(COALESCE(drawn, 1), 1) AS factor"]
        parts += [
            f'CAST(COALESCE("{item}", {NOT_ASKED}) AS SMALLINT) AS "{item}"'
            if item in there
            else f'CAST({NOT_ASKED} AS SMALLINT) AS "{item}"'
            for item in items
        ]
        table = self._fetch("unit_ratings", group, parts, order="response_id, unit")
        return UnitRatings(
            group=group,
            response_id=_text(table["response_id"]),
            unit=_text(table["unit"]),
            factor=np.maximum(_number(table["factor"]), 1.0),
            items=tuple(items),
            answers=_answers(table, items),
        )

    def _require(self, kind: str, group: str, names: Sequence[str]) -> None:
        file = f"{kind}/{group}.parquet"
        if not self.has(kind, group):
            raise RunRefused("dataset_file_missing", file=file)
        there = set(self.columns(kind, group))
        for name in names:
            if name not in there:
                raise RunRefused("column_missing", file=file, column=name)

    def _fetch(self, kind: str, group: str, parts: Sequence[str], *, order: str) -> dict[str, Any]:
        source = self._quoted(kind, group)
        query = f"SELECT {', '.join(parts)} FROM read_parquet({source}) ORDER BY {order}"  # noqa: S608 - names were checked against the file's own columns
        table: dict[str, Any] = self._query(query).fetchnumpy()
        return table

    def _query(self, text: str) -> Any:  # Any: duckdb carries no types
        if not self._connection:
            import duckdb

            self._connection.append(duckdb.connect(config={"threads": 1}))
        return self._connection[0].execute(text)

    def _quoted(self, kind: str, group: str) -> str:
        path = str(self.folder / kind / f"{group}.parquet").replace("'", "''")
        return f"'{path}'"


def _text(column: Any) -> Texts:  # Any: numpy or masked array, whichever duckdb returns
    masked = np.ma.asarray(column)
    pairs = zip(masked.data.tolist(), np.ma.getmaskarray(masked).tolist(), strict=True)
    return np.array(
        [None if hidden or value is None else str(value) for value, hidden in pairs], dtype=object
    )


def _number(column: Any) -> FloatArray:  # Any: see above
    return np.asarray(np.ma.filled(np.ma.asarray(column).astype(np.float64), np.nan), dtype=np.float64)


def _answers(table: Mapping[str, Any], items: Sequence[str]) -> NDArray[np.int16]:
    if not items:
        size = len(next(iter(table.values())))
        return np.zeros((size, 0), dtype=np.int16)
    columns = [np.ma.filled(np.ma.asarray(table[item]), NOT_ASKED) for item in items]
    return np.stack(columns, axis=1).astype(np.int16)


def codes_of(values: Texts, categories: Sequence[str]) -> IntArray:
    """Position of each value among ``categories``, -1 where it is none of them, (n,)."""
    place = {category: position for position, category in enumerate(categories)}
    return np.array([place.get(value, -1) for value in values], dtype=np.int64)
