"""Commands from the locked plan to the sealed answers: `minyi plan`, `minyi wave`, `minyi import`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from admin.commands.person import acting, password_from, work_as
from admin.designer import services as designer
from admin.fieldwork import queries
from admin.fieldwork.services import imports, samples, waves
from admin.fieldwork.services.files import Source
from survey.collect import importing
from survey.errors import Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Permission
from survey.instrument.program import Program
from survey.ledger import checkpoint, seal, urn
from survey.ledger import jobs as ledger_jobs
from survey.models.cycle import Cycle
from survey.models.fieldwork import ImportedFile
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.wave import WaveStatus

plan = AppGroup(
    "plan", help="Framework, scoring plan and instruments: lock them, and so publish their digests."
)
wave = AppGroup("wave", help="Waves: create, issue tokens, open, close, seal.")
import_group = AppGroup("import", help="What fieldwork recorded, from CSV files: whole files or nothing.")
_CSV = click.Path(exists=True, dir_okay=False, path_type=Path)

Take = Callable[..., ImportedFile]


@plan.command("lock")
@acting
@password_from
def lock_plan(*, username: str, password_stdin: bool) -> None:
    """Lock the newest framework and scoring plan, and every instrument that is not locked yet."""
    with work_as(username, Permission.PLAN_LOCK, password_stdin=password_stdin) as work:
        for document in designer.lock_plan(work.session, actor=work.actor):
            click.echo(f"{document.kind} {document.version} {document.digest}")
        for version in work.session.scalars(
            sa.select(InstrumentVersion)
            .where(InstrumentVersion.locked_at.is_(None))
            .order_by(InstrumentVersion.id)
        ):
            designer.lock_instrument(work.session, version, actor=work.actor)
            click.echo(f"{version.instrument.code} {version.version} {version.digest}")


@wave.command("create")
@click.argument("code")
@click.option("--instrument", required=True, help="Code of the instrument; its newest version is fielded.")
@click.option("--group", required=True, help="Evaluator group.")
@click.option("--title-zh", required=True)
@click.option("--title-en", required=True)
@click.option("--opens", type=click.DateTime(), required=True, help="Wall time in the wave's zone.")
@click.option("--closes", type=click.DateTime(), required=True)
@click.option("--zone", default="Asia/Shanghai", show_default=True)
@click.option("--period", default="annual", show_default=True)
@click.option("--cycle", "cycle_code", help="Code of the cycle; the latest one if not given.")
@acting
@password_from
def create_wave(
    code: str,
    *,
    instrument: str,
    group: str,
    title_zh: str,
    title_en: str,
    opens: datetime,
    closes: datetime,
    zone: str,
    period: str,
    cycle_code: str | None,
    username: str,
    password_stdin: bool,
) -> None:
    """Plan a wave of an instrument for one evaluator group."""
    with work_as(username, Permission.WAVE_EDIT, password_stdin=password_stdin) as work:
        version = work.session.scalars(
            sa.select(InstrumentVersion)
            .join(Instrument)
            .where(Instrument.code == instrument)
            .order_by(InstrumentVersion.id.desc())
            .limit(1)
        ).one_or_none()
        if version is None:
            raise click.ClickException(f"No instrument is called {instrument!r}.")
        made = waves.create_wave(
            work.session,
            waves.WavePlan(
                code=code,
                title={"zh": title_zh, "en": title_en},
                evaluator_group=group,
                opens_at=opens.replace(tzinfo=ZoneInfo(zone)),
                closes_at=closes.replace(tzinfo=ZoneInfo(zone)),
                period=period,
                time_zone=zone,
            ),
            cycle_id=work.cycle(cycle_code).id,
            instrument_version_id=version.id,
            actor=work.actor,
        )
        click.echo(f"{made.code} {version.digest}")


@wave.command("tokens")
@click.argument("code")
@click.argument("cases", type=_CSV)
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@acting
@password_from
def issue_tokens(code: str, cases: Path, *, out: Path, username: str, password_stdin: bool) -> None:
    """Issue one single-use link a drawn case; the links are written once and never stored."""
    with work_as(username, Permission.TOKEN_ISSUE, password_stdin=password_stdin) as work:
        found = queries.wave_by_code(work.session, code)
        program = Program.from_json(found.version.program)
        issued = samples.issue_from_file(
            work.session,
            found,
            Source(content=cases.read_bytes(), filename=cases.name),
            context_fields=[known.name for known in program.context_fields],
            keys=work.keys,
            actor=work.actor,
        )
        content = samples.as_csv(issued, base_url=work.settings.base_url)
    out.write_bytes(content)
    click.echo(f"{len(issued)} links in {out}")


@wave.command("open")
@click.argument("code")
@acting
@password_from
def open_wave(code: str, *, username: str, password_stdin: bool) -> None:
    """Open a wave for answers; its plan and instrument must be locked."""
    with work_as(username, Permission.WAVE_OPEN, password_stdin=password_stdin) as work:
        found = queries.wave_by_code(work.session, code)
        waves.open_wave(
            work.session,
            found,
            actor=work.actor,
            keys=work.keys,
            sink=work.sink,
            retention_years=work.settings.retention_years,
            auditor=work.auditor,
            office=work.office,
        )
        click.echo(f"{code} is open")


@wave.command("close")
@click.argument("code")
@acting
@password_from
def close_wave(code: str, *, username: str, password_stdin: bool) -> None:
    """Take no new entries; interviews begun before have half an hour more."""
    with work_as(username, Permission.WAVE_CLOSE, password_stdin=password_stdin) as work:
        waves.close_wave(work.session, queries.wave_by_code(work.session, code), actor=work.actor)
        click.echo(f"{code} is closed")


@wave.command("seal")
@click.argument("code")
@acting
@password_from
def seal_wave(code: str, *, username: str, password_stdin: bool) -> None:
    """Seal what is ready, sign both logs; a closed wave is sealed to its last answer."""
    sealed = 0
    with work_as(username, Permission.WAVE_SEAL, password_stdin=password_stdin) as work:
        found = queries.wave_by_code(work.session, code)
        closing = ledger_jobs.is_over(found, work.session)
        for report in seal.seal_all(work.session, found, keys=work.keys, closing=closing):
            sealed += report.n_sealed
            work.session.commit()  # each batch stands by itself; checkpoints sign only what is committed
        if closing:
            found.status = WaveStatus.SEALED.value
        checkpoint.sign_wave(
            work.session,
            found,
            occasion="close" if closing else "sealing",
            keys=work.keys,
            sink=work.sink,
            auditor=work.auditor,
        )
        work.session.commit()
        urn.destroy_retired_keys(work.session, found.id, keys=work.keys)
    click.echo(f"{sealed} answers sealed{'; the wave is sealed' if closing else ''}")


@import_group.command("answers")
@click.argument("code")
@click.argument("file", type=_CSV)
@acting
@password_from
def import_answers(code: str, file: Path, *, username: str, password_stdin: bool) -> None:
    """Import answers collected elsewhere (telephone, paper) into an open wave, by the phone's own checks."""
    with work_as(username, Permission.IMPORT_RUN, password_stdin=password_stdin) as work:
        report = importing.import_answers(
            work.session,
            queries.wave_by_code(work.session, code),
            file.read_bytes(),
            filename=file.name,
            actor=work.actor.ref,
            keys=work.keys,
        )
        if report.refusals:
            raise Invalid(
                "answers_refused",
                zh=f"文件未导入：{report.n_refused} 处有问题，一行也没有写入。",
                en=f"Nothing was imported: {report.n_refused} problems, not one row was written.",
                problems=report.refusals,
            )
    click.echo(f"{report.n_accepted} answers imported")


def _importer(name: str, take: Take, about: str) -> None:
    @import_group.command(name, help=about)
    @click.argument("file", type=_CSV)
    @click.option("--cycle", "cycle_code", help="Code of the cycle; the latest one if not given.")
    @acting
    @password_from
    def command(file: Path, *, cycle_code: str | None, username: str, password_stdin: bool) -> None:
        with work_as(username, Permission.IMPORT_RUN, password_stdin=password_stdin) as work:
            cycle: Cycle = work.cycle(cycle_code)
            actor: Actor = work.actor
            source = Source(content=file.read_bytes(), filename=file.name)
            taken = take(work.session, cycle, source, actor=actor)
            click.echo(f"{taken.n_rows} rows taken, SHA-256 {taken.sha256}")


_importer(
    "dispositions", imports.import_dispositions, "How the cases ended, by group and mode (AAPOR codes)."
)
_importer("call-backs", imports.import_call_backs, "Checks of interviewers' cases.")
_importer("frames", imports.import_frames, "Where the sampling frames came from.")
_importer("internal-scores", imports.import_internal_scores, "Internal scores of the performance system.")
_importer("appeals", imports.import_appeals, "The appeal register.")
