"""Home of the search for bursts: many answers from one place in one short time, more than place and time explain."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.quality.errors import QualityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Burst:
    """One place in one slot of time: answers seen and expected, p corrected for all cells looked at, its rows."""

    place: str
    slot: str
    seen: int
    expected: float
    p: float
    rows: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bursts(Result):
    """Bursts found, the least probable first, and how many cells (place, slot) with answers were looked at."""

    found: tuple[Burst, ...]
    cells: int

    def to_rows(self) -> list[Row]:
        """One row per burst."""
        return [
            {
                "place": burst.place,
                "slot": burst.slot,
                "seen": burst.seen,
                "expected": burst.expected,
                "p": burst.p,
            }
            for burst in self.found
        ]


def bursts(place: ArrayLike, slot: ArrayLike, *, least: int = 10, p: float = 0.001) -> Bursts:
    """Cells of place and time with more answers than their place and their time have elsewhere.

    Every cell is held against all others as a table of two by two, place or not and slot or not: flagged are cells of
    at least `least` answers whose one-sided Fisher probability, times the number of cells with answers, is below `p`.
    Expected is what the other cells say: (answers of the place in other slots) · (answers of other places in the
    slot) / (answers of other places in other slots), so that a burst does not raise its own expectation.

    Parameters
    ----------
    place : (n,) network, hall, device group or area; None where unknown (not looked at).
    slot : (n,) name of a short time such as a half hour of a day; None where unknown (not looked at).

    Raises
    ------
    QualityError
        ``bad_cutoff`` for a least below 2 or a p outside (0, 1).

    References
    ----------
    Fisher (1935), Journal of the Royal Statistical Society 98, 39-54 (exact test); Goodman (1968), Journal of the
    American Statistical Association 63, 1091-1131 (expectation under quasi-independence).
    """
    if least < 2:
        raise QualityError(
            "bad_cutoff", name="bursts", value=least, expected_zh="不小于 2", expected_en="at least 2"
        )
    if not 0.0 < p < 1.0:
        raise QualityError(
            "bad_cutoff", name="bursts", value=p, expected_zh="在 0 与 1 之间", expected_en="between 0 and 1"
        )
    places, slots = _names("place", place), _names("slot", slot)
    if len(places) != len(slots):
        raise InvalidInput("wrong_shape", name="slot", expected=f"({len(places)},)", actual=(len(slots),))
    known = np.flatnonzero([a is not None and b is not None for a, b in zip(places, slots, strict=True)])
    found: list[Burst] = []
    cells = 0
    if known.size:
        labels, row = np.unique(places[known].astype(str), return_inverse=True)
        times, column = np.unique(slots[known].astype(str), return_inverse=True)
        table = np.zeros((len(labels), len(times)))
        np.add.at(table, (row, column), 1.0)
        expected, tail = _tails(table)
        cells = int(np.count_nonzero(table))
        corrected = np.minimum(tail * cells, 1.0)
        for r, c in np.argwhere((table >= least) & (corrected < p)):
            members = known[(row == r) & (column == c)].astype(np.int64)
            found.append(
                Burst(
                    place=str(labels[r]),
                    slot=str(times[c]),
                    seen=int(table[r, c]),
                    expected=float(expected[r, c]),
                    p=float(corrected[r, c]),
                    rows=members,
                )
            )
    return Bursts(
        method="Fisher exact test of each place and time against all others, Bonferroni",
        definition="quality.bursts",
        found=tuple(sorted(found, key=lambda burst: (burst.p, -burst.seen, burst.place, burst.slot))),
        cells=cells,
    )


def _tails(table: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Expected answers of every cell from the others, and the probability of at least as many as seen."""
    from scipy import stats

    total, places, slots = table.sum(), table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    rest = total - places - slots + table
    expected = (places - table) * (slots - table) / np.maximum(rest, 1.0)
    tail = stats.hypergeom.sf(table - 1.0, total, places, slots)
    return expected, np.where(table > 0, tail, 1.0)


def _names(name: str, values: ArrayLike) -> np.ndarray:
    column = np.array(values, dtype=object)
    if column.ndim != 1:
        raise InvalidInput("wrong_shape", name=name, expected="(n,)", actual=column.shape)
    return column
