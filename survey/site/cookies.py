"""The cookies of a respondent: the grant, the secret of a draft, and the random name of a browser."""

from __future__ import annotations

from collections.abc import Iterator

import flask
from werkzeug.wrappers import Response

from survey.site.here import platform

DEVICE = "device"
RESUME = "resume"
"""Holds the secret of a link to carry on, between the link and the button on the page it leads to."""
DRAFT_SECONDS = 14 * 24 * 3600
DEVICE_SECONDS = 180 * 24 * 3600


def grant_name(wave: str) -> str:
    """Name of the cookie that carries a grant: one for each wave, so that two surveys never mix."""
    return f"grant-{wave}"


def draft_name(wave: str) -> str:
    """Name of the cookie that opens the draft, and later the receipt, of a wave."""
    return f"draft-{wave}"


def share_name(wave: str) -> str:
    """Name of the cookie that opens one part of a firm's return."""
    return f"share-{wave}"


def get(name: str) -> str | None:
    """The value of one of our cookies."""
    return flask.request.cookies.get(_prefixed(name)) or None


def of_interview() -> Iterator[str]:
    """The secrets of the interview that this request is about: of its draft, of the grant to begin it, of a part."""
    wave = (flask.request.view_args or {}).get("wave", "")
    for name in (draft_name(wave), grant_name(wave), share_name(wave)):
        value = get(name)
        if value is not None:
            yield value


def put(response: Response, name: str, value: str, *, seconds: int) -> None:
    """Set one of our cookies: for this host only, out of reach of scripts, not sent from other sites' forms."""
    response.set_cookie(
        _prefixed(name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_https(),
        httponly=True,
        samesite="Lax",
    )


def drop(response: Response, name: str) -> None:
    """Forget one of our cookies."""
    response.delete_cookie(_prefixed(name), path="/", secure=_is_https(), httponly=True, samesite="Lax")


def _prefixed(name: str) -> str:
    return f"__Host-{name}" if _is_https() else name


def _is_https() -> bool:
    return platform().settings.is_https
