"""A table of a frozen dataset as CSV: written by DuckDB and passed on while it is written, in memory of a few pieces."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from survey.errors import Conflict
from survey.kit.safe_csv import STARTS

if TYPE_CHECKING:
    import duckdb

_PIECE = 1 << 16
MARK = b"\xef\xbb\xbf"
"""Tells spreadsheets that the text is UTF-8: without it Chinese comes out as rubbish."""


def csv_of(table: Path) -> Iterator[bytes]:
    """The rows of a Parquet file in their order, a head before them; no text is a formula to a spreadsheet.

    The work grows with the rows and the memory does not: what nobody reads yet is not written yet.
    """
    reader, writer = os.pipe()
    problems: list[BaseException] = []

    def write() -> None:
        try:
            with connect() as connection:
                rows = connection.read_parquet(str(table))
                cells = (_cell(name, str(kind)) for name, kind in zip(rows.columns, rows.types, strict=True))
                rows.project(", ".join(cells)).write_csv(f"/dev/fd/{writer}", header=True, use_tmp_file=False)
        except BaseException as problem:  # told to whoever reads, below
            problems.append(problem)
        finally:
            os.close(writer)

    thread = threading.Thread(target=write, name="csv", daemon=True)
    thread.start()
    try:
        yield MARK
        while piece := os.read(reader, _PIECE):
            yield piece
    finally:
        os.close(reader)  # where the reader went away, the writer finds nobody at the other end and stops
        thread.join()
    if problems:
        raise problems[0]


def refuse_unreadable(table: Path) -> None:
    """Raise Conflict where a file is damaged or gone: nothing half-read is shown or sent."""
    import duckdb

    try:
        with connect() as connection:
            connection.read_parquet(str(table))
    except duckdb.Error as error:
        raise Conflict(
            "table_unreadable",
            zh="这个数据文件已损坏或丢失，无法读取。请从备份恢复数据集文件夹；“minyi verify --all”会指出损坏的文件。",
            en="This table is damaged or missing and cannot be read. Restore the folder of the dataset from the backup; "
            "`minyi verify --all` names the damaged file.",
        ) from error


def connect() -> duckdb.DuckDBPyConnection:
    """A database in memory that reads files and fetches nothing."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET preserve_insertion_order = true")
    return connection


def _cell(name: str, kind: str) -> str:
    column = column_of(name)
    if kind != "VARCHAR":
        return column
    starters = ", ".join(f"chr({ord(each)})" for each in STARTS)
    return f"CASE WHEN left({column}, 1) IN ({starters}) THEN '''' || {column} ELSE {column} END AS {column}"


def column_of(name: str) -> str:
    """The name of a column as an expression."""
    return '"' + name.replace('"', '""') + '"'
