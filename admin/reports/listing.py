"""Home of what the screens of releases read beside the services' own queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.reports import queries
from survey.errors import Conflict, NotFound
from survey.models.cycle import Cycle
from survey.models.publication import Release
from survey.models.scoring import Run


def cycle(session: Session) -> Cycle:
    """The newest cycle. Raises Conflict where none has begun."""
    found = session.scalars(
        sa.select(Cycle).order_by(Cycle.year.desc(), Cycle.id.desc()).limit(1)
    ).one_or_none()
    if found is None:
        raise Conflict("no_cycle", zh="还没有开始任何周期。", en="No cycle has begun yet.")
    return found


def zone(name: str) -> ZoneInfo:
    """The time zone of a cycle."""
    return ZoneInfo(name)


def run(session: Session, public_id: str) -> Run:
    """One run. Raises NotFound."""
    found = session.scalars(sa.select(Run).where(Run.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound("run_missing", zh="没有这次计算。", en="There is no such run.")
    return found


def chosen_run(session: Session, release: Release) -> Run | None:
    """The run that a release publishes, once it is chosen."""
    return session.get(Run, release.run_id) if release.run_id is not None else None


def runs_done(session: Session, release: Release) -> Sequence[Run]:
    """The finished runs of a release's cycle, the newest first."""
    return session.scalars(
        sa.select(Run)
        .where(Run.cycle_id == release.cycle_id, Run.status == "done")
        .order_by(Run.number.desc())
    ).all()


def method_part(session: Session, part_id: str) -> Mapping[str, Any]:
    """A part of the method statement as the report plan names it. Raises NotFound. Any: a JSON document."""
    for part in queries.latest(session, "report").document["method_statement"]:
        if part["id"] == part_id:
            found: Mapping[str, Any] = part
            return found
    raise NotFound("method_part", zh="方法说明没有这一部分。", en="The method statement has no such part.")
