"""Home of the trend of answers over time under a design: a regression of people's answers on the time they gave them."""

from numpy.typing import ArrayLike

from analysis.design import BoundDesign
from analysis.model import glm, regressors
from analysis.results import HypothesisTest
from analysis.trend.errors import TrendError


def linear_trend(
    y: ArrayLike,
    times: ArrayLike,
    *,
    design: BoundDesign,
    domain: ArrayLike | None = None,
    name: str = "y",
) -> HypothesisTest:
    """Slope of a mean (or a share, for 0/1 answers) over time: the Cochran-Armitage question for a survey sample.

    Parameters
    ----------
    y, times : (n,) nan where missing; a missing value leaves the domain, never the design.
    design : of one wave with dates, or of pooled waves (`pool`), whose overlap it knows.

    Returns
    -------
    HypothesisTest : t on df - 1; `details` holds slope and se per unit of time.

    Raises
    ------
    ModelError, TrendError
        ``singular`` if all times are equal; ``too_few_points`` if the design has fewer than two degrees of freedom.

    References
    ----------
    Korn, Graubard (1999), Analysis of Health Surveys, sec. 8.2; Binder (1983), see `model.glm`.
    """
    fit = glm(y, regressors({"time": times}), design=design, domain=domain, name=name)
    if fit.df_residual < 1:
        raise TrendError("too_few_points", actual=design.df, least=2)
    t = float(fit.t[1])
    return HypothesisTest(
        method=f"linear trend, {fit.method}",
        definition="trend.linear",
        statistic=t,
        statistic_name="t",
        df=(fit.df_residual,),
        p=float(fit.p[1]),
        n=fit.n,
        details={"slope": float(fit.coefficients[1]), "se": float(fit.se[1])},
        status=fit.status,
    )
