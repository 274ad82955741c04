"""A server with the four questionnaires of the demo province that the public answers, open now, and links to them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from admin.content.load import Content, load_content
from admin.demo.serve import serving as serve_on_loopback
from admin.designer import services as designer
from admin.fieldwork.services import samples, waves
from admin.home import services as home
from survey.access.tokens import SampleCase
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.db import db
from survey.identity.actors import Actor
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.response import Participation
from survey.models.wave import OpenEntry, Wave
from survey.ports import KeyStore
from tests.conftest import make_settings
from wsgi import create_app

GROUPS = ("residents", "enterprises", "individual_businesses", "service_users")
CYCLE = "journeys"
WHO = Actor.command("journeys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """The running installation: its address, and for each group the links that are left."""

    url: str
    settings: Settings
    links: dict[str, list[str]]

    def link(self, group: str) -> str:
        """A link that nobody has used."""
        return self.links[group].pop()

    def entry(self, group: str) -> str:
        """The open entry of a group."""
        return f"/s/{_entry(group)}"

    def n_arrived(self) -> int:
        """How many interviews are stored."""
        engine = sa.create_engine(self.settings.database_url)
        with engine.connect() as connection:
            found: int = connection.scalar(sa.select(sa.func.count()).select_from(Participation)) or 0
        engine.dispose()
        return found


@contextmanager
def serving(template: Path, folder: Path, *, links: int = 40) -> Iterator[Province]:
    """Serve the province from a fresh installation in ``folder``; ``template`` is an empty database."""
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, target)
    app = create_app("public", settings)
    with app.app_context():
        issued = _open(db.session(), settings, app.extensions["minyi"].keys, n=links)
        db.session.commit()
    with serve_on_loopback(app, port=0) as address:
        yield Province(url=address, settings=settings, links=issued)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _open(session: Session, settings: Settings, keys: KeyStore, *, n: int) -> dict[str, list[str]]:
    content = load_content()
    now = datetime.now(UTC)
    designer.load_content(session, content, actor=WHO)
    cycle = home.create_cycle(
        session,
        code=CYCLE,
        year=now.year,
        title={"zh": "演练", "en": "Rehearsal"},
        stages=home.stages_of(content.province),
        actor=WHO,
    )
    for version in session.scalars(sa.select(InstrumentVersion)):
        designer.lock_instrument(session, version, actor=WHO)
    designer.lock_plan(session, actor=WHO)
    sink = FolderCheckpoints(settings.data_dir / "checkpoints")
    issued = {}
    for group in GROUPS:
        version_id = session.scalars(
            sa.select(InstrumentVersion.id).join(Instrument).where(Instrument.code == group)
        ).one()
        plan = waves.WavePlan(
            code=f"{CYCLE}-{group}",
            title={"zh": "演练", "en": "Rehearsal"},
            evaluator_group=group,
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=7),
        )
        wave = waves.create_wave(
            session, plan, cycle_id=cycle.id, instrument_version_id=version_id, actor=WHO
        )
        waves.open_wave(session, wave, actor=WHO, keys=keys, sink=sink, retention_years=2)
        session.add(OpenEntry(code=_entry(group), wave_id=wave.id))
        issued[group] = _links(session, wave, keys, content, n)
    return issued


def _links(session: Session, wave: Wave, keys: KeyStore, content: Content, n: int) -> list[str]:
    group = wave.evaluator_group
    city = content.province["cities"][0]["id"]
    context = {"group": group, **_known(group, content)}
    case = SampleCase(stratum=f"{city}-1", probability="0.01", seal_group=city, context=context)
    return [f"/i/{token}" for token in samples.issue_tokens(session, wave, [case] * n, keys=keys, actor=WHO)]


def _known(group: str, content: Content) -> dict[str, str | list[str]]:
    """What is known of a case before its first answer, as the frame or the service record has it."""
    if group != "service_users":
        return {}
    return {
        "unit": content.province["assessed_units"][0]["id"],
        "channel": "window",
        "completed_month": datetime.now(UTC).strftime("%Y-%m"),
        "applicant_type": "person",
    }


def _entry(group: str) -> str:
    return f"open-{group.replace('_', '-')}"
