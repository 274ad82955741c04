"""Home of the annual score: internal score and composite side by side, bounded adjustments, no veto."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from analysis.rank.intervals import normal_interval
from analysis.score.plan import AdjustmentRule, ScoringPlan
from analysis.score.reasons import ScoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """An addition or deduction that somebody decided: points (at least 0) and the evidence for it."""

    id: str
    points: float
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualScore:
    """A unit's annual score and its parts; ``se`` and the interval come from the composite alone."""

    value: float
    se: float
    ci_low: float
    ci_high: float
    external_weight: float
    external_points: float
    internal_points: float
    additions: float
    deductions: float
    is_bounded: bool


def annual_score(
    unit_class: str,
    composite: float,
    *,
    se: float,
    internal_score: float,
    plan: ScoringPlan,
    additions: float = 0.0,
    deductions: float = 0.0,
) -> AnnualScore:
    """(1 − w)·internal + w·composite + additions − deductions.

    Additions and deductions are cut to the plan's totals and run side by side; no single item voids the score.
    The sum is not cut to 0–100: an addition stays visible.

    Raises
    ------
    ScoreError
        ``internal_score_out_of_range``, ``negative_adjustment``, ``negative_se``; ``plan_key_missing`` if the plan
        gives the class no weight.
    """
    if unit_class not in plan.external_weights:
        raise ScoreError("plan_key_missing", key=f"external_component.weight_in_annual_score.{unit_class}")
    if not 0 <= internal_score <= 100:
        raise ScoreError("internal_score_out_of_range", value=internal_score)
    if not se >= 0:
        raise ScoreError("negative_se", name="composite", value=se)
    added = _bounded("additions", additions, plan.additions_maximum)
    taken = _bounded("deductions", deductions, plan.deductions_maximum)
    weight = plan.external_weights[unit_class]
    value = (1 - weight) * internal_score + weight * composite + added - taken
    low, high = normal_interval(value, weight * se, level=plan.coverage)
    return AnnualScore(
        value=value,
        se=weight * se,
        ci_low=low,
        ci_high=high,
        external_weight=weight,
        external_points=weight * composite,
        internal_points=(1 - weight) * internal_score,
        additions=added,
        deductions=taken,
        is_bounded=added < additions or taken < deductions,
    )


def total_adjustment(
    items: Sequence[Adjustment], rules: Sequence[AdjustmentRule], *, maximum: float
) -> float:
    """Sum of additions (or of deductions): several entries of one kind are cut to its maximum, then the total.

    Raises
    ------
    ScoreError
        ``unknown_adjustment``, ``negative_adjustment``, ``adjustment_without_evidence``.
    """
    limits = {rule.id: rule.maximum for rule in rules}
    sums = dict.fromkeys(limits, 0.0)
    for item in items:
        if item.id not in limits:
            raise ScoreError("unknown_adjustment", name=item.id, known=", ".join(limits))
        if not item.points >= 0:
            raise ScoreError("negative_adjustment", name=item.id, value=item.points)
        if not item.evidence.strip():
            raise ScoreError("adjustment_without_evidence", name=item.id)
        sums[item.id] += item.points
    return min(fsum(min(total, limits[name]) for name, total in sums.items()), maximum)


def _bounded(name: str, points: float, maximum: float) -> float:
    if not points >= 0:
        raise ScoreError("negative_adjustment", name=name, value=points)
    return min(points, maximum)
