"""The examples of the manual: every page runs as it stands and prints what it says it prints."""

import contextlib
import re
from pathlib import Path

import pytest

from tests.analysis.reference_cases import REFERENCE

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PAGES = sorted(EXAMPLES.glob("[0-9]*.md"))


def parts(page: Path) -> dict[str, str]:
    return dict(re.findall(r"```(\w+)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))


def test_there_are_ten_and_the_index_has_them_all() -> None:
    index = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert len(PAGES) >= 10
    for page in PAGES:
        assert f"({page.name})" in index


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_example_prints_what_it_says(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert set(parts(page)) == {"r", "python", "text"}
    with contextlib.chdir(REFERENCE / "data"):
        exec(compile(parts(page)["python"], page.name, "exec"), {"__name__": page.stem})
    assert capsys.readouterr().out == parts(page)["text"]
