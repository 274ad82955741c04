"""`minyi demo`: load the province, run the whole chain on the demo clock, serve the result."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click
import flask
from flask.cli import AppGroup
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from admin import worker
from admin.content.load import load_content
from admin.content.problems import ContentProblems
from admin.demo import serve
from admin.demo.bad_input.command import bad_input_command
from admin.demo.coverage import coverage_command
from admin.demo.stages import agreeing, designing, fieldwork, preparing, publishing, scoring
from admin.demo.world import ACCOUNTS, World, demo_password
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.db import db
from survey.ledger.checkpoint import demo_auditor

demo = AppGroup("demo", help="The demo province, from the first document to the published page.")
demo.add_command(coverage_command)
demo.add_command(bad_input_command)
MARK, UNFINISHED = "demo.json", "demo-unfinished"


def register(app: flask.Flask) -> None:
    """Add the demo commands to ``minyi``."""
    app.cli.add_command(demo)


@demo.command("run")
@click.option("--port", default=8000, show_default=True)
@click.option("--seed", default=20260901, show_default=True, help="Of the simulated people.")
@click.option("--planted", is_flag=True, help="Plant the problems of simulation.yaml.")
@click.option("--no-serve", is_flag=True, help="Stop when the chain has run.")
def run(*, port: int, seed: int, planted: bool, no_serve: bool) -> None:
    """Run the whole chain once; afterwards only serve what is there, with everything that was entered since."""
    app = flask.current_app._get_current_object()  # type: ignore[attr-defined]  # the application behind the proxy
    settings: Settings = app.extensions["minyi"].settings
    if settings.production:
        raise click.ClickException("The demo does not run in production: SURVEY_PRODUCTION is 1.")
    mark = settings.data_dir / MARK
    if mark.exists():
        found = json.loads(mark.read_text())
        if (found["seed"], found["planted"]) != (seed, planted):
            raise click.ClickException(
                f"{settings.data_dir} holds a demo with seed {found['seed']}"
                f"{' and planted problems' if found['planted'] else ''}. Remove it, or name another folder "
                "with SURVEY_DATA_DIR."
            )
    else:
        _clear_the_stage(settings)
        _run_chain(app, settings, seed=seed, planted=planted)
        mark.write_text(json.dumps({"seed": seed, "planted": planted}))
        (settings.data_dir / UNFINISHED).unlink()
    if no_serve:
        return
    if serve.is_taken(port):
        raise click.ClickException(
            f"Port {port} is in use by another program. The demo is ready; serve it elsewhere with: make demo PORT=8001"
        )
    _say_where(settings, port)
    keys = app.extensions["minyi"].keys
    auditor = demo_auditor(keys, FolderCheckpoints(settings.data_dir / "auditor"))
    with worker.running(worker.build(db.engine, settings=settings, keys=keys, auditor=auditor)):
        serve.serve_forever(app, port=port)


def _run_chain(app: flask.Flask, settings: Settings, *, seed: int, planted: bool) -> None:
    try:
        content = load_content()
    except ContentProblems as error:
        raise click.ClickException("\n".join(p.line_of_text("en") for p in error.found)) from error
    upgrade()
    world = World(
        settings=settings,
        engine=db.engine,
        keys=app.extensions["minyi"].keys,
        content=content,
        seed=seed,
        planted=planted,
    )
    preparing.load_province(world)
    agreeing.consult(world)
    preparing.lock_everything(world)
    agreeing.fill_bank(world)
    publishing.sign_off(world, "index_refinement", "instrument_design")
    fieldwork.hold_peacetime(world)
    fieldwork.open_annual(world)
    fieldwork.collect(world, serving=lambda: serve.serving(app, port=0))
    fieldwork.close_annual(world)
    fieldwork.import_records(world)
    publishing.sign_off(world, "fieldwork")
    scoring.freeze_and_flag(world)
    publishing.announce(world)
    scoring.import_registers(world)
    scoring.score(world)
    scoring.answer_warnings(world)
    if refused := scoring.hand_over(world):
        click.echo(f"\nNo hand-over: {refused.message('en')}\n            {refused.message('zh')}\n")
    publishing.publish(world)
    designing.begin_next_year(world)


def _clear_the_stage(settings: Settings) -> None:
    """Make room for a first run. What an interrupted demo left goes; anything else is never touched."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        raise click.ClickException("The demo runs on the embedded database: leave SURVEY_DATABASE_URL unset.")
    unfinished = settings.data_dir / UNFINISHED
    if Path(url.database or "").exists() and not unfinished.exists():
        raise click.ClickException(
            f"{url.database} holds a database that no demo made. Name another folder with SURVEY_DATA_DIR."
        )
    db.engine.dispose()
    for name in ("db", "keys", "checkpoints", "auditor", "datasets", "runs", "fieldwork"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)
    (settings.data_dir / "db").mkdir(parents=True, exist_ok=True)
    Path(settings.key_dir).mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished.touch()


def _say_where(settings: Settings, port: int) -> None:
    base = f"http://127.0.0.1:{port}"
    lines = [
        "",
        f"  {base}/                 the public site: plan, results, receipts",
        f"  {base}/s/{fieldwork.OPEN_ENTRY}       answer yourself (open entry, never scored)",
        f"  {base}/results          what was found",
        f"  {base}/admin            the staff side",
        "",
        f"  Demo accounts, all with the password  {demo_password(settings.data_dir)}",
        *(f"    {account.username:<14}{', '.join(account.roles)}" for account in ACCOUNTS),
        "",
        "  Stop with Ctrl-C. Started again, it keeps what was entered.",
        "",
    ]
    click.echo("\n".join(lines))
