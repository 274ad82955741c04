"""Finds the expressions in braces that stand in texts of LimeSurvey."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

_SILENT = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_MAX_FOUND = 500
_MAX_INSIDE = 5_000


class Segment(NamedTuple):
    """A part of a text: plain, or an expression without its braces."""

    text: str
    is_script: bool


def split_text(raw: str) -> tuple[Segment, ...]:
    """The text in order; an opening brace counts only where no white space follows it, as in LimeSurvey."""
    return tuple(_segments(raw))


def without_programs(raw: str) -> str:
    """The text with what stands inside scripts and styles taken out; the empty tags stay, to be reported."""
    return _SILENT.sub(lambda found: f"<{found[1]}></{found[1]}>", raw)


def _segments(raw: str) -> Iterator[Segment]:
    start = at = found = 0
    while (at := raw.find("{", at)) >= 0:
        end = _closing(raw, at) if found < _MAX_FOUND else None
        if end is None:
            at += 1
            continue
        if start < at:
            yield Segment(raw[start:at], is_script=False)
        yield Segment(html.unescape(raw[at + 1 : end]).strip(), is_script=True)
        start = at = end + 1
        found += 1
    if start < len(raw):
        yield Segment(raw[start:], is_script=False)


def _closing(raw: str, opening: int) -> int | None:
    """Where the brace closes; None where it opens no expression."""
    following = raw[opening + 1 : opening + 2]
    if not following or following.isspace() or following == "}":
        return None
    depth, quote = 0, ""
    for at in range(opening, min(len(raw), opening + _MAX_INSIDE)):
        char = raw[at]
        if quote:
            if char == quote and raw[at - 1] != "\\":
                quote = ""
        elif char in "'\"":
            quote = char
        elif char == "{":
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                return at
    return None
