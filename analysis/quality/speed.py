"""Home of the check for interviews too short to have been read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import mask, numbers
from analysis._types import BoolArray
from analysis.quality.rules import RULES
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speed(Result):
    """Median and limit in seconds, and who stayed below; nan where nobody could be measured."""

    method: str = "share of the median length of self-completed interviews"
    definition: str = "quality.speed"

    median: float
    limit: float
    is_flagged: BoolArray  # (n,)

    def to_rows(self) -> list[Row]:
        """One row."""
        known = np.isfinite(self.median)
        return [
            {
                "median": self.median if known else None,
                "limit": self.limit if known else None,
                "flagged": int(self.is_flagged.sum()),
            }
        ]


def speeders(
    seconds: ArrayLike, is_web: ArrayLike, *, share: float = RULES["speeding"].thresholds["share"]
) -> Speed:
    """Self-completed interviews shorter than a share of their median length.

    Parameters
    ----------
    seconds : (n,) length, nan where not measured
    is_web : (n,) bool, the self-completed responses; others are neither measured nor flagged

    References
    ----------
    Greszki, Meyer and Schoen (2015), Public Opinion Quarterly 79, 471-503 (relative speed; flag, do not drop).
    """
    length = numbers("seconds", seconds)
    measured = mask("is_web", is_web, n=len(length)) & np.isfinite(length)
    if not measured.any():
        return Speed(
            median=float("nan"), limit=float("nan"), is_flagged=np.zeros(len(length), dtype=np.bool_)
        )
    median = float(np.median(length[measured]))
    return Speed(median=median, limit=share * median, is_flagged=measured & (length < share * median))
