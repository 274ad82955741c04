"""What a fresh process carries: the public one no statistics, the engine no database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "pandas", "scipy", "statsmodels", "duckdb")


def _loaded_after(statement: str, folder: Path) -> set[str]:
    program = f"import sys\n{statement}\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"SURVEY_DATA_DIR": str(folder), "PATH": "/usr/bin:/bin"},
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("role", ["public", "all"])
def test_web_processes_start_without_statistics(role: str, tmp_path: Path) -> None:
    loaded = _loaded_after(f"import wsgi; wsgi.create_app({role!r})", tmp_path)
    assert loaded.isdisjoint(HEAVY)


def test_the_public_process_carries_no_staff_screen(tmp_path: Path) -> None:
    loaded = _loaded_after("import wsgi; wsgi.create_app('public')", tmp_path)
    assert not [name for name in loaded if name == "admin" or name.startswith(("admin.", "analysis"))]


def test_the_instrument_engine_is_pure(tmp_path: Path) -> None:
    loaded = _loaded_after("import survey.instrument.validate, survey.instrument.compile", tmp_path)
    assert loaded.isdisjoint({"sqlalchemy", "flask", "babel", *HEAVY})
