"""Names every request and writes one line about it: no address, no path, nothing that a person typed."""

from __future__ import annotations

import time
import traceback
from pathlib import Path

import flask
import structlog

from survey import ids, log

HEADER = "X-Request-Id"
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
"""What the log names; anything else would be words of whoever sent it."""
_log = structlog.get_logger()


def register(app: flask.Flask) -> None:
    """Name and time the requests of ``app``."""
    # Flask's own logger would print addresses of pages, and with them tokens.
    app.logger.disabled = True
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The name of this request, shown on problem pages and in the log."""
    if "request_id" not in flask.g:
        flask.g.request_id = ids.public_id()
    found: str = flask.g.request_id
    return found


def crash(error: BaseException) -> None:
    """Write down where ``error`` came from: places in the code and its kind, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
    _log.error("crash", request_id=request_id(), error=type(error).__name__, places=places)


def _begin() -> None:
    flask.g.began = time.perf_counter()


def _end(response: flask.Response) -> flask.Response:
    name = request_id()
    response.headers[HEADER] = name
    began = flask.g.get("began")
    log.request(
        request_id=name,
        method=flask.request.method if flask.request.method in _METHODS else None,
        endpoint=flask.request.endpoint,
        status=response.status_code,
        ms=None if began is None else round((time.perf_counter() - began) * 1000, 1),
    )
    return response
