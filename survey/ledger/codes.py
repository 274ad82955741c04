"""Home of hand-typed codes: Crockford base 32 with one check character."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_ALPHABET = ALPHABET + "*~$=U"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
# What people type for what they read.
_PASSED_OVER = "- \u2010\u2013\u200e\u200f\u2066\u2069\ufeff"
"""Dashes, spaces, and the marks of direction that come along when a code is copied from a page."""
_READ_AS = str.maketrans("OIL", "011", _PASSED_OVER)


def encode(data: bytes, *, length: int) -> str:
    """`data` as `length` characters and a check character; the highest bits are padded with zeros."""
    number = int.from_bytes(data, "big")
    if number >> (5 * length):
        raise ValueError(f"{len(data)} bytes do not fit into {length} characters")
    body = "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))
    return body + CHECK_ALPHABET[number % 37]


def decode(code: str, *, length: int, n_bytes: int) -> bytes | None:
    """The bytes behind a code as typed, or None if it is malformed or its check character is wrong."""
    if len(code) > 4 * length:
        return None
    typed = code.upper().translate(_READ_AS)
    if len(typed) != length + 1:
        return None
    number = 0
    for char in typed[:-1]:
        value = _VALUES.get(char)
        if value is None:
            return None
        number = number << 5 | value
    if CHECK_ALPHABET[number % 37] != typed[-1] or number >> (8 * n_bytes):
        return None
    return number.to_bytes(n_bytes, "big")


def grouped(code: str, *, size: int = 4) -> str:
    """The code in groups, as it is printed."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
