"""Home of what a model meets: a sample of ordered items, fitted by weighted least squares and made robust (WLSMV)."""

from dataclasses import dataclass
from math import nan

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisWarning
from analysis.validity import robust as sandwiches
from analysis.validity.ordered import OrderedMoments
from analysis.validity.pattern import Kind, Pattern
from analysis.validity.robust import Robust, Scaling
from analysis.validity.sample import few_degrees
from analysis.validity.scoring import Solution, linear_parts
from analysis.validity.start import start
from analysis.validity.targets import OrderedTarget, Target, below


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderedSample:
    """Ordered items as a factor model sees them."""

    state: OrderedMoments

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
        """(G,) respondents times shares, less one: the divisor of least squares."""
        return np.asarray(self.share * float(self.n.sum()) - 1)

    @property
    def df(self) -> float:
        """Degrees of freedom for t."""
        return self.state.df

    @property
    def robust(self) -> Robust:
        """The only way there is for ordered items."""
        return Robust.WLSMV

    @property
    def moments_count(self) -> int:
        """Thresholds and correlations of all groups."""
        return len(self.groups) * self.state.size

    def targets(self) -> tuple[Target, ...]:
        """What each group is fitted to."""
        weights = self._weights()
        return tuple(
            OrderedTarget(
                share=float(self.share[g]),
                thresholds=self.state.thresholds[g],
                correlation=self.state.correlation[g],
                weight=weights[g],
            )
            for g in range(len(self.groups))
        )

    def begin(self, pattern: Pattern) -> FloatArray:
        """Starting parameters from the pooled groups."""
        pooled = np.tensordot(self.share, self.state.correlation, axes=1)
        thresholds = tuple(
            np.asarray(self.share @ np.array([tau[item] for tau in self.state.thresholds]))
            for item in range(len(self.items))
        )
        return start(pattern, covariance=np.asarray(pooled), thresholds=thresholds)

    def unrelated(self, pattern: Pattern) -> FloatArray:
        """Observed thresholds."""
        theta = np.zeros(pattern.parameters)
        for element in pattern.elements:
            if element.kind is Kind.THRESHOLD:
                theta[element.free] = self.state.thresholds[element.group][element.row][element.column]
        return theta

    def robustness(self, solution: Solution, *, df: int) -> tuple[FloatArray, Scaling]:
        """The sandwich of weighted least squares, and scale and shift of the statistic."""
        slope, weighted = sandwiches.stacked(linear_parts(solution.problem, solution.theta), self.share)
        covariance = sandwiches.sandwich(solution.information, weighted, covariance=self.state.covariance)
        # Least squares counts one respondent of each group less; a design has counted its clusters already.
        if np.isinf(self.state.df):
            covariance = covariance * float(self.n.sum() / self.counts.sum())
        projector = sandwiches.residual_projector(slope, self.weight(solution))
        return covariance, sandwiches.scaled_and_shifted(projector, self.gamma(), df=df)

    def information(self, solution: Solution) -> FloatArray:
        """(k, k) of least squares."""
        return solution.information

    def gamma(self) -> FloatArray:
        """(Q, Q) covariance of the moments times respondents."""
        return np.asarray(self.state.covariance * float(self.n.sum()))

    def weight(self, _solution: Solution) -> FloatArray:
        """(Q, Q) diagonal weights times shares; they do not depend on the model."""
        return np.diag((self.share[:, None] * self._weights()).ravel())

    def log_likelihood(self, _solution: Solution) -> float:
        """Least squares has none."""
        return nan

    def residual_squares(self, solution: Solution) -> FloatArray:
        """(G, 2): nan, and the mean square of residual correlations with the diagonal counted as 0."""
        found, (rows, columns) = [], below(len(self.items))
        p = len(self.items)
        for g, now in enumerate(solution.now()):
            implied = now.sigma * np.outer(now.scale, now.scale)
            residual = (self.state.correlation[g] - implied)[rows, columns]
            found.append((nan, float(residual @ residual) / (p * (p + 1) / 2)))
        return np.array(found)

    def observed_covariance(self, group: int) -> FloatArray:
        """(p, p) polychoric correlations."""
        return np.asarray(self.state.correlation[group])

    def warnings(self) -> tuple[AnalysisWarning, ...]:
        """Few degrees of freedom, and correlation matrices that are not positive definite."""
        least = [float(np.linalg.eigvalsh(matrix)[0]) for matrix in self.state.correlation]
        indefinite = [
            AnalysisWarning(code="not_positive_definite", context={"eigenvalue": f"{value:.3g}"})
            for value in least
            if value <= 0
        ]
        return (*few_degrees(self.df), *indefinite)

    def _weights(self) -> FloatArray:
        """(G, q) inverse variances of one respondent's moments."""
        variance = np.diag(self.state.covariance).reshape(len(self.groups), -1)
        return np.asarray(1 / (variance * (self.share * float(self.n.sum()))[:, None]))
