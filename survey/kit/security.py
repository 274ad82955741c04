"""Security headers of every answer; the strictest that plain pages can wear."""

from __future__ import annotations

import flask

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_DENIED = ("camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()")
WITH_PLACE = ", ".join(_DENIED).replace("geolocation=()", "geolocation=(self)")
"""Permissions of the one kind of page that may ask a device where it is."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: the check of POSTs over https reads the Referer of our own pages.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(_DENIED),
    # Whatever does not say otherwise belongs to one person and to no cache.
    "Cache-Control": "no-store",
}
TRANSPORT = "max-age=63072000; includeSubDomains"


def register(app: flask.Flask) -> None:
    """Put the headers on every answer of ``app``."""
    app.after_request(_protect)


def _protect(response: flask.Response) -> flask.Response:
    wanted = {**HEADERS, "Strict-Transport-Security": TRANSPORT} if _is_https() else HEADERS
    said = {name.lower() for name, _ in response.headers}
    for name, value in wanted.items():
        if name.lower() not in said:
            response.headers.add(name, value)
    return response


def _is_https() -> bool:
    found: bool = flask.current_app.extensions["minyi"].settings.is_https
    return found
