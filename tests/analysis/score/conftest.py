"""The demo's scoring plan."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.score.plan import ScoringPlan

PLAN = Path(__file__).parents[3] / "admin" / "demo" / "data" / "scoring.yaml"


@pytest.fixture
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def plan() -> ScoringPlan:
    return ScoringPlan.from_document(yaml.safe_load(PLAN.read_text(encoding="utf-8")))
