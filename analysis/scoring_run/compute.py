"""Home of the computation of a run: every part in its order, from the dataset to scores and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure.rules import DisclosureRules
from analysis.gates.inputs import GateInputs, ModeEffect
from analysis.index.tree import tree_of_group
from analysis.rank.banding import Bands
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.composites import IndexSet, Scores, score_units
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.evidence import gate_inputs
from analysis.scoring_run.fieldwork import FieldworkInputs
from analysis.scoring_run.groups import (
    AreaEstimates,
    GroupRun,
    estimate_areas,
    estimate_factor,
    read_roster_group,
    read_survey_group,
)
from analysis.scoring_run.index_sets import (
    REPRESENTATIVES,
    index_sets,
    item_weights,
    module_of,
    transactions_by_unit,
    unit_indices,
)
from analysis.scoring_run.layout import ROSTER_GROUPS, SURVEY_GROUPS
from analysis.scoring_run.measurement import (
    Criterion,
    SetReliability,
    criterion_correlation,
    mode_effects,
    set_reliability,
)
from analysis.scoring_run.peacetime import peacetime_indices
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import Reader, UnitRatings
from analysis.scoring_run.release import Release, release_tables
from analysis.scoring_run.streams import OpenPanel, county_bands, open_panel
from analysis.scoring_run.units import (
    TransactionIndices,
    UnitIndices,
)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Computed:
    """Everything a run found, before anything is rounded or hidden."""

    province: Province
    plan: ScoringPlan
    rules: DisclosureRules
    framework: Document
    seed: int
    runs: Mapping[str, GroupRun]
    areas: Mapping[str, AreaEstimates]
    factors: Mapping[str, Mapping[str, DomainEstimates]]
    bands: Bands | None
    units: Mapping[str, UnitIndices]
    transactions: TransactionIndices | None
    peacetime: Mapping[str, Sequence[IndexSet]]
    scores: Scores
    reliability: tuple[SetReliability, ...]
    criterion: tuple[Criterion, ...]
    mode_effects: tuple[ModeEffect, ...]
    open_panel: OpenPanel | None
    release: Release
    gate_inputs: GateInputs


def compute(
    reader: Reader,
    *,
    plan_document: Document,
    framework: Document,
    province: Province,
    fieldwork: FieldworkInputs,
    seed: int,
) -> Computed:
    """Run every part on a frozen dataset; pure but for reading its files."""
    plan = ScoringPlan.from_document(plan_document)
    rules = DisclosureRules.from_document(plan_document)
    runs = _read_groups(reader, plan, framework, province)
    areas = {
        group: estimate_areas(run, plan, province) for group, run in runs.items() if group in SURVEY_GROUPS
    }
    ratings = _read_ratings(reader, runs, framework)
    units = unit_indices(runs, ratings, framework=framework, plan=plan, province=province)
    transactions = transactions_by_unit(runs, province, plan.conversion)
    indices = index_sets(areas, runs, units=units, transactions=transactions, province=province)
    peacetime = peacetime_indices(
        reader, tree_of_group(framework, "service_users"), province=province, conversion=plan.conversion
    )
    scores = score_units(
        province, plan, indices=indices, peacetime=peacetime, internal=fieldwork.internal_scores
    )
    reliability = tuple(
        found
        for entry in framework.get("reliability_sets", ())
        if entry["group"] in runs
        and (
            found := set_reliability(
                entry, runs[entry["group"]], ratings.get(entry["group"]), plan.conversion
            )
        )
    )
    criterion = tuple(
        correlation
        for group, item in sorted(framework.get("criterion_items", {}).items())
        if group in runs and (correlation := criterion_correlation(runs[group], item, plan.conversion))
    )
    effects = tuple(
        effect for group in areas for effect in mode_effects(runs[group], fieldwork.documented_mode_effects)
    )
    factors = _factors(runs, areas, plan, province)
    release = release_tables(
        {group: (runs[group].sample, found) for group, found in areas.items()},
        indices,
        factors,
        scores=scores,
        rules=rules,
    )
    evidence = gate_inputs(
        runs,
        areas,
        province=province,
        plan=plan,
        scores=scores,
        unit_spreads=transactions.spreads if transactions else (),
        reliability=reliability,
        criterion=criterion,
        mode_effects=effects,
        release=release,
        fieldwork=fieldwork,
    )
    return Computed(
        province=province,
        plan=plan,
        rules=rules,
        framework=framework,
        seed=seed,
        runs=runs,
        areas=areas,
        factors=factors,
        bands=county_bands(runs, areas, plan, province, rules),
        units=units,
        transactions=transactions,
        peacetime=peacetime,
        scores=scores,
        reliability=reliability,
        criterion=criterion,
        mode_effects=effects,
        open_panel=open_panel(reader, tree_of_group(framework, "residents"), plan.conversion),
        release=release,
        gate_inputs=evidence,
    )


def _read_groups(
    reader: Reader, plan: ScoringPlan, framework: Document, province: Province
) -> dict[str, GroupRun]:
    """All groups with a file; a group without one is a group without an estimate."""
    runs = {
        group: read_survey_group(reader, group, province=province, plan=plan, framework=framework)
        for group in SURVEY_GROUPS
        if reader.has("responses", group) and reader.count("responses", group)
    }
    runs |= {
        group: read_roster_group(
            reader,
            group,
            province=province,
            weights=item_weights(framework, REPRESENTATIVES),
            minimum_present=float(framework["renormalise"]["min_parent_weight_present"]),
        )
        for group in ROSTER_GROUPS
        if reader.has("responses", group) and reader.count("responses", group)
    }
    return runs


def _read_ratings(
    reader: Reader, runs: Mapping[str, GroupRun], framework: Document
) -> dict[str, UnitRatings]:
    return {
        group: reader.unit_ratings(group, items=tuple(item_weights(framework, module_of(group))))
        for group, run in runs.items()
        if run.layout.rates_units and reader.has("unit_ratings", group)
    }


def _factors(
    runs: Mapping[str, GroupRun], areas: Mapping[str, AreaEstimates], plan: ScoringPlan, province: Province
) -> dict[str, dict[str, DomainEstimates]]:
    """The index by every weighting factor: urban and rural, ages, sexes, sizes, industries, channels."""
    return {
        group: {
            factor: estimate_factor(runs[group], plan, factor, province.categories(group, factor))
            for factor in runs[group].layout.factors
        }
        for group in areas
    }
