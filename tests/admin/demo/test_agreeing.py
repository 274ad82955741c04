"""The demo's consultation: every comment of the participation document is answered, and what changed is told."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import load_content
from admin.demo.stages import agreeing, preparing
from admin.demo.world import World
from survey import audit
from survey.backends.keys import FolderKeyStore
from survey.config import Settings
from survey.db import make_engine
from survey.models.bank import BankRevision, BankUse
from survey.models.consultation import Consultation
from survey.participation import queries


@pytest.fixture
def world(settings: Settings) -> World:
    return World(
        settings=settings,
        engine=make_engine(settings.database_url),
        keys=FolderKeyStore(settings.key_dir),
        content=load_content(),
        seed=1,
        planted=False,
    )


def test_the_demo_consults_answers_and_freezes(world: World) -> None:
    preparing.load_province(world)
    agreeing.consult(world)
    preparing.lock_everything(world)
    agreeing.fill_bank(world)
    with Session(world.engine) as session:
        planned = world.content.participation["consultation"]["comments"]
        found = {
            consultation.program["code"]: queries.outcome(session, consultation)
            for consultation in session.scalars(sa.select(Consultation))
        }
        assert set(found) == set(agreeing.CONSULTED)
        shown = [comment for outcome in found.values() for comment in outcome.comments]
        assert {comment.text for comment in shown} == {comment["zh"] for comment in planned}
        assert [each.item for each in found["residents"].changes] == ["R08"]
        (multi,) = found["enterprises"].changes
        assert multi.kinds == ("options",)
        assert found["residents"].on("R08")[0].decision == "partly_accepted"
        frozen = session.scalars(sa.select(BankRevision)).all()
        assert len(frozen) > 60
        assert {revision.state for revision in frozen} == {"frozen"}
        uses = session.scalar(sa.select(sa.func.count()).select_from(BankUse))
        assert uses is not None
        assert uses >= len(frozen)
        assert audit.check(session) == []
    world.engine.dispose()
