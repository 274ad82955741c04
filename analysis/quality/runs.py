"""Home of long strings: how many answers in a row are the same, the longest and the average run."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.quality.items import item_matrix
from analysis.results import Result, Row


class MissingInRun(StrEnum):
    """`skip`: a run goes on over a missing answer; `end`: a missing answer ends it."""

    SKIP = "skip"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LongStrings(Result):
    """Runs of identical consecutive answers.

    Attributes
    ----------
    longest : (n,) answers in the longest run, 0 for somebody without answers
    average : (n,) mean length of all runs, nan for somebody without answers
    answered : (n,) answers given
    """

    longest: IntArray
    average: FloatArray
    answered: IntArray

    def to_rows(self) -> list[Row]:
        """One row per respondent."""
        return [
            {"respondent": row + 1, "longest": int(a), "average": _known(b), "answered": int(c)}
            for row, (a, b, c) in enumerate(zip(self.longest, self.average, self.answered, strict=True))
        ]


def long_strings(answers: ArrayLike, *, missing: str = "skip") -> LongStrings:
    """Longest and average run of the same answer to consecutive items.

    Parameters
    ----------
    answers : (n, k) codes in the order the items were shown, nan where missing.
    missing : `skip` (a run goes on over a missing answer) or `end`.

    Raises
    ------
    InvalidInput, QualityError
        Naming what is no number, or an item nobody answered.

    References
    ----------
    Johnson (2005), Journal of Research in Personality 39, 103-129; Meade and Craig (2012), Psychological Methods
    17, 437-455 (average long string).
    """
    rule = _check.choice("missing", missing, among=MissingInRun)
    matrix = item_matrix(answers, index="long_strings", least=1)
    n = matrix.shape[0]
    last = np.full(n, np.nan)
    current, longest, runs = (np.zeros(n, dtype=np.int64) for _ in range(3))
    for column in matrix.T:
        known = np.isfinite(column)
        same = known & (column == last)
        current = np.where(same, current + 1, np.where(known, 1, current))
        runs += known & ~same
        last = np.where(known, column, last if rule is MissingInRun.SKIP else np.nan)
        np.maximum(longest, current, out=longest)
    answered = np.isfinite(matrix).sum(axis=1).astype(np.int64)
    average = np.where(runs > 0, answered / np.maximum(runs, 1), np.nan)
    return LongStrings(
        method=f"longest and average run, missing answers: {rule.value}",
        definition="quality.long_string",
        longest=longest,
        average=average,
        answered=answered,
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
