"""The one place where codes of a LimeSurvey file become names and codes of ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Names: a letter of any script or "_", then letters, digits, "_" or "-" (docs/instrument-document.md).
_NOT_IN_NAME = re.compile(r"[^\w\-]")
_NOT_IN_CODE = re.compile(r"[\s@]")
_MAX_NAME, _MAX_ROW, _MAX_CODE = 40, 20, 64
# What LimeSurvey calls the answer "other", and what we call it.
LS_OTHER, OTHER = "-oth-", "other"


def item_name(title: str, *, fallback: str) -> str:
    """The name of an item made from the code of a question."""
    name = _NOT_IN_NAME.sub("_", _tidy(title))[:_MAX_NAME]
    if not name:
        return fallback
    return name if name[0].isalpha() or name[0] == "_" else f"q{name}"


def row_code(title: str, *, fallback: str) -> str:
    """The code of a row or column: it only ever stands behind the name of its battery."""
    return _NOT_IN_NAME.sub("_", _tidy(title))[:_MAX_ROW] or fallback


def option_code(code: str, *, fallback: str) -> str:
    """The code of an option."""
    tidy = _NOT_IN_CODE.sub("_", _tidy(code))[:_MAX_CODE]
    return OTHER if tidy == LS_OTHER else tidy or fallback


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name itself, or with the first number behind it that makes it new."""
    used = set(taken)
    return next(
        found for n in range(len(used) + 2) if (found := name if n == 0 else f"{name}{n + 1}") not in used
    )


def _tidy(text: str) -> str:
    plain = "".join(char for char in unicodedata.normalize("NFC", text) if char.isprintable())
    return plain.strip()
