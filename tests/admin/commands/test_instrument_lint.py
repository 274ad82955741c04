"""`minyi instrument lint` on files: what it prints, and how it leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import wsgi
from tests.house.test_layout import ROOT

RESIDENTS = ROOT / "admin" / "demo" / "data" / "instruments" / "residents.yaml"
UNSOUND = """
schema: minyi/instrument/2
id: unsound
title: {zh: 坏, en: Unsound}
languages: [zh, en]
quotas: [{code: q, title: {zh: 配额, en: Quota}, limit: 10, where: "${A1} = 'a' and ${A1} = 'b'"}]
sections:
- id: A
  title: {zh: 甲, en: First}
  questions:
  - {id: A1, type: single, text: {zh: 一, en: One}, options: [{code: a, text: {zh: 甲, en: A}}, {code: b, text: {zh: 乙, en: B}}]}
  - {id: A2, type: text, text: {zh: 二, en: Two}, show_if: "${A1} = 'a' and ${A1} = 'b'"}
"""


def run(*args: str) -> Result:
    """The command as a person types it."""
    return CliRunner().invoke(wsgi.cli, ["instrument", "lint", *args])


@pytest.fixture
def unsound(tmp_path: Path) -> Path:
    """An instrument with an item that nobody reaches and a quota that nobody fills."""
    path = tmp_path / "unsound.yaml"
    path.write_text(UNSOUND)
    return path


def test_a_sound_instrument_leaves_with_0_and_says_how_long_it_takes() -> None:
    result = run(str(RESIDENTS), "--walks", "60")
    assert result.exit_code == 0, result.output
    assert "sound" in result.output
    assert "proof 依据: exact" in result.output
    assert "median 中位数" in result.output
    assert "items 题: 46/46" in result.output


def test_an_unsound_one_leaves_with_1_and_names_the_places(unsound: Path) -> None:
    result = run(str(unsound), "--walks", "20")
    assert result.exit_code == 1
    assert "gap 缺漏 A/A2/show_if: This condition never holds" in result.output
    assert "gap 缺漏 quotas.q: Nobody who completes" in result.output


def test_the_report_as_json_is_whole_and_repeats_itself(unsound: Path) -> None:
    first = run(str(unsound), "--json", "--walks", "30", "--seed", "4")
    report = json.loads(first.output)
    assert report["sound"] is False
    assert {finding["code"] for finding in report["findings"]} == {
        "condition_never_true",
        "item_unreachable",
        "quota_unfillable",
    }
    assert all(finding["message"].keys() == {"zh", "en"} for finding in report["findings"])
    assert report["coverage"]["walks"] == 30
    assert [quota["possible"] for quota in report["quotas"]] == [False]
    assert run(str(unsound), "--json", "--walks", "30", "--seed", "4").output == first.output
    assert json.loads(run(str(unsound), "--json", "--walks", "0").output)["coverage"] is None


def test_what_does_not_compile_is_refused_with_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(UNSOUND.replace("${A1} = 'a' and ${A1} = 'b'", "${A9} = 'a'"))
    result = run(str(path))
    assert result.exit_code == 1
    assert "A9" in result.output
    assert not isinstance(result.exception, (KeyError, AttributeError))
