"""The limited process: what it may use, what it leaves behind, what becomes of a file that uses too much."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from admin.exchange import child, result, sandbox
from admin.exchange.reading import read_instrument
from survey.instrument.exchange.guards import MAX_BYTES
from tests.admin.exchange.hostile.workbook import members, packed
from tests.survey.instrument.exchange.forms import BAD, GOOD

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", ["nested", "grids"])
def test_a_file_is_read_as_if_there_were_no_fence(name: str) -> None:
    raw = GOOD[name]()
    fenced = sandbox.read_file(raw, "form.xlsx")
    assert result.to_json(fenced) == result.to_json(read_instrument(raw, "form.xlsx"))
    assert fenced.document is not None


def test_a_refusal_keeps_its_place_and_both_texts() -> None:
    raw, sheet, row, code = BAD["no calculation"]
    problem = sandbox.read_file(raw, "x").problems[0]
    assert (problem.code, problem.where.sheet, problem.where.row) == (code, sheet, row)
    assert problem.message("zh") != problem.message("en")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "file_empty"),
        (b" \n", "file_empty"),
        (b"x" * (MAX_BYTES + 1), "file_too_large"),
        (b"\x7fELF" + bytes(200), "file_format"),
        (b"%PDF-1.7 nothing", "file_format"),
        (b"<html><body>no</body></html>", "file_format"),
        (packed({**members(), "xl/media/a.bin": b"\0" * (60 * 2**20)}), "file_unpacked"),
        (
            packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}),
            "file_other_office",
        ),
        (b'{"SurveyEntry": {}, "SurveyElements": []}', "file_format"),
        (b"schema: minyi/instrument/2\nid: x\nsections: [\n", "file_yaml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_questionnaire_is_refused_with_the_reason(raw: bytes, code: str) -> None:
    made = sandbox.read_file(raw, "file.xlsx")
    assert made.document is None
    assert [problem.code for problem in made.problems] == [code]


def test_a_name_never_decides_what_a_file_is() -> None:
    assert sandbox.read_file(GOOD["nested"](), "form.lss").format == "xlsform"


def limited(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process that has taken the limits of an import upon itself."""
    start = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from admin.exchange.child import _limit; _limit()\n"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", start + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_memory_is_limited() -> None:
    done = limited("x = bytearray(600 * 2**20)")
    assert "MemoryError" in done.stderr


def test_no_file_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / "file"
    limited(f"open({str(path)!r}, 'w').write('x' * 100)")
    assert not path.exists() or path.stat().st_size == 0


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    done = limited("import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass")
    assert done.returncode < 0


def test_one_that_takes_too_long_is_stopped_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.3)
    monkeypatch.setattr(sandbox, "_START", "import time; time.sleep(30)")
    begun = time.monotonic()
    made = sandbox.read_file(b"x", "x")
    assert time.monotonic() - begun < 5
    assert [problem.code for problem in made.problems] == ["file_took_too_long"]


def test_one_that_says_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START", "while True: print('x' * 2**20)")
    assert [p.code for p in sandbox.read_file(b"x", "x").problems] == ["file_took_too_long"]


@pytest.mark.parametrize(
    "said",
    [
        "not JSON",
        "[]",
        "{}",
        json.dumps(
            {"document": [], "counts": {}, "problems": [], "not_carried": [], "format": "", "places": {}}
        ),
        json.dumps({"document": None, "counts": {"languages": []}, "problems": [{"code": "no such"}]}),
    ],
)
def test_what_the_process_says_is_not_believed(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(sandbox, "_START", f"print({said!r})")
    made = sandbox.read_file(b"x", "x")
    assert made.document is None
    assert [problem.code for problem in made.problems] == ["file_broken"]


def test_the_process_knows_nothing_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No environment, no current folder, no web, no database."""
    monkeypatch.setenv("SURVEY_SECRET", "secret")
    code = f"""
        import json, os, sys
        sys.path.insert(0, {str(ROOT)!r})
        import admin.exchange.reading
        from admin.exchange.reading import read_instrument
        loaded = [name for name in ("flask", "sqlalchemy", "numpy", "socketserver") if name in sys.modules]
        print(json.dumps([loaded, "" in sys.path]))
    """
    done = subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[], False]
    seen: list[Any] = []

    class Stop(Exception):
        pass

    def spy(*given: object, **options: object) -> None:
        seen.append(options)
        raise Stop

    monkeypatch.setattr(sandbox.subprocess, "Popen", spy)
    with pytest.raises(Stop):
        sandbox.read_file(b"x", "x")
    assert seen[0]["cwd"] == "/"
    assert set(seen[0]["env"]) == {"LC_ALL", "PYTHONIOENCODING"}


def test_the_limits_are_those_of_the_threat_model() -> None:
    assert child.CPU_SECONDS < sandbox.SECONDS <= 10
    assert MAX_BYTES <= 50 * 2**20
