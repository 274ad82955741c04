"""Home of the variance of domain means from tables of sums, whichever rows, files or machines the sums came from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray, Lonely
from analysis.estimate._moments import Moments
from analysis.variance import taylor
from analysis.variance.layout import Layout
from analysis.variance.residuals import Calibration


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shared:
    """What the tables of all items share.

    Attributes
    ----------
    layout : strata and units; its per-row arrays are not looked at.
    clustered : whether units are PSUs; else they are strata, and rows are PSUs.
    factors : (H,) the a_h.
    calibration : of the weights, None for none; its per-row arrays are not looked at.
    unit_cell : (U, C) sums of w per unit and cell; cell_spread : (C,) sums of a_h w squared.
    """

    layout: Layout
    clustered: bool
    factors: FloatArray
    calibration: Calibration | None
    unit_cell: FloatArray
    cell_spread: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitSums:
    """(U, D) moments per unit and domain with weight w, w squared and 1."""

    plain: Moments
    squared: Moments
    count: Moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellSums:
    """(C, D) moments per calibration cell and domain with the starting weight, and with a_h w squared."""

    start: Moments
    spread: Moments


def variances(
    shared: Shared, *, sums: UnitSums, cells: CellSums | None, value: FloatArray, weight: FloatArray
) -> FloatArray:
    """(D,) variances of the domain means `value` with weight sums `weight`, both (D,)."""
    totals = (sums.plain.one - value * sums.plain.zero) / weight
    squares = (
        np.zeros_like(value)
        if shared.clustered
        else _own_squares(sums.squared, shared, value=value) / weight**2
    )
    if shared.calibration is not None and cells is not None:
        fit, change = _calibrated(cells, shared, value=value, weight=weight)
        totals, squares = totals - shared.unit_cell @ fit, squares + change
    return spread(shared, totals=totals, squares=squares)


def spread(shared: Shared, *, totals: FloatArray, squares: FloatArray) -> FloatArray:
    """(D,) variances from the (U, D) sums of influence values per unit and, where rows are PSUs, their squares."""
    inflation = taylor.average_inflation(shared.layout)
    return inflation * (_cluster(totals, shared) if shared.clustered else _element(totals, squares, shared))


Variance = Callable[[FloatArray, FloatArray], FloatArray]
"""(D,) variances of linearised values `w (y - value) / weight` from the (D,) values and weights."""


def results(sums: UnitSums, *, variance: Variance) -> dict[str, FloatArray]:
    """The (D,) means of one item, with what stands beside them, from its sums."""
    found = _counted(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = sums.plain.one.sum(axis=0) / found["weight_sum"]
        squared = variance(value, found["weight_sum"])
        simple = _simple(sums, found)
        return found | {"value": value, **_errors(squared, simple, found)}


def total_results(sums: UnitSums, *, variance: Variance) -> dict[str, FloatArray]:
    """The (D,) totals of one item; a missing answer adds nothing."""
    found = _counted(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = found["weight_sum"]
        squared = variance(np.zeros_like(weight), np.ones_like(weight))
        simple = _simple(sums, found) * weight**2
        return found | {"value": sums.plain.one.sum(axis=0), **_errors(squared, simple, found)}


def _counted(sums: UnitSums) -> dict[str, FloatArray]:
    weight = sums.plain.zero.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "n": sums.count.zero.sum(axis=0),
            "n_effective": weight**2 / sums.squared.zero.sum(axis=0),
            "weight_sum": weight,
            "units": np.count_nonzero(sums.count.zero, axis=0).astype(np.float64),
        }


def _simple(sums: UnitSums, found: dict[str, FloatArray]) -> FloatArray:
    """(D,) variance of a mean in a simple random sample of n from the sum of weights."""
    weight, n = found["weight_sum"], found["n"]
    value = sums.plain.one.sum(axis=0) / weight
    spread = np.maximum(sums.plain.two.sum(axis=0) / weight - value**2, 0.0) * n / (n - 1.0)
    return np.asarray(spread / n * np.where(weight > n, 1.0 - n / weight, 1.0))


def _errors(squared: FloatArray, simple: FloatArray, found: dict[str, FloatArray]) -> dict[str, FloatArray]:
    known = found["weight_sum"] > 0
    return {
        "se": np.sqrt(np.where(known, np.maximum(squared, 0.0), np.nan)),
        "deff": np.where(simple > 0, squared / simple, np.nan),
    }


def _own_squares(squared: Moments, shared: Shared, *, value: FloatArray) -> FloatArray:
    """(D,) sums of a_h w_i^2 (y_i - m)^2 over rows, units being strata."""
    centred = squared.two - 2.0 * value * squared.one + value**2 * squared.zero
    return np.asarray(shared.factors @ centred)


def _calibrated(
    cells: CellSums, shared: Shared, *, value: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(C, D) fit on the calibration variables, and what it changes in the sums of a_h u_i^2 (D,)."""
    assert shared.calibration is not None
    start, spread = cells.start, cells.spread
    fit = shared.calibration.fitted(np.nan_to_num((start.one - value * start.zero) / weight))
    cross = (fit * ((spread.one - value * spread.zero) / weight)).sum(axis=0)
    return fit, np.asarray(shared.cell_spread @ fit**2 - 2.0 * cross)


def _cluster(totals: FloatArray, shared: Shared) -> FloatArray:
    """(D,) variances from the (m, D) PSU totals."""
    layout = shared.layout
    centred = totals - taylor.centres(totals, layout)[layout.stratum]
    centred *= centred
    centred *= shared.factors[layout.stratum][:, None]
    return np.asarray(centred.sum(axis=0))  # a matrix product would start threads for a small sum


def _element(totals: FloatArray, squares: FloatArray, shared: Shared) -> FloatArray:
    """(D,) variances from the (H, D) stratum sums and the weighted squares, rows being PSUs."""
    layout = shared.layout
    count = layout.psu_count[:, None].astype(np.float64)
    centre = totals / count
    if layout.lonely is Lonely.ADJUST:
        centre[layout.psu_count == 1] = totals.sum(axis=0) / layout.n
    taken = shared.factors @ (2.0 * centre * totals - count * centre**2)
    return np.asarray(squares - taken)
