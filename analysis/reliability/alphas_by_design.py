"""Home of alpha with weights and clusters: the interval of a survey design, and of its bootstrap."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check, replicates
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability._results import Reliability, few_df, log_complement_interval
from analysis.reliability.alphas import coefficient
from analysis.reliability.influence import covariance_influence
from analysis.reliability.items import negative_items
from analysis.reliability.states import Moments, checked_items, moments


def design_alpha(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted alpha with the standard error of the survey design.

    Parameters
    ----------
    items : (n, k), nan (whole numbers: `missing_code`) where missing; an incomplete row leaves the domain, not the design.
    design : of the same n rows, linearised or with replicates.
    domain : (n,) bool; the other rows stay in the design.

    Returns
    -------
    Reliability
        The interval is symmetric in log(1 - alpha), so that it never passes 1.

    References
    ----------
    Duhachek and Iacobucci (2004) for the transformation of the problem into a function of covariances;
    Bonett (2002), Journal of Educational and Behavioral Statistics 27, 335-340, for log(1 - alpha).
    """
    state = moments(items, weights=design.weights, domain=domain, missing_code=missing_code, names=names)
    value = coefficient(state.covariance)
    influence = alpha_influence(items, design, state=state, domain=domain, missing_code=missing_code)
    if design.replicates is None:
        variance = design.variance(influence)
    else:
        columns = _alpha_columns(items, domain, missing_code)
        variance = float(
            design.covariance_of_totals(_alpha_of_totals, columns=columns, influence=influence)[0, 0]
        )
    se = sqrt(max(variance, 0.0))
    low, high = log_complement_interval(value, se, df=design.df, level=level)
    return Reliability(
        method=f"alpha, {design.variance_method}",
        definition="reliability.alpha_design",
        status=(*negative_items(state), *few_df(design.df)),
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        n=state.n,
        k=state.k,
        df=float(design.df),
    )


def alpha_influence(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    state: Moments,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
) -> FloatArray:
    """(n,) weight times linearised value of alpha, 0 outside the domain."""
    return covariance_influence(
        items, design, state=state, gradient=alpha_gradient(state), domain=domain, missing_code=missing_code
    )


def alpha_gradient(state: Moments) -> FloatArray:
    """(k, k) derivative of alpha with respect to each element of the covariance matrix."""
    k, v = state.k, state.covariance
    total, trace = float(v.sum()), float(np.trace(v))
    return np.asarray(k / (k - 1) * (np.full((k, k), trace / total**2) - np.eye(k) / total))


def bootstrap_alpha(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    seed: int,
    draws: int = 1_000,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted alpha with the percentile interval of the bootstrap of the design's PSUs (rows where none).

    Parameters
    ----------
    items : (n, k), nan where missing; an incomplete row stays in the design.
    seed, draws : of the bootstrap; the same seed gives the same interval.

    References
    ----------
    Rao, Wu, Yue (1992), Survey Methodology 18, 209-217 (the replicates); Efron (1987), JASA 82, sec. 2 (percentiles).
    """
    state = moments(items, weights=design.weights, domain=domain, missing_code=missing_code, names=names)
    drawn = replicates.bootstrap(design, draws, seed=seed)
    found = drawn.replicate_estimates(_alpha_of_totals, columns=_alpha_columns(items, domain, missing_code))[
        :, 0
    ]
    found = found[np.isfinite(found)]
    tail = (1 - _check.confidence(level)) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Reliability(
        method=f"alpha, bootstrap percentiles of {draws} draws",
        definition="reliability.alpha_bootstrap",
        seed=seed,
        status=(*negative_items(state), *few_df(design.df)),
        value=coefficient(state.covariance),
        se=float(found.std(ddof=1)),
        ci_low=float(low),
        ci_high=float(high),
        level=level,
        n=state.n,
        k=state.k,
        df=float(drawn.df),
    )


def _alpha_columns(
    items: npt.ArrayLike, domain: npt.ArrayLike | None, missing_code: int | None
) -> FloatArray:
    """(n, 2 k + 3): all that alpha needs of a row: 1, its sum and its square, the answers and their squares."""
    y, _, used = checked_items(items, None, domain=domain, missing_code=missing_code)
    centred = np.where(used[:, None], y - y[used].mean(axis=0), 0.0)
    total = centred.sum(axis=1)
    return np.column_stack([used.astype(np.float64), total, total**2, centred, centred**2])


def _alpha_of_totals(totals: FloatArray) -> FloatArray:
    """(R, 1) alphas of (R, 2 k + 3) weighted totals."""
    k = (totals.shape[1] - 3) // 2
    means = totals[:, 1:] / totals[:, :1]
    of_sum = means[:, 1] - means[:, 0] ** 2
    of_items = (means[:, 2 + k :] - means[:, 2 : 2 + k] ** 2).sum(axis=1)
    return np.asarray(k / (k - 1) * (1 - of_items / of_sum))[:, None]
