"""Commands from the frozen dataset to the published page: `minyi dataset`, `score`, `handover`, `release`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from admin.commands.person import Work, acting, password_from, work_as
from admin.datasets.freeze import freeze_cycle
from admin.quality import detect
from admin.quality import queries as quality_queries
from admin.quality import services as quality
from admin.reports import queries as release_queries
from admin.reports import services as reports
from admin.scoring import compute, handover, queries, services
from survey.identity.permissions import Permission, Role
from survey.models.dataset import Dataset
from survey.models.scoring import Run

dataset = AppGroup("dataset", help="Frozen datasets: freeze, look for trouble.")
score = AppGroup("score", help="Runs of the locked plan: run, show gates, answer warnings.")
handover_group = AppGroup("handover", help="The counter-signed hand-over: prepare, sign, export.")
release = AppGroup("release", help="The public report: announce, write, choose a run, approve, publish.")
_cycle = click.option("--cycle", "cycle_code", help="Code of the cycle; the latest one if not given.")
_run = click.option("--run", "run_id", help="Name of the run; the latest one if not given.")
_role = click.option("--role", type=click.Choice([role.value for role in Role]), required=True)


@dataset.command("freeze")
@_cycle
@acting
@password_from
def freeze(*, cycle_code: str | None, username: str, password_stdin: bool) -> None:
    """Freeze the sealed answers of a cycle; the same content twice is the same dataset."""
    with work_as(username, Permission.DATASET_FREEZE, password_stdin=password_stdin) as work:
        found = freeze_cycle(
            work.session, work.cycle(cycle_code), data_dir=work.settings.data_dir, actor=work.actor
        )
        click.echo(f"{found.n_responses} answers, {work.settings.data_dir / found.folder}\n{found.digest}")


@dataset.command("radar")
@_cycle
@acting
@password_from
def radar(*, cycle_code: str | None, username: str, password_stdin: bool) -> None:
    """Run every detector over the newest dataset; what needs two persons is said."""
    with work_as(username, Permission.QUALITY_DECIDE, password_stdin=password_stdin) as work:
        cycle = work.cycle(cycle_code)
        findings = detect.find(
            work.settings.data_dir / _newest(work.session, cycle.id).folder,
            framework=queries.document_in_force(work.session, "framework").document,
            province=queries.latest_document(work.session, "province").document,
        )
        quality.record_flags(work.session, cycle.id, findings, actor=work.actor)
        for flag in quality_queries.flags(work.session, cycle.id):
            state = "decide" if flag.needs_decision and quality_queries.settled(flag) is None else "note"
            click.echo(f"{state:<7}{flag.detector:<22}{flag.evaluator_group:<24}{flag.subject}")


@score.command("run")
@_cycle
@click.option("--seed", default=1, show_default=True)
@acting
@password_from
def run(*, cycle_code: str | None, seed: int, username: str, password_stdin: bool) -> None:
    """Score the newest dataset by the locked plan, twice, and judge every gate."""
    with work_as(username, Permission.RUN_START, password_stdin=password_stdin) as work:
        cycle = work.cycle(cycle_code)
        made = services.request_run(
            work.session, cycle, _newest(work.session, cycle.id), seed=seed, actor=work.actor
        )
        services.start(work.session, made)
        task = services.task_of(work.session, made, data_dir=work.settings.data_dir)
        work.session.commit()  # nobody waits for a lock while the statistics run
        finished = compute.compute(task, processes=work.settings.workers)
        services.finish(work.session, made, finished, actor=work.actor)
        _say_gates(made)


@score.command("gates")
@_cycle
@_run
@acting
@password_from
def gates(*, cycle_code: str | None, run_id: str | None, username: str, password_stdin: bool) -> None:
    """Show the gates of a run, each with what it found."""
    with work_as(username, Permission.RUN_VIEW, password_stdin=password_stdin) as work:
        _say_gates(_run_of(work, cycle_code, run_id))


@score.command("answer")
@click.argument("gate")
@click.option("--zh", required=True)
@click.option("--en", required=True)
@_cycle
@_run
@acting
@password_from
def answer(
    gate: str,
    *,
    zh: str,
    en: str,
    cycle_code: str | None,
    run_id: str | None,
    username: str,
    password_stdin: bool,
) -> None:
    """File the written answer to a warning; it is published."""
    with work_as(username, Permission.GATE_ANSWER, password_stdin=password_stdin) as work:
        found = _run_of(work, cycle_code, run_id)
        services.answer_warning(work.session, found, gate=gate, text_zh=zh, text_en=en, actor=work.actor)
        click.echo(f"{gate} is answered")


@handover_group.command("prepare")
@_cycle
@_run
@acting
@password_from
def prepare(*, cycle_code: str | None, run_id: str | None, username: str, password_stdin: bool) -> None:
    """Make the record of a run whose gates are passed or answered."""
    with work_as(username, Permission.HANDOVER_PREPARE, password_stdin=password_stdin) as work:
        found = _run_of(work, cycle_code, run_id)
        results = services.read_results(found, data_dir=work.settings.data_dir)
        record = handover.prepare(work.session, found, results=results, actor=work.actor)
        click.echo(f"{record.public_id} {record.digest}")


@handover_group.command("sign")
@_role
@_cycle
@_run
@acting
@password_from
def sign(
    *, role: str, cycle_code: str | None, run_id: str | None, username: str, password_stdin: bool
) -> None:
    """Countersign the record in one role; the last signature seals the file."""
    with work_as(username, Permission.HANDOVER_SIGN, password_stdin=password_stdin) as work:
        record = queries.hand_over_of(work.session, _run_of(work, cycle_code, run_id))
        if record is None:
            raise click.ClickException("No hand-over was prepared for this run.")
        handover.countersign(work.session, record, role=Role(role), actor=work.actor, keys=work.keys)
        click.echo(f"{record.public_id} {record.status}")


@handover_group.command("export")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@_cycle
@_run
@acting
@password_from
def export(
    out: Path, *, cycle_code: str | None, run_id: str | None, username: str, password_stdin: bool
) -> None:
    """Write the signed file, which `minyi verify` checks anywhere."""
    with work_as(username, Permission.HANDOVER_VIEW, password_stdin=password_stdin) as work:
        record = queries.hand_over_of(work.session, _run_of(work, cycle_code, run_id))
        if record is None or record.signed_file is None:
            raise click.ClickException("This hand-over is not signed by both persons yet.")
        out.write_text(json.dumps(record.signed_file, ensure_ascii=False, indent=1) + "\n", "utf-8")
        click.echo(f"{out} {record.digest}")


@release.command("announce")
@click.option("--title-zh", required=True)
@click.option("--title-en", required=True)
@click.option("--at", type=click.DateTime(), required=True, help="Wall time, 09:30, at least 28 days ahead.")
@_cycle
@acting
@password_from
def announce(
    *,
    title_zh: str,
    title_en: str,
    at: datetime,
    cycle_code: str | None,
    username: str,
    password_stdin: bool,
) -> None:
    """Say on which day the results will be published."""
    with work_as(username, Permission.RELEASE_ANNOUNCE, password_stdin=password_stdin) as work:
        made = reports.announce(
            work.session,
            work.cycle(cycle_code),
            title={"zh": title_zh, "en": title_en},
            release_at=at.replace(tzinfo=ZoneInfo(work.settings.time_zone)),
            actor=work.actor,
        )
        click.echo(f"{made.public_id} {made.release_at.isoformat()}")


@release.command("method")
@click.argument("release_id")
@click.argument("part")
@click.option("--zh", required=True)
@click.option("--en", required=True)
@acting
@password_from
def method(release_id: str, part: str, *, zh: str, en: str, username: str, password_stdin: bool) -> None:
    """Write a part of the method statement that only people can write (for example `limits`)."""
    with work_as(username, Permission.RELEASE_APPROVE, password_stdin=password_stdin) as work:
        found = release_queries.release_by_id(work.session, release_id)
        reports.fill_method(work.session, found, part_id=part, zh=zh, en=en, actor=work.actor)
        click.echo(f"{part} is written")


@release.command("choose")
@click.argument("release_id")
@_cycle
@_run
@acting
@password_from
def choose(
    release_id: str, *, cycle_code: str | None, run_id: str | None, username: str, password_stdin: bool
) -> None:
    """Choose the run that will be published; approvals of another run no longer count."""
    with work_as(username, Permission.RELEASE_ANNOUNCE, password_stdin=password_stdin) as work:
        found = release_queries.release_by_id(work.session, release_id)
        reports.choose_run(work.session, found, run=_run_of(work, cycle_code, run_id), actor=work.actor)
        click.echo("chosen")


@release.command("approve")
@click.argument("release_id")
@_role
@acting
@password_from
def approve(release_id: str, *, role: str, username: str, password_stdin: bool) -> None:
    """Approve a release in one role; two persons in two roles must."""
    with work_as(username, Permission.RELEASE_APPROVE, password_stdin=password_stdin) as work:
        found = release_queries.release_by_id(work.session, release_id)
        reports.approve(work.session, found, role=Role(role), actor=work.actor)
        click.echo("approved")


@release.command("publish")
@click.argument("release_id")
@acting
@password_from
def publish(release_id: str, *, username: str, password_stdin: bool) -> None:
    """Publish on or after the announced instant."""
    with work_as(username, Permission.RELEASE_PUBLISH, password_stdin=password_stdin) as work:
        found = release_queries.release_by_id(work.session, release_id)
        if found.run_id is None:
            raise click.ClickException("No run is chosen for this release.")
        chosen = work.session.get_one(Run, found.run_id)
        reports.publish(
            work.session,
            found,
            run=chosen,
            results=services.read_results(chosen, data_dir=work.settings.data_dir),
            actor=work.actor,
            keys=work.keys,
            sink=work.sink,
            auditor=work.auditor,
            office=work.office,
        )
        click.echo(f"{work.settings.base_url}/results/{found.public_id}\n{found.digest}")


def _newest(session: Session, cycle_id: int) -> Dataset:
    found = session.scalars(
        sa.select(Dataset).where(Dataset.cycle_id == cycle_id).order_by(Dataset.id.desc()).limit(1)
    ).one_or_none()
    if found is None:
        raise click.ClickException("Nothing is frozen yet: minyi dataset freeze")
    return found


def _run_of(work: Work, cycle_code: str | None, run_id: str | None) -> Run:
    if run_id is not None:
        return queries.run_by_id(work.session, run_id)
    runs = queries.runs_of(work.session, work.cycle(cycle_code))
    if not runs:
        raise click.ClickException("Nothing has been scored yet: minyi score run")
    return runs[0]


def _say_gates(found: Run) -> None:
    click.echo(f"run {found.public_id}, number {found.number}, result {found.result_digest}")
    for gate in found.gates:
        click.echo(f"{gate.gate} {gate.level:<6}{gate.status:<9}{gate.outcome['message']['en']}")
