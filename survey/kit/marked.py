"""Writes texts of instruments down as HTML: the few marks they may hold as elements, all the rest as plain text.

A text in another language than its page says so: language, direction, and whether its lines run from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import flask
from markupsafe import Markup, escape

from survey.instrument.markup import Token, plain, tokens
from survey.kit import language
from survey.kit.tongues import Language, tongue

_MAY_BE_MARKED = re.compile(r"[\\*_\[\n]")
_BREAK = Markup("<br>")
_WRITTEN = {"strong": Markup("<strong>{}</strong>"), "em": Markup("<em>{}</em>")}
# In a window of its own: a questionnaire that is half filled in stays where it is.
_LINK = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')
_FOREIGN = Markup('<span lang="{}" dir="{}"{}>{}</span>')
_UPRIGHT = Markup(' class="upright"')


def register(app: flask.Flask) -> None:
    """Give templates the filters ``marked unmarked told foreign``, and say to them how questions are read."""
    app.jinja_env.filters.update(marked=asked_in_words, unmarked=unmarked, told=told, foreign=foreign)
    app.jinja_env.globals.update(questions_in=questions_in, tongue_attributes=tongue_attributes, alone=alone)


def questions_in(code: str | None, *, alone: bool = False) -> Language:
    """Read the questions of this page in the language ``code`` (None: that of the page).

    ``alone`` says that the page has one question only, which is then its heading.
    """
    flask.g.questions_in = None if code is None or code == language.current() else tongue(code)
    flask.g.question_alone = alone
    return flask.g.questions_in or tongue(language.current())


def alone() -> bool:
    """Whether the page has one question only."""
    found: bool = flask.g.get("question_alone", False)
    return found


def tongue_attributes() -> Markup:
    """Language and direction as attributes, for an element whose text comes from the questions; often nothing."""
    spoken = _spoken()
    return Markup("") if spoken is None else Markup(' lang="{}" dir="{}"').format(spoken.html, spoken.dir)


def marked(text: str) -> Markup:
    """The text as HTML."""
    return _written(tokens(text)) if _MAY_BE_MARKED.search(text) else escape(text)


def asked_in_words(text: str) -> Markup:
    """The same for a text of the questions, which says its language where the page around it has another one."""
    spoken = _spoken()
    return marked(text) if spoken is None or not text else _in(spoken, marked(text))


def unmarked(text: str) -> str:
    """The text without its marks, where no element may stand: in a list to pick from, a title, an attribute."""
    return plain(text).replace("\n", " ") if _MAY_BE_MARKED.search(text) else text


def told(words: Mapping[str, str] | str | None) -> Markup:
    """Words of a document in the reader's language as HTML, or in the nearest one, which then is named."""
    if not words or isinstance(words, str):
        return asked_in_words(str(words or ""))
    here = language.current()
    code = language.language_for(words)
    written = marked(words.get(code, ""))
    return written if code == here else _in(tongue(code), written)


def foreign(words: Mapping[str, str]) -> Markup:
    """Language and direction as attributes of an element around words of a document; nothing where they are the page's."""
    code = language.language_for(words)
    if code == language.current():
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(tongue(code).html, tongue(code).dir)


def _spoken() -> Language | None:
    """The language of the questions where it is not that of the page."""
    found: Language | None = flask.g.get("questions_in")
    return found


def _in(spoken: Language, written: Markup) -> Markup:
    return _FOREIGN.format(spoken.html, spoken.dir, _UPRIGHT if spoken.is_vertical else "", written)


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
