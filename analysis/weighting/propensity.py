"""Home of the adjustment for nonresponse by response propensities: inverse, or in strata of equal propensity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning
from analysis.weighting import diagnose
from analysis.weighting._classes import Classes, Redistribution
from analysis.weighting._distinct import Distinct, distinct
from analysis.weighting._logistic import Logit, logistic
from analysis.weighting._propensity_carried import PropensityCarried
from analysis.weighting._step import Applied, apply
from analysis.weighting.dispositions import Disposition, Dispositions
from analysis.weighting.errors import StepError, StepWarning
from analysis.weighting.model_variables import variables_of
from analysis.weighting.response import dispositions_of, redistributed
from analysis.weighting.variables import Variables
from analysis.weighting_step import WeightingStep

SMALL = 0.05  # propensities below it deserve a look: each such person stands for twenty


class PropensityUse(StrEnum):
    """How propensities become weights: `inverse` divides by each, `strata` makes classes of equal counts."""

    INVERSE = "inverse"
    STRATA = "strata"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PropensityStep:
    """Response propensities of the eligible units of n rows, from a logistic model.

    Attributes
    ----------
    variables : with an intercept first; complete for every eligible unit.
    strata : classes of propensity, by quantiles over the eligible units.
    weighted : whether the model is weighted by the starting weights.
    """

    status: Dispositions
    variables: Variables
    use: PropensityUse = PropensityUse.INVERSE
    strata: int = 5
    weighted: bool = True
    distinct: Distinct = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.use is PropensityUse.STRATA and self.strata < 2:
            raise StepError("too_few_strata", strata=self.strata)
        if not self.status.refused.any():
            raise StepError("everybody_responded")
        object.__setattr__(self, "distinct", distinct(self.variables.x))

    @property
    def n(self) -> int:
        """Rows."""
        return self.status.n

    def weights(self, start: FloatArray, *, base: FloatArray | None = None) -> FloatArray:
        """(n,) weights; all but respondents get 0.

        `base` are the weights of the full sample when `start` are those of a replicate: an unweighted model counts
        a row as often as the replicate does.
        """
        fit, _ = self.fit(start, base=base)
        if self.use is PropensityUse.STRATA:
            return self._sharing(fit, start).weights(start)
        return self._inverse(fit, start)

    def fit(self, start: FloatArray, *, base: FloatArray | None = None) -> tuple[Logit, FloatArray]:
        """The model of response, and the (n,) weights it was fitted with, 0 for units that are not eligible."""
        self.status.check_resolved(start)
        counted = np.where(self.status.eligible, start, 0.0)
        if not self.weighted:
            ones = (start > 0).astype(np.float64)
            times = ones if base is None else np.divide(start, base, out=np.zeros_like(start), where=base > 0)
            counted = np.where(self.status.eligible, times, 0.0)
        self.variables.check(counted)
        alike = Variables(x=self.distinct.rows, names=self.variables.names)
        fit = logistic(
            alike,
            chosen=self.distinct.sums(np.where(self.status.responded, counted, 0.0)),
            weights=self.distinct.sums(counted),
        )
        return replace(fit, fitted=self.distinct.spread(fit.fitted)), counted

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the estimated model, or the strata as classes."""
        fit, counted = self.fit(start)
        again = self.weights if self.weighted else partial(self.weights, base=start)
        if self.use is PropensityUse.STRATA:
            done = redistributed(
                self._sharing(fit, start),
                start,
                method=f"nonresponse, {self.strata} propensity strata",
                definition="weighting.propensity",
                compared=self.variables,
            )
            return Applied(weights=done.weights, step=done.step, carried=done.carried, again=again)
        weights = self._inverse(fit, start)
        return Applied(
            weights=weights,
            step=self._report(fit, start=start, weights=weights),
            carried=self._carried(fit, counted=counted),
            again=again,
        )

    def _inverse(self, fit: Logit, start: FloatArray) -> FloatArray:
        taking = self.status.responded & (start > 0)
        return np.divide(start, fit.fitted, out=np.zeros_like(start), where=taking)

    def _sharing(self, fit: Logit, start: FloatArray) -> Redistribution:
        """Classes between quantiles of the propensities; equal propensities stay together."""
        used = self.status.eligible & (start > 0)
        levels = np.linspace(0.0, 1.0, self.strata + 1)[1:-1]
        cuts = np.unique(np.quantile(fit.fitted[used], levels))
        code = np.searchsorted(cuts * (1.0 + 1e-12), fit.fitted, side="left")
        labels = tuple(f"propensity stratum {place + 1}" for place in range(cuts.shape[0] + 1))
        return Redistribution(
            classes=Classes(code=np.where(used, code, -1), labels=labels),
            giving=self.status.eligible,
            taking=self.status.responded,
            refusal="class_without_respondents",
        )

    def _report(self, fit: Logit, *, start: FloatArray, weights: FloatArray) -> WeightingStep:
        eligible = np.where(self.status.eligible, start, 0.0)
        x, names = self.variables.x[:, 1:], self.variables.names[1:]
        target, spread = diagnose.moments(x, eligible)
        return diagnose.report(
            "nonresponse, inverse propensity",
            definition="weighting.propensity",
            before=start,
            after=weights,
            compared=diagnose.balance(
                x,
                names,
                target=target,
                spread=spread,
                before=np.where(self.status.responded, start, 0.0),
                after=weights,
            ),
            iterations=fit.iterations,
            status=small_propensities(fit.fitted[weights > 0]),
        )

    def _carried(self, fit: Logit, *, counted: FloatArray) -> PropensityCarried:
        score = counted * (self.status.responded - fit.fitted)
        return PropensityCarried(
            distinct=self.distinct, score=score, inverse=fit.inverse, decline=1.0 - fit.fitted
        )


def small_propensities(propensities: FloatArray) -> tuple[AnalysisWarning, ...]:
    """A status if some propensities are so small that a few people stand for many."""
    n = int(np.count_nonzero(propensities < SMALL))
    if n == 0:
        return ()
    least = round(float(propensities.min()), 6)
    return (StepWarning(code="propensity_small", context={"n": n, "limit": SMALL, "least": least}),)


def response_propensity(
    design: BoundDesign,
    status: ArrayLike | str,
    *,
    variables: Variables | Sequence[str],
    use: PropensityUse = PropensityUse.INVERSE,
    strata: int = 5,
    weighted: bool = True,
    codes: Mapping[str, Disposition | str] | None = None,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
) -> BoundDesign:
    """A new design in which respondents stand for nonrespondents by their estimated propensity to respond.

    Parameters
    ----------
    status : (n,) bool (True: responded), or dispositions as for `unknown_eligibility`.
    variables : known for all eligible units, an intercept first (see `model_variables`); or names of columns.
    use : `inverse`: weight divided by the propensity; `strata`: weighting classes between its quantiles.
    weighted : whether the logistic model is weighted by the weights before the step.

    Returns
    -------
    BoundDesign where only respondents have weight; the variance carries the estimated coefficients (`inverse`) or
    the classes as if they were given (`strata`); replicates refit both.

    Raises
    ------
    StepError
        Units of unknown eligibility left, a missing, collinear or separating variable, nobody or everybody responded.

    References
    ----------
    Little (1986), International Statistical Review 54, 139-157; Valliant, Dever, Kreuter (2018), sec. 13.5.2-13.5.3.
    """
    step = PropensityStep(
        status=dispositions_of(status, design=design, codes=codes, columns=columns),
        variables=variables_of(variables, design=design, columns=columns),
        use=_check.choice("use", use, among=PropensityUse),
        strata=strata,
        weighted=weighted,
    )
    return apply(step, design)
