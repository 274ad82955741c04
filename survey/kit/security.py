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
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: the check of POSTs over https reads the Referer of our own pages.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
TRANSPORT = "max-age=63072000; includeSubDomains"


def register(app: flask.Flask) -> None:
    """Put the headers on every answer of ``app``."""
    app.after_request(_protect)


def _protect(response: flask.Response) -> flask.Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if flask.current_app.extensions["minyi"].settings.is_https:
        response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
    # Whatever does not say otherwise belongs to one person and to no cache.
    response.headers.setdefault("Cache-Control", "no-store")
    return response
