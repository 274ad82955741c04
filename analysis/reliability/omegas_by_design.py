"""Home of omega with group factors under a survey design: hierarchical and total, each with its interval."""

from collections.abc import Sequence
from math import nan

import numpy as np
import numpy.typing as npt

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.reliability._results import IMPROPER, Reliability, few_df, log_complement_interval
from analysis.reliability.influence import covariance_influence, numerical_gradient
from analysis.reliability.omegas import Omega, omega
from analysis.reliability.schmid_leiman import Constraint, schmid_leiman
from analysis.reliability.states import correlation_of, moments


def design_omega_groups(
    items: npt.ArrayLike,
    design: BoundDesign,
    *,
    groups: int = 3,
    constraint: Constraint | str | None = None,
    domain: npt.ArrayLike | None = None,
    missing_code: int | None = None,
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> tuple[Reliability, Reliability]:
    """Weighted omega hierarchical and omega total with the standard errors of the survey design.

    The whole way from the covariances over minres, oblimin and Schmid-Leiman is differentiated numerically; a replicate
    design walks it in every replicate.

    Parameters
    ----------
    items : (n, k), nan (whole numbers: `missing_code`) where missing; an incomplete row leaves the domain, not the design.
    groups, constraint : as for `omega`.

    Returns
    -------
    Hierarchical, total. Without interval where the solution is improper or not identified.
    """
    state = moments(items, weights=design.weights, domain=domain, missing_code=missing_code, names=names)
    found = omega(state, groups=groups, constraint=constraint)
    chosen = None if constraint is None else _check.choice("constraint", constraint, among=Constraint)
    errors = np.full(2, nan)
    if not any(item.code in IMPROPER for item in found.status):

        def both(v: FloatArray) -> FloatArray:
            return _hierarchical_and_total(v, groups, chosen)

        influence = np.column_stack(
            [
                covariance_influence(
                    items, design, state=state, gradient=one, domain=domain, missing_code=missing_code
                )
                for one in numerical_gradient(both, state.covariance)
            ]
        )

        def statistic(weights: FloatArray) -> FloatArray:
            return both(moments(items, weights=weights, domain=domain, missing_code=missing_code).covariance)

        errors = np.sqrt(np.maximum(np.diag(design.covariance_of(statistic, influence=influence)), 0.0))
    return (
        _result("hierarchical", found.hierarchical, float(errors[0]), design, found, level),
        _result("total", found.total, float(errors[1]), design, found, level),
    )


def _hierarchical_and_total(v: FloatArray, groups: int, constraint: Constraint | None) -> FloatArray:
    r = correlation_of(v)
    solution = schmid_leiman(r, groups, constraint=constraint)
    total = float(r.sum())
    on_general = float(solution.general.sum()) ** 2 / total if groups > 1 else nan
    return np.array([on_general, 1 - float(solution.uniqueness.sum()) / total])


def _result(
    name: str, value: float, se: float, design: BoundDesign, found: Omega, level: float
) -> Reliability:
    low, high = log_complement_interval(value, se, df=design.df, level=level)
    return Reliability(
        method=f"omega {name}, {found.method}, {design.variance_method}",
        definition="reliability.omega_groups_design",
        status=(*found.status, *few_df(design.df)),
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=level,
        n=found.n,
        k=found.k,
        df=float(design.df),
    )
