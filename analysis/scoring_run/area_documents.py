"""Home of the published form of area estimates: index, dimensions, indicators and items, hidden where they must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis._intervals import Basis, bounds
from analysis._types import Interval
from analysis.disclosure.tables import TOTAL
from analysis.index.cells import BLANK, NOT_APPLICABLE, REFUSED
from analysis.rank.simultaneous import RankMethod, rank_sets
from analysis.scoring_run.area_tables import AREA, MEASURE
from analysis.scoring_run.compute import Computed
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.rounding import points, share, total

Document = dict[str, Any]  # Any: a JSON document
SATISFIED, DISSATISFIED = (4, 5), (1, 2)


def index_document(source: DomainEstimates, d: int, *, level: float) -> Document:
    """Index of one domain with its interval, base and design effect."""
    n, effective = int(source.n[d]), float(source.n_effective[d])
    return estimate(
        float(source.node_values[d, -1]), float(source.node_se[d, -1]), df=source.df, level=level
    ) | {
        "n": n,
        "n_effective": total(effective),
        "deff": share(n / effective) if effective > 0 else None,
        "weight_sum": total(float(source.weight_sum[d])),
        "weight_present": share(float(source.coefficients.present[d, -1])),
    }


def estimate(value: float, se: float, *, df: float, level: float) -> Document:
    """An estimate in points with its standard error and t interval."""
    basis = Basis(value=value, se=se, df=df, n=0, n_effective=0.0)
    low, high = bounds(Interval.T, basis, level=level)
    return {
        "index": points(value),
        "se": points(se),
        "ci_low": points(low),
        "ci_high": points(high),
        "df": df,
    }


def node_documents(found: Computed, group: str, source: DomainEstimates, d: int, area: str) -> list[Document]:
    """Indicators, then dimensions, of one area; a hidden one says why it is hidden."""
    rows = []
    table = found.release.tables[f"nodes:{group}"].table
    bases = {(cell.at[AREA], cell.at[MEASURE]): cell.n for cell in table.cells}
    for m, node in enumerate(source.coefficients.tree.nodes[:-1]):
        if not source.coefficients.stands[d, m]:
            continue
        reason = found.release.reason(f"nodes:{group}", **{AREA: area, MEASURE: node.code})
        row: Document = {"code": node.code, "level": node.level, "suppressed": reason}
        if reason is None:
            row |= estimate(
                float(source.node_values[d, m]),
                float(source.node_se[d, m]),
                df=source.df,
                level=found.plan.coverage,
            )
            row["n"] = found.rules.rounded(bases[area, node.code])
            row["weight_present"] = share(float(source.coefficients.present[d, m]))
        rows.append(row)
    return rows


def item_documents(found: Computed, group: str, source: DomainEstimates, d: int, area: str) -> list[Document]:
    """Items of one area with index, satisfied and dissatisfied share and the shares left out.

    The share of each answer, lowest first, is shown for the province only: cities rest on a tenth of its base.
    """
    cells = source.cells
    shares = {
        "satisfied_share": cells.share(SATISFIED),
        "dissatisfied_share": cells.share(DISSATISFIED),
        "dont_know_share": cells.dont_know_share(),
        "refused_share": cells.missing_share(REFUSED),
        "blank_share": cells.missing_share(BLANK),
        "not_applicable_share": cells.missing_share(NOT_APPLICABLE),
    }
    points_of_scale = [cells.share((point,)) for point in cells.points] if area == TOTAL else []
    rows = []
    for k, item in enumerate(source.coefficients.tree.items):
        reason = found.release.reason(f"items:{group}", **{AREA: area, MEASURE: item})
        row: Document = {"item": item, "suppressed": reason}
        if reason is None:
            row |= estimate(
                float(source.item_values[d, k]),
                float(source.item_se[d, k]),
                df=source.df,
                level=found.plan.coverage,
            )
            row["n"] = found.rules.rounded(int(cells.valid_n[d, k]))
            row["weight_sum"] = total(int(cells.valid_micro[d, k]) / 1_000_000)
            row |= {name: share(float(values[d, k])) for name, values in shares.items()}
            if area == TOTAL:
                row["point_shares"] = [share(float(values[d, k])) for values in points_of_scale]
        rows.append(row)
    return rows


def area_document(
    found: Computed, group: str, source: DomainEstimates, d: int, *, area: str, unweighted: float
) -> Document:
    """Everything that may be shown about one group in one area."""
    reason = found.release.reason(f"nodes:{group}", **{AREA: area, MEASURE: "index"})
    index: Document = {"suppressed": reason}
    if reason is None:
        index |= index_document(source, d, level=found.plan.coverage)
        index["unweighted"] = points(unweighted)
    return {
        "index": index,
        "nodes": node_documents(found, group, source, d, area),
        "items": item_documents(found, group, source, d, area),
    }


def group_document(found: Computed, group: str) -> Document:
    """One survey group: the province, its cities, and the index by weighting factor."""
    areas = found.areas[group]
    document: Document = {
        "province": area_document(
            found, group, areas.province, 0, area=TOTAL, unweighted=areas.unweighted_province
        ),
        "cities": {
            city: area_document(
                found, group, areas.cities, d, area=city, unweighted=areas.unweighted_cities[d]
            )
            for d, city in enumerate(areas.cities.domains)
        },
        "ranks": city_ranks(found, group),
        "by": {
            factor: factor_document(found, group, factor, source)
            for factor, source in found.factors[group].items()
        },
    }
    if group == "residents" and found.bands is not None:
        document["county_bands"] = {
            "reference": points(found.bands.reference),
            "bands": {county: band.value for county, band in sorted(found.bands.bands.items())},
        }
    return document


def city_ranks(found: Computed, group: str) -> Document | None:
    """Rank sets of the cities by the group's index; None where fewer than two of them may be shown."""
    cities = found.areas[group].cities
    shown = [
        d
        for d, city in enumerate(cities.domains)
        if np.isfinite(cities.index[d])
        and found.release.reason(f"nodes:{group}", **{AREA: city, MEASURE: "index"}) is None
    ]
    if len(shown) < 2:
        return None
    covariance = found.runs[group].sample.design.covariance(cities.influence[:, shown])
    sets = rank_sets(cities.index[shown], covariance, level=found.plan.coverage, method=RankMethod.BONFERRONI)
    return {
        "method": sets.method.value,
        "level": sets.level,
        "areas": [
            {"area": cities.domains[d], "rank_low": int(sets.low[place]), "rank_high": int(sets.high[place])}
            for place, d in enumerate(shown)
        ],
    }


def factor_document(
    found: Computed, group: str, factor: str, source: DomainEstimates
) -> Mapping[str, Document]:
    """The index of every category of one factor; hidden under the minimum base, absent where nobody answered."""
    rows: dict[str, Document] = {}
    for d, category in enumerate(source.domains):
        if not np.isfinite(source.index[d]):
            continue
        reason = found.release.reason(f"by:{group}:{factor}", **{factor: category})
        shown = index_document(source, d, level=found.plan.coverage) if reason is None else {}
        rows[category] = {"suppressed": reason} | shown
    return rows
