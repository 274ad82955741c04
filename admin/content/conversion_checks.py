"""Checks the table that turns answers into points: the lowest answer is worth 0, whatever anyone prefers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from admin.content.checking import TOLERANCE, Checks
from admin.content.problems import Steps


def check_conversion(
    checks: Checks, values: Mapping[str, float], steps: Steps, *, spacing_reason: str | None = None
) -> None:
    """Lowest 0, highest 100, rising, equally spaced unless a reason is recorded."""
    points = sorted(int(code) for code in values)
    table = [values[str(point)] for point in points]
    if table[0] != 0:
        checks.add("conversion_lowest", (*steps, str(points[0])), value=table[0])
    if table[-1] != 100:
        checks.add("conversion_highest", (*steps, str(points[-1])), value=table[-1])
    rises = [after - before for before, after in pairwise(table)]
    if any(rise <= 0 for rise in rises):
        checks.add("conversion_order", steps)
    elif max(rises) - min(rises) > TOLERANCE and not spacing_reason:
        checks.add("conversion_spacing", steps)
    if points != list(range(1, len(points) + 1)):
        checks.count(steps, len(points), max(points), zh="换算档位", en="answers in the conversion")
