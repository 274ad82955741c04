"""Home of sealing a closed wave: batches in transactions of their own, signed logs after each commit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from admin.fieldwork import rules
from survey import audit, clock
from survey.identity.actors import Actor
from survey.ledger import checkpoint, seal
from survey.ledger.seal import SealReport
from survey.models.wave import Wave, WaveStatus
from survey.ports import CheckpointSink, KeyStore


def seal_batch(session: Session, wave: Wave, *, keys: KeyStore) -> SealReport:
    """Seal one batch of a closed wave whose grace is over. Raises Conflict where it is too early.

    The caller commits, then signs with ``sign``, and goes on while ``more`` is true.
    """
    if reason := rules.why_not_seal(wave.status, closes_at=wave.closes_at, now=clock.now(session)):
        raise reason.conflict()
    return seal.seal_wave(session, wave, keys=keys, closing=True)


def sign(
    session: Session,
    wave: Wave,
    *,
    is_last: bool,
    actor: Actor,
    keys: KeyStore,
    sink: CheckpointSink,
    auditor: checkpoint.Auditor | None = None,
) -> None:
    """Sign both logs as they stand after the commit of a batch; with the last one the wave is sealed."""
    occasion = "close" if is_last else "sealing"
    checkpoint.sign_wave(session, wave, occasion=occasion, keys=keys, sink=sink, auditor=auditor)
    if not is_last:
        return
    wave.status = WaveStatus.SEALED.value
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="wave.seal",
        on=f"wave:{wave.code}",
        before={"status": WaveStatus.CLOSED.value},
        after={"status": wave.status},
    )
