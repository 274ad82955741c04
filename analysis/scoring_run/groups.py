"""Home of one evaluator group's way through the run: who is scored, with what weight, in which area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis._types import BoolArray, IntArray
from analysis.index.tree import Tree, flat_tree, tree_of_group
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.estimates import DomainEstimates, estimate_sample, unweighted_index
from analysis.scoring_run.layout import LAYOUTS, SCORED_CHANNELS, Layout
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import Reader, Responses
from analysis.scoring_run.sample import Sample, item_scores
from analysis.scoring_run.weights import Weighted, factor_codes, weight_roster, weight_survey_group

MAIN, TOP_UP = "main", "unit_top_up"
PROVINCE = "province"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """What became of the accepted responses of a group.

    ``accepted`` = ``scored`` + ``top_up`` + the rest by reason; the channels that are never scored stand in
    ``channels`` and in no other place.
    """

    accepted: int
    scored: int
    top_up: int
    excluded: Mapping[str, int]
    set_aside: Mapping[str, int]
    channels: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupRun:
    """One group after weighting.

    Attributes
    ----------
    everyone : all responses of the scored channels, removed ones included
    scored : main part and top-up cases that are neither excluded nor set aside
    sample : the main part with its weights
    """

    layout: Layout
    everyone: Responses
    scored: Responses
    sample: Sample
    weighted: Weighted
    counts: Counts

    @property
    def group(self) -> str:
        """Code of the evaluator group."""
        return self.layout.group


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaEstimates:
    """Estimates of a survey group for the province and its cities, weighted and unweighted."""

    province: DomainEstimates
    cities: DomainEstimates
    unweighted_province: float
    unweighted_cities: tuple[float, ...]


def read_survey_group(
    reader: Reader, group: str, *, province: Province, plan: ScoringPlan, framework: Mapping[str, Any]
) -> GroupRun:
    """Read and weight a group that was drawn from a frame."""
    layout, tree = LAYOUTS[group], tree_of_group(framework, group)
    criterion = framework.get("criterion_items", {}).get(group)
    items = tuple(
        dict.fromkeys(
            (*tree.items, *_reliability_items(framework, group, tree), *([criterion] if criterion else []))
        )
    )
    context = ["unit"] if group == "service_users" else []
    texts = [layout.city_column or "", *layout.factors.values(), *layout.integrity, *context]
    everyone, counts = _of_scored_channels(reader.responses(group, texts=texts, items=items))
    scored = everyone.rows(_is_scored(everyone))
    main = scored.rows(scored.texts["part"] != TOP_UP)
    cities = main.texts[layout.city_column or ""]
    city = province.city_of(cities, layout)
    county = (
        province.county_of(cities, layout) if layout.city_source == "county_code" else np.full(main.n, -1)
    )
    factors = factor_codes(main, layout, province, city)
    weighted = weight_survey_group(main, layout, province, factors, county)
    sample = _sample(main, tree, weighted, plan, city=city, county=county, factors=factors)
    return GroupRun(
        layout=layout, everyone=everyone, scored=scored, sample=sample, weighted=weighted, counts=counts
    )


def read_roster_group(
    reader: Reader,
    group: str,
    *,
    province: Province,
    weights: Mapping[str, float],
    minimum_present: float,
) -> GroupRun:
    """Read and weight a group that was drawn from a roster; its answers are ratings of units only."""
    layout = LAYOUTS[group]
    tree = flat_tree(group, weights, minimum_present=minimum_present)
    everyone, counts = _of_scored_channels(
        reader.responses(group, texts=list(layout.factors.values()), items=())
    )
    main = everyone.rows(_is_scored(everyone))
    nowhere = np.full(main.n, -1)
    factors = factor_codes(main, layout, province, nowhere)
    weighted = weight_roster(main, layout, province, factors)
    sample = Sample(
        group=group,
        tree=tree,
        rows=main,
        design=weighted.design,
        micro=weighted.micro,
        city=nowhere,
        county=nowhere,
        scores=np.zeros((main.n, 0)),
        factors=factors,
    )
    return GroupRun(
        layout=layout, everyone=everyone, scored=main, sample=sample, weighted=weighted, counts=counts
    )


def estimate_areas(run: GroupRun, plan: ScoringPlan, province: Province) -> AreaEstimates:
    """Estimate a survey group's framework in the province and in every city."""
    sample = run.sample
    everywhere = np.zeros(sample.n, dtype=np.int64)
    weighted = estimate_sample(sample, everywhere, plan.conversion, domains=(PROVINCE,))
    cities = estimate_sample(sample, sample.city, plan.conversion, domains=province.cities)
    plain = unweighted_index(sample, everywhere, plan.conversion, n_domains=1)
    plain_cities = unweighted_index(sample, sample.city, plan.conversion, n_domains=len(province.cities))
    return AreaEstimates(
        province=weighted,
        cities=cities,
        unweighted_province=float(plain[0]),
        unweighted_cities=tuple(plain_cities.tolist()),
    )


def estimate_factor(
    run: GroupRun, plan: ScoringPlan, factor: str, categories: Sequence[str]
) -> DomainEstimates:
    """Estimate the group index for the categories of one factor (urban and rural, ages, sizes)."""
    codes: IntArray = run.sample.factors[factor]
    return estimate_sample(run.sample, codes, plan.conversion, domains=tuple(categories), with_nodes=False)


def scored_rows(rows: Responses) -> Responses:
    """Rows of a scored channel that are neither excluded nor set aside."""
    kept, _ = _of_scored_channels(rows)
    return kept.rows(_is_scored(kept))


def _sample(
    rows: Responses,
    tree: Tree,
    weighted: Weighted,
    plan: ScoringPlan,
    *,
    city: IntArray,
    county: IntArray,
    factors: Mapping[str, IntArray],
) -> Sample:
    assert set(rows.texts["channel"]) <= SCORED_CHANNELS, "open and counter answers are never scored"
    places = [rows.items.index(item) for item in tree.items]
    return Sample(
        group=rows.group,
        tree=tree,
        rows=rows,
        design=weighted.design,
        micro=weighted.micro,
        city=city,
        county=county,
        scores=item_scores(rows.answers[:, places], plan.conversion),
        factors=factors,
    )


def _of_scored_channels(rows: Responses) -> tuple[Responses, Counts]:
    """The responses whose channel may be scored, and what became of all of them."""
    channel = rows.texts["channel"]
    allowed: BoolArray = np.isin(channel.astype(str), sorted(SCORED_CHANNELS))
    kept = rows.rows(allowed)
    excluded, set_aside = kept.texts["excluded"], kept.texts["set_aside"]
    is_main = _is_scored(kept) & (kept.texts["part"] != TOP_UP)
    return kept, Counts(
        accepted=kept.n,
        scored=int(is_main.sum()),
        top_up=int((_is_scored(kept) & ~is_main).sum()),
        excluded=_counted(excluded),
        set_aside=_counted(
            np.array([s if e is None else None for s, e in zip(set_aside, excluded, strict=True)])
        ),
        channels=_counted(channel[~allowed]),
    )


def _is_scored(rows: Responses) -> BoolArray:
    keep = [
        e is None and s is None for e, s in zip(rows.texts["excluded"], rows.texts["set_aside"], strict=True)
    ]
    return np.array(keep, dtype=np.bool_)


def _counted(values: Any) -> dict[str, int]:  # Any: an object array of text or None
    return dict(sorted(Counter(str(value) for value in values if value is not None).items()))


def _reliability_items(framework: Mapping[str, Any], group: str, tree: Tree) -> tuple[str, ...]:
    """Items of the group's reliability sets that the tree does not already hold and that are no ratings of units."""
    found = [
        item
        for entry in framework.get("reliability_sets", ())
        if entry["group"] == group and entry["target"] not in ("unit_module", "representatives")
        for item in entry["items"]
        if item not in tree.items
    ]
    return tuple(found)
