"""Home of the names of logs: a log that came back shorter than it was signed goes on under a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.db import table_of
from survey.errors import Conflict
from survey.ledger import merkle, notes
from survey.models.ledger import Checkpoint, LogBreak, LogLeaf
from survey.ports import CheckpointSink

SITE = "minyi"
"""First part of the names of the logs; stays the same when the address of the site changes."""
_leaf = table_of(LogLeaf)


def of_wave(wave: str, log: str, *, site: str = SITE) -> str:
    """The first name of a log of a wave: "p" (participation) or "c" (content)."""
    return f"{site}/{wave}/{log}"


def of_trail(*, site: str = SITE) -> str:
    """The first name of the audit log."""
    return f"{site}/a"


def names(session: Session, log: str) -> tuple[str, ...]:
    """Every name that a log has had, the first one first."""
    rows = session.scalars(sa.select(LogBreak.new_origin).where(LogBreak.log == log).order_by(LogBreak.id))
    return (log, *rows)


def current(session: Session, log: str) -> str:
    """The name under which a log goes on."""
    return names(session, log)[-1]


def breaks(session: Session, log: str | None = None) -> Sequence[LogBreak]:
    """The breaks on record, of one log or of all."""
    query = sa.select(LogBreak).order_by(LogBreak.id)
    return session.scalars(query if log is None else query.where(LogBreak.log == log)).all()


def record_break(
    session: Session,
    log: str,
    *,
    hashes: Sequence[bytes],
    reason: Mapping[str, str],
    actor: str,
    sink: CheckpointSink,
) -> LogBreak:
    """Let a log that is shorter than it was signed go on under a new name; ``hashes`` are its leaves now.

    What is lost stays on record for good. Raises Conflict where nothing is lost (then there is nothing to break),
    or where what is left was rewritten: that is no loss, and nobody gives it a new name.
    """
    old = current(session, log)
    kept = sink.last(old)
    last = None if kept is None else notes.parse_checkpoint(notes.parse(kept).text)
    if kept is None or last is None or last.size <= len(hashes):
        raise Conflict(
            "log_is_whole",
            zh=f"登记簿“{old}”并不短于上次签署时，无须另起名称。",
            en=f"The log “{old}” is not shorter than it was signed, so it needs no new name.",
        )
    signed = session.scalars(sa.select(Checkpoint).where(Checkpoint.origin == old)).all()
    if any(each.size > len(hashes) or merkle.root(hashes[: each.size]) != each.root for each in signed):
        raise Conflict(
            "log_was_rewritten",
            zh=f"登记簿“{old}”余下的部分与已签署的检查点不一致。这不是恢复备份，请交审计员核查。",
            en=f"What is left of the log “{old}” does not match its signed checkpoints. That is no restored backup; "
            "the auditor has to look into it.",
        )
    new = f"{log}/{len(names(session, log)) + 1}"
    found = LogBreak(
        log=log,
        old_origin=old,
        new_origin=new,
        note=kept,
        size_signed=last.size,
        size_kept=len(hashes),
        reason=dict(reason),
        recorded_by=actor,
        recorded_at=clock.now(session),
    )
    session.add(found)
    _copy_leaves(session, old, new)
    audit.record(
        session,
        actor,
        act="log.break",
        on=f"log:{log}",
        before={"origin": old, "size": last.size},
        after={"origin": new, "size": len(hashes)},
    )
    return found


def _copy_leaves(session: Session, old: str, new: str) -> None:
    """The leaves that are left begin the log of the new name, at the places they had."""
    columns = ("position", "leaf_hash", "data")
    kept = sa.select(sa.literal(new), *(_leaf.c[name] for name in columns)).where(_leaf.c.origin == old)
    session.execute(sa.insert(_leaf).from_select(["origin", *columns], kept))
