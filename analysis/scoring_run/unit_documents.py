"""Home of the published form of unit scores: composite, periods, terms, ranks and the annual score."""

from __future__ import annotations

from typing import Any

from analysis.disclosure.terms import PublishedTerm
from analysis.rank.intervals import normal_interval
from analysis.rank.simultaneous import RankSets
from analysis.score import reasons
from analysis.scoring_run.composites import ClassRanks, UnitScore
from analysis.scoring_run.compute import Computed
from analysis.scoring_run.release import UNIT
from analysis.scoring_run.rounding import points, share, total

Document = dict[str, Any]  # Any: a JSON document


def unit_document(found: Computed, score: UnitScore) -> Document:
    """One assessed unit: its score and all that may be shown of what leads to it."""
    annual = score.annual
    document: Document = {
        "unit": score.unit.code,
        "class": score.unit.unit_class,
        "area": score.unit.area,
        "is_scorable": annual.is_scorable,
        "reason": annual.reason,
        "reason_text": _texts(annual.reason),
        "weight_present": share(annual.weight_present),
        "nominal_weights": {group: share(weight) for group, weight in annual.nominal_weights.items()},
        "weights_used": {group: share(weight) for group, weight in annual.weights_used.items()},
        "capped": sorted(annual.capped),
        "dropped": [
            {
                "group": item.group,
                "weight": share(item.weight),
                "reason": item.reason,
                "reason_text": _texts(item.reason),
            }
            for item in sorted(annual.dropped, key=lambda item: item.group)
        ],
        "groups": {group: _group(found, score, group) for group in annual.nominal_weights},
        "terms": [_term(term) for term in found.release.terms.get(score.unit.code, ())],
    }
    return document | _scored(found, score)


def rank_document(ranks: ClassRanks, *, list_length: int) -> Document:
    """Rank sets of one class; point ranks never stand alone."""
    sets: RankSets = ranks.sets
    return {
        "method": sets.method.value,
        "level": sets.level,
        "critical_value": share(sets.critical_value),
        "p": len(ranks.units),
        "units": [
            {
                "unit": unit,
                "rank_point": int(sets.point[place]),
                "rank_low": int(sets.low[place]),
                "rank_high": int(sets.high[place]),
            }
            for place, unit in enumerate(ranks.units)
        ],
        "top": [
            unit for unit, inside in zip(ranks.units, sets.wholly_in_top(list_length), strict=True) if inside
        ],
        "bottom": [
            unit
            for unit, inside in zip(ranks.units, sets.wholly_in_bottom(list_length), strict=True)
            if inside
        ],
    }


def _scored(found: Computed, score: UnitScore) -> Document:
    if score.year is None or score.annual.value is None or score.grade is None:
        return {"composite": None}
    year, annual = score.year, score.annual
    return {
        "annual": {"composite": points(annual.value), "se": points(annual.se)},
        "peacetime": None
        if score.peacetime is None
        else {
            "index": points(score.peacetime.value),
            "se": points(score.peacetime.se),
            **_limits(score.peacetime.value, score.peacetime.se, level=found.plan.coverage),
            "n": sum(quarter.estimate.n for quarter in score.quarters),
            "n_effective": total(score.peacetime.n_effective),
            "quarters": [quarter.quarter for quarter in score.quarters],
        },
        "period_weights": {name: share(weight) for name, weight in year.weights_used.items()},
        "composite": points(year.value),
        "se": points(year.se),
        "ci_low": points(year.ci_low),
        "ci_high": points(year.ci_high),
        "n_valid": score.n_valid,
        "n_effective": total(score.n_effective),
        "grade": score.grade.grade,
        "borderline": score.grade.is_borderline,
        "rank_point": score.ranks[0] if score.ranks else None,
        "rank_low": score.ranks[1] if score.ranks else None,
        "rank_high": score.ranks[2] if score.ranks else None,
        "external_weight": share(found.plan.external_weights.get(score.unit.unit_class)),
        "external_points": points(found.plan.external_weights.get(score.unit.unit_class, 0.0) * year.value),
        "score": _annual_score(score),
    }


def _annual_score(score: UnitScore) -> Document | None:
    if score.score is None or score.internal is None:
        return None
    given = score.score
    return {
        "internal_score": points(score.internal.internal_score),
        "internal_points": points(given.internal_points),
        "additions": points(given.additions),
        "deductions": points(given.deductions),
        "is_bounded": given.is_bounded,
        "annual_score": points(given.value),
        "se": points(given.se),
        "ci_low": points(given.ci_low),
        "ci_high": points(given.ci_high),
    }


def _group(found: Computed, score: UnitScore, group: str) -> Document:
    """One evaluator group's index of the unit, empty where it may not be shown."""
    estimate = score.groups.get(group)
    if estimate is None or estimate.value is None or estimate.se is None:
        return {"suppressed": None, "index": None}
    reason = found.release.reason(f"units:{group}", **{UNIT: score.unit.code})
    if reason is not None:
        return {"suppressed": reason, "index": None}
    return {
        "suppressed": None,
        "index": points(estimate.value),
        "se": points(estimate.se),
        **_limits(estimate.value, estimate.se, level=found.plan.coverage),
        "n": estimate.n,
        "n_effective": total(estimate.n_effective),
    }


def _limits(value: float, se: float, *, level: float) -> Document:
    """The normal interval, as the composite's own."""
    low, high = normal_interval(value, se, level=level)
    return {"ci_low": points(low), "ci_high": points(high)}


def _term(term: PublishedTerm) -> Document:
    return {
        "groups": list(term.groups),
        "n": term.n,
        "weight": share(term.weight),
        "index": points(term.value),
        "term": points(term.term),
    }


def _texts(reason: str | None) -> dict[str, str] | None:
    if reason is None:
        return None
    return {language: reasons.reason_text(reason, language) for language in ("zh", "en")}
