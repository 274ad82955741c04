"""Home of pseudo-weights for volunteers: participation propensities estimated against a reference sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.columns import Columns
from analysis.design import BoundDesign
from analysis.weighting import diagnose
from analysis.weighting._logistic import (
    Logit,
    check_regular,
    expit,
    inverted,
    log_linear,
    logistic,
    newton,
)
from analysis.weighting._participation import Participation, PseudoCarried
from analysis.weighting._step import Applied, apply
from analysis.weighting.propensity import small_propensities
from analysis.weighting.reference import Reference
from analysis.weighting.reference_totals import both
from analysis.weighting.variables import Variables
from analysis.weighting_step import WeightingStep


class PseudoMethod(StrEnum):
    """How participation is modelled against the reference sample.

    `chen-li-wu`: pseudo-likelihood of participation in the population, the reference weighted;
    `adjusted-logistic`: weighted logistic regression of the stacked samples, odds as participation rates;
    `elliott-valliant`: unweighted logistic regression of the stacked samples times the modelled reference weight.
    """

    CHEN_LI_WU = "chen-li-wu"
    ADJUSTED_LOGISTIC = "adjusted-logistic"
    ELLIOTT_VALLIANT = "elliott-valliant"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PseudoWeightStep:
    """Pseudo-weights bound to the variables of n volunteers.

    Attributes
    ----------
    variables : of the volunteers, an intercept first.
    reference : knows the same variables.
    scaled : whether weights are scaled to the population that the reference estimates.
    """

    variables: Variables
    reference: Reference
    how: PseudoMethod = PseudoMethod.CHEN_LI_WU
    scaled: bool = False

    def __post_init__(self) -> None:
        self.reference.check_overlap(self.variables)

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.variables.x.shape[0])

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) pseudo-weights; the start weights (1, or replicate factors) say how often a row counts."""
        return self._scale(start * self._fit(start).ratio)

    def applied(self, start: FloatArray) -> Applied:
        """The step with its report; the variance carries the model and the reference's own sampling."""
        fit = self._fit(start)
        weights = self._scale(start * fit.ratio)
        carried = PseudoCarried(
            x=self.variables.x,
            fit=fit,
            after=weights,
            reference=self.reference,
            scaled=self._is_scaled,
        )
        return Applied(
            weights=weights,
            step=self._report(fit, start=start, weights=weights),
            carried=carried,
            again=self.weights,
        )

    @property
    def _is_scaled(self) -> bool:
        return self.scaled or self.how is PseudoMethod.ELLIOTT_VALLIANT

    def _scale(self, weights: FloatArray) -> FloatArray:
        """Weights that sum to the reference's population, where they are known up to a factor only."""
        if not self._is_scaled:
            return weights
        return np.asarray(weights * (self.reference.design.weights.sum() / weights.sum()))

    def _fit(self, start: FloatArray) -> Participation:
        self.variables.check(start)
        if self.how is PseudoMethod.CHEN_LI_WU:
            return self._pseudo_likelihood(start)
        return self._stacked(start)

    def _pseudo_likelihood(self, start: FloatArray) -> Participation:
        """sum over volunteers of x = sum over the reference of d p x."""
        x, other, d = self.variables.x, self.reference.variables.x, self.reference.design.weights
        check_regular(self.reference.variables, d)

        def score(at: FloatArray) -> tuple[FloatArray, FloatArray]:
            p = expit(other @ at)
            return x.T @ start - other.T @ (d * p), other.T @ (other * (d * p * (1.0 - p))[:, None])

        first = np.zeros(x.shape[1])
        share = min(float(start.sum() / d.sum()), 0.5)
        first[0] = np.log(share / (1.0 - share))
        at, information, rounds = newton(
            score, self.reference.variables, weights=d, refusal="no_population", start=first
        )
        p = expit(x @ at)
        return Participation(
            ratio=1.0 / p,
            decline=1.0 - p,
            score=start,
            inverse=inverted(information),
            outside=other * (d * expit(other @ at))[:, None],
            level=None,
            iterations=rounds,
            propensities=p,
        )

    def _stacked(self, start: FloatArray) -> Participation:
        """Logistic regression of being a volunteer in the two samples together."""
        d = self.reference.design.weights
        weighted = self.how is PseudoMethod.ADJUSTED_LOGISTIC
        theirs = d if weighted else (d > 0).astype(np.float64)
        both = Variables(
            x=np.vstack([self.variables.x, self.reference.variables.x]), names=self.variables.names
        )
        chosen = np.concatenate([start, np.zeros(d.shape[0])])
        fit = logistic(both, chosen=chosen, weights=np.concatenate([start, theirs]))
        ours, rest = fit.fitted[: self.n], fit.fitted[self.n :]
        odds = (1.0 - ours) / ours
        if weighted:
            ratio, level = odds, None
        else:
            size, level = self._reference_weight()
            ratio = odds * size
        return Participation(
            ratio=ratio,
            decline=np.ones(self.n),
            score=start * (1.0 - ours),
            inverse=fit.inverse,
            outside=self.reference.variables.x * (theirs * rest)[:, None],
            level=level,
            iterations=fit.iterations,
            propensities=1.0 / np.maximum(ratio, 1.0),
        )

    def _reference_weight(self) -> tuple[FloatArray, FloatArray]:
        """(n,) mean reference weight of people like each volunteer, and the reference's influence on it."""
        design, variables = self.reference.design, self.reference.variables
        model: Logit = log_linear(variables, y=design.weights)
        influence = variables.x * (design.weights - model.fitted)[:, None] @ model.inverse
        return np.exp(self.variables.x @ model.coefficients), influence

    def _report(self, fit: Participation, *, start: FloatArray, weights: FloatArray) -> WeightingStep:
        x, names = self.variables.x[:, 1:], self.variables.names[1:]
        target, spread = diagnose.moments(self.reference.variables.x[:, 1:], self.reference.design.weights)
        return diagnose.report(
            f"pseudo-weights, {self.how.value}",
            definition="weighting.pseudo",
            before=start,
            after=weights,
            compared=diagnose.balance(x, names, target=target, spread=spread, before=start, after=weights),
            iterations=fit.iterations,
            status=small_propensities(fit.propensities[weights > 0]),
        )


def pseudo_weights(
    design: BoundDesign,
    on: Sequence[str] | Variables,
    *,
    reference: BoundDesign | Reference,
    method: PseudoMethod = PseudoMethod.CHEN_LI_WU,
    scaled: bool = False,
    columns: Columns | Mapping[str, Any] | None = None,  # Any: whatever numpy makes an array of
    reference_columns: Columns | Mapping[str, Any] | None = None,  # Any: the same
) -> BoundDesign:
    """A new design in which volunteers stand for the population that a reference sample describes.

    Parameters
    ----------
    design : of the volunteers; weights of 1, unless rows already count more or less than once.
    on : names of columns that both tables have; or the volunteers' variables with a `Reference`.
    reference : a probability sample with the same variables and its own design.
    method : see `PseudoMethod`.
    scaled : scale the weights to the reference's population (`elliott-valliant` always does: it gives weights up to a
        factor only).

    Returns
    -------
    BoundDesign whose variance carries the estimated participation model and the sampling of the reference.

    Raises
    ------
    StepError
        A category that only one of the samples has, missing, collinear or separating variables, no solution.

    References
    ----------
    Chen, Li, Wu (2020), JASA 115, 2011-2021; Wang, Valliant, Li (2021), Statistics in Medicine 40, 5237-5250;
    Elliott, Valliant (2017), Statistical Science 32, 249-264.
    """
    ours, theirs = both(
        on, design=design, reference=reference, columns=columns, reference_columns=reference_columns
    )
    kind = _check.choice("method", method, among=PseudoMethod)
    return apply(PseudoWeightStep(variables=ours, reference=theirs, how=kind, scaled=scaled), design)
