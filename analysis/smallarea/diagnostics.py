"""Home of the diagnostics of an area-level model: residuals, normality, influence, and agreement with the direct estimates."""

from dataclasses import dataclass

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.results import Result, Row
from analysis.smallarea.fay_herriot import AreaFit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaDiagnostics(Result):
    """Of the m areas with a direct estimate.

    Attributes
    ----------
    residual : (m,) standardised, (direct - synthetic) / sqrt(area variance + sampling variance).
    leverage : (m,) of the generalised least squares fit; it sums to the number of coefficients.
    cook : (m,) Cook's distance: how far the coefficients move without the area, in units of their covariance.
    normality_statistic, normality_p : Shapiro-Wilk of the residuals; nan under 3 areas.
    agreement_statistic, agreement_p : sum of (direct - estimate)^2 / (variance + mse), chi-square with m df: a small
        p says that the model contradicts the direct estimates.
    mean_gamma : mean weight of the direct estimates.
    """

    areas: tuple[str, ...]
    residual: FloatArray
    leverage: FloatArray
    cook: FloatArray
    gamma: FloatArray
    normality_statistic: float
    normality_p: float
    agreement_statistic: float
    agreement_p: float
    mean_gamma: float
    log_likelihood: float
    aic: float

    def to_rows(self) -> list[Row]:
        """One row per area, with the tests of the whole on each."""
        whole: Row = {
            "normality_p": self.normality_p if np.isfinite(self.normality_p) else None,
            "agreement_p": self.agreement_p,
            "mean_gamma": self.mean_gamma,
            "method": self.method,
            "definition": self.definition,
            "version": self.version,
            "status": ";".join(item.code for item in self.status),
        }
        return [
            {
                "area": self.areas[i],
                "residual": float(self.residual[i]),
                "leverage": float(self.leverage[i]),
                "cook": float(self.cook[i]),
                "gamma": float(self.gamma[i]),
                **whole,
            }
            for i in range(len(self.areas))
        ]


def diagnose(fit: AreaFit) -> AreaDiagnostics:
    """Diagnostics of a fitted area-level model.

    References
    ----------
    Rao and Molina (2015), Small Area Estimation, 2nd ed., sec. 6.4; Brown, Chambers, Heady and Heasman (2001),
    Proceedings of Statistics Canada Symposium 2001 (agreement); Cook (1977), Technometrics 19, 15-18.
    """
    from scipy import stats

    seen = fit.observed
    y, psi, x = fit.direct[seen], fit.variance[seen], fit.covariates[seen]
    total = fit.area_variance + psi
    raw = y - fit.synthetic[seen]
    residual = raw / np.sqrt(total)
    leverage = np.einsum("mp,pq,mq->m", x, fit.coefficient_covariance, x) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        cook = residual**2 * leverage / (len(fit.coefficients) * (1.0 - leverage) ** 2)
    agreement = float((((y - fit.estimate[seen]) ** 2) / (psi + fit.mse[seen])).sum())
    shapiro = stats.shapiro(residual) if len(y) > 2 and np.ptp(residual) > 0 else (np.nan, np.nan)
    return AreaDiagnostics(
        method=f"diagnostics of {fit.method}",
        definition="smallarea.diagnose",
        status=fit.status,
        areas=tuple(area for area, kept in zip(fit.areas, seen, strict=True) if kept),
        residual=_check.frozen(residual),
        leverage=_check.frozen(leverage),
        cook=_check.frozen(cook),
        gamma=_check.frozen(fit.gamma[seen]),
        normality_statistic=float(shapiro[0]),
        normality_p=float(shapiro[1]),
        agreement_statistic=agreement,
        agreement_p=float(stats.chi2.sf(agreement, len(y))),
        mean_gamma=float(fit.gamma[seen].mean()),
        log_likelihood=fit.log_likelihood,
        aic=fit.aic,
    )
