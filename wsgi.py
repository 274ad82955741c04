"""The composition root: the only module that sees both the public site and the staff side."""

from __future__ import annotations

from typing import Literal

import click
import flask
from flask.cli import FlaskGroup

import survey.app
from survey.config import Settings

Role = Literal["all", "public", "admin", "worker"]


def create_app(role: Role = "all", settings: Settings | None = None) -> flask.Flask:
    """The application in one of its roles; ``public`` carries no staff screen and no statistics."""
    app = flask.Flask("minyi", static_folder=None, template_folder=None)
    survey.app.register(app, settings or Settings.from_env())
    if role in {"all", "public"}:
        survey.app.register_site(app)
    if role in {"all", "admin", "worker"}:
        import admin.app

        admin.app.register(app, screens=role != "worker")
    return app


@click.group(cls=FlaskGroup, create_app=create_app, add_version_option=False)
def cli() -> None:
    """Minyi: public satisfaction surveys, from the first indicator to the performance score."""


def __getattr__(name: str) -> flask.Flask:
    """``wsgi:app`` for servers, built when it is asked for and not when a command is run."""
    if name == "app":
        return create_app()
    raise AttributeError(name)


if __name__ == "__main__":
    cli(prog_name="minyi")
