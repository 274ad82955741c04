"""Home of the batch rules: which waiting responses may be sealed now, and how exact their days may stay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

GRACE = timedelta(minutes=30)
"""How long a draft opened before the close may still be submitted."""
MIN_GROUP = 10
"""A response hides among at least this many of its channel and seal group."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class HidingSet:
    """Responses that nobody outside can tell apart by what the participation row says."""

    channel: str
    seal_group: str


def choose(sizes: Mapping[HidingSet, int], *, closing: bool, limit: int) -> tuple[HidingSet, ...]:
    """The sets that are sealed in this batch.

    A set joins when at least ten of its responses wait. At close the smaller ones follow, together in the
    last batch. A batch holds at most `limit` responses, except that a set is never divided: box and
    participation row are not linked, so half a set could not be told from the other half.
    """
    large = sorted(key for key, size in sizes.items() if size >= MIN_GROUP)
    small = sorted(key for key, size in sizes.items() if 0 < size < MIN_GROUP)
    chosen: list[HidingSet] = []
    total = 0
    for key in large:
        if chosen and total + sizes[key] > limit:
            return tuple(chosen)
        chosen.append(key)
        total += sizes[key]
    return tuple(chosen + small) if closing else tuple(chosen)


def coarse_days(days: Iterable[str]) -> dict[str, str]:
    """For each day of one hiding set the day to be stored: at least ten responses share every stored day.

    Without this, waiting for a batch would be undone by the day: ten responses of ten days are ten groups
    of one. Days run together into blocks that bear the name of their last day; a set with fewer than ten
    responses is one block.
    """
    counts = Counter(days)
    blocks: list[list[str]] = []
    size = MIN_GROUP
    for day in sorted(counts):
        if size >= MIN_GROUP:
            blocks.append([])
            size = 0
        blocks[-1].append(day)
        size += counts[day]
    if len(blocks) > 1 and size < MIN_GROUP:
        rest = blocks.pop()
        blocks[-1].extend(rest)
    return {day: block[-1] for block in blocks for day in block}
