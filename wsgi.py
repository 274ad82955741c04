"""The composition root: the only module that sees both the public site and the staff side."""

from __future__ import annotations

import gc
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Literal

import click
import flask
from flask.cli import FlaskGroup

import survey.app
from survey.config import Settings
from survey.db import db

Role = Literal["all", "public", "admin", "worker"]


class _App(flask.Flask):
    """Flask, with views and hooks that are all plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Flask looks at each of them anew in every request, in case it were a coroutine."""
        return func


def create_app(role: Role = "all", settings: Settings | None = None) -> flask.Flask:
    """The application in one of its roles; ``public`` carries no staff screen and no statistics."""
    app = _App("minyi", static_folder=None, template_folder=None)
    survey.app.register(app, settings or Settings.from_env())
    if role in {"all", "public"}:
        survey.app.register_site(app)
    if role in {"all", "admin", "worker"}:
        import admin.app

        _add_migrations(app)

        admin.app.register(app, screens=role != "worker")
    return app


def _add_migrations(app: flask.Flask) -> None:
    """``flask db``, and the tables it knows. A public process changes no table, and is lighter by all of it."""
    from flask_migrate import Migrate

    folder = str(Path(__file__).parent / "migrations")
    Migrate().init_app(app, db, directory=folder, render_as_batch=True, compare_type=True)


class _Commands(FlaskGroup):
    """The application's commands, and those that need neither application nor database."""

    standalone: ClassVar[dict[str, str]] = {
        "analyse": "analysis.cli",
        "verify": "admin.verify",
        "instrument": "admin.commands.instrument",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.standalone})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in self.standalone:
            command: click.Command = getattr(import_module(self.standalone[name]), name)
            return command
        return super().get_command(ctx, name)


@click.group(cls=_Commands, create_app=create_app, add_version_option=False)
def cli() -> None:
    """Minyi: public satisfaction surveys, from the first indicator to the performance score."""


@cli.command(with_appcontext=False)
@click.option("--role", type=click.Choice(["public", "all"]), default="public", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
def serve(role: Role, host: str, port: int, workers: int) -> None:
    """Serve many people at once, behind a proxy (granian, extra `server`)."""
    from survey import serving

    app = create_app(role)
    survey.app.refuse_unfit_database(app)
    serving.serve(app, host=host, port=port, workers=workers)


@cli.command(with_appcontext=False)
def worker() -> None:
    """Do the jobs of the platform: seal, sign, freeze, score, forget. Any number may run."""
    import signal

    import admin.worker

    app = create_app("worker")
    survey.app.refuse_unfit_database(app)
    with app.app_context():
        here = survey.app.platform()
        works = admin.worker.build(db.engine, settings=here.settings, keys=here.keys)
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: works.stop())
        works.run_forever()


def __getattr__(name: str) -> flask.Flask:
    """``wsgi:app`` for servers, ``wsgi:public`` for those that only people who answer or read come to.

    Built when it is asked for and not when a command is run. What stands then stays for good: the garbage collector
    need not look through it again and again.
    """
    if name in {"app", "public"}:
        app = create_app("public" if name == "public" else "all")
        survey.app.refuse_unfit_database(app)
        gc.collect()
        gc.freeze()
        return app
    raise AttributeError(name)


if __name__ == "__main__":
    cli(prog_name="minyi")
