"""Home of what is built from several estimates of one design: linear combinations and differences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, EstimationError, InvalidInput
from analysis.results import Estimate


def combine(
    estimates: Sequence[Estimate],
    coefficients: ArrayLike,
    *,
    design: BoundDesign,
    method: str = "linear combination",
) -> Estimate:
    """`sum c_k estimate_k` with the full covariance of the estimates, for example an index of indicators.

    Parameters
    ----------
    estimates : k estimates of this design that kept their influence values.
    coefficients : (k,) finite numbers.

    Returns
    -------
    Estimate whose `n` counts the respondents that move any of its parts, and whose `weight_sum` and
    `n_effective` are theirs; the design effect of a combination is not defined (nan).

    Raises
    ------
    EstimationError
        If an estimate kept no influence values.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1 (linearisation of functions of totals).
    """
    factors = _check.numbers("coefficients", coefficients, n=len(estimates))
    if not np.all(np.isfinite(factors)) or not estimates:
        raise InvalidInput("not_numeric", name="coefficients", value=list(factors))
    influence = stack(estimates) @ factors
    if design.replicates is None:
        replicates, variance = None, design.variance(influence)
    else:
        replicates = _check.frozen(stack_replicates(estimates) @ factors)
        variance = float(factors @ covariance(estimates, design=design) @ factors)
    moved = np.zeros(design.n, dtype=np.bool_)
    for estimate, factor in zip(estimates, factors, strict=True):
        if factor != 0.0 and estimate.influence is not None:
            moved |= estimate.influence != 0.0
    weights = design.weights[moved]
    statuses = tuple({_key(item): item for estimate in estimates for item in estimate.status}.values())
    return Estimate(
        value=float(
            sum(factor * estimate.value for factor, estimate in zip(factors, estimates, strict=True))
        ),
        se=float(np.sqrt(max(variance, 0.0))),
        df=float(design.df),
        n=int(moved.sum()),
        n_effective=float(weights.sum() ** 2 / (weights @ weights)) if weights.size else 0.0,
        deff=float("nan"),
        weight_sum=float(weights.sum()),
        method=f"{method}, {design.variance_method}",
        definition="estimate.contrast",
        seed=None if design.replicates is None else design.replicates.seed,
        influence=_check.frozen(influence),
        replicates=replicates,
        status=statuses,
    )


def contrast(first: Estimate, second: Estimate, *, design: BoundDesign) -> Estimate:
    """`first - second`, with the covariance that shared clusters and respondents give them."""
    return combine([first, second], [1.0, -1.0], design=design, method="difference")


def covariance(estimates: Sequence[Estimate], *, design: BoundDesign) -> FloatArray:
    """(k, k) covariance matrix of k estimates of one design."""
    if design.replicates is None:
        return design.covariance(stack(estimates))
    full = np.array([estimate.value for estimate in estimates])
    return design.replicate_covariance(stack_replicates(estimates), full=full, influence=stack(estimates))


def stack_replicates(estimates: Sequence[Estimate]) -> FloatArray:
    """(R, k) replicate estimates of k estimates.

    Raises
    ------
    EstimationError
        If an estimate kept none: it was made on a design without replicates.
    """
    kept = [estimate.replicates for estimate in estimates if estimate.replicates is not None]
    if len(kept) < len(estimates):
        raise EstimationError("no_replicates")
    return np.column_stack(kept)


def stack(estimates: Sequence[Estimate]) -> FloatArray:
    """(n, k) influence values of k estimates.

    Raises
    ------
    EstimationError
        If an estimate kept none.
    """
    kept = [estimate.influence for estimate in estimates if estimate.influence is not None]
    if len(kept) < len(estimates):
        raise EstimationError("no_influence")
    return np.column_stack(kept)


def _key(item: AnalysisWarning) -> tuple[str, str]:
    return item.code, repr(sorted(item.context.items()))
