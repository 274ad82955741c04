"""The one trail: every act is written here in the transaction of the act; if this fails, the act fails."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import rfc8785
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.db import insert_ignoring_conflicts, table_of
from survey.models.audit import AuditEvent, AuditHead

EMPTY_CHAIN = bytes(32)


def record(
    session: Session,
    actor: str,
    *,
    act: str,
    on: str,
    before: Any = None,
    after: Any = None,
    run: str | None = None,
) -> int:
    """Append one event and return its number.

    ``actor`` is ``user:<name>``, ``job:<kind>`` or ``command:<name>``; ``act`` is ``noun.verb``; ``on`` names
    the object; ``before`` and ``after`` are JSON values (``Any``: whatever the act changed).
    """
    next_place = (
        sa.update(AuditHead).values(size=AuditHead.size + 1).returning(AuditHead.size, AuditHead.chain)
    )
    head = session.execute(next_place).one_or_none()
    if head is None:  # the first event ever, perhaps of two at once
        first = insert_ignoring_conflicts(session, table_of(AuditHead))
        session.execute(first.values(id=1, size=0, chain=EMPTY_CHAIN))
        head = session.execute(next_place).one()
    number, chain = head
    event = AuditEvent(
        n=number,
        at=clock.now(session),
        actor=actor,
        act=act,
        object_ref=on,
        run=run,
        before=before,
        after=after,
    )
    event.leaf_hash = leaf_hash(event)
    event.chain = hashlib.sha256(chain + event.leaf_hash).digest()
    session.add(event)
    session.execute(sa.update(AuditHead).values(chain=event.chain))
    session.flush()
    return number


def leaf_hash(event: AuditEvent) -> bytes:
    """RFC 6962 leaf hash of the canonical JSON of an event."""
    return hashlib.sha256(b"\x00" + rfc8785.dumps(leaf(event))).digest()


def leaf(event: AuditEvent) -> dict[str, Any]:
    """What the log commits to of an event; the auditor gets it line by line. Any: a JSON document."""
    return {
        "v": 1,
        "alg": "sha256",
        "n": event.n,
        "t": event.at.isoformat(),
        "actor": event.actor,
        "act": event.act,
        "obj": event.object_ref,
        "run": event.run,
        "before": event.before,
        "after": event.after,
    }


def check(session: Session) -> list[str]:
    """What is wrong with the log, in plain sentences; an empty list where every hash and number fits."""
    return list(_faults(session))


def _faults(session: Session) -> Iterator[str]:
    chain, expected = EMPTY_CHAIN, 1
    for event in session.scalars(
        sa.select(AuditEvent).order_by(AuditEvent.n).execution_options(yield_per=1000)
    ):
        if event.n != expected:
            yield f"audit event {expected} is missing"
            expected = event.n
        if leaf_hash(event) != event.leaf_hash:
            yield f"audit event {event.n} was changed"
        chain = hashlib.sha256(chain + event.leaf_hash).digest()
        if chain != event.chain:
            yield f"the chain breaks at audit event {event.n}"
            chain = event.chain
        expected += 1
    head = session.get(AuditHead, 1)
    size, end = (head.size, head.chain) if head else (0, EMPTY_CHAIN)
    if size != expected - 1 or end != chain:
        yield f"the log ends at event {expected - 1}, its head says {size}"
