"""Home of convergent validity: how much of its items a factor explains, and how reliable their sum is."""

from dataclasses import dataclass
from math import nan

import numpy as np

from analysis._types import FloatArray
from analysis.results import Result, Row
from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.implied import Values, matrices
from analysis.validity.measures import known
from analysis.validity.pattern import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorQuality:
    """What one factor of one group explains.

    Attributes
    ----------
    ave : average variance extracted in the items' own units, Σλ²ψ / (Σλ²ψ + Σθ).
    ave_standardised : mean of the squared standardised loadings.
    omega, omega_se : composite reliability (Σλ)²ψ / ((Σλ)²ψ + ΣΣθ), and its standard error by the delta method.
    omega_observed : the same over the observed variance of the sum.
    largest_correlation : with another factor, in absolute value; nan for a factor on its own.
    fornell_larcker : whether the root of `ave` exceeds that correlation; None for a factor on its own.
    """

    factor: str
    group: str
    items: int
    ave: float
    ave_standardised: float
    omega: float
    omega_se: float
    omega_observed: float
    largest_correlation: float
    fornell_larcker: bool | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convergence(Result):
    """Convergent validity of the factors, group by group. For ordered items all is on the scale of the continuous
    responses behind them."""

    factors: tuple[FactorQuality, ...]

    def to_rows(self) -> list[Row]:
        """One row per factor and group."""
        return [
            {
                "factor": factor.factor,
                "group": factor.group,
                "items": factor.items,
                "ave": known(factor.ave),
                "ave_standardised": known(factor.ave_standardised),
                "omega": known(factor.omega),
                "omega_se": known(factor.omega_se),
                "omega_observed": known(factor.omega_observed),
                "largest_correlation": known(factor.largest_correlation),
                "fornell_larcker": None if factor.fornell_larcker is None else int(factor.fornell_larcker),
            }
            for factor in self.factors
        ]


def convergence(fit: ConfirmatoryFit) -> Convergence:
    """Average variance extracted, composite reliability and the criterion of Fornell and Larcker of a fitted model.

    An item that loads on several factors counts with each of them by its loading there.

    References
    ----------
    Fornell and Larcker (1981), Journal of Marketing Research 18, 39-50; Raykov (2001), British Journal of Mathematical and
    Statistical Psychology 54, 315-323 (omega with correlated residuals).
    """
    rows = []
    for group, label in enumerate(fit.groups):
        correlation = factor_correlation(fit, group)
        omega = _omegas(fit.pattern, fit.solution.theta, group=group).real
        spread = _omega_errors(fit, group)
        for f, factor in enumerate(fit.factors):
            others = np.abs(np.delete(correlation[f], f))
            most = float(others.max()) if others.size else nan
            ave, standard = _extracted(fit, group, factor=f)
            rows.append(
                FactorQuality(
                    factor=factor,
                    group=label,
                    items=len(fit.pattern.blocks.members[f]),
                    ave=ave,
                    ave_standardised=standard,
                    omega=float(omega[f]),
                    omega_se=float(spread[f]),
                    omega_observed=_omega_observed(fit, group, factor=f),
                    largest_correlation=most,
                    fornell_larcker=bool(ave > most**2) if others.size else None,
                )
            )
    return Convergence(
        method=f"{fit.method}; from the factor model",
        definition="validity.convergence",
        status=fit.status,
        factors=tuple(rows),
    )


def factor_correlation(fit: ConfirmatoryFit, group: int = 0) -> FloatArray:
    """(m, m) correlations of the factors; nan for a factor without variance."""
    now = fit.matrices(group)
    root = np.sqrt(np.where(now.factor_variance > 0, now.factor_variance, nan))
    return np.asarray(now.factor / np.outer(root, root))


def _parts(pattern: Pattern, theta: Values, *, group: int) -> tuple[Values, Values, Values]:
    """Loadings (p, m), factor variances (m,) and residual covariances (p, p), in the units of the items' responses."""
    now = matrices(pattern, theta, group=group)
    residual = now.residual
    if pattern.steps:
        own = 1 / now.scale**2 - now.common
        residual = residual + np.diag(own)
    return now.loading, now.factor_variance, residual


def _extracted(fit: ConfirmatoryFit, group: int, *, factor: int) -> tuple[float, float]:
    loading, variance, residual = _parts(fit.pattern, fit.solution.theta, group=group)
    members = list(fit.pattern.blocks.members[factor])
    common = loading[members, factor] ** 2 * variance[factor]
    own = np.diag(residual)[members]
    now = fit.matrices(group)
    total = 1 / now.scale**2 if fit.pattern.steps else now.common + now.own
    return float(common.sum() / (common.sum() + own.sum())), float((common / total[members]).mean())


def _omegas(pattern: Pattern, theta: Values, *, group: int) -> Values:
    """(m,) composite reliabilities."""
    loading, variance, residual = _parts(pattern, theta, group=group)
    values = []
    for f, members in enumerate(pattern.blocks.members):
        places = np.array(members)
        common = loading[places, f].sum() ** 2 * variance[f]
        values.append(common / (common + residual[np.ix_(places, places)].sum()))
    return np.array(values)


def _omega_errors(fit: ConfirmatoryFit, group: int) -> FloatArray:
    """(m,) standard errors, the slopes by the complex step."""
    slopes = []
    for at in range(fit.pattern.parameters):
        moved = fit.solution.theta.astype(np.complex128)
        moved[at] += 1e-30j
        slopes.append(_omegas(fit.pattern, moved, group=group).imag / 1e-30)
    slope = np.array(slopes).T
    return np.asarray(np.sqrt(np.maximum(np.einsum("fk,kl,fl->f", slope, fit.covariance, slope), 0.0)))


def _omega_observed(fit: ConfirmatoryFit, group: int, *, factor: int) -> float:
    loading, variance, _ = _parts(fit.pattern, fit.solution.theta, group=group)
    members = np.array(fit.pattern.blocks.members[factor])
    common = float(loading[members, factor].sum()) ** 2 * float(variance[factor])
    observed = fit.sample.observed_covariance(group)
    if fit.pattern.steps:
        scale = fit.matrices(group).scale
        observed = observed / np.outer(scale, scale)
    return common / float(observed[np.ix_(members, members)].sum())
