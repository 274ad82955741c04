"""Home of the R-indicator: how far response propensities differ, with what that can do to an estimate."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.nonresponse import propensities
from analysis.nonresponse.propensities import Propensities
from analysis.nonresponse.sample import Sample, sample_of
from analysis.nonresponse.variables import FrameVariable, frame_variables
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RIndicator(Result):
    """Representativity of the response with respect to some frame variables, and only those.

    Attributes
    ----------
    r, r_unadjusted : 1 - 2 S of the propensities, with S² adjusted for its bias, and plain; 1 is representative
    se : of r
    propensity_sd : adjusted S
    response_rate : weighted mean of the propensities, which is the weighted response rate
    cv, cv_unadjusted, cv_se : S over the response rate, the coefficient of variation
    bias_factor : adjusted S² over plain S², 0 where the correction exceeds it
    n, population : sampled cases and the sum of their weights
    rho : (n,) estimated propensities, nan outside the domain
    """

    r: float
    r_unadjusted: float
    se: float
    propensity_sd: float
    response_rate: float
    cv: float
    cv_unadjusted: float
    cv_se: float
    bias_factor: float
    n: int
    population: float
    rho: FloatArray

    @property
    def max_bias(self) -> float:
        """Largest bias of an unadjusted respondent mean in standard deviations of the variable: (1 - R) / (2 rate)."""
        return (1.0 - self.r) / (2.0 * self.response_rate)

    def max_bias_of(self, sd: float) -> float:
        """The same in the unit of a variable with standard deviation `sd`."""
        return sd * self.max_bias

    def ci(self, level: float = 0.95) -> tuple[float, float]:
        """Normal interval of R, not beyond 1."""
        from scipy import special

        half = float(special.ndtri((1.0 + _check.confidence(level)) / 2)) * self.se
        return self.r - half, min(self.r + half, 1.0)

    def to_rows(self) -> list[Row]:
        """One row per number."""
        low, high = self.ci()
        rows: list[Row] = [
            _row("R", self.r, self.r_unadjusted, self.se),
            _row("CV", self.cv, self.cv_unadjusted, self.cv_se),
            _row("max_bias", self.max_bias, self.cv_unadjusted, self.cv_se),
            _row("response_rate", self.response_rate, self.response_rate, float("nan")),
        ]
        rows[0] |= {"ci_low": _known(low), "ci_high": _known(high)}
        return rows


def r_indicator(
    variables: Mapping[str, ArrayLike],
    responded: ArrayLike,
    *,
    design: BoundDesign | None = None,
    domain: ArrayLike | None = None,
) -> RIndicator:
    """R-indicator, coefficient of variation and maximal bias of a response, sample-based.

    Parameters
    ----------
    variables : name -> (n,) frame variable of every sampled case; floats are continuous, everything else has
        categories. Main effects; cross two variables beforehand for an interaction. Only indicators with the same
        variables can be compared.
    responded : (n,) bool.
    design : the sampled cases with their design weights (and fpc, where the fraction matters); None where the n
        cases are the whole population, so that only responding is random.
    domain : (n,) bool, None for everybody: one wave, one channel's cases. Rows are never cut.

    Raises
    ------
    NonresponseError
        ``empty_domain``, ``no_variables``, ``variable_missing``, ``variable_constant``, ``everybody_responded``, ``nobody_responded``.

    References
    ----------
    Schouten, Cobben and Bethlehem (2009), Survey Methodology 35, 101-113; Shlomo, Skinner and Schouten (2012),
    Journal of Statistical Planning and Inference 142, 201-211 (bias and variance); de Heij, Schouten and Shlomo
    (2015), RISQ manual 2.1 (the same numbers, and those of the coefficient of variation).
    """
    sample = sample_of(responded, design=design, domain=domain)
    parts = frame_variables(variables, sample=sample)
    return indicator_of(parts, propensities.fit(parts, sample), sample=sample)


def indicator_of(parts: tuple[FrameVariable, ...], model: Propensities, *, sample: Sample) -> RIndicator:
    """The indicator of fitted propensities."""
    d, rho, population = sample.d, model.rho, sample.population
    rate = float(d @ rho) / population
    plain = float(d @ (rho - rate) ** 2) / (population - 1.0)
    factor = max(0.0, 1.0 - _bias(model, sample) / plain) if plain > 0 else 0.0
    variance = variance_of_square(
        rho - rate, model.z - d @ model.z / population, model.covariance, sample=sample
    )
    se = float(np.sqrt(variance * population / (plain * (population - 1.0)))) if plain > 0 else float("nan")
    sd = float(np.sqrt(plain * factor))
    cv = sd / rate
    return RIndicator(
        method=f"logistic propensities on {', '.join(part.name for part in parts)}; bias-adjusted",
        definition="nonresponse.r_indicator",
        status=model.status,
        r=1.0 - 2.0 * sd,
        r_unadjusted=1.0 - 2.0 * float(np.sqrt(plain)),
        se=se,
        propensity_sd=sd,
        response_rate=rate,
        cv=cv,
        cv_unadjusted=float(np.sqrt(plain)) / rate,
        cv_se=float(np.sqrt(0.25 * se**2 / rate**2 + cv**4 / sample.n)),
        bias_factor=factor,
        n=sample.n,
        population=population,
        rho=np.where(sample.inside, rho, np.nan),
    )


def _bias(model: Propensities, sample: Sample) -> float:
    """Bias of S²: what the estimation of the coefficients adds, less what centring at the sample mean takes."""
    d, population = sample.d, sample.population
    noise = float(d @ ((model.z @ model.covariance) * model.z).sum(axis=1))
    total = sample.design.covariance_of(
        lambda weights: np.array([sample.weights(weights) @ model.rho]), influence=(d * model.rho)[:, None]
    )
    return (noise - float(total[0, 0]) / population) / population


def variance_of_square(
    deviation: FloatArray,
    slope: FloatArray,
    covariance: FloatArray,
    *,
    sample: Sample,
    square: FloatArray | None = None,
) -> float:
    """Variance of Q = sum d r² / N over sampling and responding, for deviations r that are linear in propensities.

    Parameters
    ----------
    deviation : (n,) r, 0 for cases that do not count.
    slope : (n, p) derivative of r by the coefficients of the response model.
    covariance : (p, p) of the coefficients.
    square : (n,) values whose weighted mean is Q where that is not r² case by case, as between groups.

    References
    ----------
    Shlomo, Skinner and Schouten (2012), eq. 14-16: 4 A'VA + 2 tr(BVBV) + sampling variance of Q at fixed
    propensities.
    """
    d, population = sample.d, sample.population
    a = (d * deviation) @ slope / population
    b = (slope * d[:, None]).T @ slope / population
    bv = b @ covariance
    square = deviation**2 if square is None else square
    mean = float(d @ square) / population

    def statistic(weights: FloatArray) -> FloatArray:
        own = sample.weights(weights)
        return np.array([own @ square / own.sum()])

    sampling = sample.design.covariance_of(
        statistic,
        influence=(d * (square - mean) / population)[:, None],
    )
    return float(4.0 * a @ covariance @ a + 2.0 * np.trace(bv @ bv) + sampling[0, 0])


def _row(name: str, value: float, unadjusted: float, se: float) -> Row:
    return {
        "indicator": name,
        "value": value,
        "unadjusted": unadjusted,
        "se": _known(se),
        "ci_low": None,
        "ci_high": None,
    }


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
