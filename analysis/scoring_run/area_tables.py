"""Home of a group's tables by area, and of what must be hidden in them for one small cell's sake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.attack import Equation
from analysis.disclosure.protect import COMPLEMENTARY
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import TOTAL, Cell, CellKey, Table, TableKind, cell_key
from analysis.index.tree import Tree
from analysis.scoring_run.bases import node_bases
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.groups import AreaEstimates
from analysis.scoring_run.sample import Sample

AREA, MEASURE = "area", "measure"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaTables:
    """Tables of one survey group by area, their identities and the keys to hide."""

    tables: tuple[Table, ...]
    equations: tuple[Equation, ...]
    hidden: Mapping[CellKey, str]


def area_tables(sample: Sample, estimates: AreaEstimates, rules: DisclosureRules) -> AreaTables:
    """Item and node tables of a group for the province and its cities.

    An item or node with one city that may not be shown is shown for no city, and with it whatever would
    give it back: in every identity of the framework (a parent is the weighted mean of its children) none or
    at least two members are hidden.
    """
    items, nodes, equations = [], [], []
    for source, is_total in ((estimates.cities, False), (estimates.province, True)):
        bases = node_bases(
            sample, source, domain=np.zeros(sample.n, dtype=np.int64) if is_total else sample.city
        )
        for d, name in enumerate(source.domains):
            area = TOTAL if is_total else name
            items += _item_cells(sample, source, d, area)
            nodes += _node_cells(source, bases[d].tolist(), d, area)
            equations += _identities(sample.group, source, d, area)
    tables = (
        Table(
            id=f"items:{sample.group}",
            measure=f"items:{sample.group}",
            kind=TableKind.MEAN,
            dimensions=(AREA, MEASURE),
            cells=tuple(items),
            additive=(AREA,),
        ),
        Table(
            id=f"nodes:{sample.group}",
            measure=f"nodes:{sample.group}",
            kind=TableKind.MEAN,
            dimensions=(AREA, MEASURE),
            cells=tuple(nodes),
            additive=(),
        ),
    )
    return AreaTables(
        tables=tables, equations=tuple(equations), hidden=_hidden_columns(tables, sample.tree, rules)
    )


def _item_cells(sample: Sample, source: DomainEstimates, d: int, area: str) -> list[Cell]:
    n, micro = source.cells.valid_n[d], source.cells.valid_micro[d]
    values = source.cells.means()[d]
    return [
        Cell(
            at={AREA: area, MEASURE: item},
            n=int(n[k]),
            value=float(values[k]) if n[k] else None,
            weight=float(micro[k]),
            largest_share=float(source.largest_share[d, k]) if sample.group == "enterprises" else None,
        )
        for k, item in enumerate(source.coefficients.tree.items)
    ]


def _node_cells(source: DomainEstimates, bases: Sequence[int], d: int, area: str) -> list[Cell]:
    return [
        Cell(
            at={AREA: area, MEASURE: code},
            n=bases[m],
            value=float(source.node_values[d, m]),
        )
        for m, code in enumerate(source.coefficients.tree.codes)
        if np.isfinite(source.node_values[d, m])
    ]


def _identities(group: str, source: DomainEstimates, d: int, area: str) -> list[Equation]:
    """Parent minus the weighted mean of its standing children is 0: everybody knows the framework."""
    coefs = source.coefficients
    standing = dict(zip(coefs.tree.codes, coefs.stands[d].tolist(), strict=True))
    standing |= dict(zip(coefs.tree.items, np.isfinite(source.item_values[d]).tolist(), strict=True))
    items = set(coefs.tree.items)
    found = []
    for m, node in enumerate(coefs.tree.nodes):
        if not standing[node.code]:
            continue
        terms = {cell_key(f"nodes:{group}", {AREA: area, MEASURE: node.code}): -1.0}
        for child, part in zip(node.children, node.shares, strict=True):
            if standing[child]:
                measure = f"items:{group}" if child in items else f"nodes:{group}"
                terms[cell_key(measure, {AREA: area, MEASURE: child})] = part / float(coefs.present[d, m])
        found.append(Equation(terms=terms))
    return found


def _hidden_columns(tables: tuple[Table, ...], tree: Tree, rules: DisclosureRules) -> dict[CellKey, str]:
    """What to hide in all cities together, and in the province by itself."""
    families = [(node.code, *node.children) for node in tree.nodes]
    hidden: dict[CellKey, str] = {}
    for wants_total in (False, True):
        cells = [
            (cell.at[MEASURE], cell.n, key, rules.why_primary(cell, table.kind))
            for table in tables
            for cell, key in zip(table.cells, table.keys, strict=True)
            if (cell.at[AREA] == TOTAL) is wants_total
        ]
        smallest: dict[str, int] = {}
        for code, n, _, _ in cells:
            smallest[code] = min(n, smallest.get(code, n))
        columns = closed_columns({code for code, _, _, why in cells if why}, families, smallest)
        hidden |= {key: why or COMPLEMENTARY for code, _, key, why in cells if code in columns}
    return hidden


def closed_columns(
    start: set[str], families: Sequence[tuple[str, ...]], smallest: Mapping[str, int]
) -> set[str]:
    """Columns to hide so that no family (a parent and its children) has exactly one hidden member.

    The further member is the child with the smallest base; the parent only where no child is left.
    """
    hidden = set(start)
    while True:
        added = set()
        for parent, *children in families:
            inside = [code for code in (parent, *children) if code in hidden]
            if len(inside) != 1:
                continue
            open_children = [code for code in children if code not in hidden]
            added.add(
                min(open_children, key=lambda code: (smallest.get(code, 0), code))
                if open_children
                else parent
            )
            break
        if not added:
            return hidden
        hidden |= added
