"""Home of the survey design: weights, strata, clusters and weighting history, checked once and never changed."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, Lonely
from analysis.errors import DesignError, InvalidInput
from analysis.variance import layout as layouts
from analysis.variance import taylor
from analysis.variance.layout import Layout
from analysis.variance.residuals import Calibration
from analysis.weighting_step import WeightingStep


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundDesign:
    """A bound design of n respondents; there is no way to cut its rows, domains are arguments of estimators.

    Parameters
    ----------
    weights : (n,) current weights, finite, at least 0.
    strata : (n,) labels, or None for one stratum.
    psu : (n,) labels of primary sampling units, or None if every row was drawn by itself.
    fpc : (n,) PSUs in the population of the row's stratum (or sampling fractions, if none exceeds 1);
        None: drawn with replacement, or the fraction is negligible.
    lonely : what to do with a stratum of one PSU; refused by default.
    nested : PSU ids may repeat in other strata (default); False refuses a PSU that lies in two strata.

    Raises
    ------
    InvalidInput, DesignError
        With the row, stratum or PSU at fault.

    References
    ----------
    Lohr (2022), Sampling: Design and Analysis, 3rd ed., ch. 7 and 9.
    """

    weights: FloatArray
    strata: ArrayLike | None = None
    psu: ArrayLike | None = None
    fpc: ArrayLike | None = None
    lonely: Lonely = Lonely.REFUSE
    nested: bool = True
    history: tuple[WeightingStep, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    layout: Layout = field(init=False, repr=False)

    def __post_init__(self) -> None:
        weights = _check.frozen(_check.complete("weights", self.weights))
        if not weights.sum() > 0:
            raise DesignError("no_weight")
        lonely = _check.choice("lonely", self.lonely, among=Lonely)
        layout = layouts.build(
            n=weights.shape[0],
            strata=self.strata,
            psu=self.psu,
            fpc=self.fpc,
            nested=self.nested,
            lonely=lonely,
        )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "lonely", lonely)
        object.__setattr__(self, "layout", layout)

    @property
    def n(self) -> int:
        """Respondents."""
        return int(self.weights.shape[0])

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs minus strata."""
        return self.layout.df

    def covariance(self, influence: ArrayLike) -> FloatArray:
        """Variance of the total of influence values, carrying every calibration of the weights.

        Parameters
        ----------
        influence : (n, k) or (n,) weight times linearised value, 0 outside the domain; no missing values.

        Returns
        -------
        (k, k) covariance of the k totals.
        """
        values = np.asarray(influence, dtype=np.float64)
        columns = values[:, None] if values.ndim == 1 else values
        if columns.ndim != 2 or columns.shape[0] != self.n:
            raise InvalidInput(
                "wrong_shape", name="influence", expected=f"({self.n}, k)", actual=values.shape
            )
        return taylor.covariance(self.carry(columns), self.layout)

    def variance(self, influence: ArrayLike) -> float:
        """Variance of the total of one influence value (n,)."""
        return float(self.covariance(influence)[0, 0])

    def covariance_of(
        self, statistic: Callable[[FloatArray], FloatArray], *, influence: ArrayLike
    ) -> FloatArray:
        """Covariance of any k estimates: the one door for estimators that are no simple totals.

        Parameters
        ----------
        statistic : the (k,) estimates as a function of (n,) weights; a replicate design calls it with the weights
            of each replicate, a linearised one not at all.
        influence : (n, k) weight times linearised value, 0 outside the domain.

        Returns
        -------
        (k, k) covariance.
        """
        return self.covariance(influence)

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values after the calibrations of the weights, the last one first."""
        if not self.calibrations:
            return influence
        weights = self.weights[:, None]
        values = np.divide(influence, weights, out=np.zeros_like(influence), where=weights > 0)
        for calibration in reversed(self.calibrations):
            values = calibration.residuals(values)
        return np.asarray(values * weights)

    def reweighted(
        self, weights: FloatArray, *, step: WeightingStep, calibration: Calibration | None = None
    ) -> "BoundDesign":
        """The same sample with new weights; `step` says how, `calibration` what the variance must carry."""
        checked = _check.frozen(_check.complete("weights", weights, n=self.n))
        if not checked.sum() > 0:
            raise DesignError("no_weight")
        added = () if calibration is None else (calibration,)
        new = copy(self)  # strata and clusters are checked already and stay
        object.__setattr__(new, "weights", checked)
        object.__setattr__(new, "history", (*self.history, step))
        object.__setattr__(new, "calibrations", (*self.calibrations, *added))
        return new
