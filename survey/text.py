"""Home of what people type: one normaliser, used at the edge before any database driver, and how long a text is."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?\Z")
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


MOST_IN_ONE = 12
"""Code points that one character may take (a family of emoji takes 7, one with skin colours 11)."""
_JOINER = "\u200d"
_EXTENDING = frozenset("\u200c\u0e33\u0eb3") | {
    chr(code)
    for first, last in (
        (0x1160, 0x11FF),  # vowels and ends of Korean syllables
        (0x1F3FB, 0x1F3FF),  # colours of skin
        (0xE0020, 0xE007F),  # names of flags
    )
    for code in range(first, last + 1)
}
_VIRAMA = 9


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


def n_characters(text: str) -> int:
    """How many characters people see: accents, joined emoji and pairs that make a flag do not count by themselves.

    Near enough to Unicode's grapheme clusters, and never more than they are; with more than `MOST_IN_ONE` code
    points behind one place every dozen counts, so that the count bounds what is stored.
    """
    if text.isascii():
        return len(text)
    counted, in_one, before, flags = 0, 0, "", 0
    for char in text:
        flags = flags + 1 if "\U0001f1e6" <= char <= "\U0001f1ff" else 0
        if before and in_one < MOST_IN_ONE and (flags % 2 == 0 if flags else _belongs(char, before)):
            in_one += 1
        else:
            counted, in_one = counted + 1, 1
        before = char
    return counted


def _belongs(char: str, before: str) -> bool:
    """Whether a code point is seen as one character with the one before it."""
    kind = unicodedata.category(char)
    if kind[0] == "M" or char == _JOINER or char in _EXTENDING:
        return before != "\n"
    if before == _JOINER:
        return kind == "So"
    return kind == "Lo" and unicodedata.combining(before) == _VIRAMA
