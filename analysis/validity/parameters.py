"""Home of the table of a model's elements: estimate, standard error, and both in standard deviations."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from analysis._types import FloatArray
from analysis.results import Row
from analysis.validity.implied import Values, matrices
from analysis.validity.pattern import Element, Kind, Pattern
from analysis.validity.sample import Sample


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
        from scipy import stats

        if not (isfinite(self.se) and self.se > 0):
            return nan
        ratio = abs(self.estimate) / self.se
        return float(2 * (stats.norm.sf(ratio) if np.isinf(self.df) else stats.t.sf(ratio, self.df)))

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Symmetric interval at confidence `level`."""
        from scipy import stats

        tail = (1 - level) / 2
        half = self.se * float(stats.norm.isf(tail) if np.isinf(self.df) else stats.t.isf(tail, self.df))
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
            "se": _known(self.se),
            "ci_low": _known(low),
            "ci_high": _known(high),
            "p_value": _known(self.p_value),
            "standardised": _known(self.standardised),
            "standardised_se": _known(self.standardised_se),
        }


def parameter_table(
    sample: Sample, pattern: Pattern, theta: FloatArray, covariance: FloatArray
) -> tuple[Parameter, ...]:
    """Every element of every group, in the order of the pattern."""
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
            left=_names(pattern, element)[0],
            right=_names(pattern, element)[1],
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
    """(E,) values of all elements."""
    return np.array(
        [element.value if element.free < 0 else theta[element.free] for element in pattern.elements],
        dtype=theta.dtype,
    )


def standardised(pattern: Pattern, theta: Values) -> Values:
    """(E,) values of all elements with items and factors in their model's standard deviations; nan where that is not
    real."""
    values = values_of(pattern, theta).astype(np.complex128)
    spreads = [_spreads(pattern, theta, g) for g in range(pattern.groups)]
    for at, element in enumerate(pattern.elements):
        item, factor, left = spreads[element.group]
        row, column = element.row, element.column
        if element.kind is Kind.LOADING:
            values[at] *= factor[column] / item[row]
        elif element.kind is Kind.FACTOR:
            values[at] /= factor[row] * factor[column]
        elif element.kind is Kind.RESIDUAL:
            values[at] /= item[row] ** 2 if row == column else left[row] * left[column]
        elif element.kind in (Kind.INTERCEPT, Kind.THRESHOLD):
            values[at] /= item[row]
        elif element.kind is Kind.MEAN:
            values[at] /= factor[row]
    return values


def _spreads(pattern: Pattern, theta: Values, group: int) -> tuple[Values, Values, Values]:
    """Standard deviations of items, factors and residuals of one group; nan for a variance below 0."""
    now = matrices(pattern, theta, group)
    common = np.diag(now.loading @ now.factor @ now.loading.T)
    total = 1 / now.scale**2 if pattern.steps else common + np.diag(now.residual)
    return _root(total), _root(np.diag(now.factor)), _root(total - common)


def _root(variance: Values) -> Values:
    kept = np.where(variance.real > 0, variance, nan)
    return np.asarray(np.sqrt(kept))


def _standard_slopes(pattern: Pattern, theta: FloatArray) -> FloatArray:
    """(E, k) derivatives of the standardised elements, by the complex step."""
    slopes = np.zeros((len(pattern.elements), pattern.parameters))
    for at in range(pattern.parameters):
        moved = theta.astype(np.complex128)
        moved[at] += 1e-30j
        slopes[:, at] = standardised(pattern, moved).imag / 1e-30
    return slopes


def _names(pattern: Pattern, element: Element) -> tuple[str, str]:
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


def _known(value: float) -> float | None:
    return float(value) if isfinite(value) else None
