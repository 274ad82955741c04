"""Home of values that are made from columns as a partition is read: shares, scores, squares about a mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis._types import FloatArray
from analysis.scale import coding
from analysis.scale.partitions import Arrays


class Derived(Protocol):
    """One value per row, made from columns."""

    @property
    def columns(self) -> Sequence[str]:
        """What must be read."""

    def values(self, table: Arrays, *, missing: Sequence[str]) -> FloatArray:
        """(n,) float, nan where missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """1 where a column holds one of the values, 0 where another; the mean is a share."""

    column: str
    hits: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def values(self, table: Arrays, *, missing: Sequence[str]) -> FloatArray:
        """By label, each label looked at once."""
        place, labels = coding.distinct(table[self.column], missing=missing)
        wanted = {*self.hits, *(_as_number(hit) for hit in self.hits)}
        hit = np.array([np.nan if label == "" else float(label in wanted) for label in labels])
        return hit[place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A column as 100 (x - low) / (high - low), or as it is without a scale."""

    column: str
    low: float = 0.0
    high: float = 100.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The column."""
        return (self.column,)

    def values(self, table: Arrays, *, missing: Sequence[str]) -> FloatArray:
        """The scores."""
        return (
            100.0
            * (coding.numbers(self.column, table[self.column], missing=missing) - self.low)
            / (self.high - self.low)
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Square:
    """`(y - mean)' gradient (y - mean)` of complete rows.

    The linearised value of a function of a covariance matrix: its mean varies as the function does.
    """

    items: tuple[str, ...]
    mean: FloatArray
    gradient: FloatArray

    @property
    def columns(self) -> tuple[str, ...]:
        """The items."""
        return self.items

    def values(self, table: Arrays, *, missing: Sequence[str]) -> FloatArray:
        """nan where an item is missing."""
        rows = np.column_stack([coding.numbers(name, table[name], missing=missing) for name in self.items])
        centred = rows - self.mean
        return np.asarray(((centred @ self.gradient) * centred).sum(axis=1))


def _as_number(text: str) -> str:
    """A label as a number is written here, so that "4.0" and 4 are one."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if np.isfinite(value) and value == np.floor(value) else str(value)
