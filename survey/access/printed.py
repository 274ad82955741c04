"""Home of codes that people type from paper or a screen: groups of five, of which the fifth checks the other four."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from survey.ledger.codes import ALPHABET

GROUP = 5
"""Characters of a group: four that say something and one that checks them."""
_DATA = GROUP - 1
_MOST_TYPED = 100
_VALUES = {char: value for value, char in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_BETWEEN = re.compile(r"[^0-9A-Za-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody typed, read as a code of so many groups."""

    body: str | None
    """The code without its checks, or None where it cannot be right."""
    wrong: tuple[tuple[int, str], ...] = ()
    """Groups that cannot be right: their number, from 1, and how they were typed."""
    n_typed: int = 0
    """Letters and digits typed."""


def with_checks(body: str) -> str:
    """A code as it is printed: after every four characters the one that checks them."""
    groups = [body[start : start + _DATA] for start in range(0, len(body), _DATA)]
    return "".join(group + _check(group, number) for number, group in enumerate(groups, start=1))


def grouped(code: str) -> str:
    """A printed code in its groups, as people read it."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(text: str, *, groups: int) -> Typed:
    """What was typed, whatever its case, spaces, dashes and width of letters; O is 0, I and L are 1.

    Every single wrong character and every two neighbours changed about are found, and the group they stand in;
    so are two groups that changed places.
    """
    if len(text) > _MOST_TYPED:
        return Typed(body=None, n_typed=len(text))
    folded = unicodedata.normalize("NFKC", text).upper()
    parts = [part for part in _BETWEEN.split(folded) if part]
    letters = "".join(parts)
    if len(letters) != GROUP * groups:
        return Typed(body=None, wrong=_of_wrong_length(parts, groups), n_typed=len(letters))
    found = [letters[start : start + GROUP] for start in range(0, len(letters), GROUP)]
    wrong = tuple((n, group) for n, group in enumerate(found, start=1) if not _fits(group, n))
    if wrong:
        return Typed(body=None, wrong=wrong, n_typed=len(letters))
    body = "".join(ALPHABET[_VALUES[char]] for group in found for char in group[:_DATA])
    return Typed(body=body, n_typed=len(letters))


def _of_wrong_length(parts: list[str], groups: int) -> tuple[tuple[int, str], ...]:
    """Where the groups were kept apart: those with too many or too few characters."""
    if len(parts) != groups:
        return ()
    return tuple((n, part) for n, part in enumerate(parts, start=1) if len(part) != GROUP)


def _fits(group: str, number: int) -> bool:
    values = [_VALUES.get(char) for char in group]
    return None not in values and _VALUES[group[_DATA]] == _VALUES[_check(group[:_DATA], number)]


def _check(group: str, number: int) -> str:
    """A weighted sum over the field of 32 elements; the weights differ, so does what is added for each group."""
    total, weight = number, 1
    for char in group:
        weight = _doubled(weight)
        total ^= _times(weight, _VALUES[char])
    return ALPHABET[total]


def _doubled(value: int) -> int:
    """Times x, modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value


def _times(left: int, right: int) -> int:
    product = 0
    for bit in (16, 8, 4, 2, 1):
        product = _doubled(product) ^ (left if right & bit else 0)
    return product
