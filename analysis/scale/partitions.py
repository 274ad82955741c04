"""Home of the parts of a large data set: Parquet files, or slices of arrays, each read when its turn comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.errors import DataError, InvalidInput

Arrays = dict[str, NDArray[Any]]


class Partition(Protocol):
    """One part of the rows."""

    def read(self, columns: Sequence[str]) -> Arrays:
        """The named columns, all of the same length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetFile:
    """A file, read by DuckDB on one thread, nothing but the columns asked for."""

    path: str

    def read(self, columns: Sequence[str]) -> Arrays:
        """The columns; nulls of numbers become nan, of texts empty."""
        import duckdb

        names = ", ".join('"' + name.replace('"', '""') + '"' for name in columns) or "1 AS one"
        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            try:
                # column names are quoted identifiers; the path is a bound parameter
                found = connection.execute(f"SELECT {names} FROM read_parquet(?)", [self.path])  # noqa: S608 - quoted names only
                return {name: _plain(values) for name, values in found.fetchnumpy().items()}
            except duckdb.Error as problem:
                reason = str(problem).splitlines()[0][:160]
                raise DataError("file_unreadable", file=self.path, reason=reason) from problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Slice:
    """Rows of arrays in memory."""

    table: Mapping[str, NDArray[Any]]
    begin: int
    end: int

    def read(self, columns: Sequence[str]) -> Arrays:
        """Views of the rows."""
        for name in columns:
            if name not in self.table:
                raise InvalidInput("unknown_column", column=name, nearest=", ".join(list(self.table)[:5]))
        named = columns or list(self.table)[:1]
        return {name: np.asarray(self.table[name])[self.begin : self.end] for name in named}


def partitions(
    source: str | Path | Sequence[str | Path] | Mapping[str, Any], *, rows: int = 1_000_000
) -> list[Partition]:
    """The parts of a source, in a fixed order.

    Parameters
    ----------
    source : a folder of Parquet files, a file, a list of files; or a mapping of arrays, cut into slices of `rows`.

    Raises
    ------
    DataError
        If there is no such file, or no Parquet file in the folder.
    """
    if isinstance(source, Mapping):
        table = {str(name): np.asarray(values) for name, values in source.items()}
        length = len(next(iter(table.values())))
        return [
            Slice(table=table, begin=begin, end=min(begin + rows, length)) for begin in range(0, length, rows)
        ]
    return [ParquetFile(path=str(path)) for path in parquet_files(source)]


def parquet_files(source: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files of a source in a fixed order."""
    if not isinstance(source, (str, Path)):
        return [path for part in source for path in parquet_files(part)]
    path = Path(source)
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
        if not found:
            raise DataError("file_missing", file=str(path / "*.parquet"))
        return found
    if not path.is_file():
        raise DataError("file_missing", file=str(path))
    return [path]


def write_partitions(table: Mapping[str, Any], folder: Path, *, name: str) -> Path:
    """Columns as one Parquet file of a partitioned data set; the file appears whole or not at all."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    target, part = folder / f"{name}.parquet", folder / f".{name}.part"
    arrays = {column: np.ascontiguousarray(values) for column, values in table.items()}
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.register("arrays", arrays)
        text = str(part).replace("'", "''")
        connection.execute(f"COPY (SELECT * FROM arrays) TO '{text}' (FORMAT parquet, COMPRESSION snappy)")  # noqa: S608 - a quoted literal
    part.rename(target)
    return target


def _plain(values: Any) -> NDArray[Any]:
    """A column without a mask: nan in numbers, empty in texts."""
    if not isinstance(values, np.ma.MaskedArray):
        array = np.asarray(values)
    elif not np.ma.getmaskarray(values).any():
        array = values.data
    elif values.dtype.kind in "iufb":
        array = np.ma.filled(values.astype(np.float64), np.nan)
    else:
        array = np.ma.filled(values.astype(object), "")
    if array.dtype.kind == "O":
        return np.array(["" if value is None else str(value) for value in array], dtype=np.str_)
    return array
