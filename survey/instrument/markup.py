"""The one place that reads marked-up texts: ``**strong**``, ``*em*`` or ``_em_``, ``[text](https://…)``, line breaks.

Everything else is plain text, HTML included. A backslash before a mark makes it plain. Output is a list of tokens
that a template writes down piece by piece, so that nothing is ever taken for markup of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["text", "break", "strong", "em", "link"]
_MARKS = re.compile(
    r"\\(?P<plain>[\\*_\[\]()])"
    r"|(?P<strong>\*\*(?=\S))"
    r"|(?P<em>\*(?=[^\s*])|(?<![^\W_])_(?=[^\s_]))"
    r"|\[(?P<words>[^\[\]\n]{1,500})\]\((?P<address>(?:https?://|mailto:|tel:)[^\s()<>\"'\\]{1,1000})\)"
    r"|(?P<line>\n)"
)
_ESCAPED = re.compile(r"\\(?=[\\*_\[\]()])|[*\[\]]|(?<![^\W_])_|_(?![^\W_])")
# Deeper marks and longer marked stretches than this stay as they are written.
_MAX_DEPTH, _MAX_MARKED = 4, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A piece of text. ``strong``, ``em`` and ``link`` hold pieces; a link knows its address."""

    kind: TokenKind
    text: str = ""
    address: str = ""
    parts: tuple[Token, ...] = ()


def tokens(text: str) -> tuple[Token, ...]:
    """The pieces of a text, in order."""
    return tuple(_joined(_read(text, 0)))


def plain(text: str) -> str:
    """The text without its marks: for headings of windows, files and logs."""
    return "".join(_plain(tokens(text)))


def escape(text: str) -> str:
    """What somebody typed as a text that means itself: no mark in it is one."""
    return _ESCAPED.sub(r"\\\g<0>", text)


def _plain(pieces: tuple[Token, ...]) -> Iterator[str]:
    for piece in pieces:
        if piece.kind == "text":
            yield piece.text
        elif piece.kind == "break":
            yield "\n"
        yield from _plain(piece.parts)


def _read(text: str, depth: int) -> Iterator[Token]:
    at = 0
    while match := _MARKS.search(text, at):
        if match.start() > at:
            yield Token(kind="text", text=text[at : match.start()])
        token, at = _mark(text, match, depth)
        yield token
    if at < len(text):
        yield Token(kind="text", text=text[at:])


def _mark(text: str, match: re.Match[str], depth: int) -> tuple[Token, int]:
    """The piece that begins at a mark, and where the text goes on."""
    if match["plain"]:
        return Token(kind="text", text=match["plain"]), match.end()
    if match["line"]:
        return Token(kind="break"), match.end()
    if match["address"]:
        words = tuple(_joined(_read(match["words"], depth + 1))) if depth < _MAX_DEPTH else ()
        words = words or (Token(kind="text", text=match["words"]),)
        return Token(kind="link", address=match["address"], parts=words), match.end()
    mark = match[0]
    end = _closing(text, match.end(), mark) if depth < _MAX_DEPTH else -1
    if end < 0:
        return Token(kind="text", text=mark), match.end()
    inner = tuple(_joined(_read(text[match.end() : end], depth + 1)))
    return Token(kind="strong" if mark == "**" else "em", parts=inner), end + len(mark)


def _closing(text: str, start: int, mark: str) -> int:
    """Where the mark is closed on the same line; -1 where it is not, so that it is plain text."""
    line = text.find("\n", start)
    limit = min(len(text) if line < 0 else line, start + _MAX_MARKED)
    at = text.find(mark, start + 1, limit)
    while at >= 0:
        after = at + len(mark)
        before = text[at - 1]
        doubled = mark == "*" and (text[after : after + 1] == "*" or before == "*")
        inside = mark == "_" and text[after : after + 1].isalnum()
        if not (before.isspace() or before == "\\" or doubled or inside):
            return at
        at = text.find(mark, at + 1, limit)
    return -1


def _joined(pieces: Iterator[Token]) -> Iterator[Token]:
    """Neighbouring plain pieces as one."""
    waiting: list[str] = []
    for piece in pieces:
        if piece.kind == "text":
            waiting.append(piece.text)
            continue
        if waiting:
            yield Token(kind="text", text="".join(waiting))
            waiting = []
        yield piece
    if waiting:
        yield Token(kind="text", text="".join(waiting))
