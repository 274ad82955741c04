"""The return of a firm: its sections at a glance, the parts handed to colleagues, and the sign-off."""

from __future__ import annotations

import flask

from survey.kit import compressed
from survey.site.returns import handing, hub, part

returns = flask.Blueprint("returns", __name__)
compressed.register_personal(returns)
for _room in (hub, handing, part):
    _room.register(returns)
