"""Home of the table of a model's elements: estimate, standard error, and both in standard deviations."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.results import Row
from analysis.validity.implied import Values, matrices
from analysis.validity.measures import known, two_sided_p, upper_quantile
from analysis.validity.pattern import Element, Kind, Pattern, by_kind
from analysis.validity.sample import Sample
from analysis.validity.scoring import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One element of one group's model.

    Attributes
    ----------
    kind, group : what it is and where.
    left, right : the factor and item of a loading; the item (and step) of an intercept, scale or threshold; the pair of
        a variance or covariance, twice the same name for a variance.
    estimate, se : in the units of the items and factors; se nan where fixed or unknown.
    df : degrees of freedom for t; infinite for the normal.
    standardised, standardised_se : with every item and factor in its model's standard deviation.
    is_free : whether it was estimated.
    """

    kind: Kind
    group: str
    left: str
    right: str
    estimate: float
    se: float
    df: float
    standardised: float
    standardised_se: float
    is_free: bool

    @property
    def p_value(self) -> float:
        """Two-sided, that the element is 0; nan where fixed or unknown."""
        if not (isfinite(self.se) and self.se > 0 and self.df > 0):
            return nan
        return two_sided_p(self.estimate / self.se, self.df)

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Symmetric interval at confidence `level`."""
        half = self.se * upper_quantile((1 - _check.confidence(level)) / 2, self.df)
        return self.estimate - half, self.estimate + half

    def to_row(self) -> Row:
        """A flat row; numbers that do not exist are None."""
        low, high = self.ci()
        return {
            "kind": self.kind.value,
            "group": self.group,
            "left": self.left,
            "right": self.right,
            "free": int(self.is_free),
            "estimate": self.estimate,
            "se": known(self.se),
            "ci_low": known(low),
            "ci_high": known(high),
            "p_value": known(self.p_value),
            "standardised": known(self.standardised),
            "standardised_se": known(self.standardised_se),
        }


def parameter_table(sample: Sample, solution: Solution, *, covariance: FloatArray) -> tuple[Parameter, ...]:
    """Every element of every group, in the order of the pattern."""
    pattern, theta = solution.problem.pattern, solution.theta
    estimates, standard = values_of(pattern, theta), standardised(pattern, theta).real
    se = np.sqrt(np.maximum(np.diag(covariance), 0.0)) if pattern.parameters else np.zeros(0)
    slopes = _standard_slopes(pattern, theta)
    with np.errstate(invalid="ignore"):
        standard_se = np.sqrt(
            np.maximum(np.einsum("ek,kl,el->e", slopes, covariance, slopes, optimize=True), 0.0)
        )
    return tuple(
        Parameter(
            kind=element.kind,
            group=sample.groups[element.group],
            left=element_names(pattern, element)[0],
            right=element_names(pattern, element)[1],
            estimate=float(estimates[at].real),
            se=float(se[element.free]) if element.free >= 0 else nan,
            df=sample.df,
            standardised=float(standard[at]),
            standardised_se=float(standard_se[at]),
            is_free=element.free >= 0,
        )
        for at, element in enumerate(pattern.elements)
    )


def values_of(pattern: Pattern, theta: Values) -> Values:
    """(..., E) values of all elements."""
    fixed = np.broadcast_to(pattern.constants, (*theta.shape[:-1], len(pattern.constants)))
    source = np.array([element.free for element in pattern.elements], dtype=np.int64)
    source[source < 0] = pattern.parameters + np.arange(len(pattern.constants))
    return np.asarray(np.concatenate([theta, fixed], axis=-1)[..., source])


def standardised(pattern: Pattern, theta: Values) -> Values:
    """(..., E) values of all elements with items and factors in their model's standard deviations; nan where a
    variance is not positive."""
    values = values_of(pattern, theta).astype(np.complex128)
    owner = np.array([element.group for element in pattern.elements])
    for group in range(pattern.groups):
        item, factor, left = _spreads(pattern, theta, group=group)
        mine = np.flatnonzero(owner == group)
        for part in by_kind([pattern.elements[place] for place in mine]):
            kind, here, row, column = part.kind, mine[part.at], part.rows, part.columns
            if kind is Kind.LOADING:
                values[..., here] *= factor[..., column] / item[..., row]
            elif kind is Kind.FACTOR:
                values[..., here] /= factor[..., row] * factor[..., column]
            elif kind is Kind.RESIDUAL:
                between = left[..., row] * left[..., column]
                values[..., here] /= np.where(row == column, item[..., row] ** 2, between)
            elif kind in (Kind.INTERCEPT, Kind.THRESHOLD):
                values[..., here] /= item[..., row]
            elif kind is Kind.MEAN:
                values[..., here] /= factor[..., row]
    return values


def _spreads(pattern: Pattern, theta: Values, *, group: int) -> tuple[Values, Values, Values]:
    """(..., p), (..., m) and (..., p) standard deviations of items, factors and residuals of one group; nan for a
    variance that is not positive."""
    now = matrices(pattern, theta, group=group)
    total = 1 / now.scale**2 if pattern.steps else now.common + now.own
    return _root(total), _root(now.factor_variance), _root(total - now.common)


def _root(variance: Values) -> Values:
    kept = np.where(variance.real > 0, variance, nan)
    return np.asarray(np.sqrt(kept))


def _standard_slopes(pattern: Pattern, theta: FloatArray) -> FloatArray:
    """(E, k) derivatives of the standardised elements, by the complex step for all parameters at once."""
    moved = theta + 1e-30j * np.eye(pattern.parameters)
    return np.asarray(standardised(pattern, moved).imag.T / 1e-30)


def element_unit(pattern: Pattern, theta: FloatArray, *, element: Element) -> float:
    """What an element is divided by to be in standard deviations."""
    item, factor, left = _spreads(pattern, theta, group=element.group)
    row, column = element.row, element.column
    if element.kind is Kind.LOADING:
        return float(item[row] / factor[column])
    return float(left[row] * left[column])


def element_names(pattern: Pattern, element: Element) -> tuple[str, str]:
    """What an element stands between, as `Parameter` names it."""
    items, factors = pattern.blocks.items, pattern.blocks.factors
    row, column = element.row, element.column
    if element.kind is Kind.LOADING:
        return factors[column], items[row]
    if element.kind is Kind.FACTOR:
        return factors[row], factors[column]
    if element.kind is Kind.RESIDUAL:
        return items[row], items[column]
    if element.kind is Kind.MEAN:
        return factors[row], ""
    return items[row], str(column + 1) if element.kind is Kind.THRESHOLD else ""
