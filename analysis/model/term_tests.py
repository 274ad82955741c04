"""Home of tests of regression terms: Wald, and likelihood ratio against a weighted sum of chi-squares (Rao-Scott)."""

from collections.abc import Sequence

import numpy as np

from analysis import _check
from analysis._tails import Tail, f_tail, weighted_tail
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.model.errors import ModelError
from analysis.model.regression import Regression
from analysis.model.regressors import INTERCEPT
from analysis.results import HypothesisTest


def term_test(
    fit: Regression, terms: str | Sequence[str], *, null: float = 0.0, df: float | None = None
) -> HypothesisTest:
    """Wald test that all coefficients of one or several terms are `null`: F on (k, df_residual).

    Parameters
    ----------
    terms : names of terms (all dummies of a factor) or of single coefficients.
    df : denominator degrees of freedom if not `fit.df_residual`; inf for chi-square.

    Raises
    ------
    ModelError
        ``unknown_term``.

    References
    ----------
    Binder (1983), International Statistical Review 51, sec. 4; Lumley (2010), Complex Surveys, sec. 5.2.
    """
    places = _places(fit, [terms] if isinstance(terms, str) else list(terms))
    values = fit.coefficients[places] - null
    covariance = fit.covariance[np.ix_(places, places)]
    ddf = fit.df_residual if df is None else float(df)
    x2, rank = _wald(values, covariance)
    statistic = x2 / len(places)
    exists = np.isfinite(x2) and ddf > 0
    status = fit.status
    if rank < len(places):
        context = {"what": "Wald", "size": len(places), "rank": rank}
        status += (AnalysisWarning(code="singular_covariance", context=context),)
    return HypothesisTest(
        method=f"Wald test of {len(places)} coefficients, {fit.method}",
        definition="model.wald",
        statistic=statistic if exists else float("nan"),
        statistic_name="F",
        df=(float(len(places)), ddf),
        p=f_tail(statistic, len(places), ddf) if exists else float("nan"),
        n=fit.n,
        null=null,
        details={"x2": x2},
        status=status,
    )


def likelihood_ratio_test(
    smaller: Regression,
    larger: Regression,
    *,
    approximation: Tail = Tail.SADDLEPOINT,
    df: float | None = None,
) -> HypothesisTest:
    """Rao-Scott likelihood ratio test of the columns that only the larger of two nested models has.

    The statistic is the difference of deviances; it is distributed like a weighted sum of chi-squares whose weights
    are the eigenvalues of `V0^-1 V` (V0: model-based, V: design-based covariance of the tested coefficients).

    Parameters
    ----------
    smaller, larger : fitted to the same rows by the same family.
    approximation : `saddlepoint` (as R's regTermTest), `satterthwaite` or `integration` (exact).
    df : degrees of freedom of the variance if not `larger.df_residual`; inf for a sum of chi-squares.

    Raises
    ------
    ModelError
        ``not_nested`` or ``different_rows``.

    References
    ----------
    Rao, Scott (1984), Annals of Statistics 12, 46-60; Lumley, Scott (2014), Australian & New Zealand Journal of
    Statistics 56, 1-14, sec. 2-3.
    """
    how = _check.choice("approximation", approximation, among=Tail)
    if smaller.n != larger.n:
        raise ModelError("different_rows", first=smaller.n, second=larger.n)
    for name in smaller.names:
        if name not in larger.names:
            raise ModelError("not_nested", column=name)
    places = [place for place, name in enumerate(larger.names) if name not in smaller.names]
    if not places:
        raise ModelError("not_nested", column=larger.names[-1])
    pick = np.ix_(places, places)
    weights = misspecification(larger.model_covariance[pick], larger.covariance[pick])
    statistic = smaller.deviance - larger.deviance
    ddf = larger.df_residual if df is None else float(df)
    p = weighted_tail(statistic, weights, ddf=ddf, method=how) if ddf > 0 else float("nan")
    return HypothesisTest(
        method=f"likelihood ratio, Rao-Scott ({how.value}), {larger.method}",
        definition="model.likelihood_ratio",
        statistic=statistic,
        statistic_name="chi2",
        df=(float(len(places)), ddf),
        p=p,
        n=larger.n,
        details={"mean_design_effect": float(weights.mean())},
        status=larger.status,
    )


def working_wald_test(
    fit: Regression,
    terms: str | Sequence[str],
    *,
    approximation: Tail = Tail.SADDLEPOINT,
    df: float | None = None,
) -> HypothesisTest:
    """Working Wald test of terms: `b' V0^-1 b` against the weighted sum of chi-squares of the likelihood ratio test.

    It needs no second fit and, unlike the Wald test, no inverse of the design-based covariance, so that it holds for
    as many coefficients as there are clusters. Parameters as for `term_test` and `likelihood_ratio_test`.

    References
    ----------
    Rao, Scott (1984), Annals of Statistics 12, 46-60; Lumley, Scott (2014), sec. 2.
    """
    how = _check.choice("approximation", approximation, among=Tail)
    places = _places(fit, [terms] if isinstance(terms, str) else list(terms))
    pick = np.ix_(places, places)
    weights = misspecification(fit.model_covariance[pick], fit.covariance[pick])
    statistic = float(
        fit.coefficients[places] @ np.linalg.pinv(fit.model_covariance[pick]) @ fit.coefficients[places]
    )
    ddf = fit.df_residual if df is None else float(df)
    return HypothesisTest(
        method=f"working Wald, Rao-Scott ({how.value}), {fit.method}",
        definition="model.working_wald",
        statistic=statistic,
        statistic_name="chi2",
        df=(float(len(places)), ddf),
        p=weighted_tail(statistic, weights, ddf=ddf, method=how) if ddf > 0 else float("nan"),
        n=fit.n,
        details={"mean_design_effect": float(weights.mean())},
        status=fit.status,
    )


def misspecification(model: FloatArray, design: FloatArray) -> FloatArray:
    """(k,) eigenvalues of `V0^-1 V`, the design effects of the coefficients; nan where V0 is singular (separation)."""
    values, vectors = np.linalg.eigh(model)
    if not values[0] > 1e-14 * values[-1]:
        return np.full(values.size, np.nan)
    root = vectors / np.sqrt(values)
    return np.asarray(np.linalg.eigvalsh(root.T @ design @ root))


def anova(fit: Regression) -> tuple[tuple[str, HypothesisTest], ...]:
    """The Wald test of every term of a model, given all the others."""
    return tuple((term, term_test(fit, term)) for term in fit.terms if term != INTERCEPT)


def _places(fit: Regression, terms: Sequence[str]) -> list[int]:
    found: list[int] = []
    for term in terms:
        if term in fit.terms:
            found += fit.terms[term]
        elif term in fit.names:
            found.append(fit.names.index(term))
        else:
            raise ModelError("unknown_term", term=term, terms=", ".join((*fit.terms, *fit.names)))
    return sorted(set(found))


def _wald(values: FloatArray, covariance: FloatArray) -> tuple[float, int]:
    """`v' V^-1 v` and the rank of V, seen after scaling every number to variance 1."""
    scale = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    if not np.all(scale > 0):
        return float("nan"), int(np.count_nonzero(scale))
    correlation = covariance / np.outer(scale, scale)
    rank = int(np.linalg.matrix_rank(correlation, tol=1e-10 * values.size, hermitian=True))
    if rank < values.size:
        return float("nan"), rank
    z = values / scale
    return float(z @ np.linalg.solve(correlation, z)), rank
