"""One typed table of a frozen dataset: written row by row, kept as Parquet, named by the digest of its content.

The digest is taken over the typed, ordered content and not over the Parquet bytes: those carry the version of
the program that wrote them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from analysis.scoring_run.content import header, line

ColumnType = Literal["VARCHAR", "TINYINT", "SMALLINT", "INTEGER", "DOUBLE", "DATE"]
_FLUSH_AT = 1 << 20


class TableWriter:
    """Collects rows in their final order; at the end of the ``with`` block the Parquet file stands."""

    def __init__(self, path: Path, columns: Mapping[str, ColumnType]) -> None:
        self.path = path
        self.columns = dict(columns)
        self.n_rows = 0
        self._digest = hashlib.sha256()
        self._text = path.with_suffix(".rows")
        self._lines: list[bytes] = []
        self._waiting = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        self._digest.update(header(self.columns))

    def __enter__(self) -> TableWriter:
        self._file = self._text.open("wb")
        self._write(self.columns)
        return self

    def add(self, row: Mapping[str, Any]) -> None:
        """Add one row; a column that ``row`` lacks is NULL, a key that is no column is an error."""
        if extra := row.keys() - self.columns.keys():
            raise KeyError(f"no column {sorted(extra)[0]} in {self.path.name}")
        self._write([row.get(name) for name in self.columns])
        self.n_rows += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._file.close()
        try:
            if kind is None:
                _to_parquet(self._text, self.path, self.columns)
        finally:
            self._text.unlink()

    @property
    def digest(self) -> str:
        """SHA-256 over column names, types and all cells in order."""
        return self._digest.hexdigest()

    def _write(self, cells: Iterable[Any]) -> None:
        content = line(cells)
        self._lines.append(content)
        self._waiting += len(content)
        if self._waiting > _FLUSH_AT:
            self._flush()

    def _flush(self) -> None:
        data = b"".join(self._lines)
        self._digest.update(data)
        self._file.write(data)
        self._lines, self._waiting = [], 0


def _to_parquet(text: Path, target: Path, columns: Mapping[str, ColumnType]) -> None:
    import duckdb

    with duckdb.connect() as connection:
        for setting in (
            "threads = 1",
            "autoinstall_known_extensions = false",
            "preserve_insertion_order = true",
        ):
            connection.execute(f"SET {setting}")
        rows = connection.read_csv(
            str(text),
            header=True,
            columns={name: str(kind) for name, kind in columns.items()},
            na_values="",
            allow_quoted_nulls=False,
            auto_detect=False,
            delimiter=",",
            quotechar='"',
            escapechar='"',
        )
        rows.write_parquet(str(target), compression="zstd")
