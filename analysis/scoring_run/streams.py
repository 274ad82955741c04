"""Home of what is shown beside the scores and never enters one: the open panel and the bands of counties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.rules import DisclosureRules
from analysis.index.aggregate import coefficients
from analysis.index.cells import MICRO, cell_table
from analysis.index.tree import Tree
from analysis.rank.banding import Bands, bands
from analysis.rank.intervals import normal_interval
from analysis.score.conversion import Conversion
from analysis.score.plan import ScoringPlan
from analysis.scoring_run.estimates import LEAST_ANSWERS, estimate_sample
from analysis.scoring_run.groups import AreaEstimates, GroupRun
from analysis.scoring_run.layout import OPEN
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPanel:
    """Answers of the self-selected: a plain mean without weights, without an interval, never scored."""

    n: int
    counted: int
    excluded: Mapping[str, int]
    channels: Mapping[str, int]
    index: float | None
    items: Mapping[str, tuple[float | None, int]]


def open_panel(reader: Reader, tree: Tree, conversion: Conversion) -> OpenPanel | None:
    """Unweighted means of the open stream; a probability sample's interval would be a pretence here."""
    if not reader.has("responses", OPEN):
        return None
    there = set(reader.columns("responses", OPEN))
    items = tuple(item for item in tree.items if item in there)
    rows = reader.responses(OPEN, texts=(), items=items)
    kept = rows.rows(np.array([reason is None for reason in rows.texts["excluded"]], dtype=np.bool_))
    cells = cell_table(
        kept.answers,
        np.full(kept.n, MICRO, dtype=np.int64),
        domain=np.zeros(kept.n, dtype=np.int64),
        n_domains=1,
        conversion=sorted(conversion.values.items()),
    )
    by_item = dict(zip(items, cells.means(minimum_n=LEAST_ANSWERS)[0].tolist(), strict=True))
    means = np.array([[by_item.get(item, np.nan) for item in tree.items]])
    index = float(coefficients(tree, np.isfinite(means)).values(means)[0, -1])
    counts = dict(zip(items, cells.valid_n[0].tolist(), strict=True))
    return OpenPanel(
        n=rows.n,
        counted=kept.n,
        excluded=_counted(rows.texts["excluded"]),
        channels=_counted(rows.texts["channel"]),
        index=index if np.isfinite(index) else None,
        items={item: (by_item[item] if np.isfinite(by_item[item]) else None, counts[item]) for item in items},
    )


def county_bands(
    runs: Mapping[str, GroupRun],
    areas: Mapping[str, AreaEstimates],
    plan: ScoringPlan,
    province: Province,
    rules: DisclosureRules,
) -> Bands | None:
    """Bands of the counties by the residents' index against the provincial mean; nothing finer leaves the run."""
    if "residents" not in areas:
        return None
    sample = runs["residents"].sample
    found = estimate_sample(
        sample, sample.county, plan.conversion, domains=province.counties, with_nodes=False
    )
    intervals = {
        county: normal_interval(float(found.index[c]), float(found.se[c]), level=plan.coverage)
        for c, county in enumerate(province.counties)
        if np.isfinite(found.index[c]) and found.n[c] >= rules.estimate_minimum
    }
    return bands(intervals, reference=float(areas["residents"].province.index[0]))


def _counted(values: np.ndarray[tuple[int], np.dtype[np.object_]]) -> dict[str, int]:
    return dict(sorted(Counter(str(value) for value in values if value is not None).items()))
