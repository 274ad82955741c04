"""Registers this package with the application."""

from __future__ import annotations

import flask


def register(app: flask.Flask) -> None:
    """Add this package's pages and helpers to ``app``."""
