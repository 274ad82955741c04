"""Home of benchmarking: small-area estimates that add up to the figure of the whole."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.results import Result, Row
from analysis.smallarea._inputs import area_names
from analysis.smallarea.errors import SmallAreaError, SmallAreaStatus


class Adjustment(StrEnum):
    """How the gap to the target is spread over the areas.

    `ratio`: every estimate times the same factor; `difference`: every estimate plus the same amount; `optimal`: each
    estimate moves in proportion to its share times its MSE, which is the smallest change weighted by 1/MSE.
    """

    RATIO = "ratio"
    DIFFERENCE = "difference"
    OPTIMAL = "optimal"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Benchmarked(Result):
    """(M,) benchmarked estimates; `adjustment` is what was added to each, `before` the sum that missed the target."""

    areas: tuple[str, ...]
    estimate: FloatArray
    mse: FloatArray
    adjustment: FloatArray = field(repr=False)
    shares: FloatArray = field(repr=False)
    target: float
    before: float

    def to_rows(self) -> list[Row]:
        """One row per area."""
        return [
            {
                "area": self.areas[i],
                "estimate": float(self.estimate[i]),
                "mse": float(self.mse[i]),
                "rmse": float(np.sqrt(self.mse[i])),
                "adjustment": float(self.adjustment[i]),
                "share": float(self.shares[i]),
                "target": self.target,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.areas))
        ]


def benchmark(
    estimate: ArrayLike,
    mse: ArrayLike,
    *,
    shares: ArrayLike,
    target: float,
    method: str = Adjustment.DIFFERENCE,
    areas: Sequence[object] | None = None,
) -> Benchmarked:
    """Adjust estimates so that their weighted mean equals `target`.

    Parameters
    ----------
    estimate, mse : (M,) complete, e.g. of `fay_herriot`.
    shares : (M,) population shares of the areas; scaled to sum 1.
    target : the figure of the whole, usually its direct estimate.

    Returns
    -------
    Benchmarked
        The MSE is that of the estimate plus the squared adjustment: the expected loss given the data. The error
        of the target itself is not in it, and the status says so.

    Raises
    ------
    SmallAreaError
        ``shares_zero``, ``ratio_of_zero``.

    References
    ----------
    Wang, Fuller and Qu (2008), Survey Methodology 34, 29-36; Datta, Ghosh, Steorts and Maples (2011), Test 20,
    theorem 1 and eq. 8.
    """
    how = _check.choice("method", method, among=Adjustment)
    x = _check.numbers("estimate", estimate)
    missing = np.flatnonzero(~np.isfinite(x))
    if missing.size:
        raise InvalidInput("not_finite", name="estimate", row=int(missing[0]) + 1)
    spread = _check.complete("mse", mse, n=len(x))
    w = _check.complete("shares", shares, n=len(x))
    if not np.isfinite(target):
        raise InvalidInput("not_finite", name="target", row=1)
    if not w.sum() > 0:
        raise SmallAreaError("shares_zero")
    w = w / w.sum()
    before = float(w @ x)
    adjustment = _moves(x, w=w, mse=spread, gap=float(target) - before, how=how)
    return Benchmarked(
        method=f"benchmark, {how.value}",
        definition="smallarea.benchmark",
        status=(SmallAreaStatus(code="mse_conditional_on_target"),),
        areas=area_names(areas, m=len(x)),
        estimate=_check.frozen(x + adjustment),
        mse=_check.frozen(spread + adjustment**2),
        adjustment=_check.frozen(adjustment),
        shares=_check.frozen(w),
        target=float(target),
        before=before,
    )


def _moves(x: FloatArray, *, w: FloatArray, mse: FloatArray, gap: float, how: Adjustment) -> FloatArray:
    if how is Adjustment.RATIO:
        total = float(w @ x)
        if total == 0.0:
            raise SmallAreaError("ratio_of_zero", value=total)
        return x * (gap / total)
    if how is Adjustment.DIFFERENCE:
        return np.full(len(x), gap)
    pull = w * mse
    if not float(w @ pull) > 0.0:
        raise SmallAreaError("shares_zero")
    return np.asarray(gap * pull / float(w @ pull))
