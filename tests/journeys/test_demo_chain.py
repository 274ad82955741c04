"""The main job end to end, as `make demo` runs it; with planted problems it is `planted_demo.py`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin.demo.stages.fieldwork import HTTP_OPEN, HTTP_TOKENS
from survey import audit
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.ledger import verify
from survey.models.access import Token
from survey.models.ledger import LogLeaf
from survey.models.publication import PublishedFile, Release
from survey.models.response import Draft, Participation, Response, UrnBox
from survey.models.scoring import HandOver, Run
from tests.journeys.demo import Demo, minyi

pytestmark = pytest.mark.slow


class TestClean:
    """Nothing is planted: the chain runs through to the signed file and the public page."""

    def test_no_interview_is_lost_or_doubled(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:

            def count(model: type) -> int:
                return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0

            used = session.scalar(sa.select(sa.func.count()).select_from(Token).where(Token.used == 1))
            issued, responses = count(Token), count(Response)
            assert issued == used
            assert HTTP_TOKENS >= 200
            assert responses == count(Participation) == issued + HTTP_OPEN
            assert count(UrnBox) == count(Draft) == 0
            assert count(LogLeaf) == 2 * responses
            assert issued > 29_000

    def test_the_logs_hold_and_every_response_opens_its_leaf(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:
            found = verify.verify_all(
                session,
                keys=FolderKeyStore(clean_demo.settings.key_dir),
                sink=FolderCheckpoints(clean_demo.settings.data_dir / "checkpoints"),
            )
            assert [finding.message("en") for finding in found] == []
            assert audit.check(session) == []

    def test_every_block_gate_passes_and_every_warning_is_answered(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:
            run = session.scalars(sa.select(Run)).one()
            states = {gate.gate: gate.status for gate in run.gates}
            assert len(states) == 17
            assert {status for gate, status in states.items() if _level(run, gate) == "block"} == {"pass"}

    def test_the_hand_over_is_signed_by_two_and_verifies_elsewhere(
        self, clean_demo: Demo, tmp_path: Path
    ) -> None:
        with clean_demo.session() as session:
            record = session.scalars(sa.select(HandOver)).one()
            assert {signature.role for signature in record.signatures} == {"statistician", "performance_lead"}
            assert len({signature.user_id for signature in record.signatures}) == 2
            assert len(record.document["units"]) == 40
            cities = [unit for unit in record.document["units"] if unit["class"] == "D"]
            assert len(cities) == 14
            assert all(unit["is_scorable"] and unit["annual_score"] is not None for unit in cities)
            file = tmp_path / "hand-over.json"
            file.write_text(json.dumps(record.signed_file), "utf-8")
        good = minyi(tmp_path / "nowhere", "verify", str(file))
        assert good.returncode == 0, good.stdout
        assert not (tmp_path / "nowhere").exists()
        changed = json.loads(file.read_text())
        changed["record"]["units"][0]["composite"] += 1
        file.write_text(json.dumps(changed), "utf-8")
        bad = minyi(tmp_path / "nowhere", "verify", str(file))
        assert bad.returncode == 1
        assert re.search(r"^BAD +digest", bad.stdout, re.M)

    def test_what_the_simulation_planted_as_truth_is_what_the_page_shows(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:
            release = session.scalars(sa.select(Release)).one()
            document = release.document or {}
            residents = next(table for table in document["areas"] if table["code"] == "residents")
            assert len(residents["rows"]) == 14
            last = min(residents["rows"], key=lambda row: float(row["index"]))
            assert last["code"] == "qiaozhou"
            assert (last["rank_low"], last["rank_high"]) == (14, 14)
            assert release.published_at is not None
            assert release.published_at >= release.release_at
            names = set(session.scalars(sa.select(PublishedFile.name)))
            assert {"composites.csv", "indicators.csv", "items.csv"} <= names

    def test_started_again_it_only_serves_and_loses_nothing(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:
            before = session.scalar(sa.select(sa.func.count()).select_from(Participation))
        again = minyi(clean_demo.settings.data_dir, "demo", "run", "--no-serve")
        assert again.returncode == 0
        assert "Interviews" not in again.stdout
        with clean_demo.session() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Participation)) == before
        other = minyi(clean_demo.settings.data_dir, "demo", "run", "--no-serve", "--planted")
        assert other.returncode != 0
        assert "holds a demo" in other.stderr

    def test_the_demo_clock_stands_in_the_calendar(self, clean_demo: Demo) -> None:
        with clean_demo.session() as session:
            run = session.scalars(sa.select(Run)).one()
            assert run.requested_at.year == 2026
            assert "Report written" in clean_demo.said


def _level(run: Run, gate: str) -> str:
    return next(found.level for found in run.gates if found.gate == gate)
