"""Home of Parquet and CSV: the columns as they are, written by DuckDB, the same bytes for the same data."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.export.columns import Texts, Written, checked, is_number
from analysis.export.errors import ExportError

_FORMULA = "=+-@\t\r"


def write_parquet(data: Mapping[str, ArrayLike], path: Path) -> Written:
    """Write the columns as Parquet (zstd); numbers as DOUBLE, whole numbers as BIGINT, missing as NULL.

    Parameters
    ----------
    data : column -> (n,) numbers with nan, or texts with "" for missing.

    Raises
    ------
    ExportError
        Naming the column and row that cannot be written.
    """
    return _write(data, path, options="FORMAT parquet, COMPRESSION zstd")


def write_csv(data: Mapping[str, ArrayLike], path: Path, *, for_spreadsheets: bool = False) -> Written:
    """Write the columns as CSV: UTF-8, comma, header, empty where missing; numbers keep every digit.

    Parameters
    ----------
    for_spreadsheets : put an apostrophe before texts that a spreadsheet would run as a formula; the texts then
        differ from the data, so it is off for files that a statistics program reads.
    """
    columns = checked(data)
    if for_spreadsheets:
        columns = {
            name: column if is_number(column) else _harmless(column) for name, column in columns.items()
        }
    return _write(columns, path, options="FORMAT csv, HEADER true, NULL ''")


def _harmless(texts: FloatArray | Texts) -> Texts:
    return np.array([f"'{one}" if one.startswith(tuple(_FORMULA)) else one for one in texts], dtype=object)


def _write(data: Mapping[str, ArrayLike], path: Path, *, options: str) -> Written:
    import duckdb

    columns = checked(data)
    safe = {f"c{place}": column for place, column in enumerate(columns.values())}
    chosen = ", ".join(
        f"{_expression(f'c{place}', columns[name])} AS {_quoted(name)}" for place, name in enumerate(columns)
    )
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        connection.register("outgoing", safe)
        # column expressions are our own text, names are quoted, the path is a literal
        connection.execute(f"COPY (SELECT {chosen} FROM outgoing) TO {_literal(str(path))} ({options})")  # noqa: S608 - quoted names and literals
    except duckdb.Error as problem:
        raise ExportError(
            "unwritable", file=path.name, reason=str(problem).splitlines()[0][:160]
        ) from problem
    finally:
        connection.close()
    return Written(names={name: name for name in columns})


def _expression(alias: str, column: FloatArray | Texts) -> str:
    if not is_number(column):
        return f"nullif({alias}, '')"
    known = column[np.isfinite(column)]
    whole = bool(np.all(known == np.floor(known))) and bool(np.all(np.abs(known) < 2**53))
    value = f"CASE WHEN isnan({alias}) THEN NULL ELSE {alias} END"
    return f"CAST({value} AS BIGINT)" if whole else value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
