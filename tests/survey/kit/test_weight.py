"""What a phone loads for the questionnaire stays light, and the script asks for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import flask
import pytest

import survey.kit.assets

STATIC = Path(survey.kit.assets.__file__).parent / "static" / "kit"
QUESTIONNAIRE = ("questionnaire.css", "questionnaire.js", "expression.js", "keep.js")
MOST = 30 * 1024
"""The bar of CSS and JavaScript together, compressed."""


def test_style_and_script_of_the_questionnaire_fit_the_budget(app: flask.Flask) -> None:
    known = app.extensions["minyi_assets"]
    sizes = {name: len(known[f"kit/{name}"].compressed) for name in QUESTIONNAIRE}
    assert sum(sizes.values()) <= MOST, sizes


def test_a_sheet_is_served_whole_with_what_it_imports(app: flask.Flask) -> None:
    known = app.extensions["minyi_assets"]
    for name in ("base.css", "questionnaire.css", "report.css"):
        sheet = known[f"kit/{name}"].content.decode()
        assert "@import" not in sheet
        assert "/*" not in sheet
        assert sheet.count("--paper: #fbfaf7") == 1, name
        assert sheet.count("{") == sheet.count("}")
    assert ".question {" in known["kit/questionnaire.css"].content.decode()


@pytest.mark.parametrize("package", ["survey/kit", "admin"])
def test_every_subject_of_a_room_stands_in_one_sheet(package: str) -> None:
    root = Path(__file__).parents[3] / package
    written = sorted(path.resolve() for path in (root / "styles").rglob("*.css"))
    named = [
        (sheet.parent / found).resolve()
        for sheet in (root / "static").rglob("*.css")
        for found in re.findall(r'@import "([^"]+/styles/[^"]+)"', sheet.read_text())
    ]
    assert sorted(named) == written


def test_pages_of_the_questionnaire_load_no_sheet_of_another_room() -> None:
    frame = Path("survey/site/templates/site/answer/frame.html")
    root = Path(__file__).parents[3]
    sheets = re.findall(r"asset\('([^']+)'\)", (root / frame).read_text())
    assert sheets == ["kit/questionnaire.css"]


def test_the_script_imports_only_what_the_page_names() -> None:
    source = (STATIC / "questionnaire.js").read_text()
    assert re.findall(r"import\(([^)]*)\)", source) == ["form.dataset.expression", "form.dataset.script"]
    assert not re.search(r"\bfetch\b", source)


@pytest.mark.parametrize("name", ["questionnaire.js", "keep.js", "door.js", "sw.js"])
def test_no_script_of_the_phone_runs_texts_or_writes_markup(name: str) -> None:
    source = (STATIC / name).read_text()
    assert not re.search(r"^\s*import\s", source, re.M)
    assert not re.search(r"\b(eval|Function|innerHTML|insertAdjacentHTML|document\.write)\b", source)
