"""Home of Cronbach's alpha with its intervals for a simple random sample: normal theory, Feldt, Bonett."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.reliability._results import t_quantile
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.items import negative_items
from analysis.reliability.smc import squared_multiple_correlations
from analysis.reliability.states import Moments, State, correlation_of
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alpha(Result):
    """Alpha of a set of items and what is read beside it.

    Attributes
    ----------
    value : alpha of the covariances (raw alpha).
    standardised : alpha of the correlations.
    average_correlation, median_correlation : between different items.
    lambda6 : Guttman's lambda 6 of the correlations; nan if the matrix is singular.
    se : normal theory, for a simple random sample.
    """

    value: float
    standardised: float
    average_correlation: float
    median_correlation: float
    lambda6: float
    se: float
    n: int
    k: int

    @property
    def signal_to_noise(self) -> float:
        """k r / (1 - r) for the average correlation r."""
        return self.k * self.average_correlation / (1 - self.average_correlation)

    def normal(self, level: float = 0.95) -> tuple[float, float]:
        """Symmetric interval with the normal-theory standard error."""
        half = t_quantile(level, float("inf")) * self.se
        return self.value - half, self.value + half

    def feldt(self, level: float = 0.95) -> tuple[float, float]:
        """Exact interval under compound symmetry, normality and simple random sampling.

        References
        ----------
        Feldt (1965), Psychometrika 30, 357-370.
        """
        from scipy import special

        tail = (1 - _check.confidence(level)) / 2
        df1, df2 = self.n - 1, (self.n - 1) * (self.k - 1)
        return (
            float(1 - (1 - self.value) * special.fdtri(df1, df2, 1 - tail)),
            float(1 - (1 - self.value) * special.fdtri(df1, df2, tail)),
        )

    def bonett(self, level: float = 0.95) -> tuple[float, float]:
        """Interval by the log transformation of 1 - alpha.

        References
        ----------
        Bonett (2002), Journal of Educational and Behavioral Statistics 27, 335-340, eq. 5.
        """
        if self.n < 3:
            return float("nan"), float("nan")
        half = t_quantile(level, float("inf")) * sqrt(2 * self.k / ((self.k - 1) * (self.n - 2)))
        return 1 - (1 - self.value) * exp(half), 1 - (1 - self.value) * exp(-half)

    def to_rows(self) -> list[Row]:
        """One row with all intervals at 95 %."""
        row: Row = {
            "alpha": self.value,
            "standardised": self.standardised,
            "average_correlation": self.average_correlation,
            "median_correlation": self.median_correlation,
            "lambda6": self.lambda6,
            "se": self.se,
            "n": self.n,
            "k": self.k,
        }
        for name, (low, high) in (
            ("normal", self.normal()),
            ("feldt", self.feldt()),
            ("bonett", self.bonett()),
        ):
            row |= {f"{name}_low": low, f"{name}_high": high}
        return [row]


def alpha(state: State) -> Alpha:
    """Cronbach's alpha of the (weighted) covariance matrix of a set of items.

    Its intervals hold for a simple random sample without weights; `design_alpha` carries weights and clusters.

    Raises
    ------
    ReliabilityError
        ``zero_total_variance`` if the sum of the items does not vary, ``no_variation`` naming an item.

    References
    ----------
    Cronbach (1951), Psychometrika 16, eq. 2.
    """
    v = state.covariance
    r = correlation_of(v, names=state.labels)
    off = r[np.triu_indices(state.k, 1)]
    return Alpha(
        method="alpha of the covariances, complete rows"
        if isinstance(state, Moments)
        else "alpha of the covariances, pairwise",
        definition="reliability.alpha",
        status=negative_items(state),
        value=coefficient(v),
        standardised=coefficient(r),
        average_correlation=float(off.mean()),
        median_correlation=float(np.median(off)),
        lambda6=lambda6(r),
        se=normal_theory_se(state),
        n=state.n,
        k=state.k,
    )


def coefficient(v: FloatArray) -> float:
    """k / (k - 1) times 1 minus the trace over the sum of a (k, k) covariance matrix."""
    k, total = len(v), float(v.sum())
    if not total > 0:
        raise ReliabilityError("zero_total_variance")
    return float(k / (k - 1) * (1 - np.trace(v) / total))


def lambda6(r: FloatArray) -> float:
    """Guttman's lambda 6 of a correlation matrix; nan if it is singular."""
    return float(1 - (1 - squared_multiple_correlations(r)).sum() / r.sum())


def normal_theory_se(state: State) -> float:
    """Standard error of alpha for multivariate normal items of a simple random sample.

    References
    ----------
    Duhachek and Iacobucci (2004), Journal of Applied Psychology 89, eq. 2.
    """
    v, k = state.covariance, state.k
    total, trace = float(v.sum()), float(np.trace(v))
    squared = v @ v
    q = total * (float(np.trace(squared)) + trace**2) - 2 * trace * float(squared.sum())
    return sqrt(2 * k**2 / ((k - 1) ** 2 * total**3) * q / state.n)
