"""The public logs as anybody may have them: leaf hashes, checkpoints, keys, breaks, and proofs made of them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger import auditor_tool, cosigning, merkle, notes, origins
from survey.ledger.checkpoint import latest, platform_key
from survey.models.ledger import Checkpoint, LogLeaf
from survey.models.retention import Retention
from survey.models.wave import Wave
from survey.ports import KeyStore
from survey.publish import verify_public

Words = Mapping[str, str]
CHECKER, SIGNER = "verify_public.py", "auditor.py"
_THEN = (1980, 1, 1, 0, 0, 0)
"""The time of every member of an archive: the same content is the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogState:
    """How a log stands at its last checkpoint; ``file`` has its leaf hashes, where they are public."""

    origin: str
    size: int
    root: str
    signed_at: datetime
    signers: tuple[str, ...]
    file: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveLogs:
    """The two logs of one wave."""

    code: str
    title: Words
    logs: tuple[LogState, ...]
    answers_deleted_on: date | None
    """When the single answers were deleted, as everybody had been told; the logs stay."""


def all_waves(session: Session) -> list[WaveLogs]:
    """The logs of every wave that has any, the latest first."""
    waves = session.execute(
        sa.select(Wave, Retention.finished_on)
        .outerjoin(Retention, Retention.wave_id == Wave.id)
        .order_by(Wave.opens_at.desc(), Wave.code)
    ).all()
    found = [
        WaveLogs(
            code=wave.code,
            title=wave.title,
            logs=tuple(state for name in _names(session, wave.code) if (state := _state(session, name))),
            answers_deleted_on=day,
        )
        for wave, day in waves
    ]
    return [each for each in found if each.logs]


def trail(session: Session) -> LogState | None:
    """The audit log: its leaves are for the auditor, its roots for everybody."""
    return _state(session, origins.current(session, origins.of_trail()))


def leaves(session: Session, origin: str) -> tuple[bytes, str] | None:
    """The leaf hashes of a log up to its last checkpoint, 32 bytes each, and that checkpoint's root."""
    last = latest(session, origin)
    if last is None:
        return None
    query = (
        sa.select(LogLeaf.leaf_hash)
        .where(LogLeaf.origin == origin, LogLeaf.position < last.size)
        .order_by(LogLeaf.position)
        .execution_options(yield_per=20_000)
    )
    return b"".join(session.execute(query).scalars()), f"{last.size}-{last.root.hex()}"


def origin_of(session: Session, wave: str, file: str) -> str | None:
    """The log whose leaf hashes are in a file of this name."""
    return next((n for n in _names(session, wave) if verify_public.leaf_file(n) == file), None)


def checkpoints(session: Session, names: Iterable[str]) -> bytes:
    """Every checkpoint of these logs, one JSON document a line, with all its signature lines."""
    lines = []
    for origin in names:
        more = cosigning.lines_of(session, origin)
        rows = session.scalars(
            sa.select(Checkpoint).where(Checkpoint.origin == origin).order_by(Checkpoint.id)
        )
        for row in rows:
            known = row.note.split("\n")
            added = [line for line in more.get((row.size, row.root), ()) if line.rstrip("\n") not in known]
            entry = {"origin": origin, "occasion": row.occasion, "note": row.note + "".join(added)}
            lines.append(json.dumps(entry, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def trail_checkpoints(session: Session) -> bytes:
    """Every checkpoint of the audit log."""
    return checkpoints(session, origins.names(session, origins.of_trail()))


def key_lines(
    session: Session, names: Iterable[str], *, keys: KeyStore, auditors: Sequence[notes.VerifierKey]
) -> bytes:
    """The public keys, in the form in which they are announced."""
    found = [*(platform_key(origin, keys=keys) for origin in names), *auditors]
    return "".join(f"{key.fingerprint}\n" for key in found).encode()


def breaks(session: Session) -> bytes:
    """What logs lost, one JSON document a line."""
    return "".join(
        json.dumps(
            {
                "old_origin": each.old_origin,
                "new_origin": each.new_origin,
                "size_signed": each.size_signed,
                "size_kept": each.size_kept,
                "last_checkpoint": each.note,
                "reason": each.reason,
                "at": each.recorded_at.isoformat(),
            },
            ensure_ascii=False,
        )
        + "\n"
        for each in origins.breaks(session)
    ).encode()


def folder(
    session: Session, wave: str, *, keys: KeyStore, auditors: Sequence[notes.VerifierKey]
) -> dict[str, bytes]:
    """Everything that is public about the logs of a wave, by file name; none for an unknown wave."""
    names = [name for name in _names(session, wave) if latest(session, name) is not None]
    if not names:
        return {}
    files = {
        "checkpoints.jsonl": checkpoints(session, names),
        "keys.txt": key_lines(session, names, keys=keys, auditors=auditors),
        CHECKER: checker(),
    }
    for name in names:
        found = leaves(session, name)
        assert found is not None  # it has a checkpoint
        files[verify_public.leaf_file(name)] = found[0]
    if lost := breaks(session):
        files["breaks.jsonl"] = lost
    return files


def zipped(files: Mapping[str, bytes], *, name: str) -> bytes:
    """The files as an archive with one folder; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files):
            archive.writestr(zipfile.ZipInfo(f"{name}/{file}", _THEN), files[file], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def consistency(session: Session, origin: str, *, old: int) -> str | None:
    """The proof that a log continues its state of size ``old``, with the checkpoint it leads to; None for no such state."""
    last, hashes = latest(session, origin), leaves(session, origin)
    if last is None or hashes is None or not 0 <= old <= last.size:
        return None
    every = [hashes[0][at : at + 32] for at in range(0, len(hashes[0]), 32)]
    proof = merkle.consistency_proof(every, old)
    lines = ["minyi/consistency/v1", f"old {old}", *(base64.b64encode(step).decode() for step in proof)]
    return "\n".join(lines) + "\n\n" + last.note


def checker() -> bytes:
    """The file that checks all of this without us."""
    return Path(verify_public.__file__).read_bytes()


def signer() -> bytes:
    """The file with which an audit office signs."""
    return Path(auditor_tool.__file__).read_bytes()


def _names(session: Session, wave: str) -> list[str]:
    return [name for log in ("p", "c") for name in origins.names(session, origins.of_wave(wave, log))]


def _state(session: Session, origin: str) -> LogState | None:
    last = latest(session, origin)
    if last is None:
        return None
    lines = [signature.line() for signature in notes.parse(last.note).signatures]
    lines += cosigning.lines_of(session, origin).get((last.size, last.root), [])
    names = dict.fromkeys(line.split(" ")[1] for line in lines)
    is_open = origin.split("/")[1] != "a"
    return LogState(
        origin=origin,
        size=last.size,
        root=last.root.hex(),
        signed_at=last.signed_at,
        signers=tuple(names),
        file=verify_public.leaf_file(origin) if is_open else None,
    )
