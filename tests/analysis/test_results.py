"""What all results carry."""

import tomllib
from pathlib import Path

from analysis.results import VERSION

ROOT = Path(__file__).parents[2]


def test_results_carry_the_version_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
