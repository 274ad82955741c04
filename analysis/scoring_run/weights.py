"""Home of the weighting of one group: base weights, response adjustment in strata, raking, rounding once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis._types import FloatArray, IntArray, Lonely
from analysis.design import BoundDesign
from analysis.index.cells import MICRO, micro_weights
from analysis.scoring_run.errors import RunRefused
from analysis.scoring_run.layout import Layout
from analysis.scoring_run.province import Province, Target
from analysis.scoring_run.reading import Responses, codes_of
from analysis.weighting.diagnose import kish_design_effect
from analysis.weighting.margins import Margin
from analysis.weighting.rake import poststratify, rake
from analysis.weighting.trim import rake_trimmed
from analysis.weighting_step import WeightingStep

#: Weights above this multiple of the mean are trimmed and raked again. Gate G05 allows 5; the distance is
#: there so that rounding to millionths cannot carry a trimmed weight over the limit.
TRIMMING_LIMIT = 4.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How unequal a set of final weights is."""

    name: str
    n: int
    largest_over_mean: float
    kish_deff: float
    n_effective: float
    weight_sum: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weighted:
    """A design after weighting, its weights in millionths and what the report says about them.

    ``spreads`` holds the sets of weights that gate G05 looks at: the group as a whole, or each city of it.
    """

    design: BoundDesign
    micro: IntArray
    spreads: tuple[Spread, ...]
    response_adjustment: Mapping[str, float]

    @property
    def step(self) -> WeightingStep:
        """The report of the last weighting step."""
        return self.design.history[-1]

    def worst_deviation(self) -> float:
        """Largest deviation of a share from its target, in percentage points."""
        return max((abs(check.deviation) for check in self.step.margins), default=0.0)


def factor_codes(rows: Responses, layout: Layout, province: Province, city: IntArray) -> dict[str, IntArray]:
    """Category of every weighting factor of a group, -1 where the respondent did not say, each (n,)."""
    codes = {"city": city} if layout.city_source else {}
    for factor, column in layout.factors.items():
        if factor == "roster_stratum":
            categories: Sequence[str] = province.roster(layout.group).categories[0]
        else:
            categories = province.categories(layout.group, factor)
        codes[factor] = codes_of(rows.texts[column], categories)
    return codes


def margin_of(target: Target, factors: Mapping[str, IntArray]) -> Margin:
    """A raking margin from a population target and the respondents' categories."""
    sizes = [len(categories) for categories in target.categories]
    combined = np.zeros(len(factors[target.factors[0]]), dtype=np.int64)
    unknown = np.zeros(len(combined), dtype=np.bool_)
    for factor, size in zip(target.factors, sizes, strict=True):
        unknown |= factors[factor] < 0
        combined = combined * size + np.maximum(factors[factor], 0)
    return Margin(
        name=target.name,
        codes=np.where(unknown, -1, combined),
        targets=np.array(target.totals),
        labels=target.labels(),
    )


def weight_survey_group(
    rows: Responses, layout: Layout, province: Province, factors: Mapping[str, IntArray], county: IntArray
) -> Weighted:
    """Weight a group that was drawn from a frame: adjust for response in strata, then rake to the margins.

    Residents are adjusted to the population of their county, which is their stratum; in the other groups
    the first margin holds the totals of the strata, so that raking makes the same adjustment.
    """
    base = checked_base_weights(rows)
    adjustment: dict[str, float] = {}
    if layout.city_source == "county_code":
        base, adjustment = _adjusted_to_counties(base, county, province)
    design = BoundDesign(weights=base, strata=rows.texts["stratum"].astype(str), lonely=Lonely.ADJUST)
    margins = [margin_of(target, factors) for target in province.targets(layout.group)]
    if layout.group == "service_users":
        # Their weights are compared within a city, where one channel's weights are all the same.
        raked = rake(design, margins)
    else:
        raked = rake_trimmed(design, margins, largest_over_mean=TRIMMING_LIMIT)
    micro = micro_weights(raked.weights)
    return Weighted(
        design=raked,
        micro=micro,
        spreads=_spreads(micro, layout, province, factors),
        response_adjustment=adjustment,
    )


def weight_roster(
    rows: Responses, layout: Layout, province: Province, factors: Mapping[str, IntArray]
) -> Weighted:
    """Post-stratify a roster group to the sizes of its strata."""
    base = checked_base_weights(rows)
    design = BoundDesign(weights=base, strata=rows.texts["roster_stratum"].astype(str), lonely=Lonely.ADJUST)
    weighted = poststratify(design, margin_of(province.roster(layout.group), factors))
    micro = micro_weights(weighted.weights)
    return Weighted(
        design=weighted,
        micro=micro,
        spreads=(spread_of(layout.group, micro),),
        response_adjustment={},
    )


def checked_base_weights(rows: Responses) -> FloatArray:
    """Base weights of rows that are scored.

    Raises
    ------
    RunRefused
        ``nobody_scored`` without a row, ``weight_missing`` where a row has none.
    """
    if rows.n == 0:
        raise RunRefused("nobody_scored", file=f"responses/{rows.group}.parquet")
    bad = int((~(rows.base_weight > 0)).sum())
    if bad:
        raise RunRefused("weight_missing", file=f"responses/{rows.group}.parquet", n=bad)
    return rows.base_weight


def spread_of(name: str, micro: IntArray) -> Spread:
    """How unequal some final weights are."""
    weights = micro[micro > 0] / MICRO
    deff = kish_design_effect(weights)
    return Spread(
        name=name,
        n=len(weights),
        largest_over_mean=float(weights.max() / weights.mean()),
        kish_deff=deff,
        n_effective=len(weights) / deff,
        weight_sum=float(weights.sum()),
    )


def weighting_document(weighted: Weighted) -> dict[str, Any]:  # Any: a JSON document
    """The report of a group's weighting for people and machines."""
    return {
        "steps": [step.to_document() for step in weighted.design.history],
        "response_adjustment": dict(weighted.response_adjustment),
        "largest_deviation_points": weighted.worst_deviation(),
        "trimming_limit_over_mean": TRIMMING_LIMIT,
        "spreads": [
            {
                "name": spread.name,
                "n": spread.n,
                "largest_over_mean": spread.largest_over_mean,
                "kish_deff": spread.kish_deff,
                "n_effective": spread.n_effective,
                "weight_sum": spread.weight_sum,
            }
            for spread in weighted.spreads
        ],
    }


def _adjusted_to_counties(
    base: FloatArray, county: IntArray, province: Province
) -> tuple[FloatArray, dict[str, float]]:
    """Scale the weights of every county to its population; a county without respondents is left to raking."""
    held = np.bincount(county, weights=base, minlength=len(province.counties))
    totals = province.county_totals()
    factor = np.divide(totals, held, out=np.ones_like(held), where=held > 0)
    names = {code: float(factor[c]) for c, code in enumerate(province.counties) if held[c] > 0}
    return base * factor[county], names


def _spreads(
    micro: IntArray, layout: Layout, province: Province, factors: Mapping[str, IntArray]
) -> tuple[Spread, ...]:
    if layout.group != "service_users":
        return (spread_of(layout.group, micro),)
    city = factors["city"]
    return tuple(
        spread_of(name, micro[city == number])
        for number, name in enumerate(province.cities)
        if (city == number).any()
    )
