"""The return of a firm: its sections at a glance, the parts handed to colleagues, and the sign-off."""

from __future__ import annotations

import flask

from survey.site.returns import handing, hub, part

returns = flask.Blueprint("returns", __name__)
for _room in (hub, handing, part):
    _room.register(returns)
