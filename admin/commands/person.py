"""Who a command acts for: a named person with their password, and refusals in words."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
import flask
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.problems import ContentProblems
from survey.backends.checkpoints import FolderCheckpoints
from survey.config import Settings
from survey.db import db
from survey.errors import HouseError
from survey.identity import sign_in, throttle, totp
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Permission, permissions_of
from survey.ledger.checkpoint import Auditor, demo_auditor
from survey.ledger.cosigning import AuditOffice
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.ports import KeyStore

acting = click.option(
    "--as",
    "username",
    required=True,
    help="Who acts; the password is asked for (or read with --password-stdin).",
)
password_from = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One command's unit of work: committed when the command succeeds."""

    session: Session
    actor: Actor
    settings: Settings
    keys: KeyStore

    @property
    def sink(self) -> FolderCheckpoints:
        """Where copies of signed checkpoints go."""
        return FolderCheckpoints(self.settings.data_dir / "checkpoints")

    @property
    def auditor(self) -> Auditor | None:
        """The demo's second signer; in production the audit office signs with its own tool."""
        if self.settings.production:
            return None
        return demo_auditor(self.keys, FolderCheckpoints(self.settings.data_dir / "auditor"))

    @property
    def office(self) -> AuditOffice | None:
        """The audit office whose signature is a condition in production."""
        return AuditOffice.of(announced=self.settings.auditor_key, production=self.settings.production)

    def cycle(self, code: str | None) -> Cycle:
        """The cycle called ``code``, else the latest one."""
        found = self.session.scalars(
            sa.select(Cycle).where(*([Cycle.code == code] if code else [])).order_by(Cycle.id.desc()).limit(1)
        ).one_or_none()
        if found is None:
            raise click.ClickException("There is no such cycle. Load a province and start one first.")
        return found


@contextmanager
def work_as(username: str, permission: Permission, *, password_stdin: bool) -> Iterator[Work]:
    """A unit of work for ``username``; everything refused becomes a line on the terminal and exit status 1."""
    platform: Any = flask.current_app.extensions["minyi"]  # Any: the composition root's value
    with refusals_in_words():
        actor = _signed_in(username, _password(password_stdin=password_stdin), keys=platform.keys)
        if permission not in permissions_of(actor.roles):
            raise click.ClickException(
                f"{username} may not do this: it needs the permission {permission.value}."
            )
        yield Work(session=db.session(), actor=actor, settings=platform.settings, keys=platform.keys)
        db.session.commit()


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turn refusals into lines on the terminal, in both languages."""
    try:
        yield
    except ContentProblems as error:
        db.session.rollback()
        raise click.ClickException("\n".join(p.line_of_text("en") for p in error.found)) from error
    except HouseError as error:
        db.session.rollback()
        lines = [
            error.message("en"),
            *(problem.message("en") for problem in error.problems),
            error.message("zh"),
        ]
        raise click.ClickException("\n".join(lines)) from error


def _password(*, password_stdin: bool) -> str:
    if password_stdin:
        return sys.stdin.readline().rstrip("\n")
    return os.environ.get("MINYI_PASSWORD") or getpass.getpass("Password: ")


def _signed_in(username: str, password: str, *, keys: KeyStore) -> Actor:
    """The person, or a refusal that is the same for a wrong name and a wrong password; guesses are throttled."""
    session = db.session()
    counted = throttle.limits(
        username=username, address="127.0.0.1", pepper=keys.get_or_create("staff-throttle")
    )
    wait = throttle.count_attempt(session, counted)
    db.session.commit()
    if wait:
        raise click.ClickException(f"Too many attempts. Try again in {max(1, round(wait / 60))} minutes.")
    found = sign_in.candidate(session, username)
    if found.user_id is None or not found.knows(password):
        raise click.ClickException("Name or password is wrong.")
    user = session.get_one(User, found.user_id)
    if user.totp_secret is not None:
        code = click.prompt("Code of your authenticator", hide_input=True)
        if not sign_in.take_code(session, user.id, code=code, key=keys.get_or_create(totp.KEY_NAME)):
            raise click.ClickException("The code is wrong, or was used before.")
    throttle.forgive(session, counted)
    db.session.commit()
    return find_actor(session, user.username)
