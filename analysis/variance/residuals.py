"""Home of what weighting does to a variance: influence values become regression residuals."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis._sums import column_sums, group_sums
from analysis._types import FloatArray
from analysis.variance.low_rank import LowRank


class Carried(Protocol):
    """What one weighting step does to influence values: the chain rule from the weights after it to those before.

    The total of `carry(influence)` under the weights before the step varies like the estimate under the weights
    after it, because the step's own factors are estimated from the same sample.

    References
    ----------
    Demnati, Rao (2004), Survey Methodology 30, 17-26: linearisation by derivatives with respect to weights.
    """

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values before the step from those after it."""

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """(k, k) variance that a second, independent sample adds; None where the step uses no such sample."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """One calibration of the weights, kept in cells of people who share all calibration variables.

    Attributes
    ----------
    cell : (n,) cell of each row, in integers of any width.
    regressors : (C, p) calibration variables of each cell.
    start : (n,) weights of the regression: before this calibration (times q where rows may move unequally).
    after : (n,) weights after this calibration.
    mass : (C,) sums of `start`, if they are known already.

    References
    ----------
    Deville, Särndal (1992), JASA 87, eq. 3.4: every calibration estimator has the asymptotic variance of the
    regression estimator; the residuals use the starting weights, the totals the calibrated ones.
    """

    cell: NDArray[np.signedinteger[Any]]  # Any: the width
    regressors: FloatArray
    start: FloatArray
    after: FloatArray
    mass: FloatArray | None = None
    _inverse: FloatArray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known = self.mass
        mass = group_sums(self.cell, self.start, size=self.n_cells) if known is None else known
        gram = self.regressors.T @ (self.regressors * mass[:, None])
        scale = np.sqrt(np.diag(gram))
        scale = np.where(scale > 0, scale, 1.0)
        inverse = np.linalg.pinv(gram / np.outer(scale, scale), rcond=1e-12, hermitian=True)
        object.__setattr__(self, "_inverse", inverse / np.outer(scale, scale))

    @property
    def n_cells(self) -> int:
        """Cells."""
        return int(self.regressors.shape[0])

    def coefficients(self, cell_sums: FloatArray) -> FloatArray:
        """(p, k) regression coefficients from the (C, k) sums of start weight times value."""
        return np.asarray(self._inverse @ (self.regressors.T @ cell_sums))

    def fitted(self, cell_sums: FloatArray) -> FloatArray:
        """(C, k) fitted values per cell from the (C, k) sums of start weight times value."""
        return np.asarray(self.regressors @ self.coefficients(cell_sums))

    def slopes(self, values: FloatArray) -> FloatArray:
        """(p, k) coefficients of the regression of (n, k) values with the starting weights."""
        sums = column_sums(self.cell, self.start[:, None] * values, size=self.n_cells)
        return self.coefficients(sums)

    def residuals(self, values: FloatArray) -> FloatArray:
        """(n, k) values minus their regression on the calibration variables with the starting weights."""
        return np.asarray(values - (self.regressors @ self.slopes(values))[self.cell])

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) residuals times the weights after this calibration."""
        after = self.after[:, None]
        values = np.divide(influence, after, out=np.zeros_like(influence), where=after > 0)
        return np.asarray(self.residuals(values) * after)

    def low_rank(self) -> LowRank:
        """The step as a matrix of low rank."""
        read = np.divide(self.start, self.after, out=np.zeros_like(self.start), where=self.after > 0)
        return LowRank(cell=self.cell, x=self.regressors, read=read, write=self.after, inverse=self._inverse)

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """None: known totals have no variance."""
        return None
