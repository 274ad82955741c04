"""Home of partial R-indicators: which variables and categories make the response unrepresentative."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.nonresponse import propensities
from analysis.nonresponse.errors import NonresponseError
from analysis.nonresponse.propensities import Propensities
from analysis.nonresponse.r_indicator import RIndicator, indicator_of, variance_of_square
from analysis.nonresponse.sample import Sample, sample_of
from analysis.nonresponse.variables import FrameVariable, frame_variables
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialCategory:
    """One category: unadjusted partial indicators and standard errors.

    Unconditional: above 0, the category responds more than average; conditional: at least 0, the variation inside
    the cells of the other variables that this category adds.
    """

    variable: str
    category: str
    n: int
    response_rate: float
    unconditional: float
    unconditional_se: float
    conditional: float
    conditional_se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialVariable:
    """One variable: adjusted and plain partial indicators, standard errors of the plain ones; 0 is representative.

    Unconditional: standard deviation of propensities between its categories; conditional: inside the cells of the
    other variables.
    """

    variable: str
    unconditional: float
    unconditional_unadjusted: float
    unconditional_se: float
    conditional: float
    conditional_unadjusted: float
    conditional_se: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartialR(Result):
    """Partial R-indicators of all variables and their categories, with the R-indicator they explain.

    Divided by the response rate (`cv_rows`) they are the partial coefficients of variation.
    """

    indicator: RIndicator
    variables: tuple[PartialVariable, ...]
    categories: tuple[PartialCategory, ...]

    def to_rows(self) -> list[Row]:
        """One row per variable (category empty) and per category."""
        return self._rows(1.0)

    def cv_rows(self) -> list[Row]:
        """The same on the scale of the coefficient of variation."""
        return self._rows(self.indicator.response_rate)

    def _rows(self, divisor: float) -> list[Row]:
        rows: list[Row] = [
            {
                "variable": part.variable,
                "category": None,
                "unconditional": part.unconditional / divisor,
                "unconditional_unadjusted": part.unconditional_unadjusted / divisor,
                "unconditional_se": part.unconditional_se / divisor,
                "conditional": part.conditional / divisor,
                "conditional_unadjusted": part.conditional_unadjusted / divisor,
                "conditional_se": part.conditional_se / divisor,
            }
            for part in self.variables
        ]
        rows.extend(
            {
                "variable": part.variable,
                "category": part.category,
                "unconditional": part.unconditional / divisor,
                "unconditional_unadjusted": part.unconditional / divisor,
                "unconditional_se": part.unconditional_se / divisor,
                "conditional": part.conditional / divisor,
                "conditional_unadjusted": part.conditional / divisor,
                "conditional_se": part.conditional_se / divisor,
            }
            for part in self.categories
        )
        return rows


def partial_r_indicators(
    variables: Mapping[str, ArrayLike],
    responded: ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: ArrayLike | None = None,
) -> PartialR:
    """Unconditional and conditional partial R-indicators of every variable and category.

    Adjusted values carry the bias factor of the R-indicator; those of categories are not adjusted. Parameters and
    errors as for `r_indicator`, and ``not_categorical`` for a continuous variable.

    References
    ----------
    Schouten, Shlomo and Skinner (2011), Journal of Official Statistics 27, 231-253 (definitions); de Heij, Schouten
    and Shlomo (2015), RISQ manual 2.1 (adjusted values). Standard errors by the delta method over sampling and the
    response model: the manual leaves the response model out for categories and takes the unconditional error for
    the conditional indicator of a variable.
    """
    sample = sample_of(responded, design=design, domain=domain)
    parts = frame_variables(variables, sample=sample)
    for part in parts:
        if not part.is_categorical:
            raise NonresponseError("not_categorical", variable=part.name)
    model = propensities.fit(parts, sample)
    whole = indicator_of(parts, model, sample=sample)
    found = [_of_variable(place, parts, model, whole, sample) for place in range(len(parts))]
    return PartialR(
        method=f"partial R-indicators, {whole.method}",
        definition="nonresponse.partial_r",
        status=whole.status,
        indicator=whole,
        variables=tuple(variable for variable, _ in found),
        categories=tuple(category for _, categories in found for category in categories),
    )


def _of_variable(
    place: int, parts: Sequence[FrameVariable], model: Propensities, whole: RIndicator, sample: Sample
) -> tuple[PartialVariable, tuple[PartialCategory, ...]]:
    part = parts[place]
    cells = _crossed([other for number, other in enumerate(parts) if number != place], n=len(sample.d))
    inside = _Centred.of(model, cells, sample.d)
    d = sample.d
    share = np.bincount(part.codes, weights=d, minlength=len(part.categories)) / whole.population
    means = np.bincount(part.codes, weights=d * model.rho) / whole.population / share
    between = float(np.sqrt(share @ (means - whole.response_rate) ** 2))
    within = float(np.sqrt(d @ inside.rho**2 / whole.population))
    factor = float(np.sqrt(whole.bias_factor))
    variable = PartialVariable(
        variable=part.name,
        unconditional=between * factor,
        unconditional_unadjusted=between,
        unconditional_se=_between_se(part, model, whole, sample, between),
        conditional=within * factor,
        conditional_unadjusted=within,
        conditional_se=_within_se(inside, model, sample, sample.inside),
    )
    categories = tuple(
        PartialCategory(
            variable=part.name,
            category=name,
            n=int(((part.codes == code) & sample.inside).sum()),
            response_rate=float(means[code]),
            unconditional=float(np.sqrt(share[code]) * (means[code] - whole.response_rate)),
            unconditional_se=_category_se((part.codes == code) & sample.inside, model, whole, sample),
            conditional=float(
                np.sqrt(d @ np.where(part.codes == code, inside.rho, 0.0) ** 2 / whole.population)
            ),
            conditional_se=_within_se(inside, model, sample, (part.codes == code) & sample.inside),
        )
        for code, name in enumerate(part.categories)
    )
    return variable, categories


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Centred:
    """Propensities (n,) and their derivatives (n, p) less the mean of their cell."""

    rho: FloatArray
    z: FloatArray

    @classmethod
    def of(cls, model: Propensities, cells: IntArray, weights: FloatArray) -> "_Centred":
        return cls(
            rho=_less_mean(model.rho, cells, weights),
            z=np.column_stack([_less_mean(column, cells, weights) for column in model.z.T]),
        )


def _less_mean(values: FloatArray, cells: IntArray, weights: FloatArray) -> FloatArray:
    mass = np.bincount(cells, weights=weights)
    means = np.bincount(cells, weights=weights * values) / np.where(mass > 0, mass, 1.0)
    return np.asarray(values - means[cells])


def _crossed(parts: Sequence[FrameVariable], *, n: int) -> IntArray:
    """(n,) cells of the crossing of variables; one cell where there is none."""
    cells = np.zeros(n, dtype=np.int64)
    for part in parts:
        _, cells = np.unique(cells * len(part.categories) + part.codes, return_inverse=True)
    return cells.astype(np.int64)


def _between_se(
    part: FrameVariable, model: Propensities, whole: RIndicator, sample: Sample, value: float
) -> float:
    """Standard error of the deviation between categories: of category means about the overall mean."""
    d = sample.d
    spread = model.rho - whole.response_rate
    inside = _Centred.of(model, part.codes, d)
    slope = model.z - d @ model.z / whole.population - inside.z
    return _root_se(spread - inside.rho, slope, spread**2 - inside.rho**2, model, sample, value)


def _within_se(inside: _Centred, model: Propensities, sample: Sample, member: BoolArray) -> float:
    """Standard error of the deviation inside cells, of everybody or of one category's members."""
    r = np.where(member, inside.rho, 0.0)
    value = float(np.sqrt(sample.d @ r**2 / sample.population))
    return _root_se(r, np.where(member[:, None], inside.z, 0.0), r**2, model, sample, value)


def _root_se(
    deviation: FloatArray,
    slope: FloatArray,
    square: FloatArray,
    model: Propensities,
    sample: Sample,
    value: float,
) -> float:
    if value <= 0:
        return float("nan")
    variance = variance_of_square(deviation, slope, model.covariance, sample=sample, square=square)
    return float(np.sqrt(variance)) / (2.0 * value)


def _category_se(member: BoolArray, model: Propensities, whole: RIndicator, sample: Sample) -> float:
    """Delta method for sqrt(share) (mean in the category - overall mean)."""
    d, rho, rate = sample.d, model.rho, whole.response_rate
    share = float(d @ member) / whole.population
    mean = float(d @ (member * rho)) / (share * whole.population)
    slope = np.sqrt(share) * (
        d @ (member[:, None] * model.z) / (share * whole.population) - d @ model.z / whole.population
    )
    influence = (
        (member - share) * (mean - rate) / (2.0 * np.sqrt(share))
        + member * (rho - mean) / np.sqrt(share)
        - np.sqrt(share) * (rho - rate)
    )

    def statistic(weights: FloatArray) -> FloatArray:
        own = sample.weights(weights)
        part = own @ member / own.sum()
        inside = own @ (member * rho) / (own @ member)
        return np.array([np.sqrt(part) * (inside - own @ rho / own.sum())])

    sampling = sample.design.covariance_of(statistic, influence=(d * influence / whole.population)[:, None])
    return float(np.sqrt(slope @ model.covariance @ slope + sampling[0, 0]))
