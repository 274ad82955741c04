"""Home of weighted quantiles with Woodruff intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.estimate._build import OfTotals, Valid, build, quotient, valid
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantile(Result):
    """A quantile and its interval; `se` is the width of the interval over 2 t, as a summary only."""

    probability: float
    value: float
    ci_low: float
    ci_high: float
    se: float
    df: float
    n: int

    def to_rows(self) -> list[Row]:
        """One row."""
        row: Row = {
            "probability": self.probability,
            "estimate": self.value,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "df": self.df,
            "n": self.n,
            "method": self.method,
        }
        return [{name: _known(value) for name, value in row.items()}]


def _known(value: float | int | str | None) -> float | int | str | None:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def quantile(
    y: ArrayLike,
    design: BoundDesign,
    *,
    probabilities: Sequence[float],
    domain: ArrayLike | None = None,
    level: float = 0.95,
    name: str = "quantile",
) -> tuple[Quantile, ...]:
    """Lowest value whose cumulative weight share reaches p, with Woodruff's interval.

    The interval is the estimated share at or below the quantile, plus and minus t standard errors, turned
    back by the same rule (so ties, as five-point items have everywhere, widen it on one side).

    Parameters
    ----------
    y : (n,) float, nan where missing; a missing value leaves the domain, never the design.
    probabilities : each strictly between 0 and 1.

    Raises
    ------
    InvalidInput, EstimationError
        A probability or level outside (0, 1); no valid value in the domain.

    References
    ----------
    Woodruff (1952), JASA 47, 635-646; Lohr (2022), 3rd ed., sec. 9.5.2.
    """
    from scipy import stats

    cases = valid(y, design, domain=domain, name=name)
    t = float(stats.t.isf((1.0 - _check.confidence(level)) / 2, design.df)) if design.df > 0 else np.nan
    order = np.argsort(cases.y[cases.inside], kind="stable")
    values = cases.y[cases.inside][order]
    shares = np.cumsum(cases.w[cases.inside][order]) / cases.weight_sum
    return tuple(
        _one(_check.confidence(p), values=values, shares=shares, cases=cases, design=design, t=t)
        for p in probabilities
    )


def _one(
    p: float, *, values: FloatArray, shares: FloatArray, cases: Valid, design: BoundDesign, t: float
) -> Quantile:
    value = _invert(p, values=values, shares=shares)
    below = np.where(cases.inside & (cases.y <= value), 1.0, 0.0)
    share = float(cases.w @ below) / cases.weight_sum
    linear = np.where(cases.inside, below - share, 0.0) / cases.weight_sum
    of = OfTotals(columns=np.column_stack([below, cases.inside]), function=quotient)
    half = t * build(share, linear, cases=cases, design=design, method="share", of=of).se
    low = _invert(share - half, values=values, shares=shares)
    high = _invert(share + half, values=values, shares=shares)
    return Quantile(
        method="quantile (lowest value reaching the share), Woodruff",
        definition="estimate.quantile",
        seed=None if design.replicates is None else design.replicates.seed,
        probability=p,
        value=value,
        ci_low=low,
        ci_high=high,
        se=(high - low) / (2.0 * t),
        df=float(design.df),
        n=cases.n,
    )


def _invert(p: float, *, values: FloatArray, shares: FloatArray) -> float:
    """The lowest value whose cumulative share reaches p, forgiving rounding; nan where t does not exist."""
    if np.isnan(p):
        return float("nan")
    place = int(np.searchsorted(shares, p - 1e-12, side="left"))
    return float(values[min(place, values.shape[0] - 1)])
