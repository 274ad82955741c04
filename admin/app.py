"""Registers the staff side with the application."""

from __future__ import annotations

import flask

from admin import cli


def register(app: flask.Flask, *, screens: bool) -> None:
    """Add the staff side to ``app``: with ``screens`` its pages, always its commands."""
    cli.register(app)
