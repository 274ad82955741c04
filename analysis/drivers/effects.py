"""Home of marginal effects of an ordered logit: how the share of each answer moves with a driver."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.drivers.errors import DriverError
from analysis.errors import InvalidInput
from analysis.model.regression import Regression
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginalEffects(Result):
    """Average effects of p drivers on the shares of c answers.

    Attributes
    ----------
    names, answers : p and c labels; the answers are in their order.
    effect, se : (p, c) change of the share of the answer per unit of the driver, or from 0 to 1 where `discrete`;
        the effects of one driver sum to 0.
    covariance : (p c, p c), driver by driver.
    discrete : (p,) whether the driver is a 0/1 column and its effect a difference.
    df : residual degrees of freedom of the model.
    """

    names: tuple[str, ...]
    answers: tuple[str, ...]
    effect: FloatArray
    se: FloatArray
    covariance: FloatArray = field(repr=False)
    discrete: BoolArray
    df: float
    n: int

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(p, c) limits with t on `df`."""
        from scipy import stats

        half = stats.t.isf((1.0 - level) / 2.0, self.df) * self.se if self.df > 0 else np.nan * self.se
        return self.effect - half, self.effect + half

    def to_rows(self) -> list[Row]:
        """One row per driver and answer."""
        low, high = self.ci()
        return [
            {
                "driver": name,
                "answer": answer,
                "effect": float(self.effect[j, c]),
                "se": float(self.se[j, c]),
                "ci_low": float(low[j, c]) if np.isfinite(low[j, c]) else None,
                "ci_high": float(high[j, c]) if np.isfinite(high[j, c]) else None,
                "change": "0 to 1" if self.discrete[j] else "per unit",
                "n": self.n,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for j, name in enumerate(self.names)
            for c, answer in enumerate(self.answers)
        ]


def marginal_effects(
    model: Regression,
    X: ArrayLike,
    *,
    design: BoundDesign,
    discrete: Sequence[str] = (),
    conditional: bool = False,
) -> MarginalEffects:
    """Average marginal effects of every driver of an ordered logit.

    Parameters
    ----------
    model : of `model.ordered_logit` with the logit link, on this design.
    X : (n, p) the drivers the model was fitted to, in its order.
    discrete : names of 0/1 drivers, whose effect is the difference between all at 1 and all at 0.
    conditional : True holds the drivers as they are in the sample; False (default) counts that they are a sample too.

    Raises
    ------
    DriverError
        ``no_threshold`` if the model is no ordered logit, ``column_unknown`` naming a discrete driver.

    References
    ----------
    Greene (2018), Econometric Analysis, 8th ed., sec. 18.3.2; the errors are of first order and carry the design:
    Lohr (2022), sec. 9.1.
    """
    names, answers = _labels(model, discrete=discrete)
    columns = np.asarray(X, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.shape != (design.n, len(names)):
        raise InvalidInput(
            "wrong_shape", name="X", expected=f"({design.n}, {len(names)})", actual=columns.shape
        )
    used = np.isfinite(model.fitted)
    is_discrete = np.array([name in discrete for name in names])
    w = design.weights[used] / design.weights[used].sum()
    own, slopes = _effects(model.coefficients, columns[used], w, discrete=is_discrete)
    average = np.tensordot(w, own, axes=1)
    influence = model.influence @ slopes.reshape(-1, len(model.names)).T
    if not conditional:
        influence = influence.copy()
        influence[used] += w[:, None] * (own - average).reshape(len(w), -1)
    covariance = design.covariance(influence)
    return MarginalEffects(
        method=f"average marginal effects, {model.method}",
        definition="drivers.marginal_effects",
        status=model.status,
        names=names,
        answers=answers,
        effect=average,
        se=np.sqrt(np.maximum(np.diag(covariance), 0.0)).reshape(average.shape),
        covariance=covariance,
        discrete=is_discrete,
        df=model.df_residual,
        n=int(used.sum()),
    )


def _labels(model: Regression, *, discrete: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the drivers and of the answers of an ordered logit."""
    thresholds = [name for name in model.names if "|" in name]
    if not model.method.startswith("ordered logit") or not thresholds:
        raise DriverError("no_threshold")
    names = model.names[: len(model.names) - len(thresholds)]
    for name in discrete:
        if name not in names:
            raise DriverError("column_unknown", name=name, choices=", ".join(names))
    return names, (*(name.split("|")[0] for name in thresholds), thresholds[-1].split("|")[-1])


def _effects(
    theta: FloatArray, x: FloatArray, w: FloatArray, *, discrete: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """(m, p, c) effects of each row, and (p, c, q) mean slopes in the q parameters, thresholds last."""
    m, p = x.shape
    shares = len(theta) - p + 1
    own, slopes = np.zeros((m, p, shares)), np.zeros((p, shares, len(theta)))
    linear = x @ theta[:p]
    density, slope = _shares(linear, x, theta, w=w, order=1)
    for j in range(p):
        if not discrete[j]:
            own[:, j] = -theta[j] * density
            slopes[j] = -theta[j] * slope
            slopes[j, :, j] -= w @ density
            continue
        rest = linear - x[:, j] * theta[j]
        for sign, at in ((1.0, 1.0), (-1.0, 0.0)):
            moved = x.copy()
            moved[:, j] = at
            share, change = _shares(rest + at * theta[j], moved, theta, w=w, order=0)
            own[:, j] += sign * share
            slopes[j] += sign * change
    return own, slopes


def _shares(
    linear: FloatArray, x: FloatArray, theta: FloatArray, *, w: FloatArray, order: int
) -> tuple[FloatArray, FloatArray]:
    """(m, c) differences over the thresholds of the logistic curve's derivative of an order, and (c, q) mean slopes."""
    m, p = x.shape
    thresholds = theta[p:]
    at = thresholds - linear[:, None]
    height, steeper = _curve(at, order), _curve(at, order + 1)
    ends, zero = (np.ones((m, 1)) if order == 0 else np.zeros((m, 1))), np.zeros((m, 1))
    value = np.diff(np.column_stack([zero, height, ends]), axis=1)
    slope = np.zeros((len(thresholds) + 1, len(theta)))
    by_linear = np.diff(np.column_stack([zero, steeper, zero]), axis=1)
    slope[:, :p] = -(by_linear * w[:, None]).T @ x
    for t, mean in enumerate(w @ steeper):
        slope[t, p + t] += mean
        slope[t + 1, p + t] -= mean
    return value, slope


def _curve(at: FloatArray, order: int) -> FloatArray:
    """The logistic distribution function (order 0), its density (1) or the slope of the density (2)."""
    share = 0.5 * (1.0 + np.tanh(0.5 * at))
    if order == 0:
        return share
    density = share * (1.0 - share)
    return density if order == 1 else np.asarray(density * (1.0 - 2.0 * share))
