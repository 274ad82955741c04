"""Home of the composites of all units: groups, periods, grades, rank sets and the annual score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np

from analysis._types import FloatArray, IntArray
from analysis.rank.simultaneous import RankMethod, RankSets, rank_sets
from analysis.score.annual import AnnualScore, annual_score
from analysis.score.composite import Composite, GroupEstimate, composite, composite_covariance
from analysis.score.grades import Grade, grade
from analysis.score.periods import CombinedPeriods, PeriodEstimate, combine_periods, combine_quarters
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.fieldwork import InternalScore
from analysis.scoring_run.province import Province, Unit

SERVICE_USERS = "service_users"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexSet:
    """Indices of some units by one group, with the covariance between the units.

    Attributes
    ----------
    units : codes, (u,)
    values, se : (u,), nan without an index
    n, n_effective : (u,)
    covariance : (u, u)
    """

    units: tuple[str, ...]
    values: FloatArray
    se: FloatArray
    n: IntArray
    n_effective: FloatArray
    covariance: FloatArray

    def estimate(self, unit: str) -> GroupEstimate | None:
        """The group's estimate of one unit; None where the group was not asked about it."""
        if unit not in self.units:
            return None
        u = self.units.index(unit)
        known = bool(np.isfinite(self.values[u]))
        return GroupEstimate(
            value=float(self.values[u]) if known else None,
            se=float(self.se[u]) if known else None,
            n=int(self.n[u]),
            n_effective=float(self.n_effective[u]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuarterEstimate:
    """One quarter's reviews of one unit."""

    quarter: str
    estimate: GroupEstimate


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitScore:
    """Everything that leads to one unit's score; parts are None where the unit is not scorable."""

    unit: Unit
    groups: Mapping[str, GroupEstimate]
    annual: Composite
    quarters: tuple[QuarterEstimate, ...]
    peacetime: PeriodEstimate | None
    year: CombinedPeriods | None
    grade: Grade | None
    score: AnnualScore | None
    internal: InternalScore | None
    ranks: tuple[int, int, int] | None = None

    @property
    def n_valid(self) -> int:
        """Valid respondents over the groups used."""
        return sum(self.groups[group].n for group in self.annual.weights_used)

    @property
    def n_effective(self) -> float:
        """Effective respondents over the groups used."""
        return fsum(self.groups[group].n_effective for group in self.annual.weights_used)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassRanks:
    """Rank sets of the scorable units of one class."""

    unit_class: str
    units: tuple[str, ...]
    sets: RankSets
    covariance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Scores of all units and the rank sets of every class."""

    units: tuple[UnitScore, ...]
    ranks: tuple[ClassRanks, ...]

    def of(self, unit: str) -> UnitScore:
        """One unit's score."""
        return next(score for score in self.units if score.unit.code == unit)


def score_units(
    province: Province,
    plan: ScoringPlan,
    *,
    indices: Mapping[str, Sequence[IndexSet]],
    peacetime: Mapping[str, Sequence[IndexSet]],
    internal: Mapping[str, InternalScore],
) -> Scores:
    """Composite, year, grade and annual score of every unit, and rank sets within each class.

    Parameters
    ----------
    indices : per evaluator group, sets of units that do not overlap
    peacetime : per quarter, sets of units that do not overlap
    internal : by unit; a unit without an internal score has no annual score
    """
    scores = {
        unit.code: _score_unit(unit, plan, indices=indices, peacetime=peacetime, internal=internal)
        for unit in province.units
    }
    ranks = []
    for unit_class in sorted({unit.unit_class for unit in province.units}):
        members = [scores[unit.code] for unit in province.units_of_class(unit_class)]
        ranked = _rank(unit_class, [score for score in members if score.year], plan, indices=indices)
        if ranked is None:
            continue
        ranks.append(ranked)
        for place, code in enumerate(ranked.units):
            scores[code] = _with_ranks(scores[code], ranked.sets, place)
    return Scores(units=tuple(scores.values()), ranks=tuple(ranks))


def _score_unit(
    unit: Unit,
    plan: ScoringPlan,
    *,
    indices: Mapping[str, Sequence[IndexSet]],
    peacetime: Mapping[str, Sequence[IndexSet]],
    internal: Mapping[str, InternalScore],
) -> UnitScore:
    groups = {}
    for group, sets in indices.items():
        found = _find(sets, unit.code)
        if found is not None:
            groups[group] = found
    annual = composite(unit.unit_class, groups, plan)
    quarters = tuple(
        QuarterEstimate(quarter=quarter, estimate=found)
        for quarter, sets in peacetime.items()
        if (found := _find(sets, unit.code)) is not None
    )
    combined = _combine_quarters(quarters, plan)
    year, marks, score = None, None, None
    if annual.value is not None and annual.se is not None:
        year = combine_periods(PeriodEstimate(value=annual.value, se=annual.se), combined, plan)
        marks = grade(year.value, plan, ci_low=year.ci_low, ci_high=year.ci_high)
        score = _annual(unit, year, internal.get(unit.code), plan)
    return UnitScore(
        unit=unit,
        groups=groups,
        annual=annual,
        quarters=quarters,
        peacetime=combined,
        year=year,
        grade=marks,
        score=score,
        internal=internal.get(unit.code),
    )


def _find(sets: Sequence[IndexSet], unit: str) -> GroupEstimate | None:
    return next((found for one in sets if (found := one.estimate(unit)) is not None), None)


def _combine_quarters(quarters: Sequence[QuarterEstimate], plan: ScoringPlan) -> PeriodEstimate | None:
    """Mean of the quarters; None where together they stay under the minimums of service users."""
    usable = [
        PeriodEstimate(value=part.value, se=part.se, n_effective=part.n_effective)
        for part in (quarter.estimate for quarter in quarters)
        if part.value is not None and part.se is not None and part.n_effective > 0
    ]
    n = sum(quarter.estimate.n for quarter in quarters)
    n_effective = fsum(part.n_effective for part in usable)
    if not usable or n < plan.minimum_valid.get(SERVICE_USERS, 0):
        return None
    if n_effective < plan.minimum_effective.get(SERVICE_USERS, 0.0):
        return None
    return combine_quarters(usable)


def _annual(
    unit: Unit, year: CombinedPeriods, internal: InternalScore | None, plan: ScoringPlan
) -> AnnualScore | None:
    if internal is None:
        return None
    return annual_score(
        unit.unit_class,
        year.value,
        se=year.se,
        internal_score=internal.internal_score,
        plan=plan,
        additions=internal.additions,
        deductions=internal.deductions,
    )


def _rank(
    unit_class: str,
    scored: Sequence[UnitScore],
    plan: ScoringPlan,
    *,
    indices: Mapping[str, Sequence[IndexSet]],
) -> ClassRanks | None:
    if not scored:
        return None
    units = tuple(score.unit.code for score in scored)
    years = [score.year for score in scored if score.year is not None]
    annual = composite_covariance(
        [score.annual for score in scored],
        {group: _covariance(sets, units) for group, sets in indices.items()},
    )
    shares = np.array([year.weights_used["annual"] for year in years])
    covariance = annual * np.outer(shares, shares)
    # Peacetime reviews of different units are different transactions: they add to the diagonal only.
    covariance[np.diag_indices(len(units))] = [year.se**2 for year in years]
    sets = rank_sets(
        [year.value for year in years], covariance, level=plan.coverage, method=RankMethod.BONFERRONI
    )
    return ClassRanks(unit_class=unit_class, units=units, sets=sets, covariance=covariance)


def _covariance(sets: Sequence[IndexSet], units: Sequence[str]) -> FloatArray:
    """(p, p) covariance of one group's indices of the units asked for; nan where the group has none."""
    matrix = np.full((len(units), len(units)), np.nan)
    for one in sets:
        here = [(p, one.units.index(unit)) for p, unit in enumerate(units) if unit in one.units]
        for p, u in here:
            for q, v in here:
                matrix[p, q] = one.covariance[u, v]
    return matrix


def _with_ranks(score: UnitScore, sets: RankSets, place: int) -> UnitScore:
    ranks = (int(sets.point[place]), int(sets.low[place]), int(sets.high[place]))
    return replace(score, ranks=ranks)
