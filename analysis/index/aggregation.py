"""Home of the ways to make one number of several indicators, with their slopes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.index.errors import IndexRefused
from analysis.index.gap import item_weights


class Aggregation(StrEnum):
    """How weighted indicators become one number; from full to little compensation.

    `arithmetic`, `geometric`, `harmonic`; `power`: (sum w x^p)^(1/p); `mazziotta_pareto`: mean minus its spread over
    the indicators (or plus, where more is worse); `owa`: weights by place, the lowest indicator first.
    """

    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    HARMONIC = "harmonic"
    POWER = "power"
    MAZZIOTTA_PARETO = "mazziotta_pareto"
    OWA = "owa"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mean:
    """A rule of aggregation.

    Attributes
    ----------
    method : see `Aggregation`.
    power : exponent of `power`; 0 is the geometric mean.
    order_weights : (k,) of `owa`, for the lowest indicator first; the indicators' own weights do not count there.
    penalty : -1 where more is better (default), 1 where more is worse, for `mazziotta_pareto`.
    """

    method: str = Aggregation.ARITHMETIC
    power: float = 1.0
    order_weights: ArrayLike | None = None
    penalty: int = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aggregated:
    """(u,) index and its (u, k) slopes; `tied` says where the slopes are one-sided only."""

    values: FloatArray
    slopes: FloatArray
    tied: tuple[int, ...] = ()


def aggregate(
    values: FloatArray,
    rule: Mean,
    *,
    weights: ArrayLike | None,
    units: Sequence[str],
    names: Sequence[str],
) -> Aggregated:
    """One number per unit.

    Parameters
    ----------
    values : (u, k) on one scale.
    weights : (k,) at least 0, scaled to sum 1; equal by default.

    Raises
    ------
    IndexRefused
        ``needs_positive`` with unit, indicator and value; ``bad_weights``.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 6.2; Mazziotta and Pareto (2016), Social
    Indicators Research 127, 983-1003; Yager (1988), IEEE Trans. Systems, Man and Cybernetics 18, 183-190.
    """
    how = _check.choice("method", rule.method, among=Aggregation)
    w = item_weights(weights, k=values.shape[1])
    if how is Aggregation.OWA:
        return _ordered(values, item_weights(rule.order_weights, k=values.shape[1]))
    power = _power(how, rule.power)
    if power is not None:
        if power != 1.0:
            _positive(values, how.value, units=units, names=names)
        return _power_mean(values, w, power=power)
    if rule.penalty not in (-1, 1):
        raise InvalidInput("bad_option", name="penalty", value=rule.penalty, choices="-1, 1")
    _positive(values, "Mazziotta-Pareto", units=units, names=names)
    return _mazziotta_pareto(values, w, penalty=float(rule.penalty))


def _power(how: Aggregation, given: float) -> float | None:
    fixed = {Aggregation.ARITHMETIC: 1.0, Aggregation.GEOMETRIC: 0.0, Aggregation.HARMONIC: -1.0}
    if how is Aggregation.POWER:
        if not np.isfinite(given):
            raise InvalidInput("bad_option", name="power", value=given, choices="a finite number")
        return float(given)
    return fixed.get(how)


def _positive(values: FloatArray, method: str, *, units: Sequence[str], names: Sequence[str]) -> None:
    for i, j in np.argwhere(values <= 0.0):
        raise IndexRefused(
            "needs_positive", method=method, unit=units[i], indicator=names[j], value=float(values[i, j])
        )


def _power_mean(x: FloatArray, w: FloatArray, *, power: float) -> Aggregated:
    if power == 0.0:
        index = np.exp(np.log(x) @ w)
        return Aggregated(values=index, slopes=w * index[:, None] / x)
    if power == 1.0:
        return Aggregated(values=x @ w, slopes=np.broadcast_to(w, x.shape).copy())
    centre = np.log(x) @ w
    away = np.log(x) - centre[:, None]
    # The same as (sum w x^p)^(1/p), and exact for powers near 0 too.
    index = np.exp(centre + np.log1p(np.expm1(power * away) @ w) / power)
    return Aggregated(values=index, slopes=w * (x / index[:, None]) ** (power - 1.0))


def _mazziotta_pareto(x: FloatArray, w: FloatArray, *, penalty: float) -> Aggregated:
    """M + penalty S^2 / M: the mean times one plus the penalty times its squared coefficient of variation."""
    mean = x @ w
    away = x - mean[:, None]
    spread = away**2 @ w
    slope = (2.0 * away * mean[:, None] - spread[:, None]) / mean[:, None] ** 2
    return Aggregated(values=mean + penalty * spread / mean, slopes=w * (1.0 + penalty * slope))


def _ordered(x: FloatArray, w: FloatArray) -> Aggregated:
    order = np.argsort(x, axis=1, kind="stable")
    slopes = np.zeros_like(x)
    np.put_along_axis(slopes, order, np.broadcast_to(w, x.shape), axis=1)
    sorted_x = np.take_along_axis(x, order, axis=1)
    tied = np.flatnonzero((np.diff(sorted_x, axis=1) == 0.0).any(axis=1))
    return Aggregated(values=sorted_x @ w, slopes=slopes, tied=tuple(tied.tolist()))
