"""Home of the reports of being told how to answer, by area, with Wilson intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import confidence, labels, mask
from analysis.quality.rules import RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachingReports:
    """Reports from one area: how many of how many, the interval of the share, and whether it is too high."""

    area: str
    reported: int
    answered: int
    low: float
    high: float
    is_flagged: bool


def coaching_reports(
    told: ArrayLike,
    answered: ArrayLike,
    *,
    area: ArrayLike,
    limit: float = RULES["coached_county"].thresholds["limit"],
    level: float = RULES["coached_county"].thresholds["level"],
) -> tuple[CoachingReports, ...]:
    """Share reporting coaching in each area; flagged if its lower limit exceeds what is tolerated.

    Parameters
    ----------
    told : (n,) bool, answered "yes"
    answered : (n,) bool, answered "yes" or "no"; who would not say is not in the base
    area : (n,) names

    Returns
    -------
    One entry per area in the order of their names

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    names = np.asarray(area)
    n = len(names)
    codes, kinds = labels("area", names, n=n)
    base = mask("answered", answered, n=n)
    reported = np.bincount(codes[mask("told", told, n=n) & base], minlength=len(kinds))
    total = np.bincount(codes[base], minlength=len(kinds))
    reports = []
    for place, name in enumerate(kinds):
        low, high = wilson(int(reported[place]), int(total[place]), level=level)
        reports.append(
            CoachingReports(
                area=name,
                reported=int(reported[place]),
                answered=int(total[place]),
                low=low,
                high=high,
                is_flagged=low > limit,
            )
        )
    return tuple(reports)


def wilson(hits: int, n: int, *, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share of independent answers; (0, 1) where nobody answered."""
    from scipy.special import ndtri

    if n == 0:
        return 0.0, 1.0
    z2 = float(ndtri((1.0 + confidence(level)) / 2.0)) ** 2
    share = hits / n
    centre = share + z2 / (2.0 * n)
    half = float(np.sqrt(z2 * share * (1.0 - share) / n + (z2 / (2.0 * n)) ** 2))
    return max((centre - half) / (1.0 + z2 / n), 0.0), min((centre + half) / (1.0 + z2 / n), 1.0)
