"""Home of the gates about the numbers themselves: G03, G04, G05, G07, G08, G09, G14."""

from math import isfinite

from analysis.gates.inputs import (
    CriterionRecord,
    DontKnowRecord,
    GroupBase,
    ModeEffect,
    ReliabilityRecord,
    UnitPrecision,
    WeightingReport,
)
from analysis.gates.plan import Thresholds
from analysis.gates.results import Evidence, Finding, finding

# Weighting stops at a tolerance; a gap that is 0.5 on paper is not a gap above 0.5.
_ROUNDING = 1e-9


def bases(records: tuple[GroupBase, ...], limits: Thresholds) -> Finding:
    """G03: every group that is used in a unit's composite reaches both minimums."""
    rows: list[Evidence] = []
    for record in records:
        least_n = limits.minimum_valid.get(record.group, 0)
        least_effective = limits.minimum_effective.get(record.group, 0.0)
        rows.append(
            {
                "unit": record.unit,
                "group": record.group,
                "used": record.is_used,
                "reason": record.reason,
                "n": record.n,
                "minimum_valid": least_n,
                "n_effective": record.n_effective,
                "minimum_effective": least_effective,
                "ok": not record.is_used or (record.n >= least_n and record.n_effective >= least_effective),
            }
        )
    return finding(
        "bases",
        rows,
        threshold={
            "minimum_valid": dict(limits.minimum_valid),
            "minimum_effective": dict(limits.minimum_effective),
        },
        value=float(sum(not row["ok"] for row in rows)),
        dropped=sum(not record.is_used for record in records),
    )


def precision(records: tuple[UnitPrecision, ...], limits: Thresholds) -> Finding:
    """G04: half-width of each scored composite within its class's limit; a class without a limit fails."""
    rows: list[Evidence] = []
    for record in records:
        limit = limits.half_width.get(record.unit_class)
        rows.append(
            {
                "unit": record.unit,
                "class": record.unit_class,
                "half_width": record.half_width,
                "limit": limit,
                "ok": limit is not None and record.half_width <= limit + _ROUNDING,
            }
        )
    largest = max(record.half_width for record in records)
    return finding(
        "precision", rows, threshold={"half_width": dict(limits.half_width)}, value=largest, largest=largest
    )


def weighting(records: tuple[WeightingReport, ...], limits: Thresholds) -> Finding:
    """G05: converged, margins met, and weights neither too large nor too uneven."""
    rows: list[Evidence] = [
        {
            "group": record.group,
            "part": record.part,
            "converged": record.is_converged,
            "largest_gap": record.largest_gap,
            "largest_over_mean": record.largest_over_mean,
            "kish_deff": record.kish_deff,
            "ok": record.is_converged
            and record.largest_gap <= limits.margin_points + _ROUNDING
            and record.largest_over_mean <= limits.largest_over_mean + _ROUNDING
            and record.kish_deff <= limits.kish_deff + _ROUNDING,
        }
        for record in records
    ]
    return finding(
        "weighting",
        rows,
        threshold={
            "margin_points": limits.margin_points,
            "largest_over_mean": limits.largest_over_mean,
            "kish_deff": limits.kish_deff,
        },
        value=float(sum(not row["ok"] for row in rows)),
        gap=max(record.largest_gap for record in records),
        ratio=max(record.largest_over_mean for record in records),
        deff=max(record.kish_deff for record in records),
    )


def reliability(records: tuple[ReliabilityRecord, ...], limits: Thresholds) -> Finding:
    """G07: alpha or omega reaches the limit, and the one that does has its interval."""
    rows: list[Evidence] = []
    bests = []
    for record in records:
        candidates = [(record.alpha, record.alpha_interval)]
        if record.omega is not None and isfinite(record.omega):
            candidates.append((record.omega, record.omega_interval))
        bests.append(max(value for value, _ in candidates))
        rows.append(
            {
                "group": record.group,
                "target": record.target,
                "items": ", ".join(record.items),
                "n": record.n,
                "alpha": record.alpha,
                "alpha_low": record.alpha_interval[0] if record.alpha_interval else None,
                "alpha_high": record.alpha_interval[1] if record.alpha_interval else None,
                "omega": record.omega,
                "omega_low": record.omega_interval[0] if record.omega_interval else None,
                "omega_high": record.omega_interval[1] if record.omega_interval else None,
                "best": bests[-1],
                "ok": any(
                    value >= limits.reliability and _is_reported(interval) for value, interval in candidates
                ),
            }
        )
    lowest = min(bests)
    return finding(
        "reliability",
        rows,
        threshold={"reliability": limits.reliability},
        value=lowest,
        lowest=lowest,
        limit=limits.reliability,
    )


def _is_reported(interval: tuple[float, float] | None) -> bool:
    return interval is not None and all(isfinite(limit) for limit in interval)


def criterion(records: tuple[CriterionRecord, ...], limits: Thresholds) -> Finding:
    """G08: the index of each group with a criterion item correlates with it."""
    rows: list[Evidence] = [
        {
            "group": record.group,
            "item": record.item,
            "correlation": record.correlation,
            "n": record.n,
            "ok": record.correlation >= limits.criterion,
        }
        for record in records
    ]
    lowest = min(record.correlation for record in records)
    return finding(
        "criterion",
        rows,
        threshold={"correlation": limits.criterion},
        value=lowest,
        lowest=lowest,
        limit=limits.criterion,
    )


def dont_know(records: tuple[DontKnowRecord, ...], limits: Thresholds) -> Finding:
    """G09: no item is unknown to too many; one that is may be reported but not scored."""
    rows: list[Evidence] = [
        {
            "group": record.group,
            "item": record.item,
            "share": record.share,
            "scored": record.is_scored,
            "ok": record.share <= limits.dont_know + _ROUNDING,
        }
        for record in records
    ]
    worst = max(records, key=lambda record: record.share)
    return finding(
        "dont_know",
        rows,
        threshold={"dont_know_share": limits.dont_know},
        value=worst.share,
        highest=worst.share,
        item=worst.item,
        limit=limits.dont_know,
        scored=sum(bool(row["scored"]) and not row["ok"] for row in rows),
    )


def mode_effects(records: tuple[ModeEffect, ...], limits: Thresholds) -> Finding:
    """G14: modes differ by little after weighting, or the difference is adjusted and documented."""
    rows: list[Evidence] = [
        {
            "group": record.group,
            "mode": record.mode,
            "reference": record.reference,
            "effect": record.effect,
            "se": record.se,
            "adjusted": record.is_adjusted_and_documented,
            "ok": abs(record.effect) <= limits.mode_effect + _ROUNDING or record.is_adjusted_and_documented,
        }
        for record in records
    ]
    largest = max(abs(record.effect) for record in records)
    return finding(
        "mode_effects",
        rows,
        threshold={"mode_effect": limits.mode_effect},
        value=largest,
        largest=largest,
        limit=limits.mode_effect,
    )
