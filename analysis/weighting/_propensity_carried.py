"""Home of what estimated response propensities do to a variance."""

from dataclasses import dataclass

import numpy as np

from analysis._sums import column_sums
from analysis._types import FloatArray
from analysis.variance.low_rank import LowRank
from analysis.weighting._distinct import Distinct


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityCarried:
    """Estimated propensities as a step of the variance.

    A weight changes with the coefficients by -w (1 - p) x, and these with the sample by H^-1 x d (r - p); so a row
    with influence u keeps it, less d (r - p) x' H^-1 sum(u (1 - p) x).

    Attributes
    ----------
    distinct : the model's variables; score : (n,) d (r - p); decline : (n,) relative decline of a weight per unit of the linear predictor.

    References
    ----------
    Kim, Kim (2007), Canadian Journal of Statistics 35, 501-514.
    """

    distinct: Distinct
    score: FloatArray
    inverse: FloatArray
    decline: FloatArray

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values before the step."""
        rows, cells = self.distinct.rows, self.distinct.cells
        sums = column_sums(cells, influence * self.decline[:, None], size=rows.shape[0])
        fit = rows @ (self.inverse @ (rows.T @ sums))
        return np.asarray(influence - self.score[:, None] * fit[cells])

    def low_rank(self) -> LowRank | None:
        """The step as a matrix of low rank, where the model has few distinct rows."""
        found = self.distinct
        if found.cell is None:
            return None
        return LowRank(
            cell=found.cell, x=found.rows, read=self.decline, write=self.score, inverse=self.inverse
        )

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """None: the model is estimated from the sample itself."""
        return None
