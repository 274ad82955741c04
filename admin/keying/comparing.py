"""Home of the comparison of two keyings of one sheet: where they differ, and by how many keys. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from admin.keying.fields import item_of
from admin.keying.reading import BLANK, UNREADABLE, Entry, unmarked

_NOTHING = frozenset({"", BLANK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of which the two keyings say something else."""

    key: str
    first: str
    second: str


@dataclass(slots=True, kw_only=True)
class PairCount:
    """Of one item: fields compared, those that differ, keys struck in them, those that differ."""

    n_fields: int = 0
    n_different: int = 0
    n_keys: int = 0
    n_keys_different: int = 0
    n_unreadable: int = 0
    n_off_route: int = 0
    n_impossible: int = 0


@dataclass(slots=True, kw_only=True)
class Tally:
    """Of one item and one person: fields keyed, and those that were not as they were settled."""

    n_fields: int = 0
    n_wrong: int = 0


def meaning(value: str) -> str:
    """What a field says, whatever mark stands before it: a field passed over and one left blank say nothing."""
    text = unmarked(value)
    return BLANK if text in _NOTHING else text


def compare(first: Entry, second: Entry) -> tuple[Difference, ...]:
    """Every field of which the two say something else, by key; none where both say the same."""
    keys = sorted(first.keys() | second.keys())
    return tuple(
        Difference(key=key, first=first.get(key, ""), second=second.get(key, ""))
        for key in keys
        if meaning(first.get(key, "")) != meaning(second.get(key, ""))
    )


def agreed(first: Entry, second: Entry) -> dict[str, str]:
    """What both say; a mark that only one of them set counts."""
    found = {}
    for key in first.keys() | second.keys():
        one, other = first.get(key, ""), second.get(key, "")
        if meaning(one) == meaning(other) and (one or other):
            # The longer spelling is the one with the mark, or the stop beside an empty field.
            found[key] = max(one, other, key=len)
    return found


def count_pair(first: Entry, second: Entry, *, on_route: Collection[str]) -> dict[str, PairCount]:
    """By item: how the two agree, over the fields of the route and all others that either holds."""
    counts: dict[str, PairCount] = {}
    for key in _keys(first, second, on_route):
        one, other = meaning(first.get(key, "")), meaning(second.get(key, ""))
        count = counts.setdefault(item_of(key), PairCount())
        count.n_fields += 1
        count.n_different += one != other
        count.n_keys += max(len(one), len(other))
        count.n_keys_different += distance(one, other)
    return counts


def tally(entry: Entry, settled: Entry, *, on_route: Collection[str]) -> dict[str, Tally]:
    """By item: how many fields one person keyed, and how many otherwise than they were settled."""
    counts: dict[str, Tally] = {}
    for key in _keys(entry, settled, on_route):
        count = counts.setdefault(item_of(key), Tally())
        count.n_fields += 1
        count.n_wrong += meaning(entry.get(key, "")) != meaning(settled.get(key, ""))
    return counts


def distance(one: str, other: str) -> int:
    """The number of keys to strike, leave out or change that leads from one text to the other (Levenshtein)."""
    if one == other:
        return 0
    row = list(range(len(other) + 1))
    for place, char in enumerate(one, start=1):
        before, row[0] = row[0], place
        for column, there in enumerate(other, start=1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (char != there)),
            )
    return row[-1]


def add_marks(
    counts: Mapping[str, PairCount], settled: Entry, *, off_route: Iterable[str], impossible: Iterable[str]
) -> None:
    """Count in what was settled the fields nobody can read, and those that the instrument does not provide for."""
    for keys, name in (
        ([key for key, value in settled.items() if value == UNREADABLE], "n_unreadable"),
        (off_route, "n_off_route"),
        (impossible, "n_impossible"),
    ):
        for key in keys:
            if (count := counts.get(item_of(key))) is not None:
                setattr(count, name, getattr(count, name) + 1)


def _keys(one: Entry, other: Entry, on_route: Collection[str]) -> set[str]:
    held = {key for entry in (one, other) for key, value in entry.items() if meaning(value) != BLANK}
    return held | set(on_route)
