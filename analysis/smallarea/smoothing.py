"""Home of the smoothing of sampling variances by a generalised variance function."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.results import Result, Row
from analysis.smallarea._inputs import area_names, independent_columns, model_matrix
from analysis.smallarea.errors import SmallAreaError, SmallAreaStatus

_WEAK = 0.1  # share of variation under which the function says nearly nothing


class Correction(StrEnum):
    """How the prediction comes back from the log scale, where it would be too small.

    `smearing`: times the mean of exp(residual) (Duan); `normal`: times exp(s^2 / 2); `ratio`: so that the smoothed
    variances sum to the direct ones; `none`: the median, as it is.
    """

    SMEARING = "smearing"
    NORMAL = "normal"
    RATIO = "ratio"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SmoothedVariances(Result):
    """(M,) smoothed variances beside the (M,) direct ones; factor, r_squared and residual_sd are of the log model."""

    areas: tuple[str, ...]
    variance: FloatArray
    direct: FloatArray = field(repr=False)
    used: BoolArray = field(repr=False)
    names: tuple[str, ...]
    coefficients: FloatArray
    residual_sd: float
    r_squared: float
    factor: float

    def to_rows(self) -> list[Row]:
        """One row per area."""
        return [
            {
                "area": self.areas[i],
                "variance_direct": float(self.direct[i]) if np.isfinite(self.direct[i]) else None,
                "variance_smoothed": float(self.variance[i]),
                "used_in_fit": int(self.used[i]),
                "r_squared": self.r_squared,
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.areas))
        ]


def smooth_variances(
    variance: ArrayLike,
    n: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    correction: str = Correction.SMEARING,
    areas: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> SmoothedVariances:
    """Sampling variances from log(variance) = a + b log(n) + c'x, fitted by least squares over the areas.

    Parameters
    ----------
    variance : (M,) direct sampling variances; nan or 0 (all answers agree) take no part in the fit and are predicted.
    n : (M,) sample sizes above 0 (effective sizes if weights vary much).
    covariates : (M, q) further columns, e.g. log of a synthetic p (1 - p).

    Raises
    ------
    SmallAreaError
        ``too_few_areas``, ``collinear``, ``covariate_missing``.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation, ch. 7; Duan (1983), JASA 78, 605-610; Rivest and Belmonte
    (2000), Survey Methodology 26, 67-78.
    """
    how = _check.choice("correction", correction, among=Correction)
    psi = _check.numbers("variance", variance)
    size = _check.complete("n", n, n=len(psi))
    labels = area_names(areas, m=len(psi))
    bad = np.flatnonzero(size <= 0) if np.any(size <= 0) else np.flatnonzero(np.nan_to_num(psi) < 0)
    if bad.size:
        raise SmallAreaError(
            "variance_not_positive", area=labels[bad[0]], value=float(min(size[bad[0]], psi[bad[0]]))
        )
    x, columns = model_matrix(covariates, rows=labels, names=names, intercept=True)
    x, columns = np.column_stack([x, np.log(size)]), (*columns, "log n")
    used = np.isfinite(psi) & (psi > 0)
    if used.sum() <= x.shape[1]:
        raise SmallAreaError("too_few_areas", areas=int(used.sum()), coefficients=x.shape[1])
    independent_columns(x[used], names=columns)
    return _fit(psi, x, used=used, how=how, labels=labels, columns=columns)


def _fit(
    psi: FloatArray,
    x: FloatArray,
    *,
    used: BoolArray,
    how: Correction,
    labels: tuple[str, ...],
    columns: tuple[str, ...],
) -> SmoothedVariances:
    y = np.log(psi[used])
    coefficients: FloatArray = np.linalg.lstsq(x[used], y, rcond=None)[0].astype(np.float64)
    residual = y - x[used] @ coefficients
    s2 = float(residual @ residual) / (len(y) - x.shape[1])
    spread = float(((y - y.mean()) ** 2).sum())
    r_squared = 1.0 - float(residual @ residual) / spread if spread > 0 else 1.0
    median = np.exp(x @ coefficients)
    factor = {
        Correction.SMEARING: float(np.exp(residual).mean()),
        Correction.NORMAL: float(np.exp(s2 / 2.0)),
        Correction.RATIO: float(psi[used].sum() / median[used].sum()),
        Correction.NONE: 1.0,
    }[how]
    weak = SmallAreaStatus(code="smoothing_explains_little", context={"r_squared": round(r_squared, 3)})
    return SmoothedVariances(
        method=f"generalised variance function, {how.value}",
        definition="smallarea.smooth_variances",
        status=(weak,) if r_squared < _WEAK else (),
        areas=labels,
        variance=_check.frozen(factor * median),
        direct=_check.frozen(psi),
        used=used,
        names=columns,
        coefficients=_check.frozen(coefficients),
        residual_sd=float(np.sqrt(s2)),
        r_squared=r_squared,
        factor=factor,
    )
