"""Home of the audit office's signatures: made offline with a key of its own, handed in as a file, kept beside the checkpoints."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.db import insert_ignoring_conflicts, table_of
from survey.errors import Conflict, Invalid
from survey.ledger import notes, origins
from survey.ledger.canonical import BadJsonError, parse_json
from survey.ledger.checkpoint import DEMO_AUDITOR_KEY, demo_auditor, latest
from survey.models.ledger import AuditorSignature, Checkpoint
from survey.ports import CheckpointSink, KeyStore

MAX_BYTES = 4 * 1024 * 1024
DEMO_NAME = "demo-"
_signature = table_of(AuditorSignature)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditOffice:
    """That an audit office has to sign: the key it announced, if any."""

    announced: str | None

    @classmethod
    def of(cls, *, announced: str | None, production: bool) -> AuditOffice | None:
        """The office whose signature is a condition: in production always, elsewhere none."""
        return cls(announced=announced) if production else None


def announced_keys(
    announced: str | None, *, keys: KeyStore, memory: CheckpointSink | None = None
) -> tuple[notes.VerifierKey, ...]:
    """The keys a second signature may bear: the one of the settings, and the demo's where a demo made one."""
    found = [] if announced is None else [notes.VerifierKey.parse(announced)]
    if memory is not None and DEMO_AUDITOR_KEY in keys.names():
        found.append(demo_auditor(keys, memory).key())
    return tuple(found)


def take(session: Session, content: bytes, *, key: notes.VerifierKey, actor: str) -> list[str]:
    """Keep the signatures of a file that the audit office's tool wrote; returns the names of the logs.

    All of them or none. Raises Invalid (unreadable, or a line that is not this office's), Conflict (a state of a log
    that the platform never signed).
    """
    rows: list[dict[str, object]] = []
    origins_signed: list[str] = []
    for line in _lines(content):
        try:
            note = notes.parse(line["note"])
            stated = notes.parse_checkpoint(note.text)
            good = key.name in notes.signers(note, [key])
        except (notes.BadNoteError, KeyError, TypeError):
            raise _unreadable() from None
        if not good:
            raise _unreadable()
        known = sa.select(Checkpoint.id).where(
            Checkpoint.origin == stated.origin,
            Checkpoint.size == stated.size,
            Checkpoint.root == stated.root,
        )
        if session.execute(known.limit(1)).first() is None:
            raise Conflict(
                "checkpoint_unknown",
                zh=f"平台从未签署过登记簿“{stated.origin}”的这一状态。请立即核查。",
                en=f"The platform never signed this state of the log “{stated.origin}”. Look into it at once.",
            )
        origins_signed.append(stated.origin)
        rows.append(
            {
                "origin": stated.origin,
                "size": stated.size,
                "root": stated.root,
                "name": key.name,
                "line": next(each.line() for each in note.signatures if each.name == key.name),
                "received_at": clock.now(session),
            }
        )
    if rows:
        session.execute(insert_ignoring_conflicts(session, _signature), rows)
        audit.record(
            session,
            actor,
            act="log.cosign",
            on=f"key:{key.name}",
            after={str(row["origin"]): row["size"] for row in rows},
        )
    return origins_signed


def lines_of(session: Session, origin: str) -> dict[tuple[int, bytes], list[str]]:
    """The signature lines of a log, by size and root."""
    found: dict[tuple[int, bytes], list[str]] = {}
    rows = session.scalars(
        sa.select(AuditorSignature).where(AuditorSignature.origin == origin).order_by(AuditorSignature.id)
    )
    for row in rows:
        found.setdefault((row.size, row.root), []).append(row.line)
    return found


def refuse_uncosigned(session: Session, wave: str, *, office: AuditOffice) -> None:
    """Raises Conflict unless the audit office has signed both logs of a wave as the platform signed them last.

    A production wave neither opens nor is published without; a key made for a demo is no audit office's.
    """
    key = None if office.announced is None else notes.VerifierKey.parse(office.announced)
    if key is None or key.name.startswith(DEMO_NAME):
        raise Conflict(
            "no_audit_office",
            zh="尚未登记审计机关的公钥（SURVEY_AUDITOR_KEY），不能开放或发布。",
            en="No key of an audit office is announced (SURVEY_AUDITOR_KEY); nothing opens or goes out without.",
        )
    for log in ("p", "c"):
        origin = origins.current(session, origins.of_wave(wave, log))
        last = latest(session, origin)
        lines = () if last is None else lines_of(session, origin).get((last.size, last.root), ())
        if key.name not in {line.split(" ")[1] for line in lines}:
            raise Conflict(
                "not_cosigned",
                zh=f"审计机关尚未签署登记簿“{origin}”的最新检查点。请交审计机关离线签署后再试。",
                en=f"The audit office has not signed the newest checkpoint of the log “{origin}”. Have it signed "
                "offline, then try again.",
            )


def _lines(content: bytes) -> list[dict[str, str]]:
    if len(content) > MAX_BYTES:
        raise _unreadable()
    try:
        return [parse_json(line) for line in content.split(b"\n") if line.strip()]
    except BadJsonError:
        raise _unreadable() from None


def _unreadable() -> Invalid:
    return Invalid(
        "not_signatures",
        zh="这不是审计机关签署工具生成的签名文件，或签名无效。一行也没有保存。",
        en="This is no file of the audit office's signing tool, or a signature in it is wrong. Nothing was kept.",
    )
