"""Finds the expressions in braces that stand in texts of LimeSurvey."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import NamedTuple

_SILENT = ("script", "style")
_MAX_TRIED = 1_000
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
    for tag in _SILENT:
        raw = _without(raw, tag)
    return raw


def _without(raw: str, tag: str) -> str:
    """The text with the inside of every pair of such tags taken out; one pass, however many are never closed."""
    lower, parts, at = raw.lower(), [], 0
    if len(lower) != len(raw):  # a letter whose small form is longer: positions would not fit
        return raw
    while (start := lower.find(f"<{tag}", at)) >= 0:
        inside = lower.find(">", start) + 1
        end = lower.find(f"</{tag}", inside) if inside else -1
        if end < 0:
            break
        parts += [raw[at:inside]]
        at = end
    return "".join([*parts, raw[at:]])


def _segments(raw: str) -> Iterator[Segment]:
    start = at = tried = 0
    while (at := raw.find("{", at)) >= 0:
        tried += 1
        end = _closing(raw, at) if tried < _MAX_TRIED else None
        if end is None:
            at += 1
            continue
        if start < at:
            yield Segment(raw[start:at], is_script=False)
        yield Segment(html.unescape(raw[at + 1 : end]).strip(), is_script=True)
        start = at = end + 1
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
