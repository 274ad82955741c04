"""Home of trimming: cutting weights at limits, alone or in turn with a calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, WeightingError
from analysis.weighting import diagnose
from analysis.weighting._cutting import Limits, cut
from analysis.weighting._step import Applied, apply
from analysis.weighting.margins import Margin
from analysis.weighting.rake import RakeStep
from analysis.weighting.tables import Targets, margins_of

_BELOW = 1e-6  # relative; cut this far under the limit so that raking again need not cross it by rounding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimStep:
    """Weights cut at limits; what is cut off is shared equally among the others.

    Attributes
    ----------
    strict : share out again until nobody is outside; False: once only, as a single pass.
    """

    limits: Limits
    n: int
    strict: bool = True

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) trimmed weights; the sum stays."""
        lower, upper = self.limits.of(start)
        return cut(start, lower=lower, upper=upper, strict=self.strict)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance takes the cuts as fixed."""
        weights = self.weights(start)
        lower, upper = self.limits.of(start)
        n = int(np.count_nonzero((start > upper) | (weights >= upper) & (start > 0)))
        n += int(np.count_nonzero((start < lower) & (start > 0)))
        shown = upper if np.isfinite(upper) else lower
        status = (AnalysisWarning(code="weights_trimmed", context={"n": n, "upper": shown}),) if n else ()
        step = diagnose.report(
            "trim", definition="weighting.trim", before=start, after=weights, status=status
        )
        return Applied(weights=weights, step=step, carried=None, again=self.weights)


def trim(
    design: BoundDesign,
    *,
    upper: float | None = None,
    lower: float | None = None,
    over_mean: float | None = None,
    over_median: float | None = None,
    strict: bool = True,
) -> BoundDesign:
    """Weights cut at limits, the excess shared equally among the others, until none is outside.

    The sum of weights stays. Margins met before are not met any more: see `rake_trimmed`.

    Parameters
    ----------
    upper, over_mean, over_median : one upper limit at most: a weight, or a multiple of the mean or median weight.
    lower : weights below it are raised to it.
    strict : False shares the excess out once only, so that some weights may end above the limit again.

    Raises
    ------
    WeightingError
        If the limits do not lie around the mean weight, so that the sum cannot be kept.

    References
    ----------
    Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
    """
    limits = Limits(upper=upper, lower=lower, over_mean=over_mean, over_median=over_median)
    return apply(TrimStep(limits=limits, n=design.n, strict=strict), design)


class Recalibrated(Protocol):
    """A calibrating step that trimming can alternate with."""

    @property
    def n(self) -> int:
        """Rows."""

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) calibrated weights."""

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report and its linearisation."""

    def between(
        self,
        start: FloatArray,
        weights: FloatArray,
        *,
        method: str,
        iterations: int,
        status: tuple[AnalysisWarning, ...] = (),
    ) -> Applied:
        """The report and linearisation of whatever led from `start` to calibrated `weights`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimmedStep:
    """Calibration, then trimming and calibration again in turn until no weight exceeds the limit.

    Attributes
    ----------
    calibration : raking, or calibration to totals.
    largest_over_mean : limit of a weight as a multiple of the mean weight.
    rounds : of trimming at most.
    """

    calibration: Recalibrated
    largest_over_mean: float
    rounds: int = 50

    def __post_init__(self) -> None:
        if not self.largest_over_mean > 1.0:
            raise WeightingError("trim_impossible", upper=self.largest_over_mean, mean=1.0)

    @property
    def n(self) -> int:
        """Rows."""
        return self.calibration.n

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) weights that meet the totals, as near to the limit as `rounds` bring them."""
        return self._alternate(start)[0]

    def applied(self, start: FloatArray) -> Applied:
        """The whole alternation as one step: one calibration from the starting weights to the last ones."""
        weights, used, limit = self._alternate(start)
        if used == 0:
            done = self.calibration.applied(start)
            return replace(done, again=self.weights)
        above = int(np.count_nonzero(weights > limit))
        context = {"n": above, "upper": limit}
        done = self.calibration.between(
            start,
            weights,
            method="rake and trim" if isinstance(self.calibration, RakeStep) else "calibrate and trim",
            iterations=used,
            status=(AnalysisWarning(code="reweighted_under_limit", context=context),) if above else (),
        )
        step = replace(done.step, definition="weighting.trimmed")
        return replace(done, step=step, again=self.weights)

    def _alternate(self, start: FloatArray) -> tuple[FloatArray, int, float]:
        """Weights, rounds used and the limit of the last round."""
        weights = self.calibration.weights(start)
        for used in range(self.rounds + 1):
            limit = self.largest_over_mean * float(weights.sum()) / int(np.count_nonzero(weights > 0))
            if weights.max() <= limit or used == self.rounds:
                break
            held = cut(weights, lower=0.0, upper=limit * (1.0 - _BELOW))
            weights = self.calibration.weights(held)
        return weights, used, limit


def rake_trimmed(
    design: BoundDesign,
    margins: Sequence[Margin] | Mapping[Any, Targets],
    *,
    largest_over_mean: float,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    tolerance: float = 1e-9,
    max_iterations: int = 1000,
    rounds: int = 50,
) -> BoundDesign:
    """Raking, then trimming and raking again in turn until no weight exceeds the limit or `rounds` are over.

    Ends with raking, so the margins hold; weights still above the limit are a status of the report.
    The variance carries one calibration from the starting weights to the last ones.

    Parameters
    ----------
    largest_over_mean : limit of a weight as a multiple of the mean weight.

    Raises
    ------
    WeightingError
        As `rake`; or a limit not above 1.
    """
    bound = margins_of(margins, design=design, columns=columns)
    raking = RakeStep(margins=bound, tolerance=tolerance, max_iterations=max_iterations)
    return apply(TrimmedStep(calibration=raking, largest_over_mean=largest_over_mean, rounds=rounds), design)
