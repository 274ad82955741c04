"""Home of what makes long pages small on the way, where no proxy in front does it.

Only for pages that are the same for everybody: a compressed page that holds a secret beside words from outside would
give the secret away by its length.
"""

from __future__ import annotations

import gzip

import flask

_LEAST = 4096
"""Below this a page is in the first packets anyway."""


def register(blueprint: flask.Blueprint) -> None:
    """Compress the pages of a blueprint that asks nothing and knows nobody."""
    blueprint.after_request(_compress)


def _compress(response: flask.Response) -> flask.Response:
    if response.mimetype != "text/html" or response.status_code != 200 or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _LEAST and flask.request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
