"""Structured logs: one JSON line an event, with nothing in it that names a person, token or answer."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_PATH = re.compile(r"(/i/|/r/)[^/?#\s]+")
_LONG_SECRET = re.compile(r"[A-Za-z0-9_-]{22,}")


def configure(level: str) -> None:
    """Send structlog events as JSON lines to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every value that looks like a token, receipt or secret, and the tail of token addresses."""
    for key, value in event.items():
        if isinstance(value, str) and key not in {"event", "timestamp", "level"}:
            event[key] = _LONG_SECRET.sub("[secret]", _SECRET_PATH.sub(r"\1[secret]", value))
    return event
