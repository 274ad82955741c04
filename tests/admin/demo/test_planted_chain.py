"""Acceptance: what is planted blocks the hand-over until two persons have decided on it, and no longer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin.datasets.freeze import set_aside_counties
from admin.demo.simulate.facts import Content
from admin.demo.simulate.planted import county_code, problem
from admin.quality import rules as quality_rules
from admin.quality import services as quality
from admin.scoring import rules, services
from survey.errors import Conflict
from survey.identity.permissions import Role
from survey.models.quality import Exclusion, QualityFlag
from survey.models.scoring import Run
from tests.admin import chain
from tests.admin.demo import planted_chain
from tests.admin.demo.conftest import SEED
from tests.conftest import make_settings

pytestmark = pytest.mark.slow
PLANTED_GATES = {"G02", "G10", "G11", "G12"}
DECISIONS = {
    "coached_county": ("set_aside", "coaching"),
    "duplicate_device": ("remove", "duplicate_device"),
    "interviewer_effect": ("remove", "interviewer_effect"),
    "frame_conflict": ("remove", "frame_conflict"),
}


@pytest.fixture
def world(sqlite_template: Path, tmp_path: Path) -> Iterator[chain.World]:
    (tmp_path / "db").mkdir()
    (tmp_path / "db" / "minyi.sqlite3").write_bytes(sqlite_template.read_bytes())
    world = planted_chain.build(make_settings(tmp_path), seed=SEED, records=tmp_path / "records")
    yield world
    world.engine.dispose()


def blocked(run: Run) -> set[str]:
    return {gate.gate for gate in run.gates if gate.level == "block" and gate.status != "pass"}


def decide_all(world: chain.World, name: str, role: Role) -> None:
    """One person decides every flag that needs it."""
    with world.work() as session:
        for flag in session.scalars(sa.select(QualityFlag).where(QualityFlag.needs_decision)):
            decision, reason_code = DECISIONS[flag.detector]
            choice = quality.Choice(
                role=role,
                decision=quality_rules.Decision(decision),
                reason_code=reason_code,
                reason="Interview records and call-backs were looked at.",
            )
            quality.decide(session, flag, choice, actor=chain.someone(session, name))


def test_x1_x2_x5_x6_block_until_two_persons_have_handled_them(world: chain.World, content: Content) -> None:
    first_dataset = chain.freeze(world)
    planted_chain.raise_flags(world)
    with world.work() as session:
        flags = {
            flag.detector: (flag.subject, len(flag.response_ids))
            for flag in session.scalars(sa.select(QualityFlag).where(QualityFlag.needs_decision))
        }
    county = county_code(content, problem(content, "coached_county")["where"])
    assert set(flags) == set(DECISIONS), "and nothing else needs a decision"
    assert flags["coached_county"][0] == county
    assert 37 <= flags["duplicate_device"][1] <= 38
    assert flags["interviewer_effect"] == ("T17", problem(content, "interviewer_effect")["interviews"])
    assert flags["frame_conflict"][1] == problem(content, "frame_conflict")["records"]

    first = chain.run(world)
    # Two groups alone make no composite, and the appeal window has not opened: G04 and G17 wait for others.
    assert blocked(first) == PLANTED_GATES | {"G04", "G17"}
    with world.work() as session, pytest.raises(Conflict) as refused:
        rules.refuse_unready(session.get_one(Run, first.id), {})
    assert all(gate in refused.value.message("zh") for gate in PLANTED_GATES)

    decide_all(world, "ming", Role.ANALYST)
    with world.work() as session:
        assert session.scalars(sa.select(Exclusion)).all() == [], "one person alone decides nothing"
    assert chain.freeze(world).id == first_dataset.id
    decide_all(world, "qing", Role.STATISTICIAN)
    with world.work() as session:
        by_rule = Counter(session.scalars(sa.select(Exclusion.rule)))
        assert set_aside_counties(session, chain.cycle_of(session).id) == {county}
    # A response that two flags name is excluded once, by the first that was settled.
    assert by_rule == Counter(
        {name: flags[name][1] for name in ("duplicate_device", "frame_conflict", "interviewer_effect")}
    )
    second_dataset = chain.freeze(world)
    assert second_dataset.digest != first_dataset.digest
    second = chain.run(world)
    assert blocked(second) == {"G04", "G17"}
    assert second.supersedes_id == first.id

    results = services.read_results(second, data_dir=world.settings.data_dir)
    yunlan = results["groups"]["residents"]["cities"]["yunlan"]["index"]
    assert yunlan["index"] is not None, "the city stays scorable without its county"
    counted = results["responses"]["residents"]
    assert list(counted["set_aside"]) == [county]
    assert counted["excluded"] == {
        name: flags[name][1] for name in ("duplicate_device", "interviewer_effect")
    }
    assert second_dataset.manifest["counts"]["residents"]["accepted"] == 10_538, "nothing was deleted"
