"""Home of the result of the unit-level model."""

from dataclasses import dataclass, field

import numpy as np

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitFit(Result):
    """Estimates of M area means.

    Attributes
    ----------
    n : (M,) sampled units with a complete row; 0 where there is no sample.
    estimate, mse, gamma, synthetic : (M,) as for the area-level model; gamma is the weight of the area's own residual.
    between, within : variances between areas and between units of an area.
    units_left_out : rows with a missing value.
    """

    areas: tuple[str, ...]
    n: IntArray = field(repr=False)
    estimate: FloatArray
    mse: FloatArray
    gamma: FloatArray
    synthetic: FloatArray = field(repr=False)
    names: tuple[str, ...]
    coefficients: FloatArray
    coefficient_covariance: FloatArray = field(repr=False)
    between: float
    within: float
    log_likelihood: float
    units_left_out: int

    @property
    def df(self) -> int:
        """Sampled areas minus coefficients, at least 1."""
        return max(int((self.n > 0).sum()) - len(self.coefficients), 1)

    @property
    def synthetic_share(self) -> FloatArray:
        """(M,) 1 - gamma."""
        return np.asarray(1.0 - self.gamma)

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(M,) limits: estimate -/+ t(df) times the root of the MSE."""
        from scipy import stats

        half = stats.t.isf((1.0 - _check.confidence(level)) / 2.0, self.df) * np.sqrt(self.mse)
        return self.estimate - half, self.estimate + half

    def to_rows(self) -> list[Row]:
        """One row per area; the synthetic share is always there."""
        low, high = self.ci()
        return [
            {
                "area": self.areas[i],
                "n": int(self.n[i]),
                "estimate": float(self.estimate[i]),
                "mse": float(self.mse[i]),
                "rmse": float(np.sqrt(self.mse[i])),
                "ci_low": float(low[i]),
                "ci_high": float(high[i]),
                "gamma": float(self.gamma[i]),
                "synthetic_share": float(1.0 - self.gamma[i]),
                "synthetic": float(self.synthetic[i]),
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "seed": self.seed,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.areas))
        ]
