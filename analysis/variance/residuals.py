"""Home of what calibration does to a variance: influence values become regression residuals."""

from dataclasses import dataclass, field

import numpy as np

from analysis._sums import column_sums, group_sums
from analysis._types import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """One calibration of the weights, kept in cells of people who share all calibration variables.

    Attributes
    ----------
    cell : (n,) cell of each row.
    regressors : (C, p) calibration variables of each cell.
    start : (n,) weights before this calibration.

    References
    ----------
    Deville, Särndal (1992), JASA 87, eq. 3.4: every calibration estimator has the asymptotic variance of the
    regression estimator; the residuals use the starting weights, the totals the calibrated ones.
    """

    cell: IntArray
    regressors: FloatArray
    start: FloatArray
    _inverse: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        mass = group_sums(self.cell, self.start, size=self.n_cells)
        gram = self.regressors.T @ (self.regressors * mass[:, None])
        scale = np.sqrt(np.diag(gram))
        scale = np.where(scale > 0, scale, 1.0)
        inverse = np.linalg.pinv(gram / np.outer(scale, scale), rcond=1e-12, hermitian=True)
        object.__setattr__(self, "_inverse", inverse / np.outer(scale, scale))

    @property
    def n_cells(self) -> int:
        """Cells."""
        return int(self.regressors.shape[0])

    def fitted(self, cell_sums: FloatArray) -> FloatArray:
        """(C, k) fitted values per cell from the (C, k) sums of start weight times value."""
        return np.asarray(self.regressors @ (self._inverse @ (self.regressors.T @ cell_sums)))

    def residuals(self, values: FloatArray) -> FloatArray:
        """(n, k) values minus their regression on the calibration variables with the starting weights."""
        sums = column_sums(self.cell, self.start[:, None] * values, size=self.n_cells)
        return np.asarray(values - self.fitted(sums)[self.cell])
