"""Home of the composite: evaluator groups weighted by class, missing groups redistributed within caps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt

import numpy as np
import numpy.typing as npt

from analysis.rank.intervals import normal_interval
from analysis.score import reasons
from analysis.score.plan import ScoringPlan
from analysis.score.reasons import ScoreError

# Weights are decimals such as 0.2 + 0.5; a sum that is 0.70 on paper must reach 0.70 here.
_WEIGHT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupEstimate:
    """One evaluator group's index of one unit (0–100), with what the minimums are checked against.

    ``value`` is None where no index exists. ``n`` and ``n_effective`` are those of the unit module or of the
    appraisal; of the group's respondents for a city government.
    """

    value: float | None
    se: float | None
    n: int
    n_effective: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedGroup:
    """An evaluator group of the class that does not enter, and why."""

    group: str
    weight: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """The composite of one unit, or the reason why it cannot be scored.

    ``value``, ``se`` and the interval are None exactly when ``reason`` is set. ``weights_used`` adds up to 1 over
    the groups used; ``nominal_weights`` are the plan's.
    """

    unit_class: str
    value: float | None
    se: float | None
    ci_low: float | None
    ci_high: float | None
    level: float
    weight_present: float
    nominal_weights: Mapping[str, float]
    weights_used: Mapping[str, float]
    capped: tuple[str, ...]
    dropped: tuple[DroppedGroup, ...]
    reason: str | None = None

    @property
    def is_scorable(self) -> bool:
        """Whether the unit has a composite this year."""
        return self.reason is None


def composite(
    unit_class: str,
    group_estimates: Mapping[str, GroupEstimate],
    plan: ScoringPlan,
    *,
    covariance: Mapping[tuple[str, str], float] | None = None,
) -> Composite:
    """Weighted mean of the evaluator groups' indices of a unit.

    A group under its minimum valid or effective sample leaves; its weight goes to the others in proportion;
    capped groups keep at most their cap and the excess goes to the uncapped survey groups in proportion.
    Under the plan's minimum weight present, or without one of the required survey groups, the unit is not
    scorable; nothing is imputed.

    Parameters
    ----------
    group_estimates : by evaluator group; a group that is absent counts as without an estimate.
    covariance : covariances between two groups' indices where the same respondents feed both; each pair
        once, in either order. Groups are independent otherwise.

    Raises
    ------
    ScoreError
        ``negative_se`` if a used group has no standard error or a negative one.
    """
    nominal = plan.evaluator_weights.get(unit_class)
    if nominal is None:
        return _not_scorable(unit_class, {}, (), reasons.CLASS_WITHOUT_WEIGHTS, plan)
    why = {group: _why_dropped(group, group_estimates.get(group), plan) for group in nominal}
    dropped = tuple(
        DroppedGroup(group=group, weight=nominal[group], reason=reason)
        for group, reason in why.items()
        if reason
    )
    present = [group for group, reason in why.items() if reason is None]
    if not set(present) & set(plan.must_be_present_any_of):
        return _not_scorable(unit_class, nominal, dropped, reasons.NO_SURVEY_GROUP, plan)
    if fsum(nominal[group] for group in present) < plan.minimum_weight_present - _WEIGHT_TOLERANCE:
        return _not_scorable(unit_class, nominal, dropped, reasons.TOO_LITTLE_WEIGHT, plan)
    weights, capped = redistribute({group: nominal[group] for group in present}, caps=plan.caps)
    value = fsum(weights[group] * _value(group_estimates[group]) for group in present)
    se = sqrt(_variance(weights, group_estimates, covariance or {}))
    low, high = normal_interval(value, se, level=plan.coverage)
    return Composite(
        unit_class=unit_class,
        value=value,
        se=se,
        ci_low=low,
        ci_high=high,
        level=plan.coverage,
        weight_present=fsum(nominal[group] for group in present),
        nominal_weights=nominal,
        weights_used=weights,
        capped=capped,
        dropped=dropped,
    )


def redistribute(
    present: Mapping[str, float], *, caps: Mapping[str, float]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Scale the weights of the groups present to 1 within their caps.

    Returns the weights and the groups that were cut to their cap. The excess goes to the groups without a cap,
    in proportion to their weights; they are never capped, so one pass is enough. With capped groups only,
    nothing can take the excess and the weights stay merely proportional.
    """
    total = fsum(present.values())
    weights = {group: weight / total for group, weight in present.items()}
    capped = tuple(group for group, weight in weights.items() if weight > caps.get(group, 1.0))
    takers = {group: weight for group, weight in present.items() if group not in caps and weight > 0}
    if not capped or not takers:
        return weights, ()
    excess = fsum(weights[group] - caps[group] for group in capped)
    takers_total = fsum(takers.values())
    for group in capped:
        weights[group] = caps[group]
    for group, weight in takers.items():
        weights[group] += excess * weight / takers_total
    return weights, capped


def composite_covariance(
    composites: Sequence[Composite], group_covariances: Mapping[str, npt.NDArray[np.float64]]
) -> npt.NDArray[np.float64]:
    """Covariance matrix of several units' composites, Σ_g W_g C_g W_g.

    Parameters
    ----------
    composites : p scorable composites.
    group_covariances : per evaluator group the (p, p) covariance of its indices of those units, which is not
        diagonal where one respondent rates several units; rows of units that do not use the group are
        ignored and may be nan. Groups are independent of one another.

    Returns
    -------
    (p, p) float.
    """
    p = len(composites)
    total = np.zeros((p, p))
    for group, matrix in group_covariances.items():
        if matrix.shape != (p, p):
            raise ScoreError("weights_need_groups", group=group, actual=matrix.shape, expected=p)
        weights = np.array([unit.weights_used.get(group, 0.0) for unit in composites])
        used = weights > 0
        both = np.ix_(used, used)
        total[both] += np.outer(weights[used], weights[used]) * matrix[both]
    return total


def _why_dropped(group: str, estimate: GroupEstimate | None, plan: ScoringPlan) -> str | None:
    if estimate is None or estimate.value is None or not isfinite(estimate.value):
        return reasons.NO_ESTIMATE
    if estimate.n < plan.minimum_valid.get(group, 0):
        return reasons.BELOW_MINIMUM_VALID
    if estimate.n_effective < plan.minimum_effective.get(group, 0.0):
        return reasons.BELOW_MINIMUM_EFFECTIVE
    return None


def _value(estimate: GroupEstimate) -> float:
    assert estimate.value is not None, "a used group has a value"
    return estimate.value


def _variance(
    weights: Mapping[str, float],
    estimates: Mapping[str, GroupEstimate],
    covariance: Mapping[tuple[str, str], float],
) -> float:
    parts = []
    for group, weight in weights.items():
        se = estimates[group].se
        if se is None or not se >= 0:
            raise ScoreError("negative_se", name=group, value=se)
        parts.append((weight * se) ** 2)
    for (one, other), value in covariance.items():
        parts.append(2 * weights.get(one, 0.0) * weights.get(other, 0.0) * value)
    # A covariance estimated apart from the variances can push a tiny sum below zero.
    return max(fsum(parts), 0.0)


def _not_scorable(
    unit_class: str,
    nominal: Mapping[str, float],
    dropped: tuple[DroppedGroup, ...],
    reason: str,
    plan: ScoringPlan,
) -> Composite:
    missing = {item.group for item in dropped}
    return Composite(
        unit_class=unit_class,
        value=None,
        se=None,
        ci_low=None,
        ci_high=None,
        level=plan.coverage,
        weight_present=fsum(weight for group, weight in nominal.items() if group not in missing),
        nominal_weights=nominal,
        weights_used={},
        capped=(),
        dropped=dropped,
        reason=reason,
    )
