"""Home of the unit-level model of Battese, Harter and Fuller: EBLUP of area means from units and population means."""

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.smallarea._inputs import area_names, as_matrix, independent_columns, model_matrix
from analysis.smallarea._nested import AreaSums, Components, Likelihood, area_sums, components
from analysis.smallarea._unit_errors import (
    Target,
    analytic_mse,
    beta_covariance,
    bootstrap_mse,
    shrinkage,
)
from analysis.smallarea._unit_fit import UnitFit
from analysis.smallarea.errors import SmallAreaError, SmallAreaStatus


class MseMethod(StrEnum):
    """`analytic`: second-order formula; `bootstrap`: parametric, seeded."""

    ANALYTIC = "analytic"
    BOOTSTRAP = "bootstrap"


def battese_harter_fuller(
    y: ArrayLike,
    area: ArrayLike,
    *,
    areas: Sequence[object],
    covariates: ArrayLike | None = None,
    population_means: ArrayLike | None = None,
    population_sizes: ArrayLike | None = None,
    method: str = Likelihood.REML,
    mse: str = MseMethod.ANALYTIC,
    draws: int = 200,
    seed: int = 0,
    names: Sequence[str] | None = None,
) -> UnitFit:
    """EBLUP of area means under y = x'b + area effect + unit error.

    Parameters
    ----------
    y : (n,) nan where missing; area : (n,) labels among `areas`. A row with a missing value is left out and counted.
    areas : the M areas to estimate, sampled or not.
    covariates, population_means : (n, q) of the units and (M, q) of the populations; the intercept is added.
    population_sizes : (M,) units in each population; then sampled units count as they are. None: large.
    method : "reml" or "ml". mse : "analytic" or "bootstrap" with `draws` and `seed`.

    Raises
    ------
    SmallAreaError
        ``area_unknown``, ``one_unit_per_area``, ``no_variation``, ``too_few_areas``, ``collinear``,
        ``covariate_missing``, ``population_too_small``.

    References
    ----------
    Battese, Harter and Fuller (1988), JASA 83, 28-36; Rao and Molina (2015), ch. 7.
    """
    how = _check.choice("method", method, among=Likelihood)
    kind = _check.choice("mse", mse, among=MseMethod)
    if draws < 2:
        raise InvalidInput("bad_option", name="draws", value=draws, choices="2 or more")
    labels = area_names(areas, m=len(areas))
    values = _check.numbers("y", y)
    place = _places(area, labels, n=len(values))
    x, complete, columns = _unit_matrix(covariates, n=len(values), names=names)
    wide = _population(population_means, labels, names=names, p=x.shape[1])
    used = complete & np.isfinite(values)
    sampled, inside = np.unique(place[used], return_inverse=True)
    _estimable(values[used], x[used], areas=len(sampled), columns=columns)
    sums = area_sums(values[used], x[used], place=inside.astype(np.int64), areas=len(sampled))
    fitted = components(sums, how)
    target = _target(wide[sampled], sums, sizes=population_sizes, labels=labels, places=sampled)
    if kind is MseMethod.BOOTSTRAP:
        errors = bootstrap_mse(sums, fitted, target=target, how=how, draws=draws, seed=seed)
    else:
        errors = analytic_mse(sums, fitted, target=target, how=how)
    return _result(
        sums,
        fitted,
        target=target,
        errors=errors,
        wide=wide,
        places=sampled,
        labels=labels,
        columns=columns,
        method=f"nested error, {how.value}, mse {kind.value}",
        seed=seed if kind is MseMethod.BOOTSTRAP else None,
        left_out=int((~used).sum()),
    )


def _places(area: ArrayLike, labels: tuple[str, ...], *, n: int) -> IntArray:
    coded, kinds = _check.labels("area", area, n=n)
    known = {label: place for place, label in enumerate(labels)}
    for kind in kinds:
        if kind not in known:
            raise SmallAreaError("area_unknown", area=kind)
    return np.array([known[kind] for kind in kinds], dtype=np.int64)[coded]


def _unit_matrix(
    covariates: ArrayLike | None, *, n: int, names: Sequence[str] | None
) -> tuple[FloatArray, BoolArray, tuple[str, ...]]:
    """(n, p) with the intercept and 0 for missing values, which rows are complete, and the columns' names."""
    given = np.zeros((n, 0)) if covariates is None else as_matrix(covariates, m=n)
    complete = np.asarray(np.isfinite(given).all(axis=1))
    rows = [str(row + 1) for row in range(len(given))]
    x, columns = model_matrix(
        np.where(np.isfinite(given), given, 0.0), rows=rows, names=names, intercept=True
    )
    return x, complete, columns


def _population(
    means: ArrayLike | None, labels: tuple[str, ...], *, names: Sequence[str] | None, p: int
) -> FloatArray:
    """(M, p) population means of the model's columns."""
    given = np.zeros((len(labels), 0)) if means is None else as_matrix(means, m=len(labels))
    if given.shape[1] != p - 1:
        expected, actual = (len(labels), p - 1), given.shape
        raise InvalidInput("wrong_shape", name="population_means", expected=expected, actual=actual)
    # Areas may agree in a mean, so the intercept is put beside them here and not by the check of a model's columns.
    complete, _ = model_matrix(given, rows=labels, names=names, intercept=False)
    return np.column_stack([np.ones(len(labels)), complete])


def _estimable(y: FloatArray, x: FloatArray, *, areas: int, columns: tuple[str, ...]) -> None:
    if areas < 2 or len(y) <= x.shape[1] + 1:
        raise SmallAreaError("too_few_areas", areas=areas, coefficients=x.shape[1])
    if areas == len(y):
        raise SmallAreaError("one_unit_per_area")
    if np.ptp(y) == 0.0:
        raise SmallAreaError("no_variation", name="y")
    independent_columns(x, names=columns)


def _target(
    wide: FloatArray,
    sums: AreaSums,
    *,
    sizes: ArrayLike | None,
    labels: tuple[str, ...],
    places: IntArray,
) -> Target:
    m = len(sums.n)
    if sizes is None:
        return Target(x=wide, sampled=np.zeros(m), rest=np.full(m, np.inf))
    population = _check.complete("population_sizes", sizes, n=len(labels))[places]
    for i in np.flatnonzero(population < sums.n):
        raise SmallAreaError(
            "population_too_small",
            area=labels[places[i]],
            population=float(population[i]),
            sampled=int(sums.n[i]),
        )
    rest = population - sums.n
    outside = (population[:, None] * wide - sums.n[:, None] * sums.x) / np.where(rest > 0, rest, 1.0)[:, None]
    return Target(x=outside, sampled=sums.n / population, rest=np.where(rest > 0, rest, np.inf))


def _result(
    sums: AreaSums,
    fitted: Components,
    *,
    target: Target,
    errors: FloatArray,
    wide: FloatArray,
    places: IntArray,
    labels: tuple[str, ...],
    columns: tuple[str, ...],
    method: str,
    seed: int | None,
    left_out: int,
) -> UnitFit:
    covariance = beta_covariance(sums, fitted)
    synthetic = wide @ fitted.beta
    estimate, gamma, n = synthetic.copy(), np.zeros(len(labels)), np.zeros(len(labels), dtype=np.int64)
    mse = fitted.between + np.einsum("mp,pq,mq->m", wide, covariance, wide)
    estimate[places] = target.estimate(sums, fitted)
    gamma[places], n[places], mse[places] = shrinkage(sums, fitted), sums.n, errors
    status: list[AnalysisWarning] = []
    if fitted.between == 0.0:
        status.append(SmallAreaStatus(code="zero_area_variance"))
    if len(places) < len(labels):
        missing = {"count": len(labels) - len(places)}
        status.append(SmallAreaStatus(code="some_areas_without_sample", context=missing))
    return UnitFit(
        method=method,
        definition="smallarea.nested_error",
        seed=seed,
        status=tuple(status),
        areas=labels,
        n=n,
        estimate=_check.frozen(estimate),
        mse=_check.frozen(mse),
        gamma=_check.frozen(gamma),
        synthetic=_check.frozen(synthetic),
        names=columns,
        coefficients=_check.frozen(fitted.beta),
        coefficient_covariance=_check.frozen(covariance),
        between=fitted.between,
        within=fitted.within,
        log_likelihood=fitted.log_likelihood,
        units_left_out=left_out,
    )
