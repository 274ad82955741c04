"""The whole installation on the announced day: single answers go, the release, hand-over and logs hold, and it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.orm import Session

import wsgi
from admin import worker
from admin.datasets import freeze as freezing
from admin.scoring import services
from admin.verify import verify_installation
from survey.errors import Conflict
from survey.ledger import forgotten
from survey.models.dataset import Dataset
from survey.models.quality import Exclusion
from survey.models.response import Response
from survey.models.retention import Retention
from tests.admin import chain
from tests.admin.scoring.test_verify_all import decide_a_removal

AFTER = datetime(2029, 1, 1, 1, tzinfo=UTC)


def findings(world: chain.World) -> list[str]:
    with Session(world.engine) as session:
        found = verify_installation(session, world.settings, keys=world.keys, sink=world.sink)
    return [each.message("en") for each in found]


def work(world: chain.World) -> None:
    built = worker.build(world.engine, settings=world.settings, keys=world.keys)
    built.schedule()
    while built.run_one():
        pass


def later(world: chain.World, hours: int) -> None:
    """The periodic jobs are due again."""
    world.stand_at(AFTER + timedelta(hours=hours))
    work(world)


@pytest.fixture
def over(handed: chain.World) -> chain.World:
    """Handed over, one answer removed by two persons, and two years on."""
    decide_a_removal(handed)
    chain.sign_trail(handed)
    handed.stand_at(AFTER)
    work(handed)
    later(handed, 2)
    return handed


def test_single_answers_are_gone_and_everything_that_was_made_of_them_holds(
    over: chain.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with over.work() as session:
        assert session.scalars(sa.select(Response)).all() == []
        assert set(session.scalars(sa.select(Retention.state))) == {"deleted"}
        dataset = session.scalars(sa.select(Dataset)).one()
        assert forgotten.dataset_day(session, dataset.public_id) is not None
        folder = over.settings.data_dir / dataset.folder
        assert session.scalars(sa.select(Exclusion)).all() != []
    assert [path.name for path in Path(folder).rglob("*.parquet")] == []
    assert (folder / "manifest.json").exists()
    assert findings(over) == []
    for name, value in (
        ("SURVEY_DATA_DIR", over.settings.data_dir),
        ("SURVEY_KEY_DIR", over.settings.key_dir),
    ):
        monkeypatch.setenv(name, str(value))
    told = CliRunner().invoke(wsgi.cli, ["verify", "--all"])
    assert told.exit_code == 0, told.output
    assert "wave residents-2026: its " in told.output
    assert "were deleted on 2029-01-01, as announced (kept until 2028-12-31)" in told.output


def test_nothing_is_frozen_or_scored_of_what_is_gone(over: chain.World) -> None:
    with over.work() as session:
        cycle, dataset = chain.cycle_of(session), session.scalars(sa.select(Dataset)).one()
        with pytest.raises(Conflict, match="deleted"):
            freezing.freeze_cycle(session, cycle, data_dir=over.settings.data_dir, actor=chain.COMMAND)
        with pytest.raises(Conflict, match="deleted"):
            services.request_run(session, cycle, dataset, seed=8, actor=chain.COMMAND)


def test_tables_that_come_back_from_a_backup_are_an_alarm_and_go_again(over: chain.World) -> None:
    with over.work() as session:
        dataset = session.scalars(sa.select(Dataset)).one()
    table = over.settings.data_dir / dataset.folder / next(iter(dataset.manifest["files"]))
    table.write_bytes(b"PAR1")
    assert any("was said to be deleted and is there" in each for each in findings(over))
    later(over, 4)
    assert not table.exists()
    assert findings(over) == []
