"""Home of the result documents: results, weighting, reliability and gates as JSON, rounded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from analysis.gates.results import GateResult
from analysis.scoring_run.area_documents import group_document
from analysis.scoring_run.compute import Computed
from analysis.scoring_run.fieldwork import FieldworkInputs
from analysis.scoring_run.groups import Counts
from analysis.scoring_run.measurement import Criterion, SetReliability
from analysis.scoring_run.outcomes import mode_rates, outcome_document, rates_of
from analysis.scoring_run.rounding import points, rounded_document, share
from analysis.scoring_run.streams import OpenPanel
from analysis.scoring_run.unit_documents import rank_document, unit_document
from analysis.scoring_run.weights import weighting_document

Document = dict[str, Any]  # Any: a JSON document
RESULTS_SCHEMA = "minyi/results/1"


def results_document(found: Computed, fieldwork: FieldworkInputs) -> Document:
    """Everything the public page and the hand-over need; nothing in it is hidden by disclosure control."""
    return {
        "schema": RESULTS_SCHEMA,
        "province": found.province.code,
        "plan_version": found.plan.version,
        "framework_version": str(found.framework.get("version", "")),
        "seed": found.seed,
        "level": found.plan.coverage,
        "groups": {group: group_document(found, group) for group in found.areas},
        "units": [unit_document(found, score) for score in found.scores.units],
        "ranks": {
            ranks.unit_class: rank_document(ranks, list_length=found.plan.list_length)
            for ranks in found.scores.ranks
        },
        "responses": {group: _counts(run.counts) for group, run in found.runs.items()},
        "weighting": {
            group: {
                "converged": run.weighted.step.converged,
                "method": run.weighted.step.method,
                "largest_gap_points": share(run.weighted.worst_deviation()),
                "largest_over_mean": share(run.weighted.step.largest_over_mean),
                "kish_deff": share(run.weighted.step.kish_deff),
                "n_effective": share(run.weighted.step.n_effective),
            }
            for group, run in found.runs.items()
        },
        "reliability": [_set(item) for item in found.reliability],
        "criterion": [_criterion(item) for item in found.criterion],
        "mode_effects": [rounded_document(asdict(effect)) for effect in found.mode_effects],
        "outcomes": outcomes(fieldwork),
        "open": _open(found.open_panel, minimum=found.rules.estimate_minimum),
        "disclosure": {
            "tables": found.release.audit.tables,
            "cells": found.release.audit.cells,
            "hidden": found.release.audit.hidden,
            "problems": len(found.release.audit.problems),
        },
    }


def weighting_documents(found: Computed) -> Document:
    """The full report of the weighting of every group, and of the weights inside units."""
    document: Document = {
        group: rounded_document(weighting_document(run.weighted)) for group, run in found.runs.items()
    }
    if found.transactions is not None:
        document["service_users_by_unit"] = rounded_document(
            {"spreads": [asdict(spread) for spread in found.transactions.spreads]}
        )
    return document


def reliability_document(found: Computed) -> Document:
    """Reliability, criterion correlations and mode effects."""
    return {
        "sets": [_set(item) for item in found.reliability],
        "criterion": [_criterion(item) for item in found.criterion],
        "mode_effects": [rounded_document(asdict(effect)) for effect in found.mode_effects],
    }


def gates_document(gates: Sequence[GateResult]) -> Document:
    """Every gate with its inputs; for staff and auditors, since evidence names small bases."""
    return {"gates": [rounded_document(gate.to_document()) for gate in gates]}


def outcomes(fieldwork: FieldworkInputs) -> Document | None:
    """The nonresponse table: by mode over all groups, and by group and mode."""
    if fieldwork.modes is None:
        return None
    return {
        "by_mode": [rounded_document(outcome_document(rates)) for rates in mode_rates(fieldwork.modes)],
        "by_group": [
            rounded_document(outcome_document(rates_of(record)))
            for record in sorted(fieldwork.modes, key=lambda record: (record.group, record.mode))
        ],
    }


def _counts(counts: Counts) -> Document:
    return {
        "accepted": counts.accepted,
        "scored": counts.scored,
        "top_up": counts.top_up,
        "excluded": dict(counts.excluded),
        "set_aside": dict(counts.set_aside),
        "not_scored_channels": dict(counts.channels),
    }


def _set(item: SetReliability) -> Document:
    record = item.record
    return {
        "group": record.group,
        "target": record.target,
        "items": list(record.items),
        "n": record.n,
        "alpha": share(record.alpha),
        "alpha_se": share(item.alpha_se),
        "alpha_ci": rounded_document(record.alpha_interval),
        "omega": share(record.omega),
        "omega_ci": rounded_document(record.omega_interval),
        "omega_status": item.omega_status,
        "item_rest": rounded_document(item.item_rest),
        "alpha_if_dropped": rounded_document(item.alpha_if_dropped),
    }


def _criterion(item: Criterion) -> Document:
    return {
        "group": item.record.group,
        "item": item.record.item,
        "correlation": share(item.record.correlation),
        "ci_low": share(item.ci_low),
        "ci_high": share(item.ci_high),
        "n": item.record.n,
    }


def _open(panel: OpenPanel | None, *, minimum: int) -> Document | None:
    """The open stream, apart from everything else; its means are hidden under the minimum base."""
    if panel is None:
        return None
    shown = panel.counted >= minimum
    return {
        "is_scored": False,
        "is_weighted": False,
        "accepted": panel.n,
        "counted": panel.counted,
        "excluded": dict(panel.excluded),
        "channels": dict(panel.channels),
        "index": points(panel.index) if shown else None,
        "suppressed": None if shown else "base_below_minimum",
        "items": [
            {
                "item": item,
                "index": points(value) if n >= minimum else None,
                "suppressed": None if n >= minimum else "base_below_minimum",
            }
            for item, (value, n) in panel.items.items()
        ],
    }
