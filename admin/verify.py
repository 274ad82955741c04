"""`minyi verify`: a hand-over file anywhere, or with ``--all`` everything that this installation holds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.datasets import check as datasets
from admin.quality import check as quality
from admin.scoring import check as scoring
from admin.scoring.verify import NOT_REDONE, verify_file
from survey import clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.backends.keys import FolderKeyStore
from survey.config import BadSettings, Settings
from survey.db import make_engine, read_only
from survey.ledger import forgotten
from survey.ledger.checkpoint import DEMO_AUDITOR_KEY, demo_auditor
from survey.ledger.finding import Finding
from survey.ledger.verify import verify_all
from survey.models.audit import AuditEvent
from survey.ports import CheckpointSink, KeyStore
from survey.publish import verify_public

_NOTE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: The demo clock is set to the second: each setting may be off by one, and the clock runs on meanwhile.
_SECONDS_A_SETTING = 2


def verify_installation(
    session: Session, settings: Settings, *, keys: KeyStore, sink: CheckpointSink
) -> list[Finding]:
    """Logs, checkpoints, audit trail, clock, flags, datasets, runs and hand-overs; empty where all fits."""
    auditors = (
        [demo_auditor(keys, FolderCheckpoints(settings.data_dir / "auditor")).key()]
        if DEMO_AUDITOR_KEY in keys.names()
        else []
    )
    return [
        *verify_all(session, keys=keys, sink=sink, auditors=auditors),
        *_clock_faults(session, settings),
        *quality.faults(session),
        *datasets.faults(session, data_dir=settings.data_dir),
        *scoring.faults(session, data_dir=settings.data_dir, keys=keys),
    ]


def _clock_faults(session: Session, settings: Settings) -> Iterator[Finding]:
    """The demo clock stands where the audit log says it was set; production has none."""
    offset = clock.demo_offset(session)
    moves = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.act == "clock.set").order_by(AuditEvent.n)
    ).all()
    if offset is None and not moves:
        return
    if settings.production:
        yield Finding(object="clock", zh="生产环境出现演示时钟", en="a demo clock runs in production")
        return
    moved = sum(_seconds(event.after["at"]) - _seconds(event.before["at"]) for event in moves)
    if abs((offset or 0) - moved) > _SECONDS_A_SETTING * len(moves):
        yield Finding(
            object="clock", zh="与审计日志所记的不符", en="stands elsewhere than the audit log says"
        )


def _seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()


@click.command("verify")
@click.argument("file", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--key", "fingerprint", help="The key as announced, if you have it from elsewhere.")
@click.option(
    "--receipt", "receipts", multiple=True, help="A receipt to look for in a folder of public logs."
)
@click.option("--kept", "kept", multiple=True, type=_NOTE, help="A checkpoint kept from an earlier day.")
@click.option("--all", "everything", is_flag=True, help="Check this installation instead of a file.")
def verify(
    file: Path | None,
    fingerprint: str | None,
    *,
    receipts: tuple[str, ...],
    kept: tuple[Path, ...],
    everything: bool,
) -> None:
    """Check a FILE or folder without any server, or with --all everything this installation holds.

    FILE is a signed hand-over, or a folder (or ZIP file) of public logs, or the auditor's folder.
    Exit status 0 if all of it holds, 1 if not.
    """
    if everything == (file is not None):
        raise click.UsageError("Name a file or a folder, or say --all.")
    if file is None:
        n_bad = _say_installation()
    elif file.is_dir() or zipfile.is_zipfile(file):
        n_bad = _say_folder(file, fingerprint, receipts=receipts, kept=kept)
    else:
        n_bad = _say_file(file, fingerprint)
    if n_bad:
        raise SystemExit(1)


def _say_folder(
    folder: Path, fingerprint: str | None, *, receipts: tuple[str, ...], kept: tuple[Path, ...]
) -> int:
    """By the very program that everybody can download."""
    command = [str(folder)]
    command += [part for code in receipts for part in ("--receipt", code)]
    command += [part for note in kept for part in ("--kept", str(note))]
    command += ["--key", fingerprint] if fingerprint else []
    return verify_public.main(command)


def _say_file(file: Path, fingerprint: str | None) -> int:
    checks = verify_file(file.read_bytes(), fingerprint=fingerprint)
    for check in checks:
        mark, colon = "ok  " if check.is_good else "BAD ", ": " if check.detail else ""
        click.echo(f"{mark} {check.name}{colon}{check.detail}")
    for name in NOT_REDONE:
        click.echo(f"--   not redone here: {name}")
    n_bad = sum(not check.is_good for check in checks)
    click.echo(f"{len(checks) - n_bad} good, {n_bad} bad")
    return n_bad


def _say_installation() -> int:
    try:
        settings = Settings.from_env()
    except BadSettings as error:
        raise click.ClickException(str(error)) from error
    engine = make_engine(settings.database_url)
    try:
        with Session(engine) as session:
            read_only(session)
            found = verify_installation(
                session,
                settings,
                keys=FolderKeyStore(settings.key_dir),
                sink=FolderCheckpoints(settings.data_dir / "checkpoints"),
            )
            gone = forgotten.all_of(session)
    finally:
        engine.dispose()
    for each in gone:
        over = "are being deleted" if each.finished_on is None else f"were deleted on {each.finished_on}"
        click.echo(
            f"--   wave {each.wave}: its {each.n_answers} answers {over}, as announced (kept until {each.kept_until})"
        )
    for finding in found:
        click.echo(f"BAD  {finding.message('en')}  {finding.message('zh').partition(': ')[2]}")
    click.echo(
        f"{len(found)} faults"
        if found
        else "logs, clock, flags, datasets, runs and hand-overs: all of it holds"
    )
    return len(found)
