"""Home of what all staff screens share: forms that take refusals, pages, redirects with a message."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import flask
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from survey.config import Settings
from survey.db import db
from survey.errors import HouseError
from survey.kit import language
from survey.ports import KeyStore


class StaffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form whose refusals by the verb behind it are shown where the person typed."""

    def absorb(self, error: HouseError) -> None:
        """Take in what the verb refused: the request's changes are undone, the words appear on the page."""
        db.session.rollback()
        here = language.current()
        self.form_errors.append(error.message(here))
        self.refusals = [problem.message(here) for problem in error.problems]

    refusals: list[str] = []  # noqa: RUF012 -- replaced, never changed
    """What was wrong inside a file, line by line."""


def session() -> Session:
    """The request's session."""
    return db.session()


def settings() -> Settings:
    """The running application's settings."""
    found: Settings = flask.current_app.extensions["minyi"].settings
    return found


def keys() -> KeyStore:
    """The running application's keys."""
    found: KeyStore = flask.current_app.extensions["minyi"].keys
    return found


def page(template: str, *, status: int = 200, **values: Any) -> Response:  # Any: what templates are given
    """A staff page."""
    return flask.make_response(flask.render_template(f"admin/{template}", **values), status)


def go(endpoint: str, message: str = "", **values: Any) -> Response:  # Any: values of an address
    """On to another page, which shows ``message`` once."""
    if message:
        flask.flash(str(message))
    return flask.redirect(flask.url_for(endpoint, **values), code=303)


def carry_out(form: StaffForm, act: Callable[[], None]) -> int | None:
    """Do what a form asks. None where it was done, else the status of the page that says why not."""
    if not form.validate():
        return 422
    try:
        act()
    except HouseError as error:
        form.absorb(error)
        return error.status
    return None


def choices(pairs: Iterable[tuple[object, object]], *, group: str | None = None) -> list[SelectChoice]:
    """What a select offers: pairs of value and label, under a heading if ``group`` is given."""
    return [SelectChoice(str(value), label, optgroup=group) for value, label in pairs]


def stored_file(folder: str, name: str) -> Response:
    """A file of a dataset or run, as a download. ``name`` comes from its manifest, never from the address."""
    return flask.send_file(
        settings().data_dir / folder / name, as_attachment=True, download_name=name.replace("/", "-")
    )


def uploaded(file: FileStorage) -> tuple[bytes, str]:
    """Content and name of an uploaded file; its size is limited by the view's guard."""
    return file.stream.read(), file.filename or "-"
