"""What every stage of the demo works with: the province, its calendar on the demo clock, its people."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.load import Content
from admin.demo.clock import set_demo_clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.ledger.checkpoint import Auditor, demo_auditor
from survey.models.cycle import Cycle
from survey.ports import KeyStore

CYCLE = "lanchuan-2026"
COMMAND = Actor.command("demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A demo account: one duty a person."""

    username: str
    display_name: str
    organisation: str
    roles: tuple[Role, ...]


ACCOUNTS = (
    Account(
        username="designer", display_name="林一舟", organisation="省绩效管理办公室", roles=(Role.DESIGNER,)
    ),
    Account(username="reviewer", display_name="沈知行", organisation="省统计局", roles=(Role.REVIEWER,)),
    Account(
        username="fieldwork", display_name="何采薇", organisation="第三方执行机构", roles=(Role.FIELDWORK,)
    ),
    Account(
        username="records", display_name="季闻笙", organisation="第三方执行机构", roles=(Role.FIELDWORK,)
    ),
    Account(username="analyst", display_name="陆明算", organisation="省统计局", roles=(Role.ANALYST,)),
    Account(
        username="statistician", display_name="顾清衡", organisation="省统计局", roles=(Role.STATISTICIAN,)
    ),
    Account(
        username="lead",
        display_name="程远岚",
        organisation="省绩效管理办公室",
        roles=(Role.PERFORMANCE_LEAD,),
    ),
    Account(
        username="publisher", display_name="白书语", organisation="省绩效管理办公室", roles=(Role.PUBLISHER,)
    ),
    Account(
        username="observer",
        display_name="人大代表观察员（演示）",
        organisation="观察员",
        roles=(Role.OBSERVER,),
    ),
    Account(username="roles", display_name="安守谦", organisation="省大数据中心", roles=(Role.ROLE_ADMIN,)),
    Account(username="roles2", display_name="穆启明", organisation="省大数据中心", roles=(Role.ROLE_ADMIN,)),
    Account(username="auditor", display_name="严正平", organisation="省审计厅", roles=(Role.AUDITOR,)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The demo's surroundings; every stage takes it and commits for itself."""

    settings: Settings
    engine: sa.Engine
    keys: KeyStore
    content: Content
    seed: int
    planted: bool

    @property
    def records(self) -> Path:
        """Folder of the CSV files that the simulated fieldwork hands in."""
        return self.settings.data_dir / "fieldwork"

    @property
    def sink(self) -> FolderCheckpoints:
        """Where signed checkpoints are kept beside the database."""
        return FolderCheckpoints(self.settings.data_dir / "checkpoints")

    def auditor(self) -> Auditor:
        """The demo's second signer, named as such."""
        seen = FolderCheckpoints(self.settings.data_dir / "auditor")
        return demo_auditor(self.keys, seen)

    @contextmanager
    def work(self) -> Iterator[Session]:
        """A unit of work: committed at the end of the block."""
        with Session(self.engine) as session, session.begin():
            yield session

    def stand_at(self, moment: datetime) -> None:
        """Let the demo clock stand at ``moment``."""
        with self.work() as session:
            set_demo_clock(session, moment, settings=self.settings)

    def day(self, step: str, which: str = "from") -> date:
        """First (``from``) or last (``to``) day of a step of the province's calendar."""
        for entry in self.content.province["calendar"]:
            if entry["step"] == step:
                return date.fromisoformat(str(entry[which]))
        raise LookupError(f"the calendar has no step {step!r}")

    def moment(self, day: date, at: str = "09:00") -> datetime:
        """An instant by the province's wall clock."""
        return datetime.combine(day, time.fromisoformat(at), ZoneInfo(self.settings.time_zone))


def actor(session: Session, username: str) -> Actor:
    """One of the demo's people."""
    return find_actor(session, username)


def cycle(session: Session) -> Cycle:
    """The demo's cycle."""
    return session.scalars(sa.select(Cycle).where(Cycle.code == CYCLE)).one()


def demo_password(data_dir: Path) -> str:
    """The password of all demo accounts of this installation: random, kept beside the database."""
    path = data_dir / "demo_password"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("-".join(secrets.token_hex(3) for _ in range(4)))
    return path.read_text()
