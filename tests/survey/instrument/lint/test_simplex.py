"""The linear programme behind quotas, against known solutions and against trying whole numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.lint.simplex import greatest


def solve(weights: list[int], rows: list[list[int]], limits: list[int]) -> Fraction:
    """The same with whole numbers."""
    table = [[Fraction(value) for value in row] for row in rows]
    return greatest([Fraction(weight) for weight in weights], table, [Fraction(limit) for limit in limits])


def test_known_solutions() -> None:
    # Dantzig's first example: x = 2, y = 6.
    assert solve([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]) == 36
    # Three pairs out of three: every limit is shared, the best is a half of each.
    assert solve([1, 1, 1], [[1, 1, 0], [0, 1, 1], [1, 0, 1]], [1, 1, 1]) == Fraction(3, 2)
    assert solve([], [], []) == 0
    assert solve([0, 0], [[1, 1]], [5]) == 0
    with pytest.raises(ValueError, match="without any limit"):
        solve([1, 1], [[1, 0]], [5])


@given(
    st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=1, max_size=3),
    st.lists(st.integers(0, 4), min_size=4, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_no_whole_number_solution_is_better(rows: list[list[int]], limits: list[int]) -> None:
    rows = [*rows, [1, 1, 1]]
    best = solve([1, 1, 1], rows, limits[: len(rows)])
    whole = max(
        sum(x)
        for x in product(range(5), repeat=3)
        if all(
            sum(a * b for a, b in zip(row, x, strict=True)) <= limit
            for row, limit in zip(rows, limits, strict=False)
        )
    )
    assert whole <= best < whole + 2
