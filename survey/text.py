"""One normaliser for everything that people type, used at the edge before any database driver."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?\Z")
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class UnfitText(ValueError):
    """The text holds a character that no store can keep (NUL or half a surrogate pair)."""


def normalise(raw: str) -> str:
    """NFC text without NUL and lone surrogates, with ``\\n`` as the only line end. Raises UnfitText."""
    if "\x00" in raw:
        raise UnfitText("NUL")
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise UnfitText("surrogate") from exc
    return unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(raw: str) -> str:
    """Normalised text on one line, trimmed, without direction marks: for names and titles."""
    return " ".join(normalise(raw).translate(_DIRECTION).split())


def number(raw: str) -> Decimal | None:
    """The decimal number in ``raw`` (full-width digits folded), or None where it is not one."""
    folded = unicodedata.normalize("NFKC", normalise(raw)).strip()
    return Decimal(folded) if _NUMBER.match(folded) else None
