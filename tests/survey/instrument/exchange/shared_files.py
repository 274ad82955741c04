"""Real questionnaires of other people, beside the repository: where they are and the counts that their README gives."""

from __future__ import annotations

import os
import re
from pathlib import Path

FOLDER = Path(
    os.environ.get("MINYI_INSTRUMENTS") or Path(__file__).resolve().parents[5] / "shared" / "instruments"
)
WHY_NOT = f"the instruments of other people are not in {FOLDER.name}/ beside the repository (or in MINYI_INSTRUMENTS)"


def readme_rows(letter: str) -> dict[str, dict[str, str]]:
    """The rows of the table whose files begin with a letter, by file name; empty where the folder is missing."""
    readme = FOLDER / "README.md"
    if not readme.is_file():
        return {}
    rows: dict[str, dict[str, str]] = {}
    headings: list[str] = []
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.replace("&#124;", "/").strip().strip("|").split("|")]
        if not line.startswith("|"):
            headings = []
        elif not headings:
            headings = cells
        elif re.match(rf"{letter}\d\d_", cells[0]):
            rows[cells[0]] = dict(zip(headings, cells, strict=True))
    return rows
