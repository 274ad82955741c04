"""Home of the survey design: weights, strata, clusters and weighting history, checked once and never changed."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, Lonely, Pps
from analysis.columns import Columns
from analysis.errors import DesignError, InvalidInput
from analysis.variance import layout as layouts
from analysis.variance import taylor
from analysis.variance.layout import Layout, Stage
from analysis.variance.replicates import Replicates, Reweighting
from analysis.variance.residuals import Calibration, Carried
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
    pps : how unequal probabilities without replacement enter the variance; then `fpc` holds the probability of each
        row's PSU, and `joint` the (m, m) joint probabilities (PSUs in the order of `layout`) for the exact formulae.
    later : further stages of sampling inside the PSUs, outermost first; they count where `fpc` is given.
    replicates : replicate weights; then every estimator takes its variance from them. See `analysis.replicates`.

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
    pps: Pps | None = None
    joint: ArrayLike | None = field(default=None, repr=False)
    later: tuple[Stage, ...] = field(default=(), repr=False)
    replicates: Replicates | None = field(default=None, repr=False)
    columns: Columns | None = field(default=None, repr=False)
    history: tuple[WeightingStep, ...] = ()
    calibrations: tuple[Carried, ...] = ()
    start: FloatArray = field(init=False, repr=False)
    again: tuple[Reweighting | None, ...] = field(init=False, repr=False, default=())
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
            pps=None if self.pps is None else _check.choice("pps", self.pps, among=Pps),
            joint=self.joint,
            later=self.later,
        )
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "start", weights)
        object.__setattr__(self, "lonely", lonely)
        object.__setattr__(self, "layout", layout)

    @property
    def n(self) -> int:
        """Respondents."""
        return int(self.weights.shape[0])

    @property
    def df(self) -> int:
        """Degrees of freedom: PSUs minus strata; of a replicate design, those of its replicates."""
        return self.layout.df if self.replicates is None else self.replicates.df

    @property
    def variance_method(self) -> str:
        """How variances are made, as results show it."""
        return "Taylor" if self.replicates is None else self.replicates.kind

    def covariance(self, influence: ArrayLike) -> FloatArray:
        """Variance of the total of influence values, carrying every calibration of the weights.

        On a replicate design it is the spread of the replicate totals of the linearised values.

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
        if self.replicates is None:
            carried, outside = self._carried(columns)
            inside = taylor.covariance(carried, self.layout)
            return inside if outside is None else inside + outside
        linear = _per_weight(columns, self.weights)
        again = self._replicate_totals(linear)
        return self.replicate_covariance(again, full=columns.sum(axis=0), influence=columns)

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
        if self.replicates is None:
            return self.covariance(influence)
        found = [np.atleast_1d(statistic(weights)) for weights in self._replicate_weights()]
        full = np.atleast_1d(statistic(self.weights))
        return self.replicate_covariance(np.array(found), full=full, influence=influence)

    def covariance_of_totals(
        self, function: Callable[[FloatArray], FloatArray], *, columns: FloatArray, influence: ArrayLike
    ) -> FloatArray:
        """Covariance of k estimates that are a function of q totals: on replicates much cheaper than `covariance_of`.

        Parameters
        ----------
        function : from (R, q) totals to (R, k) estimates, row by row.
        columns : (n, q) values whose weighted totals the function takes, 0 outside the domain.
        influence : (n, k) weight times linearised value, 0 outside the domain.

        Returns
        -------
        (k, k) covariance.
        """
        if self.replicates is None:
            return self.covariance(influence)
        found = self.replicate_estimates(function, columns=columns)
        with np.errstate(invalid="ignore", divide="ignore"):
            full = function((self.weights @ columns)[None, :])[0]
        return self.replicate_covariance(found, full=full, influence=influence)

    def replicate_covariance(
        self, again: FloatArray, *, full: FloatArray, influence: ArrayLike
    ) -> FloatArray:
        """Covariance from (R, k) replicate estimates, and what reference samples add, which replicates hold fixed.

        Parameters
        ----------
        full : (k,) estimates of the full sample.
        influence : (n, k) weight times linearised value, as for `covariance`.
        """
        assert self.replicates is not None
        spread = self.replicates.covariance(again, full=full)
        if all(isinstance(step, Calibration) for step in self.calibrations):
            return spread
        values = np.asarray(influence, dtype=np.float64)
        outside = self._carried(values[:, None] if values.ndim == 1 else values)[1]
        return spread if outside is None else spread + outside

    def replicate_estimates(
        self, function: Callable[[FloatArray], FloatArray], *, columns: FloatArray
    ) -> FloatArray:
        """(R, k) estimates of the replicates, a function of q totals as in `covariance_of_totals`."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return function(self._replicate_totals(columns))

    def _replicate_totals(self, columns: FloatArray) -> FloatArray:
        assert self.replicates is not None
        if not self.again:
            return self.replicates.totals(columns * self.weights[:, None])
        return np.array([weights @ columns for weights in self._replicate_weights()])

    def _replicate_weights(self) -> Iterator[FloatArray]:
        assert self.replicates is not None
        return self.replicates.weights(self.start, again=self._repeatable())

    def _repeatable(self) -> list[Reweighting]:
        for step, again in zip(self.history[-len(self.again) :], self.again, strict=False):
            if again is None:
                raise DesignError("step_not_repeatable", method=step.method)
        return [step for step in self.again if step is not None]

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values after the steps that made the weights, the last one first."""
        return self._carried(influence)[0]

    def _carried(self, influence: FloatArray) -> tuple[FloatArray, FloatArray | None]:
        """Influence values before the first step, and the variance that other samples add (None: no other)."""
        values, outside = influence, None
        for step in reversed(self.calibrations):
            added = step.outside(values)
            if added is not None:
                outside = added if outside is None else outside + added
            values = step.carry(values)
        return values, outside

    def reweighted(
        self,
        weights: FloatArray,
        *,
        step: WeightingStep,
        calibration: Carried | None = None,
        again: Reweighting | None = None,
    ) -> "BoundDesign":
        """The same sample with new weights.

        Parameters
        ----------
        weights : (n,) the new weights.
        step : the report of what was done.
        calibration : what the linearised variance must carry.
        again : the same step as a function of any (n,) starting weights: replicates repeat it inside.

        Raises
        ------
        DesignError
            If the design has replicates and the step cannot be repeated inside them.
        """
        checked = _check.frozen(_check.complete("weights", weights, n=self.n))
        if not checked.sum() > 0:
            raise DesignError("no_weight")
        if self.replicates is not None and again is None:
            raise DesignError("step_not_repeatable", method=step.method)
        added = () if calibration is None else (calibration,)
        new = copy(self)  # strata and clusters are checked already and stay
        object.__setattr__(new, "weights", checked)
        object.__setattr__(new, "history", (*self.history, step))
        object.__setattr__(new, "calibrations", (*self.calibrations, *added))
        object.__setattr__(new, "again", (*self.again, again))
        return new

    def with_replicates(self, replicates: Replicates) -> "BoundDesign":
        """The same sample with replicate weights; weighting steps done before are repeated inside every replicate.

        Raises
        ------
        DesignError
            If the design has replicates already, or a step cannot be repeated.
        """
        if self.replicates is not None:
            raise DesignError("replicates_exist", kind=self.replicates.kind)
        self._repeatable()
        new = copy(self)
        object.__setattr__(new, "replicates", replicates)
        return new

    def with_columns(self, columns: Columns) -> "BoundDesign":
        """The same design with the columns of its table, so that estimators take names."""
        new = copy(self)
        object.__setattr__(new, "columns", columns)
        return new


def _per_weight(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """(n, k) values whose weighted totals are those of the influence values; 0 where the weight is 0."""
    return np.divide(columns, weights[:, None], out=np.zeros_like(columns), where=weights[:, None] > 0)
