"""The one rule for missing values, and what counts as missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias

from survey.instrument.expression.signatures import Rule

# None is missing. A date and time has no zone: it is the time on the wall where the survey is.
Value: TypeAlias = bool | Decimal | str | tuple[str, ...] | date | datetime | time | None
# Any: the arguments have been read as what the table says, which differs from function to function.
Work: TypeAlias = Callable[..., Any]


def present(value: Value) -> Value:
    """The value, or None where nothing was said: an empty text and an empty choice are missing."""
    return None if value is None or value == "" or value == () else value


def guard(rule: Rule, work: Work, values: Sequence[Value]) -> Value:
    """Apply ``work`` to the values, as the rule for missing ones says. This function is the rule.

    "false": ordered comparisons and those of sets and parts do not hold. "equal": missing equals missing and
    nothing else; "unequal" is its contrary. "missing": arithmetic, texts and dates give missing. "skip": sums,
    means and joined texts leave it out. "sees": the function decides (is-answered, coalesce, if, counts).
    ``and``, ``or`` and ``not`` are plain logic with two values: a missing condition does not hold.
    """
    if rule == "sees":
        return present(work(*values))
    if rule == "skip":
        return present(work(*(value for value in values if value is not None)))
    if rule in ("equal", "unequal"):
        left, right = values
        same = left is right if left is None or right is None else work(left, right)
        return bool(same) is (rule == "equal")
    if any(value is None for value in values):
        return False if rule == "false" else None
    return present(work(*values))
