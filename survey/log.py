"""Structured logs: one JSON line an event, with nothing in it that names a person, token or answer."""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO, cast

import structlog

_SECRET_PATH = re.compile(r"(/i/|/r/|/c/|/a/|/screen/)[^/?#\s]+")
#: Tokens and receipts; printed codes, resume codes and receipts, in groups and without.
_SECRET = re.compile(
    r"[A-Za-z0-9_-]{22,}|\b(?:[0-9A-Z]{4,5}-){3,}[0-9A-Z*~$=]{1,5}|\b[0-9A-HJKMNP-TV-Z]{15,20}\b"
)
_PHONE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z])")
_OURS = frozenset({"event", "timestamp", "level"})
_requests_are_logged = False


def configure(level: str) -> None:
    """Send structlog events as JSON lines to standard error."""
    global _requests_are_logged
    _requests_are_logged = logging.getLevelNamesMapping()[level] <= logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            brief_error,
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Forbearing())),
        cache_logger_on_first_use=True,
    )


def request(**facts: str | float | None) -> None:
    """Write the line of one request: of facts that we made ourselves, so that there is nothing in it to blank.

    Every request has one, and by the way of all other lines it would cost ten times as much.
    """
    if _requests_are_logged:
        stamp = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        line = json.dumps({**facts, "event": "request", "level": "info", "timestamp": stamp})
        _Forbearing().write(f"{line}\n")


class _Forbearing:
    """Standard error, whose disk may be full: a line that cannot be written keeps nobody's answer out."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def brief_error(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say what kind of error it was and where. Its text stays out: it may quote what somebody answered."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        event["error"] = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)[-3:]
        event["at"] = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]
    return event


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank whatever looks like a token, receipt, code or telephone number, however deep it lies."""
    for key, value in event.items():
        if key not in _OURS:
            event[key] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:  # Any: whatever somebody logged
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_redacted(str(key)): _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(item) for item in value]
    text = value if isinstance(value, str) else repr(value)
    return _PHONE.sub("[secret]", _SECRET.sub("[secret]", _SECRET_PATH.sub(r"\1[secret]", text)))
