"""Patterns of LimeSurvey (PHP's PCRE between slashes, found anywhere) as RE2 patterns, and back."""

from __future__ import annotations

import re

_DELIMITED = re.compile(r"\s*([/#~])(.*)\1([imsux]*)\s*\Z", re.DOTALL)
_MAX_PATTERN = 1_000
_ANYTHING = r"[\s\S]*"


def to_re2(preg: str) -> str | None:
    """The pattern to be found somewhere in a text; None where RE2 cannot search for it."""
    found = _DELIMITED.match(preg)
    body, flags = (found[2], found[3]) if found else (preg, "")
    if found:
        body = body.replace(f"\\{found[1]}", found[1])
    kept = "".join(flag for flag in "ims" if flag in flags)
    pattern = f"(?{kept}){body}" if kept else body
    return pattern if "x" not in flags and _compiles(pattern) else None


def whole_value(preg: str) -> str | None:
    """The same as a pattern for the whole value of a text."""
    pattern = to_re2(preg)
    if pattern is None:
        return None
    flags = re.match(r"\(\?[ims]+\)", pattern)
    lead, body = (flags[0], pattern[flags.end() :]) if flags else ("", pattern)
    starts, ends = body.startswith("^"), body.endswith("$") and not _escaped(body)
    inner = body[1 if starts else 0 : -1 if ends else None]
    # An alternative at the top would otherwise belong to one of the anchors only.
    if "|" in inner and not (starts and ends and _is_one_group(inner)):
        starts = ends = False
        inner = f"(?:{body})"
    whole = f"{lead}{'' if starts else _ANYTHING}{inner}{'' if ends else _ANYTHING}"
    return whole if _compiles(whole) else None


def from_pattern(pattern: str) -> str:
    """A pattern for the whole value as LimeSurvey writes it."""
    return f"/^(?:{pattern})$/".replace("\n", r"\n")


def _escaped(body: str) -> bool:
    before = body[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1


def _is_one_group(inner: str) -> bool:
    """Whether a pattern is one pair of brackets from end to end."""
    depth = 0
    for at, char in enumerate(inner):
        if char == "\\" or "[" in inner:
            return False
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0 and at < len(inner) - 1:
            return False
    return depth == 0 and inner.startswith("(")


def _compiles(pattern: str) -> bool:
    import re2  # late: the phone's process reads no file of another program

    if len(pattern) > _MAX_PATTERN:
        return False
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(pattern, options)
    except re2.error:
        return False
    return True
