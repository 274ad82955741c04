"""Writes texts of instruments as the HTML that LimeSurvey keeps, with placeholders as expressions in braces."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from survey.instrument.exchange.cleaning import clean_html
from survey.instrument.markup import Token, tokens

_HOLE = re.compile(r"\$\{([^\W\d][\w-]{0,63})\}")
_OPEN, _CLOSE = "\ue000", "\ue001"
# Gives the expression behind a placeholder, without braces; None where it must stay as it stands.
Piped = Callable[[str], str | None]


def write_text(text: str, piped: Piped) -> str:
    """The text as HTML. Read again it is the same text: where marks would not come back, they are left as typed."""
    scripts: list[str] = []

    def hide(found: re.Match[str]) -> str:
        script = piped(found[1])
        if script is None:
            return found[0]
        scripts.append(script)
        return f"{_OPEN}{len(scripts) - 1}{_CLOSE}"

    hidden = _HOLE.sub(hide, text.replace(_OPEN, "").replace(_CLOSE, ""))
    marked = _html(tokens(hidden))
    written = marked if clean_html(marked).text == hidden else _escaped(hidden)
    for at, script in enumerate(scripts):
        written = written.replace(f"{_OPEN}{at}{_CLOSE}", f"{{{html.escape(script, quote=False)}}}")
    return written


def _escaped(text: str) -> str:
    """Plain text: braces are written so that LimeSurvey finds no expression in them."""
    escaped = html.escape(text, quote=False).replace("{", "&#123;").replace("}", "&#125;")
    return escaped.replace("\n", "<br />\n")


def _html(pieces: Sequence[Token]) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Token) -> str:
    if piece.kind == "text":
        return _escaped(piece.text)
    if piece.kind == "break":
        return "<br />\n"
    inner = _html(piece.parts)
    if piece.kind == "link":
        return f'<a href="{html.escape(piece.address)}">{inner}</a>'
    return f"<{piece.kind}>{inner}</{piece.kind}>"
