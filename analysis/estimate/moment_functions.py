"""Home of estimates that are smooth functions of weighted means and a covariance matrix, such as a driver's share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisError, EstimationError, InvalidInput
from analysis.estimate._build import statuses
from analysis.results import Estimate

MomentFunction = Callable[[FloatArray, FloatArray], FloatArray]
"""From (k,) means and (k, k) covariance to (q,) estimates."""

_BLOCK = 16_384  # rows whose products are held at once
_STEP = 1e-5  # of the central differences, in standard deviations: error about 1e-10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MomentState:
    """Complete rows of k columns under a design.

    Attributes
    ----------
    used : (n,) complete, inside the domain, weight above 0.
    z : (n, k) standardised by the full sample's mean and sd, 0 where not used.
    mean, sd : (k,) weighted.
    correlation : (k, k) weighted.
    """

    used: BoolArray
    z: FloatArray = field(repr=False)
    mean: FloatArray
    sd: FloatArray
    correlation: FloatArray
    weight_sum: float
    design: BoundDesign = field(repr=False)

    @property
    def covariance(self) -> FloatArray:
        """(k, k) with the sum of weights as divisor."""
        return np.asarray(self.correlation * np.outer(self.sd, self.sd))


def moment_state(
    columns: ArrayLike, design: BoundDesign, *, names: Sequence[str], domain: ArrayLike | None = None
) -> MomentState:
    """The state of (n, k) columns; a row with a missing value leaves the domain, never the design.

    Raises
    ------
    EstimationError
        ``empty_domain`` without two complete rows.
    InvalidInput
        ``constant_column`` naming a column that is constant, ``wrong_shape``, ``not_numeric``.
    """
    y = _columns(columns, n=design.n, k=len(names))
    used = np.asarray(
        _check.mask("domain", domain, n=design.n) & np.isfinite(y).all(axis=1) & (design.weights > 0)
    )
    if used.sum() < 2:
        raise EstimationError("empty_domain", name=", ".join(names))
    w = np.where(used, design.weights, 0.0)
    total = float(w.sum())
    y = np.where(used[:, None], y, 0.0)
    for column, name in zip(y.T, names, strict=True):
        if np.ptp(column[used]) == 0.0:
            raise InvalidInput("constant_column", name=name)
    mean = w @ y / total
    centred = np.where(used[:, None], y - mean, 0.0)
    sd = np.sqrt(w @ centred**2 / total)
    z = centred / sd
    correlation = (z * w[:, None]).T @ z / total
    return MomentState(
        used=used, z=z, mean=mean, sd=sd, correlation=correlation, weight_sum=total, design=design
    )


def of_moments(state: MomentState, function: MomentFunction, *, method: str) -> list[Estimate]:
    """q estimates with the standard errors of the design.

    Parameters
    ----------
    function : smooth; called with the columns' own means and covariance (divisor: sum of weights).

    Returns
    -------
    q estimates that keep their influence values; on a replicate design every replicate computes the function
    again. The design effect of such a function is not defined (nan).

    Notes
    -----
    The linearised value of a row is g'z + z'Gz - tr(GR), with g and G the slopes of the function in the
    standardised means and their correlation matrix R, by central differences.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., sec. 9.1; Deville (1999), Survey Methodology 25, 193-203.
    """
    design, k = state.design, len(state.mean)

    def standardised(centre: FloatArray, spread: FloatArray) -> FloatArray:
        scale = np.outer(state.sd, state.sd)
        return np.atleast_1d(function(state.mean + state.sd * centre, spread * scale))

    value = standardised(np.zeros(k), state.correlation)
    influence = _influence(state, standardised, q=len(value))
    if design.replicates is None:
        covariance, again = design.covariance(influence), None
    else:
        again = _replicated(state, standardised, q=len(value))
        covariance = design.replicate_covariance(again, full=value, influence=influence)
    weights = design.weights[state.used]
    psu = design.layout.psu
    status = statuses(constant=False, df=design.df, one_psu=psu is not None and np.ptp(psu[state.used]) == 0)
    return [
        Estimate(
            value=float(value[j]),
            se=float(np.sqrt(max(covariance[j, j], 0.0))),
            df=float(design.df),
            n=int(state.used.sum()),
            n_effective=float(weights.sum() ** 2 / (weights @ weights)),
            deff=float("nan"),
            weight_sum=state.weight_sum,
            method=f"{method}, {design.variance_method}",
            influence=_check.frozen(influence[:, j]),
            replicates=None if again is None else _check.frozen(again[:, j]),
            status=status,
        )
        for j in range(len(value))
    ]


def _influence(state: MomentState, function: MomentFunction, *, q: int) -> FloatArray:
    """(n, q) influence values, made in blocks of rows so that memory stays small."""
    by_mean, by_product = _slopes(function, state.correlation, q=q)
    first, second = np.triu_indices(len(state.mean))
    expected = state.correlation[first, second] @ by_product
    weight = np.where(state.used, state.design.weights, 0.0) / state.weight_sum
    influence = np.empty((len(state.used), q))
    for start in range(0, len(state.used), _BLOCK):
        rows = slice(start, start + _BLOCK)
        z = state.z[rows]
        linear = z @ by_mean + (z[:, first] * z[:, second]) @ by_product - expected
        influence[rows] = linear * weight[rows, None]
    return influence


def _slopes(function: MomentFunction, correlation: FloatArray, *, q: int) -> tuple[FloatArray, FloatArray]:
    """(k, q) slopes in the standardised means and (k (k + 1) / 2, q) in the correlations, row by row of the triangle."""
    k = len(correlation)
    centre = np.zeros(k)
    by_mean = np.zeros((k, q))
    for i in range(k):
        step = np.zeros(k)
        step[i] = _STEP
        by_mean[i] = (function(step, correlation) - function(-step, correlation)) / (2 * _STEP)
    pairs = np.column_stack(np.triu_indices(k))
    by_product = np.zeros((len(pairs), q))
    for place, (i, j) in enumerate(pairs.tolist()):
        move = np.zeros((k, k))
        move[i, j] = move[j, i] = _STEP
        up, down = function(centre, correlation + move), function(centre, correlation - move)
        by_product[place] = (up - down) / (2 * _STEP)
    return by_mean, by_product


def _replicated(state: MomentState, function: MomentFunction, *, q: int) -> FloatArray:
    """(R, q) the function of each replicate's moments, from totals of ones, columns and products."""
    k = len(state.mean)
    first, second = np.triu_indices(k)
    columns = np.column_stack([state.used, state.z, state.z[:, first] * state.z[:, second]])

    def one(totals: FloatArray) -> FloatArray:
        centre = totals[1 : k + 1] / totals[0]
        spread = np.zeros((k, k))
        spread[first, second] = totals[k + 1 :] / totals[0]
        spread[second, first] = spread[first, second]
        try:
            return function(centre, spread - np.outer(centre, centre))
        except (np.linalg.LinAlgError, AnalysisError):
            return np.full(q, np.nan)  # the design says what a replicate without an estimate means

    def every(totals: FloatArray) -> FloatArray:
        return np.array([one(row) for row in totals])

    return state.design.replicate_estimates(every, columns=columns)


def _columns(columns: ArrayLike, *, n: int, k: int) -> FloatArray:
    try:
        y = np.asarray(columns, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="columns", value=problem) from problem
    if y.shape != (n, k):
        raise InvalidInput("wrong_shape", name="columns", expected=f"({n}, {k})", actual=y.shape)
    return y
