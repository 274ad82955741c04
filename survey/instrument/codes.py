"""What a code may look like, and how codes written as numbers in a file become strings."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")
OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+\-]{0,31}\Z")
# "@" parts an item from its unit in an answer key, "." parts a column from its option: neither occurs in a code.
UNIT_SEPARATOR = "@"


def as_code(value: object) -> str | None:
    """The code as a string; whole numbers are codes too, true and false are not."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    code = value if isinstance(value, str) else str(value) if abs(value) < 10**9 else ""
    return code if OPTION.match(code) else None


def nearest(name: object, known: Iterable[str]) -> str:
    """The known name that looks most like the given one, for a helpful message."""
    candidates = list(known)
    close = difflib.get_close_matches(str(name)[:64], candidates, n=1, cutoff=0.0)
    return close[0] if close else "-"
