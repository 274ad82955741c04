"""Home of what a model meets: a sample of continuous items, ready to be fitted, tested and made robust."""

from dataclasses import dataclass
from math import log, pi
from typing import Protocol

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisWarning
from analysis.validity import robust as sandwiches
from analysis.validity.measures import standardised_residuals
from analysis.validity.moments import GroupedMoments
from analysis.validity.pattern import Kind, Pattern
from analysis.validity.robust import Robust, Scaling
from analysis.validity.scoring import Solution, hessian, linear_parts
from analysis.validity.start import start
from analysis.validity.targets import NormalTarget, Target

LEAST_DF = 8
"""Degrees of freedom of a design under which intervals are unreliable."""


class Sample(Protocol):
    """Data of G groups as a factor model sees them."""

    @property
    def items(self) -> tuple[str, ...]:
        """Names."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels."""

    @property
    def n(self) -> IntArray:
        """(G,) respondents."""

    @property
    def share(self) -> FloatArray:
        """(G,) shares of the groups."""

    @property
    def counts(self) -> FloatArray:
        """(G,) what each group's discrepancy is multiplied by in the statistic."""

    @property
    def df(self) -> float:
        """Degrees of freedom for t."""

    @property
    def robust(self) -> Robust:
        """How standard errors and tests are made."""

    @property
    def moments_count(self) -> int:
        """Observed moments of all groups, less those that a model without means leaves alone."""

    def targets(self) -> tuple[Target, ...]:
        """What each group is fitted to."""

    def begin(self, pattern: Pattern) -> FloatArray:
        """Starting parameters."""

    def unrelated(self, pattern: Pattern) -> FloatArray:
        """Parameters of the baseline pattern, at which it fits best."""

    def robustness(self, solution: Solution, *, df: int) -> tuple[FloatArray, Scaling]:
        """(k, k) covariance of the estimates, and the scaling of the model's statistic."""

    def information(self, solution: Solution) -> FloatArray:
        """(k, k) information of one respondent, observed or expected as the robust method has it."""

    def gamma(self) -> FloatArray:
        """(Q, Q) respondents times the covariance of all groups' moments about themselves."""

    def weight(self, solution: Solution) -> FloatArray:
        """(Q, Q) weight matrix of all groups' moments, each times its group's share."""

    def log_likelihood(self, solution: Solution) -> float:
        """Of the data at the solution; nan where there is none."""

    def residual_squares(self, solution: Solution) -> FloatArray:
        """(G, 2) mean squared standardised residuals with and without means."""

    def observed_covariance(self, group: int) -> FloatArray:
        """(p, p) observed covariances, or polychoric correlations."""

    def warnings(self) -> tuple[AnalysisWarning, ...]:
        """What a reader must know of the data, whatever the model."""


def few_degrees(df: float) -> tuple[AnalysisWarning, ...]:
    """The status of a design with too few clusters for an interval."""
    if df >= LEAST_DF:
        return ()
    return (AnalysisWarning(code="few_degrees_of_freedom", context={"df": f"{df:g}"}),)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContinuousSample:
    """Moments of continuous items under a way to be robust."""

    state: GroupedMoments
    has_means: bool
    robust: Robust

    @property
    def items(self) -> tuple[str, ...]:
        """Names."""
        return self.state.items

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels."""
        return self.state.groups

    @property
    def n(self) -> IntArray:
        """(G,) respondents."""
        return self.state.n

    @property
    def share(self) -> FloatArray:
        """(G,) shares in the sum of weights."""
        return self.state.share

    @property
    def counts(self) -> FloatArray:
        """(G,) respondents times shares."""
        return np.asarray(self.share * float(self.n.sum()))

    @property
    def df(self) -> float:
        """Degrees of freedom for t."""
        return self.state.df

    @property
    def moments_count(self) -> int:
        """Variances and covariances of all groups, and means if they are in the model."""
        p = len(self.items)
        return len(self.groups) * (p * (p + 1) // 2 + (p if self.has_means else 0))

    def targets(self) -> tuple[Target, ...]:
        """What each group is fitted to."""
        covariance = self.state.covariance
        return tuple(
            NormalTarget(
                share=float(self.share[g]),
                mean=self.state.mean[g],
                covariance=covariance[g],
                has_means=self.has_means,
            )
            for g in range(len(self.groups))
        )

    def begin(self, pattern: Pattern) -> FloatArray:
        """Starting parameters from the pooled groups."""
        mean, covariance = self.state.pooled()
        return start(pattern, covariance=covariance, means=mean)

    def unrelated(self, pattern: Pattern) -> FloatArray:
        """Observed variances and means."""
        theta = np.zeros(pattern.parameters)
        for element in pattern.elements:
            g, at = element.group, element.row
            is_mean = element.kind is Kind.INTERCEPT
            theta[element.free] = self.state.mean[g, at] if is_mean else self.state.covariance[g, at, at]
        return theta

    def robustness(self, solution: Solution, *, df: int) -> tuple[FloatArray, Scaling]:
        """Inverse information, or the sandwich that the robust method asks for, and the factor of the statistic."""
        total = float(self.n.sum())
        if self.robust is Robust.NONE:
            return sandwiches.inverse(solution.information) / total, Scaling(factor=1.0)
        slope, weighted = sandwiches.stacked(linear_parts(solution.problem, solution.theta), self.share)
        if self.robust is Robust.MLM:
            gamma = self.gamma()
            projector = sandwiches.residual_projector(slope, self.weight(solution))
            covariance = sandwiches.sandwich(solution.information, weighted, covariance=gamma / total)
            return covariance, sandwiches.satorra_bentler(projector, gamma, df=df)
        observed = self.information(solution)
        about = self._about_model(solution)
        model = float(np.trace(sandwiches.inverse(observed) @ (weighted @ about @ weighted.T))) * total
        scaling = sandwiches.yuan_bentler(self._saturated_trace(), model, df=df)
        return sandwiches.sandwich(observed, weighted, covariance=about), scaling

    def information(self, solution: Solution) -> FloatArray:
        """(k, k): observed with casewise scores, expected otherwise."""
        return (
            hessian(solution.problem, solution.theta) if self.robust is Robust.MLR else solution.information
        )

    def gamma(self) -> FloatArray:
        """(Q, Q) covariance of the moments times respondents."""
        zero = [np.zeros(len(self.items))] * len(self.groups)
        return self._covariance_about(zero, list(self.state.covariance)) * float(self.n.sum())

    def weight(self, solution: Solution) -> FloatArray:
        """(Q, Q) normal theory weights at the model."""
        return self._weight_at([now.sigma for now in solution.now()])

    def log_likelihood(self, solution: Solution) -> float:
        """Of multivariate normal items, weights scaled to mean 1."""
        total, value = float(self.n.sum()), 0.0
        for g, covariance in enumerate(self.state.covariance):
            saturated = len(covariance) * (log(2 * pi) + 1) + float(np.linalg.slogdet(covariance)[1])
            value -= 0.5 * total * float(self.share[g]) * (saturated + float(solution.distance[g]))
        return value

    def residual_squares(self, solution: Solution) -> FloatArray:
        """(G, 2) mean squared standardised residuals with and without means."""
        found = []
        for g, now in enumerate(solution.now()):
            mean = now.mu if self.has_means else self.state.mean[g]
            observed = (self.state.mean[g], self.state.covariance[g])
            found.append(standardised_residuals(observed, (mean, now.sigma)))
        return np.array(found)

    def observed_covariance(self, group: int) -> FloatArray:
        """(p, p) observed covariances."""
        return np.asarray(self.state.covariance[group])

    def warnings(self) -> tuple[AnalysisWarning, ...]:
        """Few degrees of freedom of the design."""
        return few_degrees(self.df)

    def _about_model(self, solution: Solution) -> FloatArray:
        now = solution.now()
        # Without means in the model they are whatever they are.
        gaps = [(self.state.mean[g] - here.mu) * self.has_means for g, here in enumerate(now)]
        return self._covariance_about(gaps, [here.sigma for here in now])

    def _saturated_trace(self) -> float:
        return float((self._weight_at(list(self.state.covariance)) * self.gamma()).sum())

    def _weight_at(self, sigmas: list[FloatArray]) -> FloatArray:
        pairs = zip(self.share, sigmas, strict=True)
        return sandwiches.block_diagonal(
            [share * sandwiches.normal_weight(sigma, has_means=self.has_means) for share, sigma in pairs]
        )

    def _covariance_about(self, gaps: list[FloatArray], sigmas: list[FloatArray]) -> FloatArray:
        spread = self.state.spread()
        if spread is None:
            raise AssertionError("the door lets no robust method in without a spread")
        return sandwiches.moment_covariance(spread, self.counts, gaps=gaps, sigmas=sigmas)
