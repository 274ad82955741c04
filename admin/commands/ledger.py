"""The commands of the logs: `minyi ledger`. What the audit office needs from us, and what it hands back."""

from __future__ import annotations

import json
from pathlib import Path

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from admin.commands.person import Work, acting, password_from, work_as
from admin.fieldwork import queries
from survey import audit
from survey.backends.checkpoints import FolderCheckpoints
from survey.identity.permissions import Permission
from survey.ledger import checkpoint, cosigning, forgotten, notes, origins
from survey.models.audit import AuditEvent
from survey.models.response import Response
from survey.models.wave import WaveStatus
from survey.publish import logs

ledger = AppGroup("ledger", help="The logs: for the audit office, from the audit office, and after a loss.")


@ledger.command("prepare")
@click.argument("code")
@acting
@password_from
def prepare(code: str, *, username: str, password_stdin: bool) -> None:
    """Sign the empty logs of a planned wave, so that the audit office can sign them before it opens."""
    with work_as(username, Permission.WAVE_OPEN, password_stdin=password_stdin) as work:
        wave = queries.wave_by_code(work.session, code)
        if wave.status != WaveStatus.PLANNED.value:
            raise click.ClickException(f"{code} is not planned any more; its logs are signed as they grow.")
        checkpoint.sign_wave(work.session, wave, occasion="opening", keys=work.keys, sink=work.sink)
    click.echo(f"the empty logs of {code} are signed; export them for the audit office")


@ledger.command("export")
@click.argument("code")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--answers", is_flag=True, help="With single answers and the acts of staff: for the auditor.")
@acting
@password_from
def export(code: str, folder: Path, *, answers: bool, username: str, password_stdin: bool) -> None:
    """Write the public folder of a wave, or the auditor's."""
    with work_as(username, Permission.AUDIT_VIEW, password_stdin=password_stdin) as work:
        files = logs.folder(work.session, code, keys=work.keys, auditors=_announced(work))
        if not files:
            raise click.ClickException(f"{code} has no signed logs yet.")
        if answers:
            gone = forgotten.of_wave(work.session, queries.wave_by_code(work.session, code))
            files |= _for_auditor(work, code, files, has_answers=gone is None)
            if gone is not None:
                click.echo(f"without answers: they were deleted from {gone.begun_on} on, as announced")
            audit.record(
                work.session, work.actor.ref, act="ledger.export", on=f"wave:{code}", after={"answers": True}
            )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    click.echo(f"{len(files)} files in {folder}; check them with: python {logs.CHECKER} {folder}")


@ledger.command("cosign")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@acting
@password_from
def cosign(file: Path, *, username: str, password_stdin: bool) -> None:
    """Keep the signatures in a FILE that the audit office's tool wrote."""
    with work_as(username, Permission.AUDIT_VIEW, password_stdin=password_stdin) as work:
        if work.settings.auditor_key is None:
            raise click.ClickException("SURVEY_AUDITOR_KEY is not set: no audit office is announced.")
        key = notes.VerifierKey.parse(work.settings.auditor_key)
        names = cosigning.take(work.session, file.read_bytes(), key=key, actor=work.actor.ref)
    click.echo(f"{len(names)} signatures of {key.name}: {', '.join(names)}")


@ledger.command("break")
@click.argument("log")
@click.option("--zh", required=True, help="What happened, in Chinese; it is published.")
@click.option("--en", required=True, help="The same in English.")
@acting
@password_from
def break_log(log: str, *, zh: str, en: str, username: str, password_stdin: bool) -> None:
    """Let a LOG that a restore brought back shorter go on under a new name; the loss stays on record."""
    with work_as(username, Permission.AUDIT_VIEW, password_stdin=password_stdin) as work:
        found = origins.record_break(
            work.session,
            log,
            hashes=_hashes(work.session, log),
            reason={"zh": zh, "en": en},
            actor=work.actor.ref,
            sink=work.sink,
        )
        lost = found.size_signed - found.size_kept
    click.echo(f"{log} goes on as {found.new_origin}; {lost} entries are on record as lost")


def _hashes(session: Session, log: str) -> list[bytes]:
    if log == origins.of_trail():
        return checkpoint.trail_hashes(session)
    return checkpoint.log_hashes(session, origins.current(session, log))


def _announced(work: Work) -> tuple[notes.VerifierKey, ...]:
    memory = FolderCheckpoints(work.settings.data_dir / "auditor")
    return cosigning.announced_keys(
        work.settings.auditor_key, keys=work.keys, memory=None if work.settings.production else memory
    )


def _for_auditor(work: Work, code: str, files: dict[str, bytes], *, has_answers: bool) -> dict[str, bytes]:
    """Single answers with the keys of their commitments, and the audit log with its signed states."""
    wave = queries.wave_by_code(work.session, code)
    rows = work.session.scalars(
        sa.select(Response).where(Response.wave_id == wave.id).order_by(Response.leaf_index)
    )
    answers = [
        {
            "wave": code,
            "leaf_index": row.leaf_index,
            "batch": row.batch,
            "r": row.r.hex(),
            "document": row.document,
        }
        for row in rows
    ]
    acts = [audit.leaf(each) for each in work.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n))]
    trail = origins.names(work.session, origins.of_trail())
    return {
        **({"responses.jsonl": _lines(answers)} if has_answers else {}),
        "audit.jsonl": _lines(acts),
        "checkpoints.jsonl": files["checkpoints.jsonl"] + logs.trail_checkpoints(work.session),
        "keys.txt": files["keys.txt"] + logs.key_lines(work.session, trail, keys=work.keys, auditors=()),
    }


def _lines(documents: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents).encode()
