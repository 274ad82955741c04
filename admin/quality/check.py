"""Flags looked at again: every decision is in the audit log, every exclusion follows from two of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.quality import queries, rules
from survey.ledger.finding import Finding
from survey.models.audit import AuditEvent
from survey.models.quality import Exclusion, QualityFlag


def faults(session: Session) -> Iterator[Finding]:
    """What does not fit, by flag and exclusion."""
    flags = {flag.id: flag for flag in session.scalars(sa.select(QualityFlag).order_by(QualityFlag.id))}
    yield from _unrecorded(session, flags)
    expected = {
        (bytes.fromhex(response_id), agreed.reason_code)
        for flag in flags.values()
        if (agreed := queries.settled(flag)) is not None and agreed.decision is rules.Decision.REMOVE
        for response_id in flag.response_ids
    }
    allowed = {response_id for response_id, _ in expected}
    found: set[bytes] = set()
    for row in session.scalars(sa.select(Exclusion).order_by(Exclusion.wave_id, Exclusion.leaf_index)):
        found.add(row.response_id)
        if (row.response_id, row.rule) not in expected:
            yield Finding(
                object=f"exclusion {row.wave_id}#{row.leaf_index}",
                zh="没有两位人员的剔除决定与之对应",
                en="does not follow from a removal that two persons decided",
            )
    for response_id in sorted(allowed - found):
        yield Finding(
            object=f"exclusion of {response_id.hex()[:12]}",
            zh="已决定剔除，登记却不见了",
            en="was decided by two persons and is gone",
        )


def _unrecorded(session: Session, flags: dict[int, QualityFlag]) -> Iterator[Finding]:
    """Decisions against the acts in the audit log, in both directions."""
    logged: Counter[tuple[str, str, str, str]] = Counter(
        (ref, after["role"], after["decision"], after["reason_code"])
        for ref, after in session.execute(
            sa.select(AuditEvent.object_ref, AuditEvent.after).where(AuditEvent.act == "flag.decide")
        )
    )
    stored = Counter(
        (f"flag:{flag.id}", one.role, one.decision, one.reason_code)
        for flag in flags.values()
        for one in flag.decisions
    )
    for ref, role, *_ in sorted((stored - logged) | (logged - stored)):
        yield Finding(
            object=ref,
            zh=f"角色{role}的决定与审计日志不符",
            en=f"the decision of the {role} differs from the audit log",
        )
