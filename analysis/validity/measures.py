"""Home of the test statistic of a factor model and of the measures of its fit."""

from dataclasses import dataclass
from math import inf, isfinite, isinf, log, nan, sqrt

import numpy as np

from analysis._types import FloatArray
from analysis.validity.robust import Robust, Scaling

CLOSE_FIT = 0.05
"""RMSEA under which a fit is called close; p_close tests it."""
RMSEA_LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTest:
    """A test of a model against the saturated one.

    Attributes
    ----------
    chi_square, df, p_value : the raw statistic; p nan where df is 0.
    scaled : the robust statistic, chi_square / factor + shift; equal to chi_square without a robust method.
    scaled_p_value, factor, shift : of the robust statistic.
    """

    chi_square: float
    df: int
    factor: float = 1.0
    shift: float = 0.0

    @property
    def scaled(self) -> float:
        """The robust statistic."""
        return self.chi_square / self.factor + self.shift

    @property
    def p_value(self) -> float:
        """Of the raw statistic."""
        return chi_square_tail(self.chi_square, self.df)

    @property
    def scaled_p_value(self) -> float:
        """Of the robust statistic."""
        return chi_square_tail(self.scaled, self.df)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitMeasures:
    """Measures of fit.

    The three forms of CFI, TLI and RMSEA: from the raw statistic; `scaled`, from the robust statistic as if it were the
    raw one; `robust`, which estimates what the raw one would be in the population (nan for ordered items). Without a
    robust method the three agree.

    Attributes
    ----------
    srmr : the default of the field: with means for continuous items that have them, without for ordered items.
    srmr_with_means, srmr_without_means : root mean square of the residuals of (means and) correlations, Bentler's form.
    log_likelihood, aic, bic, bic_adjusted : nan for ordered items.
    rmsea_low, rmsea_high : 90 % limits; p_close : of the hypothesis that RMSEA is at most 0.05.
    """

    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    p_close: float
    cfi_scaled: float
    tli_scaled: float
    rmsea_scaled: float
    rmsea_low_scaled: float
    rmsea_high_scaled: float
    p_close_scaled: float
    cfi_robust: float
    tli_robust: float
    rmsea_robust: float
    rmsea_low_robust: float
    rmsea_high_robust: float
    p_close_robust: float
    srmr: float
    srmr_with_means: float
    srmr_without_means: float
    log_likelihood: float
    aic: float
    bic: float
    bic_adjusted: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What fit measures need besides the two tests: what the discrepancy is multiplied by (respondents; of least squares
    respondents less groups), groups, parameters, log likelihood, SRMR."""

    n: float
    groups: int
    parameters: int
    log_likelihood: float
    srmr_with_means: float
    srmr_without_means: float
    srmr_default_has_means: bool


def fit_measures(model: ModelTest, baseline: ModelTest, *, extent: Extent, robust: Robust) -> FitMeasures:
    """All measures of fit of a model against its baseline of unrelated items.

    References
    ----------
    Bentler (1990), Psychological Bulletin 107, 238-246 (CFI); Tucker and Lewis (1973), Psychometrika 38 (TLI); Steiger
    (1998), Structural Equation Modeling 5, 411-419 (RMSEA with groups); Browne and Cudeck (1992), Sociological Methods
    and Research 21 (limits); Brosseau-Liard, Savalei and Li (2012), Multivariate Behavioral Research 47, and
    Brosseau-Liard and Savalei (2014), same journal 49 (robust forms); Bentler (1995), EQS manual (SRMR).
    """
    raw = (model.chi_square, baseline.chi_square)
    scaled = (model.scaled, baseline.scaled)
    values: dict[str, float] = {}
    values |= _relative(raw, df=model.df, baseline_df=baseline.df, suffix="")
    values |= _relative(scaled, df=model.df, baseline_df=baseline.df, suffix="_scaled")
    values |= _rmsea(model.chi_square, model.df, extent=extent, suffix="")
    if robust in (Robust.MLM, Robust.MLR):
        # The raw statistic against a chi-square of c·df degrees of freedom, as the field's programs do.
        values |= _rmsea(model.chi_square, model.factor * model.df, extent=extent, suffix="_scaled")
    else:
        values |= _rmsea(model.scaled, model.df, extent=extent, suffix="_scaled")
    if robust is Robust.WLSMV:
        names = ("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "p_close")
        values |= {f"{name}_robust": nan for name in names}
    else:
        # T − c·df estimates N times the noncentrality; divided by c's own unit it is the population's discrepancy.
        own = (model.chi_square / model.factor, baseline.chi_square / baseline.factor)
        values |= _relative(
            own, df=model.df, baseline_df=baseline.df, suffix="_robust", unit=(model.factor, baseline.factor)
        )
        values |= _rmsea(own[0], model.df, extent=extent, suffix="_robust", unit=model.factor)
    return FitMeasures(
        **values,
        srmr=extent.srmr_with_means if extent.srmr_default_has_means else extent.srmr_without_means,
        srmr_with_means=extent.srmr_with_means,
        srmr_without_means=extent.srmr_without_means,
        log_likelihood=extent.log_likelihood,
        aic=-2 * extent.log_likelihood + 2 * extent.parameters,
        bic=-2 * extent.log_likelihood + log(extent.n) * extent.parameters,
        bic_adjusted=-2 * extent.log_likelihood + log((extent.n + 2) / 24) * extent.parameters,
    )


def known(value: float) -> float | None:
    """A number for a row; None where it does not exist."""
    return float(value) if isfinite(value) else None


def chi_square_tail(value: float, df: int) -> float:
    """Upper tail of a chi-square; nan where df is 0 or the value does not exist."""
    from scipy.special import chdtrc

    return float(chdtrc(df, max(value, 0.0))) if df > 0 and isfinite(value) else nan


def two_sided_p(ratio: float, df: float) -> float:
    """Chance of a larger ratio of estimate to standard error, by t or (infinite df) the normal."""
    from scipy.special import ndtr, stdtr

    return float(2 * (ndtr(-abs(ratio)) if isinf(df) else stdtr(df, -abs(ratio))))


def upper_quantile(tail: float, df: float) -> float:
    """What t (or the normal) exceeds with probability `tail`; nan without degrees of freedom."""
    from scipy.special import ndtri, stdtrit

    if not df > 0:
        return nan
    return float(-ndtri(tail) if isinf(df) else -stdtrit(df, tail))


def scaled_test(chi_square: float, df: int, *, scaling: Scaling) -> ModelTest:
    """A raw statistic with its scaling; a model without degrees of freedom has none."""
    if df <= 0:
        return ModelTest(chi_square=chi_square, df=df)
    return ModelTest(chi_square=chi_square, df=df, factor=scaling.factor, shift=scaling.shift)


def standardised_residuals(
    observed: tuple[FloatArray, FloatArray], implied: tuple[FloatArray, FloatArray]
) -> tuple[float, float]:
    """Mean squares of residuals (with means, without) of one group's (mean, covariance), in the items' observed units."""
    root = np.sqrt(np.diag(observed[1]))
    rows, columns = np.tril_indices(len(root))
    residual = ((observed[1] - implied[1]) / np.outer(root, root))[rows, columns]
    means = (observed[0] - implied[0]) / root
    squares = float(residual @ residual)
    p, q = len(root), len(rows)
    return (squares + float(means @ means)) / (p + q), squares / q


def _relative(
    chi_squares: tuple[float, float],
    *,
    df: int,
    baseline_df: int,
    suffix: str,
    unit: tuple[float, float] = (1.0, 1.0),
) -> dict[str, float]:
    """CFI and TLI of (model, baseline) statistics; `unit` turns each excess over df back into raw units."""
    excess, base = unit[0] * (chi_squares[0] - df), unit[1] * (chi_squares[1] - baseline_df)
    if df == 0:
        return {f"cfi{suffix}": 1.0, f"tli{suffix}": 1.0}
    if not (isfinite(excess) and isfinite(base)):
        return {f"cfi{suffix}": nan, f"tli{suffix}": nan}
    most = max(excess, base, 0.0)
    cfi = 1.0 if most == 0 else 1 - max(excess, 0.0) / most
    tli = 1 - (excess / df) / (base / baseline_df) if base != 0 else nan
    return {f"cfi{suffix}": cfi, f"tli{suffix}": tli}


def _rmsea(
    chi_square: float, df: float, *, extent: Extent, suffix: str, unit: float = 1.0
) -> dict[str, float]:
    """RMSEA with limits and the test of close fit, all divided among the groups."""
    names = [f"{name}{suffix}" for name in ("rmsea", "rmsea_low", "rmsea_high", "p_close")]
    if df == 0:
        return dict(zip(names, (0.0, 0.0, 0.0, nan), strict=True))
    if not (df > 0 and isfinite(chi_square) and unit > 0):
        return dict(zip(names, (nan,) * 4, strict=True))
    from scipy.special import chndtr

    scale = unit * extent.groups / (extent.n * df)
    tail = (1 - RMSEA_LEVEL) / 2
    low, high = (
        _noncentrality(chi_square, df, probability=1 - tail),
        _noncentrality(chi_square, df, probability=tail),
    )
    close = 1 - float(chndtr(max(chi_square, 0.0), df, CLOSE_FIT**2 / scale))
    values = (sqrt(max(chi_square - df, 0.0) * scale), sqrt(low * scale), sqrt(high * scale), close)
    return dict(zip(names, values, strict=True))


def _noncentrality(chi_square: float, df: float, *, probability: float) -> float:
    """Noncentrality at which the statistic lies at `probability` of its distribution; 0 where none does."""
    from scipy.optimize import brentq
    from scipy.special import chndtr

    if chi_square <= 0 or float(chndtr(chi_square, df, 0.0)) < probability:
        return 0.0
    top = max(chi_square, 10.0)
    while float(chndtr(chi_square, df, top)) > probability and top < inf:
        top *= 2
    return float(
        brentq(lambda value: float(chndtr(chi_square, df, value)) - probability, 0.0, top, xtol=1e-10)
    )
