"""Home of the evidence for the gates: what the run itself measured, and what fieldwork recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.gates.inputs import (
    DisclosureReport,
    DontKnowRecord,
    FrameRecord,
    GateInputs,
    GroupBase,
    ModeEffect,
    ModeOutcome,
    Outcomes,
    RemovalRecord,
    Reproduction,
    UnitPrecision,
    WeightingReport,
)
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.composites import Scores
from analysis.scoring_run.county_evidence import coaching, counties
from analysis.scoring_run.fieldwork import FieldworkInputs
from analysis.scoring_run.groups import AreaEstimates, GroupRun
from analysis.scoring_run.measurement import Criterion, SetReliability
from analysis.scoring_run.outcomes import mode_rates
from analysis.scoring_run.province import Province
from analysis.scoring_run.release import Release
from analysis.scoring_run.weights import Spread

#: A frame source with this name was offered by an assessed unit; the platform's own records may say more.
ASSESSED_UNIT = "assessed_unit"
#: Reasons that are no removals by a detector: frames refused under G02 and counties under G12 count apart.
APART = frozenset({"frame_source", "frame_conflict", "assessed_unit_frame", "set_aside", "withdrawn"})


def gate_inputs(
    runs: Mapping[str, GroupRun],
    areas: Mapping[str, AreaEstimates],
    *,
    province: Province,
    plan: ScoringPlan,
    scores: Scores,
    unit_spreads: Sequence[Spread],
    reliability: Sequence[SetReliability],
    criterion: Sequence[Criterion],
    mode_effects: Sequence[ModeEffect],
    release: Release,
    fieldwork: FieldworkInputs,
) -> GateInputs:
    """Everything the gates look at except the second run, which is known only afterwards."""
    return GateInputs(
        locking=fieldwork.locking,
        frames=_all_frames(fieldwork, _frames(runs)),
        bases=_bases(scores),
        precision=_precision(scores),
        weighting=_weighting(runs, unit_spreads),
        outcomes=_outcomes(fieldwork),
        reliability=tuple(item.record for item in reliability) or None,
        criterion=tuple(item.record for item in criterion) or None,
        dont_know=_dont_know(areas),
        removals=_removals(runs, fieldwork.undecided_flags),
        call_backs=fieldwork.call_backs,
        coaching=coaching(runs, province, fieldwork.decided_counties),
        counties=counties(runs.get("residents"), province, plan),
        mode_effects=tuple(mode_effects) or None,
        disclosure=DisclosureReport(
            tables=release.audit.tables,
            problems=tuple(problem.message("en") for problem in release.audit.problems),
        ),
        appeals=fieldwork.appeals,
    )


def reproduction(fieldwork: FieldworkInputs, *, result_digest: str) -> Reproduction | None:
    """The comparison with a second run of the same manifest; None without one."""
    if fieldwork.second_run_digest is None:
        return None
    return Reproduction(
        first_manifest=fieldwork.manifest_digest,
        second_manifest=fieldwork.manifest_digest,
        first_result=result_digest,
        second_result=fieldwork.second_run_digest,
    )


def _all_frames(fieldwork: FieldworkInputs, seen: tuple[FrameRecord, ...]) -> tuple[FrameRecord, ...]:
    """The platform's records; what the answers say about a frame from an assessed unit counts instead of them.

    A register knows how many addresses a unit offered, the answers how many of them are in the dataset.
    """
    if fieldwork.frames is None:
        return seen
    answered = {record.group: record for record in seen if record.is_from_assessed_unit}
    offered = {record.group: record for record in fieldwork.frames if record.is_from_assessed_unit}
    kept = [record for record in fieldwork.frames if not record.is_from_assessed_unit]
    for group in sorted({*answered, *offered}):
        record = answered.get(group, offered.get(group))
        assert record is not None  # the group comes from one of the two
        supplier = record.supplier or (offered[group].supplier if group in offered else None)
        kept.append(replace(record, supplier=supplier))
    return tuple(kept)


def _frames(runs: Mapping[str, GroupRun]) -> tuple[FrameRecord, ...]:
    records = []
    for group, run in runs.items():
        sources = run.everyone.texts["frame_source"]
        excluded = np.array([reason is not None for reason in run.everyone.texts["excluded"]])
        for source in sorted({str(value) for value in sources}):
            own = sources.astype(str) == source
            records.append(
                FrameRecord(
                    group=group,
                    source=source,
                    is_from_assessed_unit=source == ASSESSED_UNIT or source.startswith(f"{ASSESSED_UNIT}:"),
                    supplier=source.partition(":")[2] or None,
                    n_records=int(own.sum()),
                    n_excluded=int((own & excluded).sum()),
                )
            )
    return tuple(records)


def _bases(scores: Scores) -> tuple[GroupBase, ...]:
    records = []
    for score in scores.units:
        why = {item.group: item.reason for item in score.annual.dropped}
        for group in sorted(score.annual.nominal_weights):
            estimate = score.groups.get(group)
            records.append(
                GroupBase(
                    unit=score.unit.code,
                    group=group,
                    is_used=group in score.annual.weights_used,
                    n=estimate.n if estimate else 0,
                    n_effective=estimate.n_effective if estimate else 0.0,
                    reason=why.get(group),
                )
            )
    return tuple(records)


def _precision(scores: Scores) -> tuple[UnitPrecision, ...]:
    return tuple(
        UnitPrecision(
            unit=score.unit.code,
            unit_class=score.unit.unit_class,
            half_width=(score.year.ci_high - score.year.ci_low) / 2,
        )
        for score in scores.units
        if score.year
    )


def _weighting(runs: Mapping[str, GroupRun], unit_spreads: Sequence[Spread]) -> tuple[WeightingReport, ...]:
    records = []
    for group, run in runs.items():
        for spread in run.weighted.spreads:
            records.append(_report(run, spread, part="" if spread.name == group else f"city:{spread.name}"))
    users = runs.get("service_users")
    if users is not None:
        records += [_report(users, spread, part=f"unit:{spread.name}") for spread in unit_spreads]
    return tuple(records)


def _report(run: GroupRun, spread: Spread, *, part: str) -> WeightingReport:
    return WeightingReport(
        group=run.group,
        part=part,
        is_converged=run.weighted.step.converged,
        largest_gap=run.weighted.worst_deviation(),
        largest_over_mean=spread.largest_over_mean,
        kish_deff=spread.kish_deff,
    )


def _outcomes(fieldwork: FieldworkInputs) -> Outcomes | None:
    if fieldwork.modes is None:
        return None
    return Outcomes(
        modes=tuple(
            ModeOutcome(
                mode=rates.mode,
                rr3=rates.rates.rr3 if rates.rates else None,
                participation_rate=rates.participation,
            )
            for rates in mode_rates(fieldwork.modes)
        ),
        is_nonresponse_table_published=fieldwork.is_nonresponse_table_published,
    )


def _dont_know(areas: Mapping[str, AreaEstimates]) -> tuple[DontKnowRecord, ...]:
    records = []
    for group, estimates in areas.items():
        cells, tree = estimates.province.cells, estimates.province.coefficients.tree
        for item, share in zip(tree.items, cells.dont_know_share()[0].tolist(), strict=True):
            if np.isfinite(share):
                records.append(DontKnowRecord(group=group, item=item, share=share, is_scored=True))
    return tuple(records)


def _removals(runs: Mapping[str, GroupRun], undecided: Mapping[str, int]) -> tuple[RemovalRecord, ...]:
    records = []
    for group, run in runs.items():
        excluded = run.counts.excluded
        apart = {reason: n for reason, n in excluded.items() if reason in APART}
        set_aside = sum(run.counts.set_aside.values())
        records.append(
            RemovalRecord(
                group=group,
                n_records=run.counts.accepted,
                removed={
                    reason: n for reason, n in excluded.items() if reason.strip() and reason not in APART
                },
                apart=apart | ({"set_aside": set_aside} if set_aside else {}),
                without_reason=sum(n for reason, n in excluded.items() if not reason.strip()),
                undecided_flags=int(undecided.get(group, 0)),
            )
        )
    return tuple(records)
