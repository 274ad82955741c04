"""Home of the audit office's signatures: made offline with a key of its own, handed in as a file, kept beside the checkpoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.db import insert_ignoring_conflicts, table_of
from survey.errors import Conflict
from survey.ledger import notes, origins, signature_file
from survey.ledger.checkpoint import DEMO_AUDITOR_KEY, demo_auditor, latest
from survey.ledger.signature_file import Signed
from survey.models.ledger import AuditorSignature, Checkpoint
from survey.ports import CheckpointSink, KeyStore

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One signature that was handed in: under which size of which log, and whether that log has grown since."""

    origin: str
    size: int
    size_now: int
    is_new: bool


def take(session: Session, content: bytes, *, key: notes.VerifierKey, actor: str) -> list[Kept]:
    """Keep the signatures of a file that the audit office's tool wrote, all of them or none.

    Raises Invalid (what cannot be read, or is not this office's), Conflict (a state of a log that the platform never
    signed, or one from before what the office has signed already).
    """
    read = signature_file.read(content, key=key)
    found = [_kept(session, each, key=key) for each in read]
    _refuse_halves(found)
    fresh = [(signed, kept) for signed, kept in zip(read, found, strict=True) if kept.is_new]
    if fresh:
        rows = [
            {
                "origin": signed.checkpoint.origin,
                "size": signed.checkpoint.size,
                "root": signed.checkpoint.root,
                "name": key.name,
                "line": signed.line,
                "received_at": clock.now(session),
            }
            for signed, _ in fresh
        ]
        session.execute(insert_ignoring_conflicts(session, _signature), rows)
        audit.record(
            session,
            actor,
            act="log.cosign",
            on=f"key:{key.name}",
            after={kept.origin: kept.size for _, kept in fresh},
        )
    return found


def _refuse_halves(found: Iterable[Kept]) -> None:
    """The tool signs both logs of a wave or none: a file with one of them lost a line. Raises Conflict."""
    logs: dict[str, set[str]] = {}
    for kept in found:
        parts = kept.origin.split("/")
        if len(parts) > 2:
            logs.setdefault(parts[1], set()).add(parts[2])
    for wave, names in logs.items():
        if missing := {"p", "c"} - names:
            raise _refused(
                "signatures_incomplete",
                zh=f"文件中轮次“{wave}”只有一本登记簿的签名，缺少“{'、'.join(sorted(missing))}”：没有复制完整。请从离线机器重新复制整个文件。",
                en=f"Of wave “{wave}” the file holds the signature of one log only, that of “{', '.join(sorted(missing))}” is "
                "missing: it was not copied whole. Copy the whole file from the offline machine again.",
            )


def _kept(session: Session, signed: Signed, *, key: notes.VerifierKey) -> Kept:
    """What a signature means beside what is known. Raises Conflict."""
    stated = signed.checkpoint
    last = latest(session, stated.origin)
    if last is None:
        raise _refused(
            "log_unknown",
            zh=f"第{signed.number}行签署的是登记簿“{stated.origin}”，这里没有这个登记簿。请确认下载的文件夹来自本平台。",
            en=f"Line {signed.number} signs the log “{stated.origin}”, and there is no such log here. Make sure that the "
            "folder was downloaded from this platform.",
        )
    known = sa.select(Checkpoint.id).where(
        Checkpoint.origin == stated.origin, Checkpoint.size == stated.size, Checkpoint.root == stated.root
    )
    if session.execute(known.limit(1)).first() is None:
        raise _refused(
            "checkpoint_unknown",
            zh=f"平台从未签署过登记簿“{stated.origin}”的这一状态（第{signed.number}行，{stated.size}条）。有人给审计机关看了另一份登记簿："
            "请保留该文件并立即核查，不要重新签署。",
            en=f"The platform never signed this state of the log “{stated.origin}” (line {signed.number}, size "
            f"{stated.size}). Somebody showed the audit office another log: keep the file and look into it at once; do not "
            "sign again.",
        )
    is_same = sa.and_(AuditorSignature.origin == stated.origin, AuditorSignature.name == key.name)
    newest = session.scalar(sa.select(sa.func.max(AuditorSignature.size)).where(is_same))
    held = session.scalar(
        sa.select(AuditorSignature.id).where(is_same, AuditorSignature.size == stated.size).limit(1)
    )
    if held is None and newest is not None and stated.size < newest:
        raise _refused(
            "signature_of_an_old_state",
            zh=f"第{signed.number}行签署的是登记簿“{stated.origin}”较早的状态（{stated.size}条），审计机关已签署到{newest}条。"
            "请重新下载要签署的文件夹，签署后再上传。",
            en=f"Line {signed.number} signs an old state of the log “{stated.origin}” (size {stated.size}); the audit office "
            f"has signed size {newest} already. Download the folder to be signed anew, sign it, and upload that.",
        )
    return Kept(origin=stated.origin, size=stated.size, size_now=last.size, is_new=held is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How a log stands: what the platform signed last, and what the audit office did."""

    origin: str
    size: int
    signed_at: datetime
    office_size: int | None
    """The size that the office signed last; None where it signed none."""
    is_signed: bool
    """Whether the newest state bears its signature."""


def heads(session: Session, names: Iterable[str], *, key: notes.VerifierKey | None) -> list[Head]:
    """The newest state of each of these logs that has one."""
    found = []
    for origin in names:
        last = latest(session, origin)
        if last is None:
            continue
        own = [] if key is None else _own(session, origin, key)
        found.append(
            Head(
                origin=origin,
                size=last.size,
                signed_at=last.signed_at,
                office_size=max((size for size, _ in own), default=None),
                is_signed=(last.size, last.root) in own,
            )
        )
    return found


def heads_of_wave(session: Session, wave: str, *, key: notes.VerifierKey | None) -> list[Head]:
    """The newest states of both logs of a wave; none where the platform has not signed them yet."""
    names = (origins.current(session, origins.of_wave(wave, log)) for log in ("p", "c"))
    return heads(session, names, key=key)


def _own(session: Session, origin: str, key: notes.VerifierKey) -> list[tuple[int, bytes]]:
    rows = session.execute(
        sa.select(AuditorSignature.size, AuditorSignature.root).where(
            AuditorSignature.origin == origin, AuditorSignature.name == key.name
        )
    )
    return [(row.size, row.root) for row in rows]


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


def _refused(code: str, *, zh: str, en: str) -> Conflict:
    return Conflict(code, zh=f"{zh}没有保存任何内容。", en=f"{en} Nothing was kept.")
