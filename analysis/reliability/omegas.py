"""Home of McDonald's omega with group factors: total and hierarchical."""

from dataclasses import dataclass, field
from math import nan

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.reliability._results import known, status_text
from analysis.reliability.alphas import coefficient, lambda6
from analysis.reliability.items import negative_items
from analysis.reliability.schmid_leiman import Constraint, SchmidLeiman, schmid_leiman
from analysis.reliability.states import State
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Omega(Result):
    """Omega of a general factor and group factors; nan where the status says why.

    Attributes
    ----------
    hierarchical : share of the variance of the total that is due to the general factor.
    total : due to all common factors.
    limit : hierarchical over total, what hierarchical tends to with ever more such items.
    explained_common_variance : share of the general factor in the common variance of the items.
    alpha, lambda6 : of the same correlations.
    general : (k,) loadings; groups : (k, q) loadings on the group factors; uniqueness : (k,).
    subscales : (q, 3) for the items that load most on each group factor: total, general, group.
    """

    hierarchical: float
    total: float
    limit: float
    explained_common_variance: float
    alpha: float
    lambda6: float
    general: FloatArray = field(repr=False)
    groups: FloatArray = field(repr=False)
    uniqueness: FloatArray = field(repr=False)
    subscales: FloatArray = field(repr=False)
    n: int
    k: int

    def to_rows(self) -> list[Row]:
        """The whole set, then one row per group factor."""
        rows: list[Row] = [
            {
                "set": "all",
                "total": known(self.total),
                "general": known(self.hierarchical),
                "group": known(self.total - self.hierarchical),
                "status": status_text(self),
            }
        ]
        for place, (total, general, group) in enumerate(self.subscales.tolist()):
            rows.append(
                {
                    "set": f"group {place + 1}",
                    "total": known(total),
                    "general": known(general),
                    "group": known(group),
                    "status": "",
                }
            )
        return rows


def omega(state: State, *, groups: int = 3, constraint: Constraint | str | None = None) -> Omega:
    """Omega hierarchical and total by minres, oblimin and Schmid-Leiman on the correlations.

    Items must be keyed in one direction beforehand (`moments(keys=...)`): nothing is turned around here, and an item
    that correlates negatively with the rest is a status.

    Parameters
    ----------
    groups : number of group factors. One group has no hierarchical omega.
    constraint : needed for two groups, whose general factor is not identified: `equal`, `first` or `second`.

    Raises
    ------
    ReliabilityError
        ``too_many_factors`` if the items cannot carry so many groups.

    References
    ----------
    Zinbarg, Revelle, Yovel and Li (2005), Psychometrika 70, 123-133, eq. 8 and 10; Schmid and Leiman (1957).
    """
    chosen = None if constraint is None else _check.choice("constraint", constraint, among=Constraint)
    r, k = state.correlation, state.k
    if groups == 2 and chosen is None:
        return _unknown(state, groups)
    solution = schmid_leiman(r, groups, constraint=chosen)
    total = float(r.sum())
    status = _solution_statuses(solution, state)
    on_general = float(solution.general.sum()) ** 2 / total if groups > 1 else nan
    common = (solution.general**2).sum() + (solution.groups**2).sum()
    of_all = (total - float(solution.uniqueness.sum())) / total
    return Omega(
        method="minres, oblimin, Schmid-Leiman" + (f", constraint {chosen.value}" if chosen else ""),
        definition="reliability.omega",
        status=status,
        hierarchical=on_general,
        total=of_all,
        limit=on_general / of_all,
        explained_common_variance=float((solution.general**2).sum() / common) if groups > 1 else nan,
        alpha=coefficient(r),
        lambda6=lambda6(r),
        general=solution.general,
        groups=solution.groups,
        uniqueness=solution.uniqueness,
        subscales=_subscales(r, solution),
        n=state.n,
        k=k,
    )


def _unknown(state: State, groups: int) -> Omega:
    """Two group factors without a constraint."""
    k, nothing = state.k, np.full(state.k, nan)
    return Omega(
        method="minres, oblimin, Schmid-Leiman",
        definition="reliability.omega",
        status=(AnalysisWarning(code="not_identified"), *negative_items(state)),
        hierarchical=nan,
        total=nan,
        limit=nan,
        explained_common_variance=nan,
        alpha=coefficient(state.correlation),
        lambda6=lambda6(state.correlation),
        general=nothing,
        groups=np.full((k, groups), nan),
        uniqueness=nothing,
        subscales=np.full((groups, 3), nan),
        n=state.n,
        k=k,
    )


def _solution_statuses(solution: SchmidLeiman, state: State) -> tuple[AnalysisWarning, ...]:
    found = list(negative_items(state))
    if solution.is_heywood:
        names = (
            ", ".join(state.labels[place] for place in np.flatnonzero(solution.heywood)) or "general factor"
        )
        found.append(AnalysisWarning(code="heywood", context={"items": names}))
    if not solution.is_converged:
        found.append(AnalysisWarning(code="not_converged", context={"iterations": 2_000}))
    return tuple(found)


def _subscales(r: FloatArray, solution: SchmidLeiman) -> FloatArray:
    """Per group factor the shares of the variance of the sum of its items; nan for a group without items."""
    owner = np.abs(solution.groups).argmax(axis=1)
    rows = np.full((solution.groups.shape[1], 3), nan)
    for group in range(len(rows)):
        mine = owner == group
        if not mine.any():
            continue
        variance = float(r[np.ix_(mine, mine)].sum())
        general = float(solution.general[mine].sum()) ** 2 / variance
        own = float(solution.groups[mine, group].sum()) ** 2 / variance
        rows[group] = general + own, general, own
    return rows
