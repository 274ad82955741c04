"""What a public view asks of its surroundings: the platform, the caller's network, the time zone."""

from __future__ import annotations

from typing import Protocol

import flask

from survey.config import Settings
from survey.ports import Cache, KeyStore


class Platform(Protocol):
    """What the process has beside the database, as ``survey.app`` built it."""

    @property
    def settings(self) -> Settings: ...

    @property
    def keys(self) -> KeyStore: ...

    @property
    def cache(self) -> Cache: ...


def platform() -> Platform:
    """The running application's platform."""
    found: Platform = flask.current_app.extensions["minyi"]
    return found


def address() -> str:
    """The caller's network address; used for limits only and never stored."""
    return flask.request.remote_addr or "unknown"


def time_zone() -> str:
    """The platform's time zone."""
    return platform().settings.time_zone
