"""The one place where codes of a LimeSurvey file become names and codes of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from survey.instrument.codes import is_name, name_of

_NOT_IN_CODE = re.compile(r"[\s@]")
_MAX_NAME, _MAX_ROW, _MAX_CODE = 40, 20, 64
# What LimeSurvey calls the answer "other", and what we call it.
LS_OTHER, OTHER = "-oth-", "other"


def item_name(title: str, *, fallback: str) -> str:
    """The name of an item made from the code of a question."""
    name = name_of(_tidy(title))[:_MAX_NAME]
    if not name.strip("_-"):
        return fallback
    return name if is_name(name) else f"q{name}"


def row_code(title: str, *, fallback: str) -> str:
    """The code of a row or column: a whole number or a name, because it stands behind the name of its battery."""
    code = name_of(_tidy(title))[:_MAX_ROW]
    if not code.strip("_-"):
        return fallback
    return code if is_name(code) or (code.isascii() and code.isdigit() and len(code) <= 9) else f"r{code}"


def option_code(code: str, *, fallback: str) -> str:
    """The code of an option."""
    tidy = _NOT_IN_CODE.sub("_", _tidy(code))[:_MAX_CODE]
    return OTHER if tidy == LS_OTHER else tidy or fallback


def is_id(value: object) -> bool:
    """Whether this is the number of a row as LimeSurvey counts them."""
    fits = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
    return fits and str(int(str(value))) == value and value != "0"


def free_name(name: str, taken: Collection[str]) -> str:
    """The name itself, or with the first number behind it that makes it new."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}{number}"
    return found


def _tidy(text: str) -> str:
    plain = "".join(char for char in unicodedata.normalize("NFC", text) if char.isprintable())
    return plain.strip()
