"""The commands of the logs: `minyi ledger`. What the audit office needs from us, and what it hands back."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from admin.commands.person import acting, password_from, work_as
from admin.fieldwork import queries
from admin.fieldwork.services import waves
from admin.people import auditor_folder
from survey import audit
from survey.identity.permissions import Permission
from survey.ledger import checkpoint, cosigning, notes, origins
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
        waves.sign_empty_logs(work.session, wave, keys=work.keys, sink=work.sink)
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
        wave = queries.wave_by_code(work.session, code)
        keys = auditor_folder.announced(work.settings, work.keys)
        if answers:
            files = auditor_folder.to_sign(work.session, wave, keys=work.keys, auditors=keys)
        else:
            files = logs.folder(work.session, code, keys=work.keys, auditors=keys)
        if not files:
            raise click.ClickException(f"{code} has no signed logs yet.")
        if answers:
            files |= auditor_folder.answers(work.session, wave)
            audit.record(
                work.session, work.actor.ref, act="ledger.export", on=f"wave:{code}", after={"answers": True}
            )
            if "responses.jsonl" not in files:
                click.echo("without answers: they were deleted as announced, or are being deleted")
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
    with work_as(username, Permission.LOG_COSIGN, password_stdin=password_stdin) as work:
        if work.settings.auditor_key is None:
            raise click.ClickException("SURVEY_AUDITOR_KEY is not set: no audit office is announced.")
        key = notes.VerifierKey.parse(work.settings.auditor_key)
        found = cosigning.take(work.session, file.read_bytes(), key=key, actor=work.actor.ref)
    said = ", ".join(f"{kept.origin}@{kept.size}" for kept in found)
    click.echo(f"{len(found)} signatures of {key.name}: {said}")


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
