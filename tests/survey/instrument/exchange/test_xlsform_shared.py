"""Every shared XLSForm: the counts of its README, or refused with the row and the reason that it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from survey.instrument.compile import compile_instrument
from survey.instrument.exchange.patches import canonical
from survey.instrument.exchange.report import Imported
from survey.instrument.exchange.xlsform.read import read_xlsform
from survey.instrument.exchange.xlsform.write import write_xlsform, write_xlsform_csv, write_xlsform_xls
from tests.survey.instrument.exchange.shared_files import FOLDER, WHY_NOT, readme_rows

ROWS = readme_rows("X")
pytestmark = pytest.mark.skipif(not ROWS, reason=WHY_NOT)
REJECTED = {name: row for name, row in ROWS.items() if "REJECT" in row["pyxform 4.5.0"]}
ACCEPTED = {name: row for name, row in ROWS.items() if name not in REJECTED}
COUNTS = {
    "rows": "Survey rows",
    "choices": "Choices",
    "required": "Required",
    "relevant": "Relevant",
    "constraint": "Constraint",
    "calculation": "Calculation",
    "choice_filter": "choice_filter",
}


@cache
def imported(name: str) -> Imported:
    return read_xlsform((FOLDER / name).read_bytes(), name)


def test_the_readme_names_the_files_that_are_there() -> None:
    assert set(ROWS) == {path.name for path in FOLDER.glob("X*")}
    assert len(ACCEPTED) >= 5
    assert len(REJECTED) >= 3


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_counts_are_those_of_the_readme(name: str) -> None:
    row = ROWS[name]
    counts = imported(name).counts.to_json()
    told = {key: int(row[heading]) for key, heading in COUNTS.items() if row[heading] != "-"}
    assert {key: counts[key] for key in told} == told
    if row["Label languages"] != "-":
        assert len(counts["languages"]) == len(row["Label languages"].split(", "))


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_nothing_is_lost_on_the_way_in(name: str) -> None:
    """Every row of the survey is an item, a row of a grid, a group, an end of one, or said to be left out."""
    made = imported(name)
    assert made.document is not None, [problem.message("en") for problem in made.problems]
    counts = made.counts
    left = sum(1 for row in made.not_carried if row.reason.code in {"meta", "hidden"})
    sections = made.document["sections"]
    groups = sum(1 for section in sections if not _loose(section)) * 2
    tables = sum(1 for section in sections if _foreign(section).get("kind") == "table-list")
    assert counts.more["rows"] == counts.questions + counts.subquestions + groups - tables + left


def _loose(section: dict[str, object]) -> bool:
    return "continues" in section or _foreign(section).get("kind") == "loose"


def _foreign(section: dict[str, object]) -> dict[str, str]:
    foreign = section.get("foreign")
    return foreign["xlsform"] if isinstance(foreign, dict) else {}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
@pytest.mark.parametrize("write", [write_xlsform, write_xlsform_xls, write_xlsform_csv])
def test_import_export_import_is_a_fixed_point(name: str, write: Callable[[dict[str, Any]], bytes]) -> None:
    first = imported(name).document
    assert first is not None
    again = read_xlsform(write(first), "another name")
    assert canonical(again.document) == canonical(first)


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_a_file_comes_back_as_itself_without_columns_of_ours(name: str) -> None:
    document = imported(name).document
    assert document is not None
    text = write_xlsform_csv(document).decode()
    assert "minyi_" not in text


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_the_counts_survive_the_way_out_and_back(name: str) -> None:
    before = imported(name)
    assert before.document is not None
    after = read_xlsform(write_xlsform(before.document), name)
    # blank lines between choices are not written
    assert {**after.counts.to_json(), "choices": 0} == {**before.counts.to_json(), "choices": 0}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_what_was_imported_compiles_or_says_where_it_does_not(name: str) -> None:
    made = imported(name)
    assert made.document is not None
    compiled = compile_instrument(made.document, scales={}, modules={}, units=(), areas=())
    errors = [problem for problem in compiled.problems if problem.level == "error"]
    for problem in errors:
        assert problem.where.item in made.places, problem
    assert len(errors) <= 1, [problem.message("en") for problem in errors]


@pytest.mark.parametrize("name", sorted(REJECTED))
def test_a_file_that_must_be_rejected_is_with_row_and_reason(name: str) -> None:
    told = REJECTED[name]["pyxform 4.5.0"]
    made = imported(name)
    assert made.document is None
    problem = made.problems[0]
    row = re.search(r"\[row : (\d+)\]", told)
    assert problem.where.row == (int(row[1]) if row else 1)
    reason = told.split("]")[-1].removeprefix("REJECT:").strip().rstrip(".")
    words = {word for word in re.findall(r"\w+", reason.lower()) if len(word) > 3}
    assert words <= set(re.findall(r"\w+", problem.message("en").lower()))
    assert re.search("[\u4e00-\u9fff]", problem.message("zh"))
