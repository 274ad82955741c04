"""Home of the ways to put indicators of different units on one scale, with their slopes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.index.errors import IndexRefused
from analysis.index.scales import unique_names


class Normalisation(StrEnum):
    """How an indicator is put on a common scale; a higher result is always better.

    `none`: as it is; `minmax`: 0 to 100 between the worst and the best unit, or between goalposts; `z`: standard
    deviations from the mean of the units; `rank`: 1 for the lowest to u for the highest, ties share; `percentile`:
    100 (below + half of equal) / u; `target`: 100 times the value over its target.
    """

    NONE = "none"
    MINMAX = "minmax"
    Z = "z"
    RANK = "rank"
    PERCENTILE = "percentile"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scale:
    """How to normalise k indicators.

    Attributes
    ----------
    method : see `Normalisation`.
    directions : (k,) 1 where more is better, -1 where less is; None: more is better everywhere.
    goalposts : (k, 2) lower and upper end for `minmax`; None: the worst and the best unit.
    targets : (k,) for `target`.
    centre, spread : a z score z becomes centre + spread z (100 and 10 before Mazziotta-Pareto).
    ddof : 1 for the sample standard deviation of `z` (default), 0 for that of the units themselves.
    """

    method: str = Normalisation.MINMAX
    directions: Sequence[int] | None = None
    goalposts: ArrayLike | None = None
    targets: ArrayLike | None = None
    centre: float = 0.0
    spread: float = 1.0
    ddof: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Normalised:
    """(u, k) values on the common scale; slopes (k, u, u), [j, i, l] of unit i's value in unit l's, None for ranks."""

    values: FloatArray
    slopes: FloatArray | None = field(repr=False)
    units: tuple[str, ...]
    names: tuple[str, ...]


def normalise(
    values: ArrayLike,
    scale: Scale,
    *,
    units: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> Normalised:
    """Put the indicators of u units on one scale.

    Parameters
    ----------
    values : (u, k) complete.
    units, names : for rows and messages.

    Raises
    ------
    IndexRefused
        ``values_missing`` with unit and indicator, ``no_spread``, ``bad_goalposts``, ``bad_target``.

    References
    ----------
    OECD and JRC (2008), Handbook on Constructing Composite Indicators, step 5.
    """
    x, labels, indicators = table(values, units=units, names=names)
    how = _check.choice("method", scale.method, among=Normalisation)
    sign = _directions(scale.directions, k=x.shape[1])
    columns: list[FloatArray] = []
    slopes: list[FloatArray] = []
    for j, name in enumerate(indicators):
        column, slope = _one(x[:, j], how, scale=scale, sign=float(sign[j]), place=j, name=name)
        columns.append(column)
        slopes.append(slope)
    ranked = how in (Normalisation.RANK, Normalisation.PERCENTILE)
    return Normalised(
        values=np.column_stack(columns),
        slopes=None if ranked else np.stack(slopes),
        units=labels,
        names=indicators,
    )


def table(
    values: ArrayLike, *, units: Sequence[object] | None, names: Sequence[str] | None
) -> tuple[FloatArray, tuple[str, ...], tuple[str, ...]]:
    """(u, k) complete values, u and k different names."""
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="values", value=problem) from problem
    if x.ndim != 2 or not x.size:
        raise InvalidInput("wrong_shape", name="values", expected="(u, k)", actual=x.shape)
    given = None if units is None else [str(unit) for unit in units]
    labels = unique_names(given or [f"unit {i + 1}" for i in range(len(x))], k=len(x))
    indicators = unique_names(names or [f"indicator {j + 1}" for j in range(x.shape[1])], k=x.shape[1])
    for i, j in np.argwhere(~np.isfinite(x)):
        raise IndexRefused("values_missing", unit=labels[i], indicator=indicators[j])
    return x, labels, indicators


def _directions(directions: Sequence[int] | None, *, k: int) -> FloatArray:
    sign = np.ones(k) if directions is None else np.asarray(directions, dtype=np.float64)
    if sign.shape != (k,) or not np.isin(sign, (-1.0, 1.0)).all():
        raise InvalidInput(
            "bad_option", name="directions", value=list(sign), choices="1, -1 for each indicator"
        )
    return sign


def _one(
    x: FloatArray, how: Normalisation, *, scale: Scale, sign: float, place: int, name: str
) -> tuple[FloatArray, FloatArray]:
    """One indicator and its (u, u) slopes."""
    u, own = len(x), np.eye(len(x))
    if how is Normalisation.NONE:
        return sign * x, sign * own
    if how is Normalisation.RANK or how is Normalisation.PERCENTILE:
        ranks = _ranks(sign * x)
        return (ranks if how is Normalisation.RANK else 100.0 * (ranks - 0.5) / u), own
    if how is Normalisation.TARGET:
        return _target(x, scale, sign=sign, place=place, name=name)
    if how is Normalisation.MINMAX:
        return _minmax(x, scale, sign=sign, place=place, name=name)
    if u <= scale.ddof or np.ptp(x) == 0.0:
        raise IndexRefused("no_spread", indicator=name, method=how.value)
    sd = float(x.std(ddof=scale.ddof))
    z = (x - x.mean()) / sd
    slope = (own - 1.0 / u - np.outer(z, z) / (u - scale.ddof)) / sd
    return scale.centre + scale.spread * sign * z, scale.spread * sign * slope


def _minmax(
    x: FloatArray, scale: Scale, *, sign: float, place: int, name: str
) -> tuple[FloatArray, FloatArray]:
    own = np.eye(len(x))
    if scale.goalposts is not None:
        ends = np.asarray(scale.goalposts, dtype=np.float64)
        if ends.ndim != 2 or ends.shape[1] != 2 or place >= len(ends):
            raise InvalidInput("wrong_shape", name="goalposts", expected="(k, 2)", actual=ends.shape)
        low, high = float(ends[place, 0]), float(ends[place, 1])
        if not low < high:
            raise IndexRefused("bad_goalposts", indicator=name, low=low, high=high)
        part = (x - low) / (high - low)
        slope = own / (high - low)
    else:
        low, high = float(x.min()), float(x.max())
        if low == high:
            raise IndexRefused("no_spread", indicator=name, method="minmax")
        part = (x - low) / (high - low)
        slope = own.copy()
        slope[:, int(x.argmin())] -= 1.0 - part
        slope[:, int(x.argmax())] -= part
        slope /= high - low
    return 100.0 * (part if sign > 0 else 1.0 - part), 100.0 * sign * slope


def _target(
    x: FloatArray, scale: Scale, *, sign: float, place: int, name: str
) -> tuple[FloatArray, FloatArray]:
    targets = np.asarray([] if scale.targets is None else scale.targets, dtype=np.float64)
    if targets.ndim != 1 or place >= len(targets):
        raise InvalidInput("wrong_shape", name="targets", expected="(k,)", actual=targets.shape)
    target = float(targets[place])
    if not np.isfinite(target) or target == 0.0:
        raise IndexRefused("bad_target", indicator=name, value=target)
    if sign > 0:
        return 100.0 * x / target, 100.0 * np.eye(len(x)) / target
    if (x == 0.0).any():
        raise IndexRefused("bad_target", indicator=name, value=0.0)
    return 100.0 * target / x, np.diag(-100.0 * target / x**2)


def _ranks(x: FloatArray) -> FloatArray:
    """(u,) 1 for the lowest; ties share the mean of their places."""
    below = (x[None, :] < x[:, None]).sum(axis=1)
    equal = (x[None, :] == x[:, None]).sum(axis=1)
    return np.asarray(below + (equal + 1) / 2)
