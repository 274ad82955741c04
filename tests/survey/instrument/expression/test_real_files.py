"""The expressions of real XLSForms: read, and back from their text; what is not offered is refused with a reason."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from survey.instrument.expression import parse, render

FOLDER = Path(os.environ.get("MINYI_INSTRUMENTS") or Path(__file__).parents[5] / "shared" / "instruments")
COLUMNS = ("relevant", "constraint", "calculation", "choice_filter", "repeat_count")


def _expressions(path: Path) -> set[str]:
    rows = openpyxl.load_workbook(path, read_only=True, data_only=True)["survey"].iter_rows(values_only=True)
    header = [str(name) for name in next(rows)]
    at = [number for number, name in enumerate(header) if name in COLUMNS]
    return {
        str(row[number])
        for row in rows
        for number in at
        if number < len(row) and row[number] not in (None, "")
    }


def test_every_expression_of_the_real_forms_is_read() -> None:
    files = sorted(FOLDER.glob("X*.xlsx"))
    if not files:
        pytest.skip(f"SKIPPED LOUDLY: no XLSForms in {FOLDER}; set MINYI_INSTRUMENTS to their folder")
    texts = {text for path in files for text in _expressions(path)}
    assert len(texts) > 30
    for text in sorted(texts):
        parsed = parse(text)
        assert parsed.node is not None, (text, parsed.problems)
        assert parse(render(parsed.node)).node == parsed.node
