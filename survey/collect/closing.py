"""Home of the verb that closes a wave: nobody begins any more, and drafts begun before have their grace."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey import audit, clock
from survey.models.wave import Wave, WaveStatus


def close(session: Session, wave: Wave, *, actor: str) -> None:
    """Close an open wave. One closed before its announced time closes now; the announced time stays in the audit log."""
    now = clock.now(session)
    before = {"status": wave.status, "closes_at": wave.closes_at.isoformat() if wave.closes_at else None}
    wave.status = WaveStatus.CLOSED.value
    if wave.closes_at is None or wave.closes_at > now:
        wave.closes_at = now
    session.flush()
    audit.record(
        session,
        actor,
        act="wave.close",
        on=f"wave:{wave.code}",
        before=before,
        after={"status": wave.status, "closes_at": wave.closes_at.isoformat()},
    )
