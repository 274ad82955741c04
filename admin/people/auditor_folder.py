"""Home of the auditor's folder of a wave: public logs, the acts of staff with their signed states, and, if asked for, answers."""

from __future__ import annotations

import json

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.ledger import cosigning, forgotten, notes, origins
from survey.models.audit import AuditEvent
from survey.models.response import Response
from survey.models.wave import Wave
from survey.ports import KeyStore
from survey.publish import logs

Files = dict[str, bytes]


def announced(settings: Settings, keys: KeyStore) -> tuple[notes.VerifierKey, ...]:
    """The keys that a second signature may bear here."""
    memory = FolderCheckpoints(settings.data_dir / "auditor")
    return cosigning.announced_keys(
        settings.auditor_key, keys=keys, memory=None if settings.production else memory
    )


def to_sign(
    session: Session, wave: Wave, *, keys: KeyStore, auditors: tuple[notes.VerifierKey, ...]
) -> Files:
    """What the audit office signs: both logs of a wave, and the log of the acts of staff. Empty where nothing is signed."""
    files = logs.folder(session, wave.code, keys=keys, auditors=auditors)
    if not files:
        return {}
    acts = [audit.leaf(each) for each in session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n))]
    trail = origins.names(session, origins.of_trail())
    return {
        **files,
        "audit.jsonl": _lines(acts),
        "checkpoints.jsonl": files["checkpoints.jsonl"] + logs.trail_checkpoints(session),
        "keys.txt": files["keys.txt"] + logs.key_lines(session, trail, keys=keys, auditors=()),
    }


def answers(session: Session, wave: Wave) -> Files:
    """Single answers with the keys of their commitments; nothing once they were deleted as announced."""
    if forgotten.of_wave(session, wave) is not None:
        return {}
    rows = session.scalars(
        sa.select(Response).where(Response.wave_id == wave.id).order_by(Response.leaf_index)
    )
    found = [
        {
            "wave": wave.code,
            "leaf_index": row.leaf_index,
            "batch": row.batch,
            "r": row.r.hex(),
            "document": row.document,
        }
        for row in rows
    ]
    return {"responses.jsonl": _lines(found)}


def _lines(documents: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents).encode()
