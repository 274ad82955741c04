"""Home of the draw of back-checks: a seed promised before a wave opens decides later which interviews are checked.

Nobody knows beforehand whose interviews are drawn, and anybody can compute afterwards that they were drawn so.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from math import ceil

from sqlalchemy.orm import Session

from survey import audit
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.models.interviews import BackCheckDraw
from survey.models.wave import Wave
from survey.ports import KeyStore

SHARE = 10
"""One in so many interviews of each interviewer is checked, at least one."""
_SEED_BYTES = 32


def commit_seed(session: Session, wave: Wave, *, actor: Actor, keys: KeyStore) -> str:
    """Promise the seed of a wave that has not opened: its digest goes into the audit log. Raises Conflict."""
    if wave.status != "planned":
        raise Conflict(
            "wave_not_planned",
            zh="回访抽样的种子须在轮次开放前承诺。",
            en="The seed of the back-checks is promised before a wave opens.",
        )
    seed = keys.get_or_create(seed_name(wave.id), _SEED_BYTES)
    commitment = hashlib.sha256(seed).hexdigest()
    if session.get(BackCheckDraw, wave.id) is None:
        session.add(BackCheckDraw(wave_id=wave.id, commitment=commitment))
        session.flush()
        audit.record(
            session, actor.ref, act="check.commit", on=f"wave:{wave.code}", after={"sha256": commitment}
        )
    return commitment


def seed_name(wave_id: int) -> str:
    """Under which name the seed is kept until the draw."""
    return f"back-check.{wave_id}"


def drawn(seed: bytes, cases: Mapping[str, Sequence[str]]) -> list[str]:
    """The cases to check, sorted: of each interviewer (the keys) one in ten, at least one. Pure.

    The order in which they would be drawn is that of HMAC-SHA256(seed, case); their own order says nothing.
    """
    found: list[str] = []
    for own in cases.values():
        ranked = sorted(own, key=lambda case: hmac.digest(seed, case.encode(), "sha256"))
        found += ranked[: ceil(len(ranked) / SHARE)]
    return sorted(found)


def list_hash(cases: Sequence[str]) -> str:
    """The digest of a list of cases, as it stands in the audit log."""
    return hashlib.sha256(json.dumps(sorted(cases)).encode()).hexdigest()
