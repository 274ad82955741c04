"""Home of the mean squared error of the area-level model, term by term."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.smallarea._between import Method


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaErrors:
    """The terms of the MSE: leading, coefficients, variance between areas, and the bias of the leading term."""

    area_variance: float
    psi: FloatArray
    x: FloatArray
    covariance: FloatArray

    @property
    def _w(self) -> FloatArray:
        return np.asarray(1.0 / (self.area_variance + self.psi))

    def variance_of_between(self, how: Method) -> float:
        """Asymptotic variance of the variance between areas."""
        w, m = self._w, len(self.psi)
        if how is Method.PR:
            return float(2.0 * (1.0 / w**2).sum() / m**2)
        if how is Method.FH:
            return float(2.0 * m / w.sum() ** 2)
        return float(2.0 / (w**2).sum())

    def bias_of_between(self, how: Method) -> float:
        """Bias of the variance between areas, of order 1/m; 0 for reml and pr."""
        w, m = self._w, len(self.psi)
        if how is Method.FH:
            return float(2.0 * (m * (w**2).sum() - w.sum() ** 2) / w.sum() ** 3)
        if how is Method.ML:
            squared = (self.x * (w**2)[:, None]).T @ self.x
            return float(-np.trace(self.covariance @ squared) / (w**2).sum())
        return 0.0

    def mse(self, how: Method) -> FloatArray:
        """(m,) leading + coefficients + 2 between - bias."""
        w, pull = self._w, self.psi * self._w  # pull is the synthetic share
        leading = (1.0 - pull) * self.psi
        coefficients = pull**2 * np.einsum("mp,pq,mq->m", self.x, self.covariance, self.x)
        between = pull**2 * w * self.variance_of_between(how)
        return np.asarray(leading + coefficients + 2.0 * between - self.bias_of_between(how) * pull**2)
