"""Home of checkpoints: signing what a log holds now, and refusing to sign what contradicts the past."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey import clock
from survey.errors import Conflict
from survey.ledger import merkle, notes, origins
from survey.ledger.origins import SITE
from survey.models.audit import AuditEvent, AuditHead
from survey.models.ledger import Checkpoint, LogLeaf
from survey.models.wave import Wave
from survey.ports import CheckpointSink, KeyStore

PLATFORM_KEY = "sign.platform"
TRAIL_EVERY = timedelta(minutes=10)
TRAIL_ACTS = 1000
_WAITING = "checkpoints_to_keep"
DEMO_AUDITOR_KEY = "sign.demo-auditor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """The second signer with a memory of their own: they sign what continues what they saw last."""

    name: str
    private: Ed25519PrivateKey
    seen: CheckpointSink

    def key(self) -> notes.VerifierKey:
        """The public key, as announced at opening."""
        return notes.verifier_key(self.name, self.private)


def platform_signer(keys: KeyStore) -> Ed25519PrivateKey:
    """The platform's signing key, made at its first use."""
    return Ed25519PrivateKey.from_private_bytes(keys.get_or_create(PLATFORM_KEY, 32))


def platform_key(origin: str, *, keys: KeyStore) -> notes.VerifierKey:
    """The platform's public key for one log: its name is the name of the log."""
    return notes.verifier_key(origin, platform_signer(keys))


def demo_auditor(keys: KeyStore, seen: CheckpointSink) -> Auditor:
    """The demo's auditor, named as such; a production wave refuses the key."""
    private = Ed25519PrivateKey.from_private_bytes(keys.get_or_create(DEMO_AUDITOR_KEY, 32))
    return Auditor(name="demo-audit-office", private=private, seen=seen)


def sign_wave(
    session: Session,
    wave: Wave,
    *,
    occasion: str,
    keys: KeyStore,
    sink: CheckpointSink,
    auditor: Auditor | None = None,
    site: str = SITE,
) -> tuple[Checkpoint, Checkpoint]:
    """Sign the participation and the content log of a wave as they stand.

    `occasion` is opening, sealing, close, daily or publication. Raises Conflict if the logs differ in
    size, or if one does not continue its last signed checkpoint.
    """
    signed = []
    for log in ("p", "c"):
        origin = origins.current(session, origins.of_wave(wave.code, log, site=site))
        signed.append(
            sign_log(
                session,
                origin,
                hashes=log_hashes(session, origin),
                occasion=occasion,
                keys=keys,
                sink=sink,
                auditor=auditor,
            )
        )
    participation, content = signed
    if participation.size != content.size:
        raise Conflict(
            "logs_differ",
            zh=f"调查轮次“{wave.code}”的两本登记簿长度不同，不能签署。",
            en=f"The two logs of wave “{wave.code}” differ in size and cannot be signed.",
        )
    return participation, content


def sign_trail(
    session: Session,
    *,
    occasion: str,
    keys: KeyStore,
    sink: CheckpointSink,
    auditor: Auditor | None = None,
    site: str = SITE,
) -> Checkpoint:
    """Sign the audit log as it stands. Raises Conflict as `sign_wave` does."""
    return sign_log(
        session,
        origins.current(session, origins.of_trail(site=site)),
        hashes=trail_hashes(session),
        occasion=occasion,
        keys=keys,
        sink=sink,
        auditor=auditor,
    )


def sign_log(
    session: Session,
    origin: str,
    *,
    hashes: Sequence[bytes],
    occasion: str,
    keys: KeyStore,
    sink: CheckpointSink,
    auditor: Auditor | None = None,
) -> Checkpoint:
    """Sign one log, keep the note in the sink, and store it. Raises Conflict for an inconsistent log."""
    statement = notes.Checkpoint(origin=origin, size=len(hashes), root=merkle.root(hashes))
    _refuse_contradiction(statement, hashes, sink.last(origin))
    text = statement.text()
    signatures = [notes.sign(text, name=origin, private=platform_signer(keys))]
    if auditor is not None:
        signatures.append(_cosign(session, auditor, statement, hashes))
    note = notes.Note(text=text, signatures=tuple(signatures)).encode()
    _after_commit(session, partial(sink.keep, origin, note))
    row = Checkpoint(
        origin=origin,
        size=statement.size,
        root=statement.root,
        occasion=occasion,
        note=note,
        signed_at=clock.now(session),
    )
    session.add(row)
    session.flush()
    return row


def trail_hashes(session: Session) -> list[bytes]:
    """The leaf hashes of the audit log in order."""
    return list(session.execute(sa.select(AuditEvent.leaf_hash).order_by(AuditEvent.n)).scalars())


def is_trail_due(session: Session, *, site: str = SITE) -> bool:
    """Whether the audit log wants a signature: ten minutes, or a thousand acts, after the last one."""
    size = session.execute(sa.select(AuditHead.size)).scalar_one_or_none() or 0
    last = latest(session, origins.current(session, origins.of_trail(site=site)))
    if last is None:
        return size > 0
    is_old = clock.now(session) - last.signed_at >= TRAIL_EVERY
    return size > last.size and (is_old or size - last.size >= TRAIL_ACTS)


def log_hashes(session: Session, origin: str) -> list[bytes]:
    """The leaf hashes of a log in order."""
    query = sa.select(LogLeaf.leaf_hash).where(LogLeaf.origin == origin).order_by(LogLeaf.position)
    return list(session.execute(query).scalars())


def latest(session: Session, origin: str) -> Checkpoint | None:
    """The checkpoint signed last."""
    return session.scalars(
        sa.select(Checkpoint).where(Checkpoint.origin == origin).order_by(Checkpoint.id.desc()).limit(1)
    ).first()


def _after_commit(session: Session, act: Callable[[], None]) -> None:
    """Keep a copy only of what was committed: one that is taken back must not contradict what is signed next."""
    waiting: list[Callable[[], None]] | None = session.info.get(_WAITING)
    if waiting is None:
        waiting = session.info[_WAITING] = []
        sa.event.listen(session, "after_commit", _keep_copies)
        sa.event.listen(session, "after_rollback", _drop_copies)
    waiting.append(act)


def _keep_copies(session: Session) -> None:
    waiting = session.info[_WAITING]
    while waiting:
        waiting.pop(0)()


def _drop_copies(session: Session) -> None:
    session.info[_WAITING].clear()


def _cosign(
    session: Session, auditor: Auditor, statement: notes.Checkpoint, hashes: Sequence[bytes]
) -> notes.Signature:
    """The auditor's line, from their own memory and a consistency proof, not from the platform's word."""
    last = auditor.seen.last(statement.origin)
    if last is not None:
        before = notes.parse_checkpoint(notes.parse(last).text)
        proof = merkle.consistency_proof(hashes, before.size) if before.size <= len(hashes) else ()
        if not merkle.verify_consistency(
            proof,
            old_size=before.size,
            old_root=before.root,
            new_size=statement.size,
            new_root=statement.root,
        ):
            raise _contradiction(statement.origin)
    signature = notes.sign(statement.text(), name=auditor.name, private=auditor.private)
    kept = notes.Note(text=statement.text(), signatures=(signature,)).encode()
    _after_commit(session, partial(auditor.seen.keep, statement.origin, kept))
    return signature


def _refuse_contradiction(statement: notes.Checkpoint, hashes: Sequence[bytes], last: str | None) -> None:
    if last is None:
        return
    before = notes.parse_checkpoint(notes.parse(last).text)
    if before.size > statement.size or merkle.root(hashes[: before.size]) != before.root:
        raise _contradiction(statement.origin)


def _contradiction(origin: str) -> Conflict:
    return Conflict(
        "log_contradicts_checkpoint",
        zh=f"登记簿“{origin}”与上次签署的检查点不一致，拒绝签署。请立即通知审计员。",
        en=f"The log “{origin}” does not continue its last signed checkpoint and is not signed. Tell the auditor.",
    )
