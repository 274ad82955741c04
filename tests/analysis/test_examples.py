"""The examples of the manual: every page runs as it stands and prints what it says it prints."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.analysis.reference_cases import REFERENCE

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "examples").glob("[0-9]*.md"))


def parts(page: Path) -> dict[str, str]:
    return dict(re.findall(r"```(\w+)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture(scope="module")
def printed() -> dict[str, str]:
    """What every page prints, from one process that runs them one after the other, each on its own."""
    programs = {page.stem: parts(page)["python"] for page in PAGES}
    runner = (
        "import contextlib, io, json, sys\n"
        "found = {}\n"
        "for name, code in json.load(sys.stdin).items():\n"
        "    out = io.StringIO()\n"
        "    with contextlib.redirect_stdout(out):\n"
        "        exec(compile(code, name, 'exec'), {'__name__': name})\n"
        "    found[name] = out.getvalue()\n"
        "print(json.dumps(found))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", runner],
        input=json.dumps(programs),
        capture_output=True,
        text=True,
        cwd=REFERENCE / "data",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_there_are_ten_and_the_index_has_them_all() -> None:
    index = (ROOT / "docs" / "examples" / "README.md").read_text(encoding="utf-8")
    assert len(PAGES) >= 10
    for page in PAGES:
        assert f"({page.name})" in index


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_prints_what_it_says(page: Path, printed: dict[str, str]) -> None:
    assert set(parts(page)) == {"r", "python", "text"}
    assert printed[page.stem] == parts(page)["text"]
