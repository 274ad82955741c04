"""Data files: what is read, and that a broken file is refused at the right row and column."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from analysis.dataset import Table, read_table
from analysis.errors import DataError
from tests.analysis.reference_cases import REFERENCE, labels, numbers

Reader = Callable[[Table], object]


def write(folder: Path, content: str | bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_csv_comes_out_typed_and_in_order() -> None:
    table = read_table(REFERENCE / "data" / "citizens.csv")
    assert table.n == 1116
    assert table.columns[:3] == ("id", "region", "township")
    np.testing.assert_array_equal(table.numbers("wait"), numbers("wait"))
    np.testing.assert_array_equal(table.labels("township"), labels("township"))
    assert len(table.digest) == 64


def test_parquet_says_the_same(tmp_path: Path) -> None:
    source, target = REFERENCE / "data" / "citizens.csv", tmp_path / "citizens.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet)")
    table = read_table(target)
    np.testing.assert_array_equal(table.numbers("wait"), numbers("wait"))
    np.testing.assert_array_equal(table.numbers("pw", required=True), numbers("pw"))
    np.testing.assert_array_equal(table.labels("age"), labels("age"))
    with pytest.raises(DataError) as refusal:
        table.numbers("region")
    assert refusal.value.context["row"] == 1


def test_missing_texts_and_codes(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a,b\n1,x\n,NA\n99,\n99.0, \nNA,y\n"))
    values = table.numbers("a", missing=["NA", "99"])
    assert np.isnan(values).tolist() == [False, True, True, True, True]
    assert table.labels("b", missing=["NA"]).tolist() == ["x", "", "", "", "y"]


@pytest.mark.parametrize("odd", ['a"; DROP TABLE loaded; --', "a'b", "列 一", "place", "select"])
def test_column_names_are_only_names(tmp_path: Path, odd: str) -> None:
    quoted = odd.replace('"', '""')
    table = read_table(write(tmp_path, f'id,"{quoted}"\n7,1\n8,2\n'))
    assert table.columns == ("id", odd)
    assert table.numbers(odd).tolist() == [1.0, 2.0]
    assert table.labels(odd, missing=["'; DROP TABLE loaded; --"]).tolist() == ["1", "2"]
    assert table.n == 2


def test_a_quoted_line_break_and_a_byte_order_mark_are_data(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, '\ufeffa,b\r\n1,"two\r\nlines"\r\n2,x\r\n'))
    assert table.columns == ("a", "b")
    assert table.labels("b").tolist() == ["two\r\nlines", "x"]


def nothing(_: Table) -> None:
    return None


def column_a(table: Table) -> object:
    return table.numbers("a", required=True)


REFUSED: list[tuple[str | bytes, Reader, str, dict[str, object]]] = [
    ("", nothing, "file_empty", {}),
    ("a,b\n", nothing, "file_empty", {}),
    ("a,A\n1,2\n", nothing, "column_twice", {"column": "A"}),
    ("a,\n1,2\n", nothing, "column_unnamed", {"place": 2}),
    ("a,b\n1,2\n3\n4,5\n", nothing, "row_broken", {"row": 3, "expected": 2, "actual": 1}),
    ("a,b\n1,2\n3,4,5\n", nothing, "row_broken", {"row": 3, "expected": 2, "actual": 3}),
    ('a,b\n1,"open\n', nothing, "file_unreadable", {}),
    (b"a,b\n\xff\xfe,1\n", nothing, "file_unreadable", {}),
    ("a,b\n1,2\nx,4\n", column_a, "not_a_number", {"row": 3, "column": "a", "value": "x"}),
    ("a,b\n1,2\ninf,4\n", column_a, "not_a_number", {"row": 3, "value": "inf"}),
    ("a,b\n1,2\nnan,4\n", column_a, "not_a_number", {"row": 3, "value": "nan"}),
    ("a,b\n1,2\n5,4\n,4\n", column_a, "value_missing", {"row": 4, "column": "a"}),
    ("ab,b\n1,2\n", column_a, "column_missing", {"column": "a", "nearest": "ab"}),
]


@pytest.mark.parametrize(("content", "read", "code", "context"), REFUSED)
def test_a_broken_file_is_refused_at_its_place(
    tmp_path: Path, content: str | bytes, read: Reader, code: str, context: dict[str, object]
) -> None:
    with pytest.raises(DataError) as refusal:
        read(read_table(write(tmp_path, content)))
    assert refusal.value.code == code
    assert context.items() <= refusal.value.context.items()
    assert "data.csv" in refusal.value.message("zh")
    assert "data.csv" in refusal.value.message("en")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("https://example.org/data.csv", "file_remote"),
        ("s3://bucket/data.parquet", "file_remote"),
        ("/nowhere/data.csv", "file_missing"),
        ("data.xlsx", "file_type"),
    ],
)
def test_only_local_tables_are_read(path: str, code: str) -> None:
    with pytest.raises(DataError) as refusal:
        read_table(Path(path))
    assert refusal.value.code == code


def test_a_parquet_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        read_table(write(tmp_path, "not parquet at all", "data.parquet"))
    assert refusal.value.code == "file_unreadable"


def test_the_loaded_table_can_reach_nothing_else(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, "a\n1\n"))
    other = write(tmp_path, "a\nsecret\n", "other.csv")
    with pytest.raises(duckdb.Error):
        table._connection.execute(f"SELECT * FROM read_csv('{other}')")
    with pytest.raises(duckdb.Error):
        table._connection.execute("SET enable_external_access = true")
