"""T16: no export that a spreadsheet opens holds a formula, and every value is still there."""

from __future__ import annotations

import csv
import io

import pytest

from admin.fieldwork import csv_cells
from survey.kit import safe_csv
from tests import hostile

_STARTS = tuple("=+-@|\t\r\n＝＋－＠")


@pytest.mark.parametrize("text", hostile.FORMULAS)
def test_texts_round_trip_and_are_no_formula(text: str) -> None:
    content = safe_csv.csv_bytes(["name", "value"], [{"name": text, "value": -1.5}])
    header, row = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert header == ["name", "value"]
    assert not row[0].startswith(_STARTS)
    assert row[0].removeprefix("'") == text
    assert row[1] == "-1.5"


@pytest.mark.parametrize("text", hostile.FORMULAS)
def test_codes_of_imported_cases_cannot_be_formulas(text: str) -> None:
    """Lists of links repeat codes of the imported sample; a code cannot begin like a formula."""
    with pytest.raises(csv_cells.CellError):
        csv_cells.code(text)
