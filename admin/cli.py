"""Home of the staff commands: the first account is made here, never on a web page."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask
from flask.cli import AppGroup

from admin.content.load import DEMO_FOLDER
from admin.content.load import load_content as read_content
from admin.content.problems import ContentProblems
from admin.designer import services as designer
from survey import audit
from survey.db import db
from survey.errors import HouseError
from survey.identity import users
from survey.identity.actors import Actor
from survey.identity.permissions import Role

user = AppGroup("user", help="Accounts of staff.")
content = AppGroup("content", help="The province's content files.")
audit_log = AppGroup("audit", help="The audit log.")


def register(app: flask.Flask) -> None:
    """Add the staff commands to ``minyi``."""
    for group in (user, content, audit_log):
        app.cli.add_command(group)


@user.command("add")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="The person's name, as others see it.")
@click.option("--organisation", required=True)
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
@click.option("--unit", "unit_code", help="Code of the assessed unit, for a unit liaison.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, not from the keyboard."
)
def add_user(
    username: str,
    *,
    display_name: str,
    organisation: str,
    roles: tuple[str, ...],
    unit_code: str | None,
    password_stdin: bool,
) -> None:
    """Make an account. The password is asked for, never taken from the command line."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else getpass.getpass("Password: ")
    with _refusals_in_words():
        users.create_user(
            db.session(),
            username=username,
            display_name=display_name,
            organisation=organisation,
            password=password,
            roles=[Role(role) for role in roles],
            unit_code=unit_code,
            actor=Actor.command("user add"),
        )
        db.session.commit()
    click.echo(f"{username}: {', '.join(roles)}")


@content.command("check")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DEMO_FOLDER)
def check_folder(folder: Path) -> None:
    """Check a folder of content files and say what is wrong where; nothing is loaded."""
    with _refusals_in_words():
        read_content(folder)
    click.echo("no problems")


@content.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DEMO_FOLDER)
def load_folder(folder: Path) -> None:
    """Load a folder of content files: all of it, or nothing."""
    with _refusals_in_words():
        loaded = designer.load_content(
            db.session(), read_content(folder), actor=Actor.command("content load")
        )
        db.session.commit()
    for kind, document in loaded.documents.items():
        click.echo(f"{kind} {document.version} {document.digest}")
    for code, version in loaded.versions.items():
        click.echo(f"instrument {code} {version.version} {version.digest}")


@audit_log.command("check")
def check_audit() -> None:
    """Check every hash and number of the audit log; exit 1 where something is wrong."""
    faults = audit.check(db.session())
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    click.echo("the audit log is whole")


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Turn refusals into lines on the terminal and exit status 1."""
    try:
        yield
    except ContentProblems as error:
        raise click.ClickException("\n".join(p.line_of_text("en") for p in error.found)) from error
    except HouseError as error:
        lines = [error.message("en"), *(problem.message("en") for problem in error.problems)]
        raise click.ClickException("\n".join(lines)) from error
