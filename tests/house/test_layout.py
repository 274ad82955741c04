"""The top level holds what its owner named, files stay rooms and not drawers, and secrets of this machine stay out."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED_BY_OWNER = {
    "survey",
    "admin",
    "analysis",
    "migrations",
    "tests",
    "wsgi.py",
    "pyproject.toml",
    "README.md",
}
USUAL = {"Makefile", "docs", "CHANGELOG.md", "uv.lock", "LICENSE"}
LINES_AT_MOST = 400
SHIPPED_ALONE = "verify_public.py"
"""Whoever checks the logs gets one file that needs nothing of ours."""


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks, or would: what a clone holds."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_top_level_holds_only_what_was_agreed() -> None:
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} <= NAMED_BY_OWNER | USUAL
    assert top >= NAMED_BY_OWNER


def _without_shebang(text: str) -> str:
    return text.partition("\n")[2].lstrip() if text.startswith("#!") else text.lstrip()


def test_no_file_is_a_drawer() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in tracked("survey/*.py", "admin/*.py", "analysis/*.py", "wsgi.py")
        if (n := len(path.read_text().splitlines())) > LINES_AT_MOST and path.name != SHIPPED_ALONE
    }
    assert long == {}


def test_nothing_names_the_machine_it_was_written_on() -> None:
    # spelled in parts, so that this file does not find itself
    traces = re.compile("/" + r"work/(main|shared|brief)|\.lib" + "rary/|/root/" + r"\.pyenv")
    found = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".json", ".html", ".css", ".lock", ""}
        and traces.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_the_lock_names_only_the_public_index() -> None:
    hosts = set(re.findall(r'https?://([^/"]+)', (ROOT / "uv.lock").read_text()))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


@pytest.mark.parametrize("package", ["survey", "admin", "analysis"])
def test_every_module_says_what_it_is_the_home_of(package: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked(f"{package}/*.py")
        if path.read_text().strip() and not _without_shebang(path.read_text()).startswith('"""')
    ]
    assert silent == []
