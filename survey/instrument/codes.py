"""What a code may look like, and how codes written as numbers in a file become strings."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

MAX_LENGTH = 64
# "@" parts an item from its unit in an answer key, "." parts a column from its option: neither occurs in a name.
UNIT_SEPARATOR = "@"
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}\Z")
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_+.-]{1,64}\Z")
_COMPARED = 300


def is_name(value: object) -> bool:
    """Whether this may name an item, a section, a row or a list: a letter of any script, then letters and digits."""
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_LENGTH:
        return False
    if _PLAIN_NAME.match(value):
        return True
    return (
        (value[0] == "_" or unicodedata.category(value[0])[0] == "L")
        and all(char in "_-" or unicodedata.category(char)[0] in "LMN" for char in value)
        and unicodedata.is_normalized("NFC", value)
    )


def as_code(value: object) -> str | None:
    """The code of an option as a string; whole numbers are codes too, true and false are not."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    code = value if isinstance(value, str) else str(value) if abs(value) < 10**9 else ""
    if _PLAIN_CODE.match(code):
        return code
    fits = 1 <= len(code) <= MAX_LENGTH and code.isprintable() and UNIT_SEPARATOR not in code
    if not fits or any(char.isspace() for char in code):
        return None
    return unicodedata.normalize("NFC", code)


def as_text(value: object) -> str | None:
    """A plain value of a document as text; None for anything else, and for numbers that nobody writes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 10**18:
        return None
    return str(value)


def name_of(code: str) -> str:
    """The code of an option as a part of a name: what a name cannot hold becomes an underscore."""
    return "".join(char if char in "_-" or unicodedata.category(char)[0] in "LMN" else "_" for char in code)


def nearest(name: object, known: Iterable[str]) -> str:
    """The known name that looks most like the given one, for a helpful message."""
    candidates = list(islice(known, _COMPARED))
    close = difflib.get_close_matches(str(name)[:64], candidates, n=1, cutoff=0.0)
    return close[0] if close else "-"
