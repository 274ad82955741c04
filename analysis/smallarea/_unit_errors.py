"""Home of the mean squared error of the nested-error model: analytic terms and a parametric bootstrap."""

from dataclasses import dataclass

import numpy as np

from analysis._types import FloatArray
from analysis.smallarea._nested import AreaSums, Components, Likelihood, components


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Target:
    """What is predicted, per sampled area: the mean of the units not sampled, or of all if sizes are unknown.

    Attributes
    ----------
    x : (m, p) covariate means of those units.
    sampled : (m,) share of the population in the sample, 0 if sizes are unknown.
    rest : (m,) units not sampled, infinite if sizes are unknown.
    """

    x: FloatArray
    sampled: FloatArray
    rest: FloatArray

    def estimate(self, sums: AreaSums, fitted: Components) -> FloatArray:
        """(m,) EBLUP: observed units as they are, the rest predicted."""
        gamma = shrinkage(sums, fitted)
        effect = gamma * (sums.y - sums.x @ fitted.beta)
        return self.sampled * sums.y + (1.0 - self.sampled) * (self.x @ fitted.beta + effect)


def shrinkage(sums: AreaSums, fitted: Components) -> FloatArray:
    """(m,) weight of the area's own residual, between / (between + within / n)."""
    return np.asarray(fitted.between / (fitted.between + fitted.within / sums.n))


def beta_covariance(sums: AreaSums, fitted: Components) -> FloatArray:
    """(p, p) covariance of the coefficients."""
    d = sums.n / (fitted.within + sums.n * fitted.between)
    information = sums.xx / fitted.within + (sums.x * d[:, None]).T @ sums.x
    return np.asarray(np.linalg.inv(information), dtype=np.float64)


def analytic_mse(sums: AreaSums, fitted: Components, *, target: Target, how: Likelihood) -> FloatArray:
    """(m,) g1 + g2 + 2 g3, and for ml minus the bias of g1.

    References
    ----------
    Prasad and Rao (1990), JASA 85, eq. 5.12; Datta and Lahiri (2000), Statistica Sinica 10, eq. 4.2 and 4.3; finite
    populations: Rao and Molina (2015), eq. 7.2.13.
    """
    u, e, n = fitted.between, fitted.within, sums.n
    alpha = e + n * u
    gamma = shrinkage(sums, fitted)
    covariance = beta_covariance(sums, fitted)
    gap = target.x - gamma[:, None] * sums.x
    of_components = np.linalg.inv(_information(sums, fitted))
    vv, ve, ee = of_components[0, 0], of_components[0, 1], of_components[1, 1]
    g1 = (1.0 - gamma) * u
    g2 = np.einsum("mp,pq,mq->m", gap, covariance, gap)
    g3 = n * (e**2 * vv + u**2 * ee - 2.0 * e * u * ve) / alpha**3
    mse = g1 + g2 + 2.0 * g3
    if how is Likelihood.ML:
        bias = of_components @ _trace_slopes(sums, fitted, covariance) / 2.0
        mse -= bias[0] * e**2 / alpha**2 + bias[1] * n * u**2 / alpha**2
    return np.asarray((1.0 - target.sampled) ** 2 * (mse + e / target.rest))


def _information(sums: AreaSums, fitted: Components) -> FloatArray:
    """(2, 2) Fisher information of the variances between and within."""
    e, n = fitted.within, sums.n
    alpha = e + n * fitted.between
    cross = (n / alpha**2).sum()
    own = ((n - 1.0) / e**2 + 1.0 / alpha**2).sum()
    return np.array([[(n**2 / alpha**2).sum(), cross], [cross, own]]) / 2.0


def _trace_slopes(sums: AreaSums, fitted: Components, covariance: FloatArray) -> FloatArray:
    """(2,) trace of the coefficients' covariance times the slope of their information in each variance."""
    e, n = fitted.within, sums.n
    alpha = e + n * fitted.between
    between = -(sums.x * (n**2 / alpha**2)[:, None]).T @ sums.x
    within = -sums.xx / e**2 - (sums.x * (n / alpha**2)[:, None]).T @ sums.x
    return np.array([np.trace(covariance @ between), np.trace(covariance @ within)])


def bootstrap_mse(
    sums: AreaSums, fitted: Components, *, target: Target, how: Likelihood, draws: int, seed: int
) -> FloatArray:
    """(m,) mean squared error over data sets drawn from the fitted model and fitted again.

    The sums of an area are drawn directly: means are normal, cross-products within areas too, and the residual sum
    of squares is chi-square, so that no unit is ever simulated.

    References
    ----------
    Gonzalez-Manteiga, Lombardia, Molina, Morales and Santamaria (2008), Computational Statistics & Data Analysis
    52, 5242-5252.
    """
    rng = np.random.default_rng(seed)
    m, e = len(sums.n), fitted.within
    values, vectors = np.linalg.eigh(sums.xx)
    rank = int((values > 1e-10 * max(float(values.max()), 1e-300)).sum())
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    root[:, : len(values) - rank] = 0.0
    spare = sums.units - m - rank
    total = np.zeros(m)
    for _ in range(draws):
        effect = rng.normal(scale=np.sqrt(fitted.between), size=m)
        y = sums.x @ fitted.beta + effect + rng.normal(size=m) * np.sqrt(e / sums.n)
        noise = rng.normal(scale=np.sqrt(e), size=len(values))
        left = e * rng.chisquare(spare) if spare > 0 else 0.0
        inside = noise[len(values) - rank :]
        signal = fitted.beta @ sums.xx @ fitted.beta + 2.0 * fitted.beta @ root @ noise + inside @ inside
        drawn = AreaSums(
            n=sums.n,
            y=y,
            x=sums.x,
            xx=sums.xx,
            xy=sums.xx @ fitted.beta + root @ noise,
            yy=float(signal + left),
        )
        rest = target.x @ fitted.beta + effect + rng.normal(size=m) * np.sqrt(e / target.rest)
        truth = target.sampled * y + (1.0 - target.sampled) * rest
        total += (target.estimate(drawn, components(drawn, how)) - truth) ** 2
    return np.asarray(total / draws)
