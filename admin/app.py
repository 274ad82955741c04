"""Registers the staff side with the application."""

from __future__ import annotations

import flask


def register(app: flask.Flask, *, screens: bool) -> None:
    """Add the staff side to ``app``: with ``screens`` its pages, always its commands."""
