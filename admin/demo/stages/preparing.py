"""Stages 1 and 2: the province is loaded, people get accounts, instruments and plan are locked and public."""

from __future__ import annotations

import sqlalchemy as sa

from admin.demo.progress import stage
from admin.demo.world import ACCOUNTS, COMMAND, CYCLE, World, actor, demo_password
from admin.designer import services as designer
from admin.home import services as home
from survey.identity import users
from survey.models.instrument import InstrumentVersion

CYCLE_TITLE = {"zh": "2026年度满意度调查", "en": "Satisfaction survey 2026"}


def load_province(world: World) -> None:
    """Load every document of the province, make the accounts, start the cycle with its six stages."""
    world.stand_at(world.moment(world.day("index_refinement")))
    with stage("Accounts and province", 3) as progress:
        with world.work() as session:
            password = demo_password(world.settings.data_dir)
            for account in ACCOUNTS:
                users.create_user(
                    session,
                    username=account.username,
                    display_name=account.display_name,
                    organisation=account.organisation,
                    password=password,
                    roles=account.roles,
                    actor=COMMAND,
                )
        progress.advance()
        with world.work() as session:
            designer.load_content(session, world.content, actor=actor(session, "designer"))
        progress.advance()
        with world.work() as session:
            home.create_cycle(
                session,
                code=CYCLE,
                year=int(world.day("lock").year),
                title=CYCLE_TITLE,
                stages=home.stages_of(world.content.province),
                actor=actor(session, "lead"),
            )
        progress.advance()


def lock_everything(world: World) -> None:
    """Lock instruments, framework and scoring plan on the day of the calendar, before anything opens."""
    world.stand_at(world.moment(world.day("lock")))
    with stage("Instruments and plan locked", 2) as progress:
        with world.work() as session:
            reviewer = actor(session, "reviewer")
            for version in session.scalars(sa.select(InstrumentVersion).order_by(InstrumentVersion.id)):
                designer.lock_instrument(session, version, actor=reviewer)
        progress.advance()
        with world.work() as session:
            designer.lock_plan(session, actor=actor(session, "reviewer"))
        progress.advance()
