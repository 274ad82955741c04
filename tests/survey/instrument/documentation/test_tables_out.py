"""The variables as a Frictionless descriptor and as a workbook, read back by programs that are not ours."""

from __future__ import annotations

import io
import json
import re

import openpyxl
import pytest

from survey.instrument.codebook import codebook
from survey.instrument.documentation.codebook_xlsx import write_codebook_xlsx
from survey.instrument.documentation.frictionless import write_frictionless
from survey.instrument.program import Program
from tests.survey.instrument import every_type
from tests.survey.instrument.documentation.made import everything


@pytest.fixture(scope="module", params=["format 1", "every type"])
def program(request: pytest.FixtureRequest) -> Program:
    return everything() if request.param == "format 1" else every_type.program()


def test_the_descriptor_names_every_column_once_with_its_codes(program: Program) -> None:
    package = json.loads(write_frictionless(program))
    assert re.fullmatch(r"[a-z0-9._-]+", package["name"])
    columns = {
        (resource["name"].replace("-", "_"), field["name"]): field
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
    }
    assert list(columns) == sorted(
        ((v.table, v.name) for v in codebook(program)), key=lambda key: key[0] != "responses"
    )
    for variable in codebook(program):
        field = columns[variable.table, variable.name]
        assert set(variable.missing) <= set(field["missingValues"])
        valid = [code for code, _ in variable.options if code not in variable.missing]
        assert [str(category["value"]) for category in field.get("categories", [])] == valid
        assert not {str(value) for value in field.get("constraints", {}).get("enum", ())} & set(
            variable.missing
        )


def test_the_workbook_holds_text_only_and_every_code(program: Program) -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_codebook_xlsx(program, language="en")))
    assert book.sheetnames == ["Variables", "Codes", "About"]
    assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None} == {
        "s"
    }
    names = [row[0].value for row in book["Variables"].iter_rows(min_row=2)]
    assert names == [variable.name for variable in codebook(program)]
    codes = [(row[0].value, row[1].value) for row in book["Codes"].iter_rows(min_row=2)]
    assert codes == [(v.name, code) for v in codebook(program) for code, _ in v.options]


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    program = everything(title={"zh": "=1+1", "en": "=cmd|' /C calc'!A0"})
    book = openpyxl.load_workbook(io.BytesIO(write_codebook_xlsx(program, language="zh")))
    titles = [cell for row in book["说明"] for cell in row if cell.value in ("=1+1", "=cmd|' /C calc'!A0")]
    assert [cell.data_type for cell in titles] == ["s", "s"]
