"""The LimeSurvey files of other people come in with the counts of their README and go out as they were."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from survey.instrument.compile import Compilation, compile_instrument
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.limesurvey.write import export_limesurvey
from survey.instrument.exchange.report import Imported
from tests.survey.instrument.exchange.shared_files import FOLDER, WHY_NOT, readme_rows

ROWS = readme_rows("L")
pytestmark = pytest.mark.skipif(not ROWS, reason=WHY_NOT)
NAMES = sorted(ROWS) or ["missing"]


@cache
def imported(name: str) -> Imported:
    return read_limesurvey((FOLDER / name).read_bytes(), name)


def document(name: str) -> dict[str, Any]:
    found = imported(name).document
    assert found is not None
    return found


def items(name: str) -> list[dict[str, Any]]:
    return [item for section in document(name)["sections"] for item in section["questions"]]


def compiled(name: str) -> Compilation:
    return compile_instrument(document(name), scales={}, modules={}, units=(), areas=())


def test_the_readme_names_all_six() -> None:
    assert len(ROWS) == 6


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_are_those_of_the_readme(name: str) -> None:
    row, counts = ROWS[name], imported(name).counts
    assert list(counts.languages) == row["Languages"].split()
    found = (
        counts.groups,
        counts.questions,
        counts.subquestions,
        counts.options,
        counts.conditions,
        counts.quotas,
    )
    headings = ("Groups", "Questions", "Sub-q", "Answer options", "Conditions", "Quotas")
    assert found == tuple(int(row[heading]) for heading in headings)
    relevance = "/".join(
        str(counts.more[f"relevance_{part}"]) for part in ("questions", "groups", "subquestions")
    )
    assert relevance == row["Rel Q/G/SQ"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_counted_is_in_the_document_or_listed(name: str) -> None:
    counts, made = imported(name).counts, items(name)
    asked = [item for item in made if "qid" in item["foreign"]["limesurvey"]]
    lost = Counter(
        row.where.sheet for row in imported(name).not_carried if row.reason.code == "limesurvey_orphan"
    )
    unused = sum(row.reason.code == "limesurvey_scale_unused" for row in imported(name).not_carried)
    assert len(asked) == counts.questions
    assert len(document(name)["sections"]) == counts.groups
    assert len(document(name).get("quotas", [])) == counts.quotas
    parts = [part for item in asked for part in (*item.get("rows", []), *item.get("columns", []))]
    boxes = [option for item in asked if item["type"] == "multi" for option in item.get("options", [])]
    scales = [
        column for item in asked if item["foreign"]["limesurvey"]["type"] == "1" for column in item["columns"]
    ]
    rows = len(parts) - len(scales) + len([box for box in boxes if not box.get("other")])
    assert rows == counts.subquestions - lost["subquestions"]
    owners = [item for item in asked if item["foreign"]["limesurvey"]["type"] in "LO!RFH"] + scales
    options = [option for owner in owners for option in owner.get("options", []) if not option.get("other")]
    assert len(options) == counts.options - lost["answers"] - unused


@pytest.mark.parametrize("name", NAMES)
def test_export_and_import_give_the_same_document(name: str) -> None:
    exported = export_limesurvey(document(name))
    again = read_limesurvey(exported.content)
    assert again.document == document(name)
    assert export_limesurvey(again.document).content == exported.content


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("L34")])
def test_the_documents_compile_without_an_error(name: str) -> None:
    found = compiled(name)
    assert found.program is not None, [(problem.code, str(problem.where)) for problem in found.problems]
    assert {problem.code for problem in found.problems} <= {"missing_translation"}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("L34")])
def test_the_broken_file_comes_in_with_its_faults_at_their_places(name: str) -> None:
    doubled = [problem for problem in imported(name).problems if problem.code == "duplicate_code"]
    assert [(problem.where.sheet, problem.where.column, problem.where.item) for problem in doubled] == [
        ("questions", "qid 6", "age")
    ]
    orphans = [
        (row.where.sheet, row.where.column)
        for row in imported(name).not_carried
        if row.reason.code.endswith("orphan")
    ]
    assert orphans == [("subquestions", "id 103"), ("answers", "id 5")]
    found = {(problem.code, str(problem.where)) for problem in compiled(name).problems}
    assert {
        ("forward_reference", "g1/age/show_if:0"),
        ("missing_translation", "g1/income/text"),
        ("missing_translation", "g2/blank_q/text"),
        ("duplicate_code", "g1/age/id"),
        ("options_missing", "g2/arr/options"),
    } <= found


@pytest.mark.parametrize("name", NAMES)
def test_every_condition_of_the_file_is_in_the_document(name: str) -> None:
    counts = imported(name).counts
    lost = [row for row in imported(name).not_carried if row.reason.code == "limesurvey_relevance_lost"]
    shown = [item for item in items(name) if item.get("show_if") and "qid" in item["foreign"]["limesurvey"]]
    hidden = [item for item in shown if item["show_if"] == "false()"]
    assert len(shown) - len(hidden) == counts.more["relevance_questions"] - len(lost)
    sections = [section for section in document(name)["sections"] if section.get("show_if")]
    assert len(sections) == counts.more["relevance_groups"]
    assert not lost
