"""Registers the web kit: guards, languages, headers, problem pages, assets, template helpers."""

from __future__ import annotations

import flask

from survey.kit import (
    admission,
    assets,
    formats,
    guard,
    language,
    marked,
    problems,
    security,
    tracing,
)

kit = flask.Blueprint("kit", __name__, template_folder="templates")


def register(app: flask.Flask) -> None:
    """Give ``app`` what public and staff pages share."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    tracing.register(app)
    language.register(app)
    security.register(app)
    guard.register(app)
    admission.register(app)
    problems.register(app)
    assets.register(app)
    formats.register(app)
    marked.register(app)
    app.register_blueprint(kit)
