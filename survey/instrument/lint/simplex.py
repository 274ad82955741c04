"""A small linear programme in exact fractions: the greatest sum of weights under upper limits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def greatest(
    weights: Sequence[Fraction], rows: Sequence[Sequence[Fraction]], limits: Sequence[Fraction]
) -> Fraction:
    """The maximum of ``weights · x`` for ``rows · x <= limits`` and ``x >= 0``; limits are not negative.

    The simplex method with Bland's rule, which never cycles. Every column with a weight must have a limit.
    """
    count, many = len(rows), len(weights)
    table = [
        [*row, *(Fraction(at == other) for other in range(count)), limit]
        for at, (row, limit) in enumerate(zip(rows, limits, strict=True))
    ]
    goal = [-weight for weight in weights] + [Fraction(0)] * (count + 1)
    basis = [many + at for at in range(count)]
    while True:
        entering = next((column for column in range(many + count) if goal[column] < 0), None)
        if entering is None:
            return goal[-1]
        leaving = _leaving(table, basis, entering)
        if leaving is None:
            raise ValueError("a weight without any limit")
        _pivot(table, goal, leaving, entering)
        basis[leaving] = entering


def _leaving(table: Sequence[Sequence[Fraction]], basis: Sequence[int], entering: int) -> int | None:
    """The row that limits the entering column most; of several, the one whose variable comes first."""
    ratios = [(row[-1] / row[entering], basis[at], at) for at, row in enumerate(table) if row[entering] > 0]
    return min(ratios)[2] if ratios else None


def _pivot(table: list[list[Fraction]], goal: list[Fraction], leaving: int, entering: int) -> None:
    divisor = table[leaving][entering]
    pivot = table[leaving] = [value / divisor for value in table[leaving]]
    for at, row in enumerate(table):
        if at != leaving and row[entering]:
            factor = row[entering]
            table[at] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
    factor = goal[entering]
    goal[:] = [value - factor * other for value, other in zip(goal, pivot, strict=True)]
