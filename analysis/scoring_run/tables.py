"""Home of the result tables as CSV: published cells, items, indicators, composites, ranks, and the auditor's cells."""

from __future__ import annotations

from typing import Any

from analysis.disclosure.tables import TOTAL
from analysis.scoring_run.compute import Computed
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.rounding import csv_bytes, points

Row = dict[str, Any]  # Any: a cell is a text, a number or None
PROVINCE = "province"

CELLS = ("table", "group", "area_or_unit", "item", "n", "score_sum", "weight_sum", "suppressed")
ESTIMATE = ("index", "se", "ci_low", "ci_high", "n", "suppressed")
SHARES = (
    "satisfied_share",
    "dissatisfied_share",
    "dont_know_share",
    "refused_share",
    "blank_share",
    "not_applicable_share",
)
ITEMS = ("group", "area", "item", *ESTIMATE, *SHARES)
INDICATORS = ("group", "area", "code", "level", *ESTIMATE, "weight_present")
COMPOSITES = (
    "unit",
    "class",
    "is_scorable",
    "reason",
    "composite",
    "se",
    "ci_low",
    "ci_high",
    "n_valid",
    "n_effective",
    "weight_present",
    "grade",
    "borderline",
    "rank_low",
    "rank_high",
    "annual_composite",
    "annual_se",
    "peacetime",
    "peacetime_se",
    "external_weight",
    "external_points",
    "internal_score",
    "additions",
    "deductions",
    "annual_score",
)
RANKS = ("class", "unit", "rank_point", "rank_low", "rank_high", "method", "level")


def items_csv(results: Row) -> bytes:
    """Every item by group and area."""
    rows = [
        {"group": group, "area": area} | item
        for group, document in results["groups"].items()
        for area, part in _areas(document)
        for item in part["items"]
    ]
    return csv_bytes(rows, ITEMS)


def indicators_csv(results: Row) -> bytes:
    """Every indicator, dimension and group index by group and area."""
    rows = []
    for group, document in results["groups"].items():
        for area, part in _areas(document):
            rows += [{"group": group, "area": area} | node for node in part["nodes"]]
            rows.append({"group": group, "area": area, "code": "index", "level": "index"} | part["index"])
    return csv_bytes(rows, INDICATORS)


def composites_csv(results: Row) -> bytes:
    """Every unit's composite and annual score."""
    rows = []
    for unit in results["units"]:
        row = {name: unit.get(name) for name in COMPOSITES}
        annual, peacetime, score = unit.get("annual"), unit.get("peacetime"), unit.get("score")
        if annual:
            row |= {"annual_composite": annual["composite"], "annual_se": annual["se"]}
        if peacetime:
            row |= {"peacetime": peacetime["index"], "peacetime_se": peacetime["se"]}
        else:
            row["peacetime"] = None
        if score:
            names = ("internal_score", "additions", "deductions", "annual_score")
            row |= {name: score[name] for name in names}
        rows.append(row)
    return csv_bytes(rows, COMPOSITES)


def ranks_csv(results: Row) -> bytes:
    """Rank sets of every class."""
    rows = [
        {"class": unit_class, "method": document["method"], "level": document["level"]} | unit
        for unit_class, document in results["ranks"].items()
        for unit in document["units"]
    ]
    return csv_bytes(rows, RANKS)


def cells_csv(found: Computed, *, published: bool) -> bytes:
    """The cell table: per area or unit and item the base, the sum of weight times score and the sum of weights.

    Sums are exact, in millionths of a weight. The published form is rounded and hidden by disclosure control;
    the auditor's form is complete.
    """
    rows: list[Row] = []
    for group, areas in found.areas.items():
        for source, is_total in ((areas.province, True), (areas.cities, False)):
            rows += _cell_rows(found, group, source, is_total=is_total, published=published)
    for group, units in found.units.items():
        rows += _unit_cells(found, group, units.module, published=published)
    if found.transactions is not None:
        module = found.transactions.indices.module
        rows += _unit_cells(found, "service_users", module, published=published)
    return csv_bytes(rows, CELLS)


def _areas(document: Row) -> list[tuple[str, Row]]:
    return [(PROVINCE, document["province"]), *document["cities"].items()]


def _cell_rows(
    found: Computed, group: str, source: DomainEstimates, *, is_total: bool, published: bool
) -> list[Row]:
    rows = []
    for d, name in enumerate(source.domains):
        area = TOTAL if is_total else name
        for k, item in enumerate(source.coefficients.tree.items):
            reason = found.release.reason(f"items:{group}", area=area, measure=item)
            rows.append(
                {"table": "area", "group": group, "area_or_unit": name, "item": item}
                | _sums(found, source, d, k, reason=reason, published=published)
            )
    return rows


def _unit_cells(found: Computed, group: str, source: DomainEstimates, *, published: bool) -> list[Row]:
    """Items of units; an item is hidden with its unit's index, or under the minimum base of its own."""
    rows = []
    for d, unit in enumerate(source.domains):
        hidden = found.release.reason(f"units:{group}", unit=unit)
        n = source.cells.valid_n[d]
        asked = [k for k in range(len(n)) if n[k] or not published]
        is_small = any(n[k] < found.rules.estimate_minimum for k in asked)
        for k in asked:
            # One small item among shown ones could be solved for from the unit's index.
            reason = hidden or ("base_below_minimum" if is_small else None)
            rows.append(
                {
                    "table": "unit",
                    "group": group,
                    "area_or_unit": unit,
                    "item": source.coefficients.tree.items[k],
                }
                | _sums(found, source, d, k, reason=reason, published=published)
            )
    return rows


def _sums(
    found: Computed, source: DomainEstimates, d: int, k: int, *, reason: str | None, published: bool
) -> Row:
    n, micro = int(source.cells.valid_n[d, k]), int(source.cells.valid_micro[d, k])
    score = float(source.cells.score_micro[d, k])
    if not published:
        return {"n": n, "score_sum": _whole(score), "weight_sum": micro, "suppressed": reason}
    if reason is not None:
        return {"suppressed": reason}
    return {
        "n": found.rules.rounded(n),
        "score_sum": _whole(score),
        "weight_sum": micro,
        "suppressed": None,
    }


def _whole(value: float) -> int | float:
    """Integers where the conversion table gives integers, as the demo's does."""
    return int(value) if value.is_integer() else points(value) or 0.0
