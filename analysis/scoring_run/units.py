"""Home of the indices of assessed units: unit module, domain items, service transactions, appraisals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis._types import FloatArray, IntArray, Lonely
from analysis.design import BoundDesign
from analysis.index.aggregate import coefficients
from analysis.index.cells import MICRO, micro_weights
from analysis.index.tree import Tree, flat_tree
from analysis.index.unit import domain_trees
from analysis.score.conversion import Conversion
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.estimates import DomainEstimates, Observations, estimate_domains
from analysis.scoring_run.influence import province_item_influence
from analysis.scoring_run.reading import Responses, UnitRatings, codes_of
from analysis.scoring_run.sample import Sample, kish
from analysis.scoring_run.weights import TRIMMING_LIMIT, Spread, spread_of
from analysis.weighting.trim import trim


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitIndices:
    """One evaluator group's indices of units.

    Attributes
    ----------
    units : codes, (u,)
    values, se : (u,), nan without an index
    n, n_effective : (u,) of the unit module, the appraisal or the transactions
    covariance : (u, u) between the units, which share respondents
    module : estimates of the rated items per unit
    domain_values, domain_se : (u,) mean of the domain items, nan without any
    module_share : (u,) share of the module in the index
    """

    group: str
    units: tuple[str, ...]
    values: FloatArray
    se: FloatArray
    n: IntArray
    n_effective: FloatArray
    covariance: FloatArray
    module: DomainEstimates
    domain_values: FloatArray
    domain_se: FloatArray
    module_share: FloatArray


def department_indices(
    sample: Sample,
    ratings: UnitRatings,
    *,
    units: tuple[str, ...],
    weights: Mapping[str, float],
    framework: Mapping[str, Any],
    plan: ScoringPlan,
) -> UnitIndices:
    """Index of every department by one survey group: unit module and the mapped domain items.

    Both parts come from the same respondents: their influence values are added before the variance is
    taken, so the covariance is in it. A unit without an estimated domain item is rated by the module alone.
    """
    module = rate_units(sample, ratings, units=units, weights=weights, plan=plan)
    item_influence, means = province_item_influence(sample, plan.conversion)
    trees = domain_trees(sample.tree, framework)
    mix = np.zeros((len(units), len(sample.tree.items)))
    domain_values = np.full(len(units), np.nan)
    for u, unit in enumerate(units):
        if unit in trees:
            mix[u], domain_values[u] = _domain_part(sample.tree, trees[unit], means)
    has_domain = np.isfinite(domain_values)
    share = np.where(has_domain, plan.unit_module_weight, 1.0)
    from_items = item_influence @ mix.T
    influence = share * module.influence + (1.0 - share) * from_items
    values = share * module.index + np.where(has_domain, (1.0 - share) * np.nan_to_num(domain_values), 0.0)
    covariance = sample.design.covariance(influence)
    domain_se = np.sqrt(np.maximum(np.diag(sample.design.covariance(from_items)), 0.0))
    return UnitIndices(
        group=sample.group,
        units=units,
        values=values,
        se=np.where(np.isfinite(values), np.sqrt(np.maximum(np.diag(covariance), 0.0)), np.nan),
        n=module.n,
        n_effective=module.n_effective,
        covariance=covariance,
        module=module,
        domain_values=domain_values,
        domain_se=np.where(has_domain, domain_se, np.nan),
        module_share=share,
    )


def appraisal_indices(
    sample: Sample,
    ratings: UnitRatings,
    *,
    units: tuple[str, ...],
    weights: Mapping[str, float],
    plan: ScoringPlan,
) -> UnitIndices:
    """Index of every unit by a roster group: weighted mean of the appraisal items."""
    module = rate_units(sample, ratings, units=units, weights=weights, plan=plan)
    return _plain(sample.group, units, module, sample.design.covariance(module.influence))


def rate_units(
    sample: Sample,
    ratings: UnitRatings,
    *,
    units: tuple[str, ...],
    weights: Mapping[str, float],
    plan: ScoringPlan,
) -> DomainEstimates:
    """Estimate the rated items per unit; a rating weighs the respondent's weight times ticked over drawn."""
    ids = sample.rows.texts["response_id"].astype(str)
    asked = ratings.response_id.astype(str)
    place = np.minimum(np.searchsorted(ids, asked), max(len(ids) - 1, 0))
    unit = codes_of(ratings.unit, units)
    kept = np.flatnonzero((ids[place] == asked) & (unit >= 0))
    tree = flat_tree(sample.group, weights, minimum_present=sample.tree.minimum_present)
    columns = [ratings.items.index(item) for item in tree.items]
    seen = Observations(
        answers=ratings.answers[kept][:, columns],
        micro=micro_weights(sample.micro[place[kept]] * ratings.factor[kept] / MICRO),
        domain=unit[kept],
        row=place[kept],
    )
    return estimate_domains(tree, seen, sample.design, plan.conversion, domains=units)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TransactionIndices:
    """Service users' indices of units, with the spread of the weights inside every unit."""

    indices: UnitIndices
    spreads: tuple[Spread, ...]


def transaction_indices(
    rows: Responses, main: Sample, *, tree: Tree, units: tuple[str, ...], conversion: Conversion
) -> TransactionIndices:
    """Index of every unit by its service transactions, main sample and top-up cases together.

    The two samples of one unit's transactions are combined as one estimator: each is scaled to the unit's
    estimated number of transactions and enters in proportion to its effective size (Hartley's composite
    with a fixed factor). Strata of the main sample and top-up samples stay apart in the variance, and the
    main sample stays whole: a unit is a domain of it.

    Parameters
    ----------
    rows : scored responses of both parts
    main : Sample of the main part with its final weights
    """
    unit = codes_of(rows.texts["unit"], units)
    weights = _combined_weights(rows, main, unit, n_units=len(units))
    micro = micro_weights(weights)
    design = BoundDesign(
        weights=np.maximum(weights, 1.0 / MICRO),
        strata=rows.texts["stratum"].astype(str),
        lonely=Lonely.ADJUST,
    )
    columns = [rows.items.index(item) for item in tree.items]
    seen = Observations(answers=rows.answers[:, columns], micro=micro, domain=unit)
    estimates = estimate_domains(tree, seen, design, conversion, domains=units)
    covariance = design.covariance(estimates.influence)
    spreads = tuple(
        spread_of(name, micro[unit == u]) for u, name in enumerate(units) if (unit == u).sum() > 1
    )
    return TransactionIndices(indices=_plain("service_users", units, estimates, covariance), spreads=spreads)


def _combined_weights(rows: Responses, main: Sample, unit: IntArray, *, n_units: int) -> FloatArray:
    """(n,) weights of all transactions, both parts of a unit scaled to its size and shared by effective n."""
    top_up = rows.texts["part"] == "unit_top_up"
    weights = np.where(top_up, rows.base_weight, 0.0)
    weights[~top_up] = main.weights
    result = np.where(top_up, 0.0, weights)
    everyone = np.ones(rows.n, dtype=np.bool_)
    _, first = kish(weights, code=unit, size=n_units, valid=everyone & ~top_up)
    _, second = kish(weights, code=unit, size=n_units, valid=everyone & top_up)
    for u in np.flatnonzero(second > 0):
        own, extra = (unit == u) & ~top_up, (unit == u) & top_up
        share = first[u] / (first[u] + second[u])
        size = weights[own].sum() if own.any() else weights[extra].sum()
        result[own] = share * weights[own]
        result[extra] = (1.0 - share) * weights[extra] * size / weights[extra].sum()
    return _trimmed(result, unit, n_units=n_units)


def _trimmed(weights: FloatArray, unit: IntArray, *, n_units: int) -> FloatArray:
    """Cut the weights of a unit that lie far above the others of the same unit; their sum stays."""
    for u in range(n_units):
        inside = unit == u
        used = weights[inside]
        if used.size and used.max() > TRIMMING_LIMIT * used.mean():
            weights[inside] = trim(BoundDesign(weights=used), upper=TRIMMING_LIMIT * used.mean()).weights
    return weights


def _domain_part(tree: Tree, own: Tree, means: FloatArray) -> tuple[FloatArray, float]:
    """Weights of the group's items in a unit's domain mean, and the mean; zeros and nan where it does not stand."""
    places = [tree.items.index(item) for item in own.items]
    available = np.isfinite(means[places])[None, :]
    scaled = coefficients(own, available)
    weights = np.zeros(len(tree.items))
    weights[places] = scaled.root()[0]
    return weights, float(scaled.values(means[places][None, :])[0, -1])


def _plain(
    group: str, units: tuple[str, ...], estimates: DomainEstimates, covariance: FloatArray
) -> UnitIndices:
    nothing = np.full(len(units), np.nan)
    return UnitIndices(
        group=group,
        units=units,
        values=estimates.index,
        se=estimates.se,
        n=estimates.n,
        n_effective=estimates.n_effective,
        covariance=covariance,
        module=estimates,
        domain_values=nothing,
        domain_se=nothing,
        module_share=np.ones(len(units)),
    )
