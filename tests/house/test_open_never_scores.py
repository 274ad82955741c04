"""Open participation never enters a score, and nothing that anybody can set admits it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import sqlalchemy as sa
import yaml

from admin.content.load import DEMO_FOLDER
from analysis.quality import reading
from analysis.scoring_run.layout import SCORED_CHANNELS
from survey.access.tokens import SampleCase
from survey.config import Settings
from survey.db import table_of
from survey.identity.permissions import Permission
from survey.models.access import Token
from survey.models.wave import Channel

ROOT = Path(__file__).parents[2]
NAMED = re.compile(
    r"open_(channel|stream|answers|participation)|admit|include_open|score_open|channels?_scored", re.I
)


def test_no_setting_and_no_permission_speaks_of_it() -> None:
    names = [each.name for each in fields(Settings)] + [each.value for each in Permission]
    assert [name for name in names if NAMED.search(name)] == []


def test_no_key_of_plan_or_schema_admits_it() -> None:
    """Neither what the scoring plan says nor what its schema would let it say."""
    found = []
    for path in (*(ROOT / "admin/content/schemas").glob("*.json"), *DEMO_FOLDER.glob("*.yaml")):
        for key in _keys(yaml.safe_load(path.read_text("utf-8"))):
            if NAMED.search(key):
                found.append(f"{path.name}: {key}")
    assert found == []


def test_no_token_can_be_issued_for_it() -> None:
    """A drawn case is never open: the table refuses, whatever a file of cases says."""
    checks = [str(each.sqltext) for each in table_of(Token).constraints if isinstance(each, sa.CheckConstraint)]  # fmt: skip
    (rule,) = [each for each in checks if each.startswith("channel IN")]
    assert Channel.OPEN.value not in rule
    assert SampleCase(stratum="a", probability="1", seal_group="a").channel == Channel.SAMPLE.value


def test_the_channels_that_score_are_written_for_good() -> None:
    """Once for the score, once for the detectors, both as values that nothing can change."""
    wanted = frozenset({Channel.SAMPLE.value, Channel.ASSISTED.value})
    assert wanted == SCORED_CHANNELS == frozenset(reading.SCORED_CHANNELS)
    assert isinstance(reading.SCORED_CHANNELS, tuple)
    written = [
        path.relative_to(ROOT).as_posix()
        for folder in ("analysis", "admin", "survey")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^\s*\w*\.?SCORED_CHANNELS\s*[:|=]", path.read_text("utf-8"), re.M)
    ]
    assert sorted(written) == ["analysis/quality/reading.py", "analysis/scoring_run/layout.py"]


def test_scoring_takes_no_list_of_channels_from_outside() -> None:
    """Where channels are told apart, the words stand in the code: no argument, no plan field, no form."""
    takes = []
    for folder in ("analysis", "admin/scoring", "admin/datasets"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.arg) and node.arg in {"channels", "scored_channels", "with_open"}:
                    takes.append(f"{path.relative_to(ROOT)}: {node.arg}")
    assert takes == []


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
