"""Home of trimming: cutting weights at a limit, alone or alternating with raking."""

from collections.abc import Sequence

import numpy as np

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, WeightingError
from analysis.variance.residuals import Calibration
from analysis.weighting import _cells, diagnose
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake

_CUT = 1e-9  # relative; the excess that is too small to be shared out again
_BELOW = 1e-6  # relative; cut this far under the limit so that raking again need not cross it by rounding


def trim(design: BoundDesign, *, upper: float) -> BoundDesign:
    """Weights cut at `upper`, the excess shared equally among the others, until none is above.

    The sum of weights stays. Margins met before are not met any more: see `rake_trimmed`.

    Raises
    ------
    WeightingError
        If `upper` is below the mean weight, so that the sum cannot be kept.

    References
    ----------
    Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230.
    """
    weights = _cut(design.weights, upper=upper)
    n = int(np.count_nonzero((design.weights > upper) | (weights >= upper)))
    status = (AnalysisWarning(code="weights_trimmed", context={"n": n, "upper": upper}),) if n else ()
    step = diagnose.report("trim", before=design.weights, after=weights, status=status)
    return design.reweighted(weights, step=step)


def rake_trimmed(
    design: BoundDesign,
    margins: Sequence[Margin],
    *,
    largest_over_mean: float,
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
    current = rake(design, margins, tolerance=tolerance, max_iterations=max_iterations)
    limit, used = 0.0, 0
    for used in range(rounds + 1):
        limit = largest_over_mean * float(current.weights[current.weights > 0].mean())
        if current.weights.max() <= limit or used == rounds:
            break
        trimmed = trim(current, upper=limit * (1.0 - _BELOW))
        current = rake(trimmed, margins, tolerance=tolerance, max_iterations=max_iterations)
    if used == 0:
        return current
    return _one_step(design, current, margins=margins, tolerance=tolerance, limit=limit, rounds=used)


def _one_step(
    design: BoundDesign,
    final: BoundDesign,
    *,
    margins: Sequence[Margin],
    tolerance: float,
    limit: float,
    rounds: int,
) -> BoundDesign:
    """The whole alternation as one step from the starting weights."""
    above = int(np.count_nonzero(final.weights > limit))
    context = {"n": above, "upper": limit}
    step = diagnose.report(
        "rake and trim",
        before=design.weights,
        after=final.weights,
        margins=margins,
        tolerance=2.0 * tolerance,
        iterations=rounds,
        converged=final.history[-1].converged,
        status=(AnalysisWarning(code="reweighted_under_limit", context=context),) if above else (),
    )
    cells = _cells.collapse(margins)
    calibration = Calibration(
        cell=cells.cell,
        regressors=_cells.regressors(cells, margins),
        start=design.weights,
        after=final.weights,
    )
    return design.reweighted(final.weights, step=step, calibration=calibration)


def _cut(weights: FloatArray, *, upper: float) -> FloatArray:
    used = weights > 0
    mean = float(weights[used].mean())
    if upper <= mean:
        raise WeightingError("trim_impossible", upper=upper, mean=mean)
    cut, free = weights.copy(), used.copy()
    while (excess := float(np.maximum(cut - upper, 0.0).sum())) > 0.0:
        free &= cut < upper
        cut = np.minimum(cut, upper)
        cut[free] += excess / np.count_nonzero(free)
        if excess <= _CUT * upper:
            return np.minimum(cut, upper)
    return cut
