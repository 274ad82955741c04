"""Home of Cronbach's alpha with its intervals: normal theory, Feldt, Bonett, by survey design, by bootstrap."""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import numpy.typing as npt

from analysis import _check, replicates
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability._results import Reliability, log_complement_interval, t_quantile
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.influence import covariance_influence
from analysis.reliability.items import negative_items
from analysis.reliability.smc import squared_multiple_correlations
from analysis.reliability.states import Moments, State, checked_items, correlation_of, moments
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
        definition="alpha",
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


def design_alpha(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    domain: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted alpha with the standard error of the survey design.

    Parameters
    ----------
    items : (n, k), nan where missing; an incomplete row leaves the domain and stays in the design.
    design : of the same n rows, linearised or with replicates.
    domain : (n,) bool; the other rows stay in the design.

    Returns
    -------
    Reliability
        The interval is symmetric in log(1 - alpha), so that it never passes 1.

    References
    ----------
    Duhachek and Iacobucci (2004) for the transformation of the problem into a function of covariances;
    Bonett (2002), Journal of Educational and Behavioral Statistics 27, 335-340, for log(1 - alpha).
    """
    state = moments(items, weights=design.weights, domain=domain)
    value = coefficient(state.covariance)
    influence = alpha_influence(items, design, state=state, domain=domain)
    if design.replicates is None:
        variance = design.variance(influence)
    else:
        columns = _alpha_columns(items, domain)
        variance = float(
            design.covariance_of_totals(_alpha_of_totals, columns=columns, influence=influence)[0, 0]
        )
    se = sqrt(max(variance, 0.0))
    low, high = log_complement_interval(value, se, df=design.df, level=level)
    return Reliability(
        method=f"alpha, {design.variance_method}",
        definition="alpha.design",
        status=negative_items(state),
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        n=state.n,
        k=state.k,
        df=float(design.df),
    )


def alpha_influence(
    items: npt.ArrayLike, design: BoundDesign, *, state: Moments, domain: npt.ArrayLike | None = None
) -> FloatArray:
    """(n,) weight times linearised value of alpha, 0 outside the domain."""
    k, v = state.k, state.covariance
    total, trace = float(v.sum()), float(np.trace(v))
    gradient = k / (k - 1) * (np.full((k, k), trace / total**2) - np.eye(k) / total)
    return covariance_influence(items, design, state=state, gradient=gradient, domain=domain)


def bootstrap_alpha(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    seed: int,
    draws: int = 1_000,
    domain: npt.ArrayLike | None = None,
    level: float = 0.95,
) -> Reliability:
    """Weighted alpha with the percentile interval of the bootstrap of the design's PSUs (rows where none).

    Parameters
    ----------
    items : (n, k), nan where missing; an incomplete row stays in the design.
    seed, draws : of the bootstrap; the same seed gives the same interval.

    References
    ----------
    Rao, Wu, Yue (1992), Survey Methodology 18, 209-217 (the replicates); Efron (1987), JASA 82, sec. 2 (percentiles).
    """
    state = moments(items, weights=design.weights, domain=domain)
    drawn = replicates.bootstrap(design, draws, seed=seed)
    found = drawn.replicate_estimates(_alpha_of_totals, columns=_alpha_columns(items, domain))[:, 0]
    found = found[np.isfinite(found)]
    tail = (1 - _check.confidence(level)) / 2
    low, high = np.quantile(found, [tail, 1 - tail])
    return Reliability(
        method=f"alpha, bootstrap percentiles of {draws} draws",
        definition="alpha.bootstrap",
        seed=seed,
        status=negative_items(state),
        value=coefficient(state.covariance),
        se=float(found.std(ddof=1)),
        ci_low=float(low),
        ci_high=float(high),
        level=level,
        n=state.n,
        k=state.k,
        df=float(drawn.df),
    )


def _alpha_columns(items: npt.ArrayLike, domain: npt.ArrayLike | None) -> FloatArray:
    """(n, 2 k + 3): all that alpha needs of a row: 1, its sum and its square, the answers and their squares."""
    y, _, used = checked_items(items, None, domain=domain)
    centred = np.where(used[:, None], y - y[used].mean(axis=0), 0.0)
    total = centred.sum(axis=1)
    return np.column_stack([used.astype(np.float64), total, total**2, centred, centred**2])


def _alpha_of_totals(totals: FloatArray) -> FloatArray:
    """(R, 1) alphas of (R, 2 k + 3) weighted totals."""
    k = (totals.shape[1] - 3) // 2
    means = totals[:, 1:] / totals[:, :1]
    of_sum = means[:, 1] - means[:, 0] ** 2
    of_items = (means[:, 2 + k :] - means[:, 2 : 2 + k] ** 2).sum(axis=1)
    return np.asarray(k / (k - 1) * (1 - of_items / of_sum))[:, None]
