"""Home of verification: recomputes both logs of a wave and everything they commit to, and names what differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.ledger import forgotten, merkle, notes, origins, stored
from survey.ledger.checkpoint import log_hashes, platform_key, trail_hashes
from survey.ledger.finding import Finding
from survey.ledger.origins import SITE
from survey.models.ledger import Checkpoint
from survey.models.wave import Wave
from survey.ports import CheckpointSink, KeyStore


def verify_all(
    session: Session,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """Every wave and the audit trail; an empty list where all of it fits."""
    found: list[Finding] = []
    for wave in session.scalars(sa.select(Wave).order_by(Wave.id)):
        found += verify_wave(session, wave, keys=keys, sink=sink, auditors=auditors, site=site)
    return found + verify_trail(session, keys=keys, sink=sink, auditors=auditors, site=site)


def verify_wave(
    session: Session,
    wave: Wave,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """Leaves, commitments, participation rows, counts and checkpoints of one wave.

    Answers that were deleted after the day that was announced are missed by nobody; leaves and checkpoints stay.
    """
    names = {log: origins.names(session, origins.of_wave(wave.code, log, site=site)) for log in ("p", "c")}
    found: list[Finding] = []
    for origin in (*names["p"], *names["c"]):
        found += stored.leaf_faults(session, origin)
        hashes = log_hashes(session, origin)
        found += checkpoint_faults(session, origin, hashes, keys=keys, sink=sink, auditors=auditors)
    now = {log: every[-1] for log, every in names.items()}
    gone = forgotten.of_wave(session, wave)
    found += forgotten.faults(wave, gone, said=forgotten.announced(session, wave))
    found += stored.faults(session, wave, now, gone=gone)
    return found


def verify_trail(
    session: Session,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """The audit log: its chain, and its checkpoints."""
    found = [
        Finding(object="audit log", zh=f"审计日志不一致（{fault}）", en=fault)
        for fault in audit.check(session)
    ]
    hashes = trail_hashes(session)
    for origin in origins.names(session, origins.of_trail(site=site)):
        found += checkpoint_faults(session, origin, hashes, keys=keys, sink=sink, auditors=auditors)
    return found


def checkpoint_faults(
    session: Session,
    origin: str,
    hashes: Sequence[bytes],
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
) -> Iterator[Finding]:
    """Every checkpoint of a log: signed with the right key, true of the leaves, none lost."""
    known = [platform_key(origin, keys=keys), *auditors]
    stored = session.scalars(
        sa.select(Checkpoint).where(Checkpoint.origin == origin).order_by(Checkpoint.id)
    ).all()
    roots = _roots(hashes, [row.size for row in stored])
    for row in stored:
        name = f"checkpoint {origin}@{row.size}"
        try:
            note = notes.parse(row.note)
            stated = notes.parse_checkpoint(note.text)
            signers = notes.signers(note, known)
        except notes.BadNoteError as exc:
            yield Finding(object=name, zh="签名无效", en=f"is not a valid signed note: {exc}")
            continue
        if origin not in signers:
            yield Finding(object=name, zh="没有平台的有效签名", en="is not signed with the platform's key")
        if (stated.origin, stated.size, stated.root) != (origin, row.size, row.root):
            yield Finding(object=name, zh="记录与签署的内容不同", en="differs from what was signed")
        if stated.size > len(hashes):
            yield Finding(
                object=name,
                zh=f"登记簿只有{len(hashes)}条，少于签署时的{stated.size}条",
                en=f"was signed over {stated.size} leaves, the log has only {len(hashes)}",
            )
        elif roots.get(stated.size, merkle.EMPTY_ROOT) != stated.root:
            yield Finding(
                object=name, zh="登记簿在签署后被改写", en="no longer matches the leaves it was signed over"
            )
    last = sink.last(origin)
    broken = {each.note for each in origins.breaks(session) if each.old_origin == origin}
    if last is not None and last not in {row.note for row in stored} | broken:
        yield Finding(
            object=f"checkpoint {origin}",
            zh="库外保存的最后一个检查点在数据库中找不到",
            en="the last checkpoint kept outside the database is not in the database",
        )


def _roots(hashes: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    frontier = merkle.Frontier()
    roots: dict[int, bytes] = {}
    for size in sorted({size for size in sizes if size <= len(hashes)}):
        frontier = frontier.append(hashes[frontier.size : size])
        roots[size] = frontier.root
    return roots
