"""Home of reading a data file: local CSV or Parquet through DuckDB, columns typed, errors with file, row, column."""

import csv
import difflib
import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._types import FloatArray
from analysis.errors import DataError

Labels = NDArray[np.str_]

_PLACE = '"\x01place"'  # our own column; no header can hold a control character and pass for it
_HEADER_ROWS = {".csv": 1, ".parquet": 0}


class Table:
    """One data file, loaded and locked; columns come out typed, rows stay in file order.

    Rows are counted as a spreadsheet shows them: the header of a CSV is row 1. The loaded copy lives in memory
    in a DuckDB of its own that can reach no file, no network and no extension any more.
    """

    def __init__(
        self, connection: Any, *, file: str, digest: str, columns: tuple[str, ...], first: int
    ) -> None:
        self._connection = connection  # Any: duckdb carries no types
        self.file = file
        self.digest = digest
        self.columns = columns
        self._first = first
        self.n = int(connection.execute("SELECT count(*) FROM loaded").fetchone()[0])

    def numbers(self, column: str, *, missing: Sequence[str] = (), required: bool = False) -> FloatArray:
        """(n,) float, nan where empty or in `missing` (compared as text and, where it is one, as number).

        Raises
        ------
        DataError
            `column_missing`, `not_a_number`, or `value_missing` if the column is `required`.
        """
        name = self._quoted(column)
        absent = self._absent(name, missing)
        text = f"CAST({name} AS VARCHAR)"
        number = f"TRY_CAST({name} AS DOUBLE)"
        bad = f"NOT {absent} AND ({number} IS NULL OR isnan({number}) OR isinf({number}))"
        self._refuse_first(f"{bad}", show=text, code="not_a_number", column=column)
        if required:
            self._refuse_first(absent, show="''", code="value_missing", column=column)
        values = self._select(f"CASE WHEN {absent} THEN 'NaN'::DOUBLE ELSE {number} END AS v").fetchnumpy()[
            "v"
        ]
        return np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan)

    def labels(self, column: str, *, missing: Sequence[str] = (), required: bool = False) -> Labels:
        """(n,) text, empty where empty or in `missing`.

        Raises
        ------
        DataError
            `column_missing`, or `value_missing` if the column is `required`.
        """
        name = self._quoted(column)
        absent = self._absent(name, missing)
        if required:
            self._refuse_first(absent, show="''", code="value_missing", column=column)
        values = self._select(
            f"CASE WHEN {absent} THEN '' ELSE CAST({name} AS VARCHAR) END AS v"
        ).fetchnumpy()["v"]
        return np.asarray(np.ma.filled(values, "")).astype(str)

    def _quoted(self, column: str) -> str:
        if column not in self.columns:
            nearest = difflib.get_close_matches(column, self.columns, n=1, cutoff=0.0) or ["-"]
            raise DataError("column_missing", file=self.file, column=column, nearest=nearest[0])
        return _identifier(column)

    def _select(self, what: str, *, where: str = "true") -> Any:  # Any: duckdb carries no types
        # every name in `what` and `where` went through _identifier, every text through _literal
        query = f"SELECT {what} FROM loaded WHERE {where} ORDER BY {_PLACE}"  # noqa: S608
        return self._connection.execute(query)

    @staticmethod
    def _absent(name: str, missing: Sequence[str]) -> str:
        """SQL that is true where a value counts as missing; all texts are quoted as literals."""
        texts = ", ".join(_literal(text) for text in ["", *missing])
        test = f"({name} IS NULL OR trim(CAST({name} AS VARCHAR)) IN ({texts})"
        numeric = [repr(float(text)) for text in missing if _is_number(text)]
        if numeric:
            test += f" OR coalesce(TRY_CAST({name} AS DOUBLE) IN ({', '.join(numeric)}), false)"
        return test + ")"

    def _refuse_first(self, condition: str, *, show: str, code: str, column: str) -> None:
        found = self._select(f"{_PLACE}, {show}", where=condition).fetchone()
        if found is not None:
            row, value = int(found[0]) + self._first, str(found[1])[:40]
            raise DataError(code, file=self.file, row=row, column=column, value=value)


def read_table(path: Path | str) -> Table:
    """Load a local CSV (UTF-8, comma, header) or Parquet file.

    Raises
    ------
    DataError
        Naming the file, and the row and column where there is one. Nothing remote is ever read.
    """
    if "://" in str(path) or str(path).startswith(("http:", "https:", "s3:")):
        raise DataError("file_remote", file=str(path))
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in _HEADER_ROWS:
        raise DataError("file_type", file=path.name, suffix=path.suffix)
    if not path.is_file():
        raise DataError("file_missing", file=str(path))
    connection = _load(path, csv_file=suffix == ".csv")
    described = connection.execute("SELECT * FROM loaded LIMIT 0").description
    table = Table(
        connection,
        file=path.name,
        digest=file_digest(path),
        columns=tuple(str(column[0]) for column in described[1:]),
        first=_HEADER_ROWS[suffix] + 1,
    )
    if table.n == 0:
        raise DataError("file_empty", file=path.name)
    return table


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _header(path: Path) -> list[str]:
    """Column names of a CSV, each given once."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream, strict=True), None)
    except UnicodeDecodeError as problem:
        raise DataError("file_unreadable", file=path.name, reason=f"byte {problem.start}") from problem
    except csv.Error as problem:
        raise DataError("file_unreadable", file=path.name, reason=str(problem)) from problem
    if not header:
        raise DataError("file_empty", file=path.name)
    _check_header(header, file=path.name)
    return header


def _refuse_broken_row(path: Path, *, fields: int) -> None:
    """Find the row that the fast reader refused, so that the message can name it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for place, row in enumerate(csv.reader(stream, strict=True)):
                if len(row) != fields:
                    raise DataError(
                        "row_broken", file=path.name, row=place + 1, expected=fields, actual=len(row)
                    )
    except UnicodeDecodeError as problem:
        raise DataError("file_unreadable", file=path.name, reason=f"byte {problem.start}") from problem
    except csv.Error as problem:
        raise DataError("file_unreadable", file=path.name, reason=str(problem)) from problem


def _check_header(header: Sequence[str], *, file: str) -> None:
    seen: set[str] = set()
    for place, name in enumerate(header):
        if not name.strip():
            raise DataError("column_unnamed", file=file, place=place + 1)
        if name.lower() in seen:
            raise DataError("column_twice", file=file, column=name)
        seen.add(name.lower())


def _load(path: Path, *, csv_file: bool) -> Any:  # Any: duckdb carries no types
    import duckdb

    connection = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    header = _header(path) if csv_file else []
    source = _csv_source(header) if csv_file else "read_parquet(?)"
    try:
        # the source is our own text with quoted column names; the path is a bound parameter
        query = f"CREATE TABLE loaded AS SELECT row_number() OVER () - 1 AS {_PLACE}, * FROM {source}"  # noqa: S608
        connection.execute(query, [str(path)])
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as problem:
        if csv_file:
            _refuse_broken_row(path, fields=len(header))
        reason = str(problem).splitlines()[0][:160]
        raise DataError("file_unreadable", file=path.name, reason=reason) from problem
    return connection


def _csv_source(header: Sequence[str]) -> str:
    """A CSV of text columns, nothing guessed."""
    columns = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv(?, columns={{{columns}}}, auto_detect=false, header=true, delim=',', quote='\"', escape='\"', "
        "nullstr='', strict_mode=true)"
    )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
