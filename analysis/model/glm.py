"""Home of generalised linear models with design-based standard errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisWarning, EstimationError
from analysis.estimate._build import statuses
from analysis.model.errors import ModelError
from analysis.model.links import Family
from analysis.model.links import family as chosen_family
from analysis.model.regression import Regression
from analysis.model.regressors import Basis, Regressors, as_regressors, basis

_HALVINGS = 30
_FAR = 15.0  # a linear predictor this far out, with an information this near singular, is separation
_FLAT = 1e-7
_PERFECT = 1e-6  # a deviance per row this small says that every outcome is predicted


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Data:
    """The used rows: `y`, weights `w` of mean 1 over the domain, `offset`, all (m,); `used` (n,) which they are."""

    y: FloatArray
    w: FloatArray
    offset: FloatArray
    used: BoolArray
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """Where the iterations ended: `gamma` in the basis, `information` (p, p) there, (m,) `mu` and `eta`."""

    gamma: FloatArray
    information: FloatArray
    mu: FloatArray
    eta: FloatArray
    deviance: float
    iterations: int
    converged: bool
    separated: bool


def glm(
    y: ArrayLike,
    X: Regressors | ArrayLike,
    *,
    design: BoundDesign,
    family: str = "gaussian",
    link: str | None = None,
    variance: str | None = None,
    names: Sequence[str] | None = None,
    intercept: bool = True,
    offset: ArrayLike | None = None,
    domain: ArrayLike | None = None,
    max_iterations: int = 50,
    name: str = "y",
) -> Regression:
    """Generalised linear model by weighted estimating equations, with the sandwich covariance of the design.

    Parameters
    ----------
    y : (n,) numbers, nan where missing; a missing value leaves the domain, never the design.
    X : `regressors(...)`, or an (n, k) array of numbers with `names`, to which `intercept` adds a column of ones.
    family : gaussian, binomial (0/1 or shares), poisson, gamma, their quasi relatives, or quasi with `variance`.
    link : canonical if None; identity for quasi.
    variance : of the quasi family: constant, mu, mu^2, mu(1-mu).
    offset : (n,) added to the linear predictor.
    domain : (n,) bool, None for everybody.

    Returns
    -------
    Regression; without convergence, or where a column separates the outcomes, its `status` says so.

    Raises
    ------
    ModelError
        ``singular`` with the column, ``bad_response`` with the row, ``no_variation``, ``too_few_rows``.

    References
    ----------
    Binder (1983), International Statistical Review 51, 279-292, eq. 3.1-3.4; McCullagh, Nelder (1989), Generalized
    Linear Models, 2nd ed., sec. 2.5 (the iterations).
    """
    kind = chosen_family(family, link=link, variance=variance)
    given = as_regressors(X, n=design.n, names=names, intercept=intercept)
    data = used_rows(y, given, design, offset=offset, domain=domain, name=name)
    kind.refuse_outside(data.y, name=name, rows=np.flatnonzero(data.used))
    if np.ptp(data.y) == 0.0:
        raise ModelError("no_variation", name=name, value=float(data.y[0]))
    frame = basis(given.columns[data.used], data.w, names=given.names)
    fit = _iterate(data.y, data.w, frame=frame, data=data, kind=kind, most=max_iterations)
    return _result(fit, frame=frame, data=data, given=given, design=design, kind=kind, most=max_iterations)


def used_rows(
    y: ArrayLike,
    given: Regressors,
    design: BoundDesign,
    *,
    offset: ArrayLike | None,
    domain: ArrayLike | None,
    name: str,
) -> Data:
    """Complete rows of the domain with a weight.

    Raises
    ------
    EstimationError
        ``empty_domain`` if there are none.
    """
    values = _check.numbers(name, y, n=design.n)
    shift = np.zeros(design.n) if offset is None else _check.numbers("offset", offset, n=design.n)
    inside = _check.mask("domain", domain, n=design.n)
    used = inside & np.isfinite(values) & np.isfinite(shift) & given.complete & (design.weights > 0)
    if not used.any():
        raise EstimationError("empty_domain", name=name)
    scale = float(design.weights[inside].mean())
    return Data(y=values[used], w=design.weights[used] / scale, offset=shift[used], used=used, scale=scale)


def _iterate(
    y: FloatArray,
    w: FloatArray,
    *,
    frame: Basis,
    data: Data,
    kind: Family,
    most: int,
    start: FloatArray | None = None,
) -> Fit:
    """Fisher scoring with halved steps where a step leaves the range of the mean or raises the deviance."""
    Q, gamma = frame.columns, start
    eta = kind.link.of_mean(kind.start(y)) if start is None else Q @ start + data.offset
    mu = kind.link.mean(eta)
    deviance, converged, separated, iterations = np.inf, False, False, 0
    information = np.eye(Q.shape[1])
    while iterations < most and not converged and not separated:
        iterations += 1
        slope = kind.link.slope(eta)
        working = w * slope**2 / kind.variance(mu)
        information = Q.T @ (Q * working[:, None])
        target = Q.T @ (working * (eta - data.offset + (y - mu) / slope))
        new = np.asarray(np.linalg.lstsq(information, target, rcond=None)[0], dtype=np.float64)
        new, eta, mu, changed = _step(gamma, new, deviance, Q=Q, y=y, w=w, data=data, kind=kind)
        moved = np.inf if gamma is None else float(np.linalg.norm(new - gamma))
        converged = moved <= 1e-10 * float(np.linalg.norm(new)) + 1e-14 or (
            kind.name == "gaussian" and kind.link.name.value == "identity"
        )
        gamma, deviance = new, changed
        perfect = kind.name == "binomial" and deviance < _PERFECT * float(w.sum())
        separated = perfect or (kind.name in ("binomial", "poisson") and _separates(eta, information))
    slope = kind.link.slope(eta)
    working = w * slope**2 / kind.variance(mu)
    information = Q.T @ (Q * working[:, None])
    assert gamma is not None
    return Fit(
        gamma=gamma,
        information=information,
        mu=mu,
        eta=eta,
        deviance=deviance,
        iterations=iterations,
        converged=converged and not separated and np.isfinite(deviance),
        separated=separated,
    )


def _step(
    old: FloatArray | None,
    new: FloatArray,
    deviance: float,
    *,
    Q: FloatArray,
    y: FloatArray,
    w: FloatArray,
    data: Data,
    kind: Family,
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """The step, halved until the means are possible and the deviance has not risen."""
    for _ in range(_HALVINGS):
        eta = Q @ new + data.offset
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            mu = kind.link.mean(eta)
            possible = bool(np.all(kind.valid(mu)))
            found = float(w @ kind.deviance(y, mu)) if possible else np.inf
        if old is None and not possible:
            new = new * 0.5  # no earlier point to go back to: towards 0
            continue
        if old is None or found <= deviance + 1e-8 * (abs(deviance) + 0.1):
            break
        new = 0.5 * (new + old)
    return new, eta, mu, found


def _separates(eta: FloatArray, information: FloatArray) -> bool:
    """Whether some direction of the coefficients runs to infinity."""
    if float(np.max(np.abs(eta))) < _FAR:
        return False
    values = np.linalg.eigvalsh(information)
    return bool(values[0] < _FLAT * values[-1])


def _result(
    fit: Fit,
    *,
    frame: Basis,
    data: Data,
    given: Regressors,
    design: BoundDesign,
    kind: Family,
    most: int,
) -> Regression:
    inverse = np.asarray(np.linalg.pinv(fit.information, hermitian=True), dtype=np.float64)
    slope = kind.link.slope(fit.eta)
    residual = data.w * (data.y - fit.mu) * slope / kind.variance(fit.mu)
    influence = np.zeros((design.n, len(given.names)))
    influence[data.used] = (frame.columns * residual[:, None]) @ inverse @ frame.inverse.T

    def again(weights: FloatArray) -> FloatArray:
        w = weights[data.used] / data.scale
        refit = _iterate(data.y, w, frame=frame, data=data, kind=kind, most=most, start=fit.gamma)
        return frame.coefficients(refit.gamma)

    fitted = np.full(design.n, np.nan)
    fitted[data.used] = fit.mu
    pearson = (data.y - fit.mu) / np.sqrt(kind.variance(fit.mu))
    return Regression(
        method=f"GLM {kind.name}, {kind.link.name.value} link, {design.variance_method}",
        definition="model.glm",
        names=given.names,
        coefficients=frame.coefficients(fit.gamma),
        covariance=design.covariance_of(again, influence=influence),
        model_covariance=frame.covariance(inverse),
        terms=given.terms,
        df_residual=float(design.df + 1 - len(given.names)),
        n=int(data.y.size),
        deviance=fit.deviance,
        dispersion=weighted_variance(pearson, data.w),
        influence=influence,
        fitted=fitted,
        converged=fit.converged,
        iterations=fit.iterations,
        status=fit_status(fit, frame=frame, given=given, data=data, design=design),
    )


def weighted_variance(values: FloatArray, w: FloatArray) -> float:
    """Sum w (v - mean)^2 / sum w times n / (n - 1)."""
    centred = values - float(w @ values) / float(w.sum())
    return float(w @ centred**2) / float(w.sum()) * values.size / max(values.size - 1, 1)


def fit_status(
    fit: Fit, *, frame: Basis, given: Regressors, data: Data, design: BoundDesign
) -> tuple[AnalysisWarning, ...]:
    """What the reader of the coefficients must know."""
    found = statuses(constant=False, df=design.df + 1 - len(given.names), one_psu=False)
    if fit.separated:
        column = separating_column(fit.information, frame=frame, given=given, used=data.used)
        found += (AnalysisWarning(code="separation", context={"column": column}),)
    elif not fit.converged:
        found += (AnalysisWarning(code="not_converged", context={"iterations": fit.iterations}),)
    return found


def separating_column(information: FloatArray, *, frame: Basis, given: Regressors, used: BoolArray) -> str:
    """The column that moves the linear predictor most along the direction without information."""
    direction = frame.inverse @ np.linalg.eigh(information)[1][:, 0]
    return given.names[int(np.argmax(np.abs(direction) * given.columns[used].std(axis=0)))]
