"""Files that others wrote: limits before parsing, every fault with row and column, never a crash."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from admin.fieldwork import csv_cells, csv_files
from admin.fieldwork.csv_files import Column
from survey.errors import Invalid

COLUMNS = (
    Column(name="unit", read=csv_cells.code),
    Column(name="n", read=csv_cells.whole),
    Column(name="score", read=csv_cells.decimal("0", "100"), is_optional=True),
)


def refusal(content: bytes, **more: tuple[str, ...]) -> Invalid:
    with pytest.raises(Invalid) as refused:
        csv_files.read(content, COLUMNS, **more)
    return refused.value


def test_rows_are_typed_whatever_the_order_of_the_columns() -> None:
    rows = csv_files.read("\ufeffn,score,unit\r\n12,７５.5,edu\r\n\r\n3,,health\r\n".encode(), COLUMNS)
    assert [(row.number, dict(row.cells)) for row in rows] == [
        (2, {"unit": "edu", "n": 12, "score": Decimal("75.5")}),
        (4, {"unit": "health", "n": 3, "score": None}),
    ]


def test_an_optional_column_may_be_missing_and_a_file_may_hold_no_rows() -> None:
    assert csv_files.read(b"unit,n\nedu,1\n", COLUMNS)[0].cells["score"] is None
    assert csv_files.read(b"unit,n\n", COLUMNS) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "wrong_header"),
        (b"unit\nedu\n", "wrong_header"),
        (b"unit,n,extra\nedu,1,2\n", "wrong_header"),
        (b"unit,n,n\nedu,1,2\n", "wrong_header"),
        (b"unit,n\nedu,\xff\xfe\n", "not_utf8"),
        (b"unit,n\ne\x00du,1\n", "not_utf8"),
        ("unit,n\nedu,1\n".encode("utf-16"), "not_utf8"),
        (b'unit,n\n"edu,1\n', "not_csv"),
        (b'unit,n\n"ed"u,1\n', "not_csv"),
        (b"unit,n\n" + b"x" * 300_000 + b",1\n", "not_csv"),
        (b"unit,n\n" + b"edu,1\n" * (csv_files.MAX_ROWS + 1), "too_many_rows"),
        (b"a" * (csv_files.MAX_BYTES + 1), "file_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_none_are_refused_as_a_whole(content: bytes, code: str) -> None:
    assert refusal(content).code == code


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ("edu,", "cell_empty", "n"),
        (",1", "cell_empty", "unit"),
        ("edu,-1", "not_whole", "n"),
        ("edu,1.5", "not_whole", "n"),
        ("edu,1_000", "not_whole", "n"),
        ("edu,1e3", "not_whole", "n"),
        ("edu,99999999999999999999", "not_whole", "n"),
        ("=cmd|' /C calc'!A0,1", "not_a_code", "unit"),
        ("../../etc/passwd,1", "not_a_code", "unit"),
        ("<script>,1", "not_a_code", "unit"),
        ("еdu,1", "not_a_code", "unit"),
        ("edu,1,nan,1", "row_width", None),
        ("edu", "row_width", None),
        ("edu," + "9" * 5000, "cell_length", "n"),
    ],
)
def test_a_faulty_cell_is_named_with_row_column_and_remedy(cells: str, code: str, column: str | None) -> None:
    error = refusal(f"unit,n\nhealth,1\n{cells}\n".encode())
    assert error.code == "import_refused"
    (problem,) = error.problems
    assert isinstance(problem, csv_cells.RowProblem)
    assert (problem.code, problem.row, problem.column) == (code, 3, column)
    assert problem.message("en").startswith("Row 3")
    assert problem.message("zh").startswith("第 3 行")


@pytest.mark.parametrize("raw", ["nan", "inf", "-1", "100.01", "1,5", "0x10"])
def test_scores_outside_their_range_are_refused(raw: str) -> None:
    error = refusal(f'unit,n,score\nedu,1,"{raw}"\n'.encode())
    assert error.problems[0].code in {"not_number", "out_of_range"}


def test_doubled_rows_are_found_by_their_key() -> None:
    error = refusal(b"unit,n\nedu,1\nhealth,1\nedu,2\n", key=("unit",))
    assert [(p.code, p.message("en")) for p in error.problems] == [("doubled", "Row 4: Repeats row 2.")]


def test_a_file_wrong_throughout_is_described_by_its_first_faults() -> None:
    error = refusal(b"unit,n\n" + b"edu,x\n" * 5000)
    assert len(error.problems) == 200
    assert error.context["n_problems"] == 5000


def test_mutated_files_are_read_or_refused_and_never_crash() -> None:
    rng = random.Random(20260901)
    good = b'unit,n,score\nedu,12,75.5\nhealth,3,\n"police",0,100\n'
    outcomes = set()
    for _ in range(500):
        content = bytearray(good)
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(content))
            content[place : place + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        outcomes.add(_outcome(bytes(content)))
    assert {"read", "import_refused", "not_utf8", "wrong_header"} <= outcomes
    assert "without words" not in outcomes


def _outcome(content: bytes) -> str:
    """How reading ended: only as these two, and every problem has its words."""
    try:
        csv_files.read(content, COLUMNS)
    except Invalid as error:
        words = [problem.message(language) for problem in error.problems for language in ("zh", "en")]
        return error.code if all(words) else "without words"
    return "read"
