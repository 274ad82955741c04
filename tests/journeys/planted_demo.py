"""`make planted`: the whole demo with the planted problems, at full size; a reduced one is in `make test`."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from survey.models.publication import Release
from survey.models.scoring import HandOver, Run
from tests.journeys.demo import run_demo

BLOCKED_BY_PLANTED_PROBLEMS = {"G02", "G10", "G11", "G12"}


def test_planted_problems_block_the_hand_over(tmp_path: Path) -> None:
    demo = run_demo(tmp_path / "planted", "--planted")
    with demo.session() as session:
        run = session.scalars(sa.select(Run)).one()
        failed = {gate.gate for gate in run.gates if gate.level == "block" and gate.status != "pass"}
        assert failed == BLOCKED_BY_PLANTED_PROBLEMS
        assert session.scalars(sa.select(HandOver)).all() == []
        assert "No hand-over" in demo.said
        release = session.scalars(sa.select(Release)).one()
        text = json.dumps(release.document)
        assert '"composite":' not in text
        assert '"rank_low":' not in text
