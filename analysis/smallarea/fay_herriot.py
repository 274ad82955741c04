"""Home of the area-level model of Fay and Herriot: EBLUP, its MSE, and how much of it is synthetic."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.results import Result, Row
from analysis.smallarea._area_errors import AreaErrors
from analysis.smallarea._between import AreaData, Method, between_variance, profile
from analysis.smallarea._inputs import area_names, independent_columns, model_matrix
from analysis.smallarea.errors import SmallAreaError, SmallAreaStatus

_FEW = 8  # spare areas under which the variance between areas is hardly known


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaFit(Result):
    """Estimates of M areas, of which m have a direct estimate.

    Attributes
    ----------
    areas : M names.
    direct, variance : (M,) direct estimate and its sampling variance, nan where there is no sample.
    estimate : (M,) EBLUP; the synthetic value where there is no sample.
    mse : (M,) estimated mean squared error of the estimate.
    gamma : (M,) weight of the direct estimate, 0 where there is no sample; 1 - gamma is the synthetic share.
    synthetic : (M,) regression prediction.
    covariates, names : (M, p) with the intercept, and the names of its columns.
    coefficients, coefficient_covariance : (p,), (p, p).
    area_variance, area_variance_se : variance between areas and its asymptotic standard error.
    log_likelihood : full, at the estimates; aic = 2 (p + 1) - 2 log_likelihood.
    """

    areas: tuple[str, ...]
    direct: FloatArray = field(repr=False)
    variance: FloatArray = field(repr=False)
    estimate: FloatArray
    mse: FloatArray
    gamma: FloatArray
    synthetic: FloatArray = field(repr=False)
    covariates: FloatArray = field(repr=False)
    names: tuple[str, ...]
    coefficients: FloatArray
    coefficient_covariance: FloatArray = field(repr=False)
    area_variance: float
    area_variance_se: float
    log_likelihood: float

    @property
    def observed(self) -> BoolArray:
        """(M,) whether the area has a direct estimate."""
        return np.isfinite(self.direct)

    @property
    def df(self) -> int:
        """Areas with a direct estimate minus coefficients."""
        return int(self.observed.sum()) - len(self.coefficients)

    @property
    def aic(self) -> float:
        """Akaike's criterion."""
        return 2.0 * (len(self.coefficients) + 1) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """Bayesian criterion, with log of the areas that have a direct estimate."""
        count = float(np.log(self.observed.sum()))
        return count * (len(self.coefficients) + 1) - 2.0 * self.log_likelihood

    @property
    def synthetic_share(self) -> FloatArray:
        """(M,) 1 - gamma: how much of the estimate comes from the regression."""
        return np.asarray(1.0 - self.gamma)

    @property
    def interval_df(self) -> FloatArray:
        """(M,) degrees of freedom of the limits: `df`; without a sample the MSE is mostly the variance between areas,
        which is known only as 2 mse^2 / var of them (Satterthwaite), at least 2.
        """
        known = 2.0 * self.mse**2 / self.area_variance_se**2
        return np.where(self.observed, float(self.df), np.clip(known, 2.0, max(self.df, 2.0)))

    def ci(self, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """(M,) limits: estimate -/+ t(interval_df) times the root of the MSE."""
        from scipy import stats

        half = stats.t.isf((1.0 - _check.confidence(level)) / 2.0, self.interval_df) * np.sqrt(self.mse)
        return self.estimate - half, self.estimate + half

    def to_rows(self) -> list[Row]:
        """One row per area; the synthetic share is always there."""
        low, high = self.ci()
        return [
            {
                "area": self.areas[i],
                "direct": _known(self.direct[i]),
                "direct_se": _known(np.sqrt(self.variance[i])),
                "estimate": float(self.estimate[i]),
                "mse": float(self.mse[i]),
                "rmse": float(np.sqrt(self.mse[i])),
                "ci_low": float(low[i]),
                "ci_high": float(high[i]),
                "gamma": float(self.gamma[i]),
                "synthetic_share": float(1.0 - self.gamma[i]),
                "synthetic": float(self.synthetic[i]),
                "sampled": int(self.observed[i]),
                "method": self.method,
                "definition": self.definition,
                "version": self.version,
                "status": ";".join(item.code for item in self.status),
            }
            for i in range(len(self.areas))
        ]


def fay_herriot(
    direct: ArrayLike,
    variance: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    method: str = Method.REML,
    areas: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
    intercept: bool = True,
) -> AreaFit:
    """Empirical best linear unbiased prediction of area means from direct estimates and covariates.

    Parameters
    ----------
    direct : (M,) direct estimates, nan where an area has no sample; such an area gets its synthetic value.
    variance : (M,) sampling variances, taken as known; above 0 wherever there is a direct estimate.
    covariates : (M, q) complete; the intercept is added unless `intercept` is False.
    method : "reml", "ml", "fh" (moment equation) or "pr" (Prasad-Rao moments).
    areas, names : of the areas and of the q covariates, for rows and messages.

    Raises
    ------
    SmallAreaError
        ``variance_not_positive``, ``variance_missing``, ``covariate_missing``, ``constant_covariate``,
        ``collinear``, ``too_few_areas``, ``area_twice``.

    References
    ----------
    Fay and Herriot (1979), JASA 74, 269-277; Prasad and Rao (1990), JASA 85, eq. 3.3 (pr); Datta and Lahiri (2000),
    Statistica Sinica 10, eq. 4.2 (reml, ml); Datta, Rao and Smith (2005), Biometrika 92, eq. 12 (fh).
    """
    how = _check.choice("method", method, among=Method)
    y = _check.numbers("direct", direct)
    psi = _check.numbers("variance", variance, n=len(y))
    labels = area_names(areas, m=len(y))
    x, columns = model_matrix(covariates, rows=labels, names=names, intercept=intercept)
    seen = _sampled(y, psi, labels)
    data = AreaData(y=y[seen], psi=psi[seen], x=x[seen])
    if data.spare < 1 or not x.shape[1]:
        raise SmallAreaError("too_few_areas", areas=len(data.y), coefficients=x.shape[1])
    independent_columns(data.x, names=columns)
    return _predict(data, how, y=y, psi=psi, x=x, labels=labels, columns=columns)


def _sampled(y: FloatArray, psi: FloatArray, labels: tuple[str, ...]) -> BoolArray:
    for i in np.flatnonzero(np.isinf(y)):
        raise InvalidInput("not_finite", name="direct", row=int(i) + 1)
    seen = np.isfinite(y)
    for i in np.flatnonzero(seen):
        if not np.isfinite(psi[i]):
            raise SmallAreaError("variance_missing", area=labels[i])
        if psi[i] <= 0.0:
            raise SmallAreaError("variance_not_positive", area=labels[i], value=float(psi[i]))
    return seen


def _predict(
    data: AreaData,
    how: Method,
    *,
    y: FloatArray,
    psi: FloatArray,
    x: FloatArray,
    labels: tuple[str, ...],
    columns: tuple[str, ...],
) -> AreaFit:
    area_variance = between_variance(data, how)
    at = profile(data, np.array([area_variance]))
    seen = np.isfinite(y)
    gamma = np.zeros(len(y))
    gamma[seen] = area_variance / (area_variance + data.psi)
    synthetic = x @ at.beta[0]
    weights = 1.0 / (area_variance + data.psi)
    covariance: FloatArray = np.linalg.inv((data.x * weights[:, None]).T @ data.x).astype(np.float64)
    errors = AreaErrors(area_variance=area_variance, psi=data.psi, x=data.x, covariance=covariance)
    mse = area_variance + np.einsum("mp,pq,mq->m", x, covariance, x)
    mse[seen] = errors.mse(how)
    return AreaFit(
        method=f"Fay-Herriot, {how.value}",
        definition="smallarea.fay_herriot",
        status=_statuses(area_variance, data.spare, unseen=int((~seen).sum())),
        areas=labels,
        direct=_check.frozen(y),
        variance=_check.frozen(np.where(seen, psi, np.nan)),
        estimate=_check.frozen(np.where(seen, gamma * np.nan_to_num(y) + (1 - gamma) * synthetic, synthetic)),
        mse=_check.frozen(mse),
        gamma=_check.frozen(gamma),
        synthetic=_check.frozen(synthetic),
        covariates=x,
        names=columns,
        coefficients=_check.frozen(at.beta[0]),
        coefficient_covariance=_check.frozen(covariance),
        area_variance=area_variance,
        area_variance_se=float(np.sqrt(errors.variance_of_between(how))),
        log_likelihood=float(at.log_likelihood[0]),
    )


def _statuses(area_variance: float, spare: int, *, unseen: int) -> tuple[AnalysisWarning, ...]:
    found: list[AnalysisWarning] = []
    if area_variance == 0.0:
        found.append(SmallAreaStatus(code="zero_area_variance"))
    if spare < _FEW:
        found.append(AnalysisWarning(code="few_degrees_of_freedom", context={"df": spare}))
    if unseen:
        found.append(SmallAreaStatus(code="some_areas_without_sample", context={"count": unseen}))
    return tuple(found)


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
