"""Which item or option of a version is which of the version before: by its code, or by the code it says it had.

``was`` names the code of the version before. A code that somebody claims by ``was`` is not matched by being equal.
Documents that are carried on by hand may still hold the ``was`` of an earlier renaming: where the version before
says the same ``was`` and the wording is that of its own code there, it is such a leftover and does not count.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from typing import Protocol, TypeVar

K = TypeVar("K", bound=Hashable)


class Named(Protocol):
    """Anything with a code and, perhaps, a former one."""

    @property
    def code(self) -> str:
        """The code."""
        ...

    @property
    def was(self) -> str | None:
        """The code that it had in the version before."""
        ...

    @property
    def text(self) -> Mapping[str, str]:
        """What is read."""
        ...


def matched(before: Iterable[Named], after: Iterable[Named]) -> dict[str, str]:
    """For each code of the later version that has one, the code of the same thing in the earlier version."""
    old = {part.code: part for part in before}
    new = {part.code: part for part in after}
    found: dict[str, str] = {}
    taken: set[str] = set()

    def match(code: str, former: str) -> None:
        if code not in found and former in old and former not in taken:
            found[code] = former
            taken.add(former)

    for code, part in new.items():
        if part.was and not (code in old and _is_leftover(old[code], part)):
            match(code, part.was)
    for code in new:
        match(code, code)
    for code, part in new.items():
        if part.was:
            match(code, part.was)
    return found


def letters(words: Mapping[str, str]) -> str:
    """The text of the first language without what only looks different: spaces, punctuation, width, case."""
    return bare(next(iter(words.values()), ""))


def bare(text: str) -> str:
    """A text without spaces, punctuation, width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if not unicodedata.category(char).startswith(("P", "Z", "C")))


def _is_leftover(before: Named, after: Named) -> bool:
    return before.was == after.was and letters(before.text) == letters(after.text)


def in_order(kept: Mapping[K, K], before: Iterable[K], after: Iterable[K]) -> frozenset[K]:
    """What of the later version kept its order among each other: as many as can be said to have."""
    place = {code: at for at, code in enumerate(before)}
    row = [(code, place[kept[code]]) for code in after if code in kept]
    # The longest rising sequence; ``tails`` holds, by length, the index of its smallest last member.
    tails: list[int] = []
    previous: list[int | None] = []
    for at, (_, number) in enumerate(row):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if row[tails[middle]][1] < number:
                low = middle + 1
            else:
                high = middle
        previous.append(tails[low - 1] if low else None)
        tails[low:] = [at, *tails[low + 1 :]]
    steady: set[K] = set()
    step = tails[-1] if tails else None
    while step is not None:
        steady.add(row[step][0])
        step = previous[step]
    return frozenset(steady)
