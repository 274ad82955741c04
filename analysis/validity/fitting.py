"""Home of a fitted factor model: the search, the tests and the layout of the result."""

from dataclasses import dataclass, field
from math import nan

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row
from analysis.validity.building import unrelated
from analysis.validity.implied import Matrices, matrices
from analysis.validity.measures import Extent, FitMeasures, ModelTest, fit_measures, scaled_test
from analysis.validity.parameters import Parameter, parameter_table
from analysis.validity.pattern import Pattern
from analysis.validity.robust import Robust
from analysis.validity.sample import Sample
from analysis.validity.scoring import Problem, Solution, point, solve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConfirmatoryFit(Result):
    """A fitted factor model.

    Attributes
    ----------
    items, factors, groups : names; the first group is the reference.
    n : (G,) respondents.
    parameters : every element of the model, free or fixed, with its standard error and standardised value.
    covariance : (k, k) of the free parameters.
    test, baseline : of the model and of unrelated items.
    measures : of fit.
    is_converged, is_identified, is_proper : whether the search ended, the parameters are unique, and no variance is
        negative and the factors' covariance matrix is positive definite. What fails is named in ``status``.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    groups: tuple[str, ...]
    n: tuple[int, ...]
    parameters: tuple[Parameter, ...] = field(repr=False)
    covariance: FloatArray = field(repr=False)
    test: ModelTest
    baseline: ModelTest = field(repr=False)
    measures: FitMeasures = field(repr=False)
    robust: Robust
    is_converged: bool
    is_identified: bool
    is_proper: bool
    pattern: Pattern = field(repr=False)
    solution: Solution = field(repr=False)
    sample: Sample = field(repr=False)

    def to_rows(self) -> list[Row]:
        """One row per element of the model."""
        return [parameter.to_row() for parameter in self.parameters]

    def matrices(self, group: int = 0) -> Matrices:
        """The matrices of one group at the estimates."""
        return matrices(self.pattern, self.solution.theta, group=group)

    def r_squared(self, group: int = 0) -> dict[str, float]:
        """Share of each item's variance that its factors explain."""
        now = self.matrices(group)
        total = 1 / now.scale**2 if self.pattern.steps else now.common + now.own
        return {item: float(share) for item, share in zip(self.items, now.common / total, strict=True)}

    def residual_correlations(self, group: int = 0) -> FloatArray:
        """(p, p) observed minus implied correlations, each scaled by its own variances; for ordered items by both scales."""
        observed, now = self.sample.observed_covariance(group), self.matrices(group)
        implied = now.sigma * np.outer(now.scale, now.scale) if self.pattern.steps else _scaled(now.sigma)
        left = _scaled(observed) - implied
        np.fill_diagonal(left, 0.0)
        return left


def _scaled(covariance: FloatArray) -> FloatArray:
    root = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(root, root))


def fitted(sample: Sample, pattern: Pattern) -> ConfirmatoryFit:
    """Fit a pattern to a sample and lay the result out."""
    solution = solve(Problem(pattern=pattern, targets=sample.targets()), sample.begin(pattern))
    k, df = pattern.parameters, sample.moments_count - pattern.parameters
    is_identified = df >= 0 and _is_identified(solution.information)
    is_sound = solution.is_converged and is_identified
    covariance, test = np.full((k, k), nan), ModelTest(chi_square=nan, df=df)
    if is_sound:
        covariance, test = tested(sample, solution)
    baseline, improper = baseline_test(sample, pattern), _improper(sample, solution)
    extent = _extent(sample, solution, is_sound=is_sound)
    return ConfirmatoryFit(
        method=_method(sample),
        definition="validity.cfa_ordinal" if pattern.steps else "validity.cfa",
        status=(*_unsound(solution, is_identified=is_identified), *improper, *sample.warnings()),
        items=pattern.blocks.items,
        factors=pattern.blocks.factors,
        groups=sample.groups,
        n=tuple(int(count) for count in sample.n),
        parameters=parameter_table(sample, solution, covariance=covariance),
        covariance=_check.frozen(covariance),
        test=test,
        baseline=baseline,
        measures=fit_measures(test, baseline, extent=extent, robust=sample.robust),
        robust=sample.robust,
        is_converged=solution.is_converged,
        is_identified=is_identified,
        is_proper=not improper,
        pattern=pattern,
        solution=solution,
        sample=sample,
    )


def _unsound(solution: Solution, *, is_identified: bool) -> list[AnalysisWarning]:
    """Why a solution has no standard errors and no test."""
    found = []
    if not solution.is_converged:
        found.append(AnalysisWarning(code="not_converged", context={"iterations": solution.iterations}))
    if not is_identified:
        count = solution.problem.pattern.parameters
        found.append(AnalysisWarning(code="model_not_identified", context={"parameters": count}))
    return found


def _extent(sample: Sample, solution: Solution, *, is_sound: bool) -> Extent:
    """What fit measures need of the data and the solution."""
    pattern, squares = solution.problem.pattern, sample.residual_squares(solution)
    return Extent(
        n=float(sample.counts.sum()),
        groups=pattern.groups,
        parameters=pattern.parameters,
        log_likelihood=sample.log_likelihood(solution) if is_sound else nan,
        srmr_with_means=_residual_mean(sample, squares[:, 0]),
        srmr_without_means=_residual_mean(sample, squares[:, 1]),
        srmr_default_has_means=pattern.has_means and not pattern.steps,
    )


def tested(sample: Sample, solution: Solution) -> tuple[FloatArray, ModelTest]:
    """(k, k) covariance of the estimates, and the raw and robust statistic of a solution."""
    df = sample.moments_count - solution.problem.pattern.parameters
    chi_square = float(sample.counts @ solution.distance)
    covariance, scaling = sample.robustness(solution, df=df)
    return covariance, scaled_test(max(chi_square, 0.0), df, scaling=scaling)


def baseline_test(sample: Sample, pattern: Pattern) -> ModelTest:
    """The test of unrelated items."""
    nothing = unrelated(pattern)
    problem = Problem(pattern=nothing, targets=sample.targets())
    return tested(sample, point(problem, sample.unrelated(nothing)))[1]


def _residual_mean(sample: Sample, squares: FloatArray) -> float:
    """SRMR of the groups, weighted by their shares."""
    return float(sample.share @ np.sqrt(squares))


def _is_identified(information: FloatArray) -> bool:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    values = np.linalg.eigvalsh(information / np.outer(scale, scale))
    return bool(values[0] > 1e-9)


def _improper(sample: Sample, solution: Solution) -> tuple[AnalysisWarning, ...]:
    found, pattern = [], solution.problem.pattern
    for label, here in zip(sample.groups, solution.now(), strict=True):
        left = 1 / here.scale**2 - here.common if pattern.steps else here.own
        for item, value in zip(pattern.blocks.items, left, strict=True):
            if value < 0:
                context = {"item": item, "group": label, "value": f"{value:.3g}"}
                found.append(AnalysisWarning(code="improper_residual", context=context))
        root = np.sqrt(np.maximum(np.diag(here.factor), 1e-300))
        least = float(np.linalg.eigvalsh(here.factor / np.outer(root, root))[0])
        if least < 1e-8 or (np.diag(here.factor) <= 0).any():
            context = {"group": label, "value": f"{least:.3g}"}
            found.append(AnalysisWarning(code="improper_factor", context=context))
    return tuple(found)


def _method(sample: Sample) -> str:
    estimator = "diagonally weighted least squares" if sample.robust is Robust.WLSMV else "maximum likelihood"
    ways = {
        Robust.NONE: "normal theory",
        Robust.MLM: "Satorra-Bentler",
        Robust.MLR: "sandwich, Yuan-Bentler",
        Robust.WLSMV: "sandwich, scaled and shifted",
    }
    design = "" if np.isinf(sample.df) else ", by survey design"
    return f"{estimator}; {ways[sample.robust]}{design}"
