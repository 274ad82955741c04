"""Home of the indices that enter composites: per group, its indices of departments and of city governments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.score.conversion import Conversion
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.composites import IndexSet
from analysis.scoring_run.errors import RunRefused
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.groups import AreaEstimates, GroupRun
from analysis.scoring_run.layout import ROSTER_GROUPS
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import UnitRatings
from analysis.scoring_run.units import (
    TransactionIndices,
    UnitIndices,
    appraisal_indices,
    department_indices,
    transaction_indices,
)

Document = Mapping[str, Any]
UNIT_MODULE, REPRESENTATIVES = "unit_module", "representatives"


def item_weights(framework: Document, module: str) -> dict[str, float]:
    """Weights of the items of a repeated part, from ``modules`` of the framework.

    Raises
    ------
    RunRefused
        ``weights_of_items_missing`` where the framework does not state them.
    """
    weights = framework.get("modules", {}).get(module)
    if not weights:
        raise RunRefused("weights_of_items_missing", items=module)
    return {str(item): float(weight) for item, weight in sorted(weights.items())}


def module_of(group: str) -> str:
    """The repeated part in which a group rates units."""
    return REPRESENTATIVES if group in ROSTER_GROUPS else UNIT_MODULE


def unit_indices(
    runs: Mapping[str, GroupRun],
    ratings: Mapping[str, UnitRatings],
    *,
    framework: Document,
    plan: ScoringPlan,
    province: Province,
) -> dict[str, UnitIndices]:
    """Every group's indices of the units its respondents rated."""
    departments = tuple(unit.code for unit in province.units if unit.area is None)
    everyone = tuple(unit.code for unit in province.units)
    found = {}
    for group, rated in ratings.items():
        weights = item_weights(framework, module_of(group))
        if group in ROSTER_GROUPS:
            found[group] = appraisal_indices(
                runs[group].sample, rated, units=everyone, weights=weights, plan=plan
            )
        else:
            found[group] = department_indices(
                runs[group].sample,
                rated,
                units=departments,
                weights=weights,
                framework=framework,
                plan=plan,
            )
    return found


def transactions_by_unit(
    runs: Mapping[str, GroupRun], province: Province, conversion: Conversion
) -> TransactionIndices | None:
    """Service users' indices of the departments; None without that group."""
    run = runs.get("service_users")
    if run is None:
        return None
    departments = tuple(unit.code for unit in province.units if unit.area is None)
    return transaction_indices(
        run.scored, run.sample, tree=run.sample.tree, units=departments, conversion=conversion
    )


def index_sets(
    areas: Mapping[str, AreaEstimates],
    runs: Mapping[str, GroupRun],
    *,
    units: Mapping[str, UnitIndices],
    transactions: TransactionIndices | None,
    province: Province,
) -> dict[str, list[IndexSet]]:
    """Per group, its indices of departments and of city governments; they share no unit."""
    sets: dict[str, list[IndexSet]] = {group: [] for group in runs}
    for group, found in units.items():
        sets[group].append(_as_set(found))
    if transactions is not None:
        sets["service_users"].append(_as_set(transactions.indices))
    governments = {unit.area: unit.code for unit in province.units if unit.area is not None}
    for group, estimates in areas.items():
        sets[group].append(city_set(estimates.cities, governments, runs[group]))
    return sets


def city_set(cities: DomainEstimates, governments: Mapping[str, str], run: GroupRun) -> IndexSet:
    """The index of every city government: the group index of its respondents."""
    here = [d for d, city in enumerate(cities.domains) if city in governments]
    covariance = run.sample.design.covariance(cities.influence)
    return IndexSet(
        units=tuple(governments[cities.domains[d]] for d in here),
        values=cities.index[here],
        se=cities.se[here],
        n=cities.n[here],
        n_effective=cities.n_effective[here],
        covariance=covariance[np.ix_(here, here)],
    )


def _as_set(found: UnitIndices) -> IndexSet:
    return IndexSet(
        units=found.units,
        values=found.values,
        se=found.se,
        n=found.n,
        n_effective=found.n_effective,
        covariance=found.covariance,
    )
