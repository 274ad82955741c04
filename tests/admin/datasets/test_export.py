"""What staff take out of a dataset: every row as CSV, and counts of every value."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from admin.datasets.export import MARK, csv_of
from admin.datasets.figures import figures_of
from admin.datasets.table import ColumnType, TableWriter
from survey.kit.safe_csv import STARTS, unguarded

COLUMNS: dict[str, ColumnType] = {
    "response_id": "VARCHAR",
    "day": "DATE",
    "Q1": "SMALLINT",
    "amount": "DOUBLE",
    "wish": "VARCHAR",
}
WISHES = [
    "",
    'a "word", and more',
    "two\nlines",
    "路灯",
    *(f"{start}SUM(A1)" for start in STARTS if start != "\x00"),
    None,
]


def _rows(n: int) -> list[dict[str, Any]]:
    chance = random.Random(7)
    return [
        {
            "response_id": f"{number:032x}",
            "day": date(2026, 10, 1 + number % 28),
            "Q1": chance.choice([1, 2, 3, 4, 5, None]),
            "amount": chance.choice([1.5, 20.0, None]),
            "wish": WISHES[number] if number < len(WISHES) else f"wish {number}",
        }
        for number in range(n)
    ]


def _table(folder: Path, rows: list[dict[str, Any]]) -> Path:
    path = folder / "table.parquet"
    with TableWriter(path, COLUMNS) as table:
        for row in rows:
            table.add(row)
    return path


def test_every_row_comes_out_in_its_order_and_no_text_is_a_formula(tmp_path: Path) -> None:
    rows = _rows(4_000)
    content = b"".join(csv_of(_table(tmp_path, rows)))
    assert content.startswith(MARK)
    read = list(csv.DictReader(io.StringIO(content.removeprefix(MARK).decode(), newline="")))
    assert [row["response_id"] for row in read] == [row["response_id"] for row in rows]
    assert [row["Q1"] for row in read] == ["" if row["Q1"] is None else str(row["Q1"]) for row in rows]
    assert [row["day"] for row in read] == [row["day"].isoformat() for row in rows]
    assert not any(row["wish"].startswith(STARTS) for row in read)
    assert [unguarded(row["wish"]) for row in read] == [row["wish"] or "" for row in rows]


def test_whoever_stops_reading_stops_the_writing(tmp_path: Path) -> None:
    pieces = csv_of(_table(tmp_path, _rows(30_000)))
    assert len(list(islice(pieces, 2))) == 2
    pieces.close()  # type: ignore[attr-defined]  # a generator; without an end it would wait for ever


def test_a_table_that_cannot_be_read_is_an_error_and_no_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_bytes(b"no Parquet")
    with pytest.raises(Exception, match=r"table\.parquet"):
        list(csv_of(path))


def test_frequencies_and_means_are_those_of_the_rows(tmp_path: Path) -> None:
    rows = _rows(9_000)
    found = {each.variable: each for each in figures_of(_table(tmp_path, rows))}
    assert list(found) == ["day", "Q1", "amount", "wish"]
    given = [row["Q1"] for row in rows if row["Q1"] is not None]
    assert found["Q1"].n == len(given)
    assert found["Q1"].mean == pytest.approx(sum(given) / len(given))
    assert found["Q1"].counts == {str(value): n for value, n in Counter(given).items()}
    assert found["amount"].counts == {
        "1.5": found["amount"].counts["1.5"],
        "20.0": found["amount"].counts["20.0"],
    }
    assert found["wish"].counts == {}
    assert found["wish"].mean is None
    assert found["wish"].n == sum(row["wish"] is not None for row in rows)
