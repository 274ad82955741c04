"""Home of what the counties show about fieldwork: coaching reports, don't-know share, top box and length."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analysis.gates.inputs import CoachingRecord, CountyValue
from analysis.index.cells import DONT_KNOW, NOT_APPLICABLE
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.groups import GroupRun
from analysis.scoring_run.province import Province
from analysis.scoring_run.sample import Sample

CITY_QUESTION = "INT1"


def coaching(
    runs: Mapping[str, GroupRun], province: Province, decided: frozenset[str]
) -> tuple[CoachingRecord, ...] | None:
    """Reports of coaching by residents, county by county; removed records are left out, set-aside ones are not."""
    run = runs.get("residents")
    if run is None:
        return None
    everyone = run.everyone
    rows = everyone.rows(np.array([reason is None for reason in everyone.texts["excluded"]], dtype=np.bool_))
    county = province.county_of(rows.texts[run.layout.city_column or ""], run.layout)
    answer = rows.texts[CITY_QUESTION].astype(str)
    aside = np.array([value is not None for value in rows.texts["set_aside"]])
    records = []
    for c, code in enumerate(province.counties):
        own = county == c
        answered = int((own & np.isin(answer, ("yes", "no"))).sum())
        if answered:
            records.append(
                CoachingRecord(
                    city=province.cities[province.county_city[c]],
                    county=code,
                    reported=int((own & (answer == "yes")).sum()),
                    answered=answered,
                    is_set_aside=bool((own & aside).any()),
                    is_decided=code in decided,
                )
            )
    return tuple(records)


def counties(run: GroupRun | None, province: Province, plan: ScoringPlan) -> tuple[CountyValue, ...] | None:
    """Don't-know share, top-box share and length of every county, unweighted: these are facts about fieldwork."""
    if run is None:
        return None
    sample: Sample = run.sample
    answers, top = sample.answers, max(plan.conversion.values)
    asked = (answers >= 0) & (answers != NOT_APPLICABLE)
    valid = np.isfinite(sample.scores)
    records = []
    for c, code in enumerate(province.counties):
        own = sample.county == c
        if not own.any() or not valid[own].any():
            continue
        seconds = sample.rows.seconds[own]
        measures = {
            "dont_know": float((answers[own] == DONT_KNOW).sum() / asked[own].sum()),
            "top_box": float((answers[own] == top).sum() / valid[own].sum()),
            "length": float(np.nanmedian(seconds)) if np.isfinite(seconds).any() else float("nan"),
        }
        kind = province.city_kinds[province.county_city[c]]
        records += [
            CountyValue(county=code, city_type=kind, measure=name, value=value)
            for name, value in measures.items()
            if np.isfinite(value)
        ]
    return tuple(records)
