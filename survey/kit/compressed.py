"""Home of what makes pages small on the way, also where no proxy in front does it.

A compressed page that holds a secret beside words from outside gives the secret away by its length, to somebody who can
choose the words and watch the line. So pages of an interview are compressed only where the address brings no words along;
a form that another site sends is refused before there is a page. Pages that know nobody have no secret.
"""

from __future__ import annotations

import gzip

import flask

_LEAST = 4096
"""Below this a page is in the first packets anyway."""
_THOROUGH, _QUICK = 6, 1


def register(blueprint: flask.Blueprint) -> None:
    """Compress the pages of a blueprint that asks nothing and knows nobody."""
    blueprint.after_request(_public)


def register_personal(blueprint: flask.Blueprint) -> None:
    """Compress the pages of a blueprint whose pages are somebody's own."""
    blueprint.after_request(_personal)


def _public(response: flask.Response) -> flask.Response:
    return _compress(response, _THOROUGH)


def _personal(response: flask.Response) -> flask.Response:
    return response if flask.request.args else _compress(response, _QUICK)


def _compress(response: flask.Response, level: int) -> flask.Response:
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _LEAST and flask.request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, level, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
