"""`minyi instrument check`, `import` and `export`: what they print, store and write, and how they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
import yaml
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

import wsgi
from admin.commands import instrument as commands
from admin.exchange import writing
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.patches import canonical
from survey.instrument.exchange.xlsform.read import read_xlsform
from survey.models.design import InstrumentDraft
from tests.house.test_layout import ROOT
from tests.survey.instrument.every_type import EVERY_TYPE
from tests.survey.instrument.exchange.forms import BAD, GOOD, YES_NO, workbook

RESIDENTS = ROOT / "admin" / "demo" / "data" / "instruments" / "residents.yaml"
COUNTS = {"languages", "groups", "questions", "subquestions", "options", "conditions", "quotas"}


def run(*args: object) -> Result:
    """The command as a person types it, without application or database."""
    return CliRunner().invoke(wsgi.cli, ["instrument", *map(str, args)])


def put(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def test_a_good_file_is_counted_and_leaves_with_0(tmp_path: Path) -> None:
    done = run("check", put(tmp_path, "grids.bin", GOOD["grids"]()), "--json")
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert report["importable"] is True
    assert set(report["counts"]) > COUNTS
    assert (report["counts"]["groups"], report["counts"]["subquestions"], report["counts"]["options"]) == (
        3,
        4,
        2,
    )
    assert {"where", "what", "code", "reason"} <= set(report["not_carried"][0])


def test_a_problem_of_the_draft_has_its_cell_and_character(tmp_path: Path) -> None:
    rows = [
        ["type", "name", "label", "relevant"],
        ["select_one yn", "a", "A"],
        ["text", "b", "B", "${a} = 'maybe'"],
    ]
    done = run("check", put(tmp_path, "form.xlsx", workbook(rows, YES_NO)), "--json")
    assert done.exit_code == 0
    problem = next(part for part in json.loads(done.stdout)["problems"] if part["code"] == "unknown_option")
    where = problem["where"]
    assert (where["sheet"], where["row"], where["column"], where["item"]) == ("survey", 3, "relevant", "b")
    assert where["character"] == rows[2][3].index("'maybe'")
    assert set(problem["message"]) == {"zh", "en"}


def test_a_bad_file_leaves_with_1_and_says_the_row(tmp_path: Path) -> None:
    raw, sheet, row, code = BAD["no calculation"]
    done = run("check", put(tmp_path, "form.xlsx", raw), "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    assert report["importable"] is False
    problem = report["problems"][0]
    assert (problem["code"], problem["where"]["sheet"], problem["where"]["row"]) == (code, sheet, row)


@pytest.mark.parametrize("how", [[], ["--json"]], ids=["text", "json"])
def test_whatever_stands_there_never_a_traceback(tmp_path: Path, how: list[str]) -> None:
    held = put(tmp_path, "held.xlsx", GOOD["nested"]())
    held.chmod(0)
    paths = [
        tmp_path / "missing.xlsx",
        tmp_path,
        put(tmp_path, "empty.xlsx", b""),
        put(tmp_path, "binary.xlsx", os.urandom(5_000)),
        put(tmp_path, "elf", b"\x7fELF" + bytes(500)),
        put(tmp_path, "page.lss", b"<html></html>"),
        Path("/dev/null"),
        Path("/dev/zero"),
        tmp_path / ("x" * 300),
    ]
    for path in paths:
        done = run("check", path, *how)
        assert done.exit_code == 1, (path, done.output)
        assert isinstance(done.exception, SystemExit), path
        assert "Traceback" not in done.output
        if how:
            assert json.loads(done.stdout)["problems"], path
        else:
            assert "refused 拒绝导入" in done.output
            assert "error 错误" in done.output


def test_the_report_is_readable_in_both_languages(tmp_path: Path) -> None:
    done = run("check", put(tmp_path, "form.xlsx", GOOD["markup"]()))
    assert done.exit_code == 0
    assert "questions 题目: 2" in done.stdout
    assert "not carried over 未带入 survey!label!2: “<script>”" in done.stdout
    assert "文字中的这一部分不安全或不支持" in done.stdout


def test_a_document_of_ours_is_checked_against_the_province_that_ships(tmp_path: Path) -> None:
    done = run("check", RESIDENTS, "--json")
    report = json.loads(done.stdout)
    assert done.exit_code == 0
    assert report["format"] == "minyi"
    assert report["problems"] == []
    assert report["counts"]["questions"] == 42


def test_it_works_without_a_database_and_from_any_folder(tmp_path: Path) -> None:
    """A module in the current folder that bears the name of a library is not run."""
    put(tmp_path, "attrs.py", b"raise SystemExit('run')")
    path = put(tmp_path, "form.xlsx", GOOD["nested"]())
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "SURVEY_DATABASE_URL": "sqlite:////nowhere/x.db",
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "wsgi", "instrument", "check", path.name, "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout)["importable"] is True
    assert {made.name for made in tmp_path.iterdir()} == {"attrs.py", "form.xlsx"}


def test_a_file_begins_a_draft(app: flask.Flask, session: Session, tmp_path: Path) -> None:
    path = put(tmp_path, "form.xlsx", GOOD["nested"]())
    done = app.test_cli_runner().invoke(
        commands.instrument, ["import", str(path), "--code", "nested-1", "--language", "de"]
    )
    assert done.exit_code == 0, done.output
    draft = session.scalars(sa.select(InstrumentDraft)).one()
    assert done.output.startswith(f"nested-1 {draft.public_id}")
    assert (draft.code, draft.document["languages"], draft.document["title"]) == (
        "nested-1",
        ["de"],
        {"de": "form"},
    )
    assert "und" not in canonical(draft.document)


def test_a_refused_file_leaves_nothing(app: flask.Flask, session: Session, tmp_path: Path) -> None:
    path = put(tmp_path, "form.xlsx", BAD["never ended"][0])
    done = app.test_cli_runner().invoke(commands.instrument, ["import", str(path)])
    assert done.exit_code == 1
    assert "is never ended" in done.output
    assert session.scalar(sa.select(sa.func.count()).select_from(InstrumentDraft)) == 0


def test_a_draft_can_be_written_again(app: flask.Flask, session: Session, tmp_path: Path) -> None:
    path = put(tmp_path, "form.xlsx", GOOD["grids"]())
    runner = app.test_cli_runner()
    assert runner.invoke(commands.instrument, ["import", str(path), "--code", "g"]).exit_code == 0
    out = tmp_path / "out.xlsx"
    done = runner.invoke(commands.instrument, ["export", "g", "--to", "xlsform", "-o", str(out)])
    assert done.exit_code == 0, done.output
    refused = runner.invoke(commands.instrument, ["export", "nobody", "--to", "xlsform"])
    assert refused.exit_code == 1
    assert "nobody" in refused.output
    draft = session.scalars(sa.select(InstrumentDraft)).one()
    assert canonical(read_xlsform(out.read_bytes(), "x").document) == canonical(draft.document)


STARTS = {
    "xlsform": b"PK",
    "xlsform-xls": b"\xd0\xcf\x11\xe0",
    "xlsform-csv": b"survey",
    "lss": b"<?xml",
    "ddi": b"<?xml",
    "frictionless": b"{",
    "codebook": b"PK",
    "codebook-html": b"<!",
    "html": b"<!",
    "pdf": b"%PDF",
}


def test_every_format_is_written_from_a_file(tmp_path: Path) -> None:
    assert set(STARTS) == set(writing.KINDS)
    whole, small = (
        put(tmp_path, "form.yaml", EVERY_TYPE.encode()),
        put(tmp_path, "form.xlsx", GOOD["grids"]()),
    )
    for kind, start in STARTS.items():
        out = tmp_path / f"out.{kind}"
        done = run("export", small if kind == "pdf" else whole, "--to", kind, "-o", out)
        assert done.exit_code == 0, (kind, done.output)
        assert out.read_bytes().lower().startswith(start.lower()), kind
    document = yaml.safe_load(EVERY_TYPE)
    assert canonical(read_xlsform((tmp_path / "out.xlsform").read_bytes(), "x").document) == canonical(
        document
    )
    assert read_limesurvey((tmp_path / "out.lss").read_bytes(), "x").document is not None


def test_export_says_what_it_cannot_do(tmp_path: Path) -> None:
    path = put(tmp_path, "form.xlsx", GOOD["nested"]())
    assert (
        "no texts in fr"
        in run("export", path, "--to", "html", "--language", "fr", "-o", tmp_path / "x").output
    )
    assert run("export", path, "--to", "html", "-o", tmp_path / "none" / "x").exit_code == 1
    assert run("export", put(tmp_path, "bad.xlsx", BAD["no name"][0]), "--to", "xlsform").exit_code == 1


@pytest.mark.parametrize("kind", sorted(set(STARTS) - {"pdf"}))
def test_every_format_is_written_from_a_draft(
    app: flask.Flask, session: Session, tmp_path: Path, kind: str
) -> None:
    path = put(tmp_path, "form.xlsx", GOOD["grids"]())
    runner = app.test_cli_runner()
    assert runner.invoke(commands.instrument, ["import", str(path), "--code", "g"]).exit_code == 0
    out = tmp_path / "out"
    done = runner.invoke(commands.instrument, ["export", "g", "--to", kind, "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes().lstrip(b"\xef\xbb\xbf").startswith(STARTS[kind])


def test_a_draft_with_errors_names_them_instead(app: flask.Flask, session: Session, tmp_path: Path) -> None:
    cells = [["type", "name", "label", "relevant"], ["text", "a", "A", "${b} = 'x'"], ["text", "b", "B", ""]]
    path = put(tmp_path, "form.xlsx", workbook(cells))
    runner = app.test_cli_runner()
    assert runner.invoke(commands.instrument, ["import", str(path), "--code", "e"]).exit_code == 0
    done = runner.invoke(commands.instrument, ["export", "e", "--to", "ddi", "-o", str(tmp_path / "x")])
    assert done.exit_code == 1
    assert "“b”, which is asked later" in done.output
    assert not (tmp_path / "x").exists()
