"""Home of checkpoints: signing what a log holds now, and refusing to sign what contradicts the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey import clock
from survey.errors import Conflict
from survey.ledger import leaves, merkle, notes
from survey.ledger.seal import SITE
from survey.models.audit import AuditEvent
from survey.models.ledger import Checkpoint, LogLeaf
from survey.models.wave import Wave
from survey.ports import CheckpointSink, KeyStore

PLATFORM_KEY = "sign.platform"
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
        origin = leaves.origin(site, wave.code, log)
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
    hashes = list(session.execute(sa.select(AuditEvent.leaf_hash).order_by(AuditEvent.n)).scalars())
    return sign_log(
        session,
        f"{site}/a",
        hashes=hashes,
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
        signatures.append(_cosign(auditor, statement, hashes))
    note = notes.Note(text=text, signatures=tuple(signatures)).encode()
    sink.keep(origin, note)
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


def log_hashes(session: Session, origin: str) -> list[bytes]:
    """The leaf hashes of a log in order."""
    query = sa.select(LogLeaf.leaf_hash).where(LogLeaf.origin == origin).order_by(LogLeaf.position)
    return list(session.execute(query).scalars())


def latest(session: Session, origin: str) -> Checkpoint | None:
    """The checkpoint signed last."""
    return session.scalars(
        sa.select(Checkpoint).where(Checkpoint.origin == origin).order_by(Checkpoint.id.desc()).limit(1)
    ).first()


def _cosign(auditor: Auditor, statement: notes.Checkpoint, hashes: Sequence[bytes]) -> notes.Signature:
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
    auditor.seen.keep(statement.origin, notes.Note(text=statement.text(), signatures=(signature,)).encode())
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
