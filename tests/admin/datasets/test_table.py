"""Tables of a frozen dataset: what goes in comes out, and the digest tells any two contents apart."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from admin.datasets.table import ColumnType, TableWriter
from analysis.scoring_run.content import content_digest

COLUMNS: dict[str, ColumnType] = {
    "text": "VARCHAR",
    "small": "SMALLINT",
    "n": "INTEGER",
    "weight": "DOUBLE",
    "day": "DATE",
}
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
ROW = st.fixed_dictionaries(
    {
        "text": st.none() | TEXT,
        "small": st.none() | st.integers(-(2**15), 2**15 - 1),
        "n": st.none() | st.integers(-(2**31), 2**31 - 1),
        "weight": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "day": st.none() | st.dates(),
    }
)
NASTY = ["", "\\N", "NULL", '"', 'a"b', "a,b", "a\nb", "\r", "\r\n", " x ", "#", "'", "\u2028", "=1+1"]


def write(path: Path, rows: list[dict[str, Any]], columns: dict[str, ColumnType] = COLUMNS) -> str:
    with TableWriter(path, columns) as table:
        for row in rows:
            table.add(row)
    return table.digest


def read(path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        found = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROW, max_size=6))
@example(rows=[dict.fromkeys(COLUMNS) | {"text": text} for text in NASTY])
@example(rows=[dict.fromkeys(COLUMNS)])
def test_cells_come_back_as_they_were(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    path = tmp_path / "t.parquet"
    digest = write(path, rows)
    found = read(path)
    assert found == rows
    assert [str(row["weight"]) for row in found] == [str(row["weight"]) for row in rows], "to the last bit"
    assert content_digest(path) == (len(rows), digest)


def test_no_two_contents_share_a_digest(tmp_path: Path) -> None:
    one_column: dict[str, ColumnType] = {"a": "VARCHAR", "b": "VARCHAR"}
    contents: list[list[dict[str, Any]]] = [
        [],
        [{}],
        [{}, {}],
        [{"a": ""}],
        [{"b": ""}],
        [{"a": "\\N"}],
        [{"a": "x", "b": "y"}],
        [{"a": "x,y"}],
        [{"a": 'x","y'}],
        [{"a": "x"}, {"a": "y"}],
        [{"a": "y"}, {"a": "x"}],
        [{"a": "x\n,y"}],
        *([{"a": text, "b": "q"}] for text in NASTY),
    ]
    digests = [write(tmp_path / f"{n}.parquet", rows, one_column) for n, rows in enumerate(contents)]
    digests.append(write(tmp_path / "names.parquet", [], {"a": "VARCHAR", "c": "VARCHAR"}))
    digests.append(write(tmp_path / "types.parquet", [], {"a": "VARCHAR", "b": "INTEGER"}))
    assert len(set(digests)) == len(digests)


def test_a_key_that_is_no_column_is_an_error_and_leaves_no_table(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="no column colour"):
        write(tmp_path / "t.parquet", [{"n": 1}, {"colour": "red"}])
    assert list(tmp_path.iterdir()) == []


def test_a_table_larger_than_its_buffer_keeps_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("admin.datasets.table._FLUSH_AT", 100)
    rows = [
        {**dict.fromkeys(COLUMNS), "n": n, "day": dt.date(2026, 1, 1), "text": "t" * (n % 50)}
        for n in range(900)
    ]
    digest = write(tmp_path / "small.parquet", rows)
    assert [row["n"] for row in read(tmp_path / "small.parquet")] == list(range(900))
    monkeypatch.undo()
    assert write(tmp_path / "large.parquet", rows) == digest


@pytest.mark.parametrize("damage", ["truncate", "garbage", "remove"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "t.parquet"
    write(path, [{"n": 1}])
    if damage == "truncate":
        path.write_bytes(path.read_bytes()[:20])
    elif damage == "garbage":
        path.write_bytes(b"no parquet")
    else:
        path.unlink()
    with pytest.raises(OSError, match=r"t\.parquet"):
        content_digest(path)
