"""Adds the chain's commands to `minyi`."""

from __future__ import annotations

import flask

from admin.commands import fieldwork, ledger, scoring


def register(app: flask.Flask) -> None:
    """Add one group a step of the chain."""
    for group in (
        fieldwork.plan,
        fieldwork.wave,
        fieldwork.import_group,
        ledger.ledger,
        scoring.dataset,
        scoring.score,
        scoring.handover_group,
        scoring.release,
    ):
        app.cli.add_command(group)
