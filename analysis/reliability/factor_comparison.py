"""Home of the comparison of factor solutions of the same items: Tucker's congruence."""

from dataclasses import dataclass
from itertools import permutations
from math import nan

import numpy as np
import numpy.typing as npt

from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.reliability._results import known
from analysis.reliability.errors import ReliabilityError
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Congruence(Result):
    """Tucker's congruence of the factors of two solutions of the same items.

    Attributes
    ----------
    coefficients : (q1, q2) between every factor of the first and of the second solution.
    match : (q1,) the factor of the second that goes with each of the first, -1 without partner.
    matched : (q1,) coefficient with it, its sign set aside; .95 and above counts as equal, .85 to .94 as similar.
    """

    coefficients: FloatArray
    match: IntArray
    matched: FloatArray

    def to_rows(self) -> list[Row]:
        """One row per factor of the first solution."""
        return [
            {
                "factor": place + 1,
                "goes_with": int(other) + 1 if other >= 0 else None,
                "congruence": known(value),
            }
            for place, (other, value) in enumerate(zip(self.match, self.matched.tolist(), strict=True))
        ]


def congruence(first: npt.ArrayLike, second: npt.ArrayLike) -> Congruence:
    """Compare two (k, q) loading matrices of the same items, e.g. of two groups or waves.

    Raises
    ------
    ReliabilityError
        ``loadings_differ`` if the numbers of items differ.

    References
    ----------
    Tucker (1951), Personnel Research Section Report 984; Lorenzo-Seva and ten Berge (2006), Methodology 2, 57-64 (limits).
    """
    a, b = (np.asarray(values, dtype=np.float64) for values in (first, second))
    if a.ndim != 2 or b.ndim != 2:
        raise InvalidInput("wrong_shape", name="loadings", expected="(k, q)", actual=(a.shape, b.shape))
    if len(a) != len(b):
        raise ReliabilityError("loadings_differ", first=len(a), second=len(b))
    length = np.outer(np.sqrt((a**2).sum(axis=0)), np.sqrt((b**2).sum(axis=0)))
    with np.errstate(divide="ignore", invalid="ignore"):
        coefficients = np.where(length > 0, a.T @ b / length, nan)
    match = _best_match(np.abs(np.nan_to_num(coefficients)))
    matched = np.array(
        [abs(coefficients[place, other]) if other >= 0 else nan for place, other in enumerate(match)]
    )
    return Congruence(
        method="Tucker's congruence, best one-to-one match",
        definition="factors.congruence",
        coefficients=coefficients,
        match=match,
        matched=matched,
    )


def _best_match(size: FloatArray) -> IntArray:
    """The one-to-one match of factors with the largest sum; every way is tried up to 8 factors, else greedily."""
    rows, columns = size.shape
    if max(rows, columns) <= 8:
        width = max(rows, columns)
        wide = np.zeros((width, width))
        wide[:rows, :columns] = size
        ways = np.array(list(permutations(range(width))))
        best = ways[wide[np.arange(width), ways].sum(axis=1).argmax()][:rows]
        return np.where(best < columns, best, -1).astype(np.int64)
    match, left = np.full(rows, -1, dtype=np.int64), size.copy()
    for _ in range(min(rows, columns)):
        row, column = np.unravel_index(int(left.argmax()), left.shape)
        match[row] = column
        left[row], left[:, column] = -1.0, -1.0
    return match
