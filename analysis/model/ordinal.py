"""Home of ordered regression (proportional odds and relatives) with design-based standard errors."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, EstimationError
from analysis.estimate._build import statuses
from analysis.estimate.cell_table import levels
from analysis.model._ordered_fit import Fit, OrderedLink, Problem, curve_of, newton, scores, start_at
from analysis.model.errors import ModelError
from analysis.model.regression import Regression
from analysis.model.regressors import INTERCEPT, Basis, Regressors, as_regressors, basis


def ordered_logit(
    y: ArrayLike,
    X: Regressors | ArrayLike,
    *,
    design: BoundDesign,
    link: OrderedLink = OrderedLink.LOGIT,
    names: Sequence[str] | None = None,
    domain: ArrayLike | None = None,
    missing: object = None,
    max_iterations: int = 100,
    name: str = "y",
) -> Regression:
    """Proportional odds model `logit P(Y <= j) = zeta_j - x b`, with the sandwich covariance of the design.

    Parameters
    ----------
    y : (n,) ordered answers: numbers in their order, or text in alphabetical order; nan, None and `missing` leave
        the domain, never the design. Answers that nobody gave are no categories.
    X : as for `glm`; an intercept is taken out, because the thresholds hold it.
    link : see `OrderedLink`.

    Returns
    -------
    Regression whose coefficients are the slopes and then the thresholds, named "1|2", "2|3", ...

    Raises
    ------
    ModelError
        ``too_few_levels``, ``singular`` with the column, ``too_few_rows``.

    References
    ----------
    McCullagh (1980), JRSS B 42, 109-142, eq. 2.2 and sec. 2.5; Binder (1983), International Statistical Review 51,
    eq. 3.1-3.4 (the covariance). Newton's method with the exact Hessian.
    """
    how = _check.choice("link", link, among=OrderedLink)
    given = _without_intercept(as_regressors(X, n=design.n, names=names, intercept=False))
    answer = levels(name, y, n=design.n, missing=missing)
    inside = _check.mask("domain", domain, n=design.n)
    used = inside & (answer.code >= 0) & given.complete & (design.weights > 0)
    if not used.any():
        raise EstimationError("empty_domain", name=name)
    present = np.bincount(answer.code[used], minlength=answer.count) > 0
    labels = [label for label, held in zip(answer.labels, present, strict=True) if held]
    if len(labels) < 3:
        raise ModelError("too_few_levels", name=name, count=len(labels))
    scale = float(design.weights[inside].mean())
    w = design.weights[used] / scale
    frame = _centred_basis(given, used, w)
    problem = Problem(
        Q=frame.columns,
        y=(np.cumsum(present) - 1)[answer.code[used]],
        answers=len(labels),
        curve=curve_of(how),
    )
    fit = newton(problem, w, start=start_at(problem, w), most=max_iterations)
    return _result(
        fit,
        problem,
        w=w,
        frame=frame,
        given=given,
        used=used,
        labels=labels,
        design=design,
        link=how,
        scale=scale,
    )


def _without_intercept(given: Regressors) -> Regressors:
    kept = [place for place, name in enumerate(given.names) if name != INTERCEPT]
    moved = {old: new for new, old in enumerate(kept)}
    return Regressors(
        columns=given.columns[:, kept],
        names=tuple(given.names[place] for place in kept),
        terms={
            term: tuple(moved[place] for place in places)
            for term, places in given.terms.items()
            if term != INTERCEPT
        },
    )


def _centred_basis(given: Regressors, used: BoolArray, w: FloatArray) -> Basis:
    """The basis beside a constant column: its last p columns, from which the constant is taken out."""
    columns = np.column_stack([np.ones(int(used.sum())), given.columns[used]])
    whole = basis(columns, w, names=(INTERCEPT, *given.names))
    return Basis(columns=whole.columns[:, 1:], inverse=whole.inverse)


def _result(
    fit: Fit,
    problem: Problem,
    *,
    w: FloatArray,
    frame: Basis,
    given: Regressors,
    used: BoolArray,
    labels: list[str],
    design: BoundDesign,
    link: OrderedLink,
    scale: float,
) -> Regression:
    slopes, J = problem.Q.shape[1], problem.answers
    back = _to_original(frame, slopes=slopes, thresholds=J - 1)
    inverse = np.asarray(np.linalg.pinv(-fit.point.hessian, hermitian=True), dtype=np.float64)
    influence = np.zeros((design.n, slopes + J - 1))
    influence[used] = scores(fit.point, problem, w) @ inverse @ back.T

    def again(weights: FloatArray) -> FloatArray:
        refit = newton(problem, weights[used] / scale, start=fit.theta, most=50)
        return back @ refit.theta

    fitted = np.full(design.n, np.nan)
    coefficients = back @ fit.theta
    fitted[used] = given.columns[used] @ coefficients[:slopes]
    status = statuses(constant=False, df=design.df - slopes, one_psu=False)
    if fit.separated:
        status += (_separation(fit, problem, frame=frame, given=given, used=used),)
    elif not fit.converged:
        status += (AnalysisWarning(code="not_converged", context={"iterations": fit.iterations}),)
    return Regression(
        method=f"ordered {link.value}, {design.variance_method}",
        definition="model.ordered",
        names=(*given.names, *(f"{a}|{b}" for a, b in pairwise(labels))),
        coefficients=coefficients,
        covariance=design.covariance_of(again, influence=influence),
        model_covariance=back @ inverse @ back.T,
        terms=given.terms,
        df_residual=float(design.df - slopes),
        n=int(w.size),
        deviance=-2.0 * fit.point.value,
        dispersion=float("nan"),
        influence=influence,
        fitted=fitted,
        converged=fit.converged,
        iterations=fit.iterations,
        status=status,
    )


def _to_original(frame: Basis, *, slopes: int, thresholds: int) -> FloatArray:
    """The matrix from (gamma, zeta of the basis) to (b, zeta): the basis has the constant taken out of each column."""
    by_slope = frame.inverse[1:, 1:]
    shift = frame.inverse[0, 1:]  # column j of the basis = X b_j + shift_j, so zeta moves by -shift
    back = np.zeros((slopes + thresholds, slopes + thresholds))
    back[:slopes, :slopes] = by_slope
    back[slopes:, :slopes] = -shift
    back[slopes:, slopes:] = np.eye(thresholds)
    return back


def _separation(
    fit: Fit, problem: Problem, *, frame: Basis, given: Regressors, used: BoolArray
) -> AnalysisWarning:
    slopes = problem.Q.shape[1]
    vector = np.linalg.eigh(-fit.point.hessian)[1][:slopes, 0]
    direction = frame.inverse[1:, 1:] @ vector
    worst = int(np.argmax(np.abs(direction) * given.columns[used].std(axis=0)))
    return AnalysisWarning(code="separation", context={"column": given.names[worst]})
