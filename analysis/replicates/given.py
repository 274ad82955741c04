"""Home of replicate weights that came with the data."""

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import Centre, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import DesignError, InvalidInput
from analysis.replicates import _ground
from analysis.variance.replicates import Dense, Replicates

_METHODS = {
    "jk1": "JK1",
    "jkn": "JKn",
    "jk2": "JK2",
    "brr": "BRR",
    "fay": "Fay",
    "bootstrap": "bootstrap",
    "sdr": "SDR",
}


def given(
    design: BoundDesign,
    weights: ArrayLike,
    *,
    method: str,
    scale: float | None = None,
    rscales: ArrayLike | None = None,
    rho: float = 0.0,
    combined: bool = True,
    units: ArrayLike | None = None,
    centre: Centre = Centre.REPLICATES,
) -> BoundDesign:
    """The design with replicate weights as they were delivered.

    Parameters
    ----------
    weights : (n, R) replicate weights; or (U, R) with `units`, the weights of units that all their rows share.
    method : how they were made: "jk1", "jkn", "jk2", "brr", "fay", "bootstrap" or "sdr". It sets `scale` where that
        follows from it: JK1 (R - 1) / R, JK2 1, BRR 1 / R, Fay 1 / (R (1 - rho)^2), bootstrap 1 / R, SDR 4 / R; for
        JKn `rscales` are needed, (n_h - 1) / n_h of each replicate's stratum.
    scale, rscales : factor of the sum of squares, and of each replicate (1 by default).
    combined : whether the weights contain the full-sample weight; False for factors that multiply it.
    units : (n,) number of each row's unit, 0 to U - 1.
    centre : deviations from the mean of the replicates, or from the full estimate.

    Returns
    -------
    BoundDesign whose degrees of freedom are the rank of the replicate weights minus 1.

    Raises
    ------
    InvalidInput, DesignError
        Shapes, values that are no numbers, a method without its scale.
    """
    if method not in _METHODS:
        raise _bad_method(method)
    kind = _METHODS[method]
    unit = None if units is None else _check.codes("units", units, n=design.n)
    height = design.n if unit is None else int(unit.max()) + 1
    table = _table(weights, height=height)
    if combined:
        table = _factors(table, design, unit=unit, height=height)
    if unit is None:
        table, unit = _per_psu(table, design)
    replicates = Replicates(
        kind=kind,
        factors=Dense(table=np.ascontiguousarray(table.T)),
        unit=unit,
        scale=_scale(method, table.shape[1], scale=scale, rho=rho, has_rscales=rscales is not None),
        rscales=np.ones(table.shape[1])
        if rscales is None
        else _check.complete("rscales", rscales, n=table.shape[1]),
        centre=_check.choice("centre", centre, among=Centre),
        df=_ground.rank_df(_weighted(table, design, unit=unit)),
    )
    return design.with_replicates(replicates)


def _table(weights: ArrayLike, *, height: int) -> FloatArray:
    table = np.asarray(weights, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != height:
        raise DesignError("replicates_shape", expected=height, actual=table.shape)
    _ground.check_number(table.shape[1])
    bad = np.argwhere(~np.isfinite(table))
    if bad.size:
        row, replicate = (int(place) for place in bad[0])
        raise DesignError(
            "replicates_value", row=row + 1, replicate=replicate + 1, value=float(table[row, replicate])
        )
    return table


def _factors(
    table: FloatArray,
    design: BoundDesign,
    *,
    unit: IntArray | None,
    height: int,
) -> FloatArray:
    """Combined weights as factors of the full weight; a row of weight 0 gets factor 0."""
    full = design.weights
    if unit is not None:
        full = np.zeros(height)
        full[unit] = design.weights
    return np.divide(table, full[:, None], out=np.zeros_like(table), where=full[:, None] > 0)


def _per_psu(table: FloatArray, design: BoundDesign) -> tuple[FloatArray, IntArray | None]:
    """Factors that are equal inside every PSU, kept once per PSU; otherwise as they are."""
    psu = design.layout.psu
    if psu is None:
        return table, None
    short = np.zeros((design.layout.n_psu, table.shape[1]))
    used = design.weights > 0
    short[psu[used]] = table[used]
    agrees = np.allclose(short[psu[used]], table[used], rtol=1e-12, atol=0.0)
    return (short, psu) if agrees else (table, None)


def _weighted(table: FloatArray, design: BoundDesign, *, unit: IntArray | None) -> FloatArray:
    """(R, n) or (R, U) replicate weights whose rank counts."""
    if unit is not None:
        return table.T
    return np.asarray((table * design.weights[:, None]).T)


def _scale(method: str, replicates: int, *, scale: float | None, rho: float, has_rscales: bool) -> float:
    if scale is not None:
        return float(_check.complete("scale", [scale])[0])
    if method == "fay" and not 0.0 <= rho < 1.0:
        raise DesignError("replicates_fay", value=rho)
    if method == "jkn" and not has_rscales:
        raise DesignError("replicates_no_scale", kind=_METHODS[method])
    known = {
        "jk1": (replicates - 1.0) / replicates,
        "jkn": 1.0,
        "jk2": 1.0,
        "brr": 1.0 / replicates,
        "fay": 1.0 / (replicates * (1.0 - rho) ** 2),
        "bootstrap": 1.0 / replicates,
        "sdr": 4.0 / replicates,
    }
    return known[method]


def _bad_method(method: str) -> InvalidInput:
    return InvalidInput("bad_option", name="method", value=method, choices=", ".join(_METHODS))
