"""Writes texts of instruments down as HTML: the few marks they may hold as elements, all the rest as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable

import flask
from markupsafe import Markup, escape

from survey.instrument.markup import Token, plain, tokens

_MAY_BE_MARKED = re.compile(r"[\\*_\[\n]")
_BREAK = Markup("<br>")
_WRITTEN = {"strong": Markup("<strong>{}</strong>"), "em": Markup("<em>{}</em>")}
# In a window of its own: a questionnaire that is half filled in stays where it is.
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


def register(app: flask.Flask) -> None:
    """Give templates the filters ``marked`` and ``unmarked``."""
    app.jinja_env.filters.update(marked=marked, unmarked=unmarked)


def marked(text: str) -> Markup:
    """The text as HTML."""
    if not _MAY_BE_MARKED.search(text):
        return escape(text)
    return _written(tokens(text))


def unmarked(text: str) -> str:
    """The text without its marks, where no element may stand: in a list to pick from, a title, an attribute."""
    return plain(text).replace("\n", " ") if _MAY_BE_MARKED.search(text) else text


def _written(pieces: Iterable[Token]) -> Markup:
    return Markup("").join(_one(piece) for piece in pieces)


def _one(piece: Token) -> Markup:
    if piece.kind == "text":
        return escape(piece.text)
    if piece.kind == "break":
        return _BREAK
    if piece.kind == "link":
        return _LINK.format(piece.address, _written(piece.parts))
    return _WRITTEN[piece.kind].format(_written(piece.parts))
