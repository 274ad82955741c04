"""Home of peacetime: the reviews of single services, by quarter, unit and city."""

from __future__ import annotations

import numpy as np

from analysis._types import Lonely
from analysis.design import BoundDesign
from analysis.index.cells import micro_weights
from analysis.index.tree import Tree
from analysis.score.conversion import Conversion
from analysis.scoring_run.composites import IndexSet
from analysis.scoring_run.estimates import DomainEstimates, Observations, estimate_domains
from analysis.scoring_run.groups import scored_rows
from analysis.scoring_run.layout import LAYOUTS_PEACETIME, PEACETIME
from analysis.scoring_run.province import Province
from analysis.scoring_run.reading import Reader, codes_of
from analysis.scoring_run.weights import checked_base_weights


def peacetime_indices(
    reader: Reader, tree: Tree, *, province: Province, conversion: Conversion
) -> dict[str, list[IndexSet]]:
    """Index of every department and city government per quarter, with base weights and the strata of the draw.

    The quarters' samples are drawn apart, so each quarter is estimated on its own design. A review that
    nobody wrote is no review: nothing stands in for it.
    """
    if not reader.has("responses", PEACETIME):
        return {}
    layout = LAYOUTS_PEACETIME
    everyone = reader.responses(PEACETIME, texts=("unit", "city", "quarter"), items=tree.items)
    rows = scored_rows(everyone)
    quarters = sorted({str(quarter) for quarter in rows.texts["quarter"] if quarter})
    departments = tuple(unit.code for unit in province.units if unit.area is None)
    governments = {unit.area: unit.code for unit in province.units if unit.area is not None}
    found: dict[str, list[IndexSet]] = {}
    for quarter in quarters:
        part = rows.rows(rows.texts["quarter"] == quarter)
        weights = checked_base_weights(part)
        design = BoundDesign(weights=weights, strata=part.texts["stratum"].astype(str), lonely=Lonely.ADJUST)
        micro = micro_weights(weights)
        sets = []
        for codes, names in (
            (codes_of(part.texts["unit"], departments), departments),
            (
                province.city_of(part.texts["city"], layout),
                tuple(governments.get(c, c) for c in province.cities),
            ),
        ):
            seen = Observations(answers=part.answers, micro=micro, domain=codes)
            estimates = estimate_domains(tree, seen, design, conversion, domains=names, with_nodes=False)
            sets.append(_set(estimates, design))
        found[quarter] = sets
    return found


def _set(estimates: DomainEstimates, design: BoundDesign) -> IndexSet:
    return IndexSet(
        units=estimates.domains,
        values=estimates.index,
        se=np.where(np.isfinite(estimates.index), estimates.se, np.nan),
        n=estimates.n,
        n_effective=estimates.n_effective,
        covariance=design.covariance(estimates.influence),
    )
