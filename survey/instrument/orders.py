"""Every random order of an interview: it hangs on the stored seed alone and is the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from survey.instrument.parts import NONE_OF_THESE, Item, Option
from survey.instrument.program import Program

T = TypeVar("T")
# Special codes come after the points of a scale, "don't know" at the very end.
_SPECIAL_ORDER = {"99": 0, "98": 1, "88": 2}


def rank(seed: int, purpose: str, code: str) -> bytes:
    """A place in a random order that depends on nothing but its arguments, on every machine alike."""
    return hashlib.sha256(f"{seed}|{purpose}|{code}".encode("utf-8", "replace")).digest()


def is_reversed(seed: int, program: Program) -> bool:
    """Whether this respondent reads ordered lists from the other end: half of them do, and each does so throughout."""
    # A plain number: that half is all that a page says of the seed, so it is not noted as drawn for one person alone.
    return rank(int(seed), "direction", program.code)[0] % 2 == 1


def option_order(program: Program, item: Item, options: Iterable[Option], seed: int) -> list[Option]:
    """The options as this respondent reads them; the rows of a battery read alike."""
    offered = list(options)
    if item.kind == "scale" and item.scale not in (None, "nps"):
        return _scale_order(program, item, offered, seed)
    purpose = f"order {item.battery or item.code}"
    if item.random_order:  # the tick list of a module
        place = partial(rank, seed, purpose)
        return sorted(offered, key=lambda option: (option.code == NONE_OF_THESE, place(option.code)))
    if item.order == "random":
        return _moved(offered, lambda free: sorted(free, key=lambda option: rank(seed, purpose, option.code)))
    own_points = item.kind == "scale" and item.scale is None and program.random_direction
    if (item.order == "reversed_half" or own_points) and is_reversed(seed, program):
        return _moved(offered, lambda free: free[::-1])
    return offered


def row_order(program: Program, items: Sequence[Item], seed: int) -> Sequence[Item]:
    """The items of a page with the rows of shuffled batteries in their order; a row keeps its columns together."""
    shuffled = {
        code
        for item in items
        if (code := item.battery) is not None and program.batteries_by_code[code].row_order == "random"
    }
    if not shuffled:
        return items
    found: list[Item] = []
    for item in items:
        if item.battery not in shuffled:
            found.append(item)
        elif not any(before.battery == item.battery for before in found):
            rows = [member for member in items if member.battery == item.battery]
            found.extend(sorted(rows, key=lambda row: rank(seed, f"rows {row.battery}", row.row or "")))
    return found


def section_order(program: Program, seed: int) -> tuple[tuple[int, ...], ...]:
    """The runs of pages in the order in which this respondent meets them."""
    runs = program.runs
    if not program.is_shuffled:
        return runs
    blocks: list[tuple[str | None, list[tuple[int, ...]]]] = []
    for run in runs:
        name = program.pages[run[0]].shuffle
        if name is not None and blocks and blocks[-1][0] == name:
            blocks[-1][1].append(run)
        else:
            blocks.append((name, [run]))
    moving = [block for block in blocks if block[0] is not None]
    moved = iter(sorted(moving, key=lambda block: rank(seed, "sections", block[0] or "")))
    placed = [block if block[0] is None else next(moved) for block in blocks]
    return tuple(run for _, members in placed for run in members)


def _scale_order(program: Program, item: Item, offered: list[Option], seed: int) -> list[Option]:
    points = sorted((o for o in offered if not o.missing), key=lambda o: int(o.code))
    special = sorted((o for o in offered if o.missing), key=lambda o: _SPECIAL_ORDER.get(o.code, 0))
    worst_first = program.random_direction and is_reversed(seed, program)
    return (points if worst_first else points[::-1]) + special


def _moved(options: list[Option], change: Callable[[list[Option]], list[Option]]) -> list[Option]:
    """The options changed in order, but for those that keep their place: fixed ones, and the odd ones out."""
    free = iter(change([option for option in options if not _stays(option)]))
    return [option if _stays(option) else next(free) for option in options]


def _stays(option: Option) -> bool:
    return option.fixed or option.missing or option.exclusive or option.other
