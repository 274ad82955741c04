"""Home of the release as disclosure control sees it: every published cell, what is hidden, and the attack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.attack import Equation
from analysis.disclosure.audit import DisclosureAudit, audit
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.protect import COMPLEMENTARY, ProtectedTable, protect_release
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import Cell, CellKey, Table, TableKind, cell_key
from analysis.disclosure.terms import GroupTerm, PublishedTerm, merge_small_groups
from analysis.scoring_run.area_tables import area_tables
from analysis.scoring_run.composites import IndexSet, Scores, UnitScore
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.groups import AreaEstimates
from analysis.scoring_run.sample import Sample

UNIT = "unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What may be shown.

    Attributes
    ----------
    tables : protected tables by id (``items:residents``, ``nodes:residents``, ``units:residents`` ...)
    hidden : keys of all hidden cells with their reason
    terms : by unit, the terms of its composite that may be shown
    audit : what the attack on all tables together found
    """

    tables: Mapping[str, ProtectedTable]
    hidden: Mapping[CellKey, str]
    terms: Mapping[str, tuple[PublishedTerm, ...]]
    audit: DisclosureAudit

    def reason(self, measure: str, /, **at: str) -> str | None:
        """Why a cell is hidden, or None."""
        return self.hidden.get(cell_key(measure, at))


def release_tables(
    areas: Mapping[str, tuple[Sample, AreaEstimates]],
    indices: Mapping[str, Sequence[IndexSet]],
    factors: Mapping[str, Mapping[str, DomainEstimates]],
    *,
    scores: Scores,
    rules: DisclosureRules,
) -> Release:
    """Build, protect and attack every table of the release."""
    tables: list[Table] = []
    equations: list[Equation] = []
    hidden: dict[CellKey, str] = {}
    for sample, estimates in areas.values():
        part = area_tables(sample, estimates, rules)
        tables += part.tables
        equations += part.equations
        hidden |= part.hidden
    for group, by_factor in factors.items():
        for factor, source in by_factor.items():
            table = _factor_table(group, factor, source)
            tables.append(table)
            hidden |= _hidden_alone(table, rules)
    terms = {score.unit.code: _terms(score, rules) for score in scores.units if score.annual.is_scorable}
    for group, sets in indices.items():
        table = _unit_table(group, sets)
        tables.append(table)
        hidden |= _hidden_units(group, table, terms, rules)
    equations += [_composite_equation(score) for score in scores.units if score.annual.is_scorable]
    protected, found = _audited(tables, hidden, equations, rules)
    if not found.is_passed:
        # Whole columns were not enough (few areas, so that lines and identities determine each other): let the
        # attack itself choose further cells. Hiding more never tells a reader more, so the two sets are joined.
        for extra in protect_release(tables, rules, equations=equations):
            hidden = dict(extra.hidden) | hidden
        protected, found = _audited(tables, hidden, equations, rules)
    return Release(
        tables={item.table.id: item for item in protected}, hidden=hidden, terms=terms, audit=found
    )


def _audited(
    tables: Sequence[Table],
    hidden: Mapping[CellKey, str],
    equations: Sequence[Equation],
    rules: DisclosureRules,
) -> tuple[list[ProtectedTable], DisclosureAudit]:
    protected = [
        ProtectedTable(
            table=table, hidden={key: hidden[key] for key in table.keys if key in hidden}, rules=rules
        )
        for table in tables
    ]
    return protected, audit(protected, equations=equations)


def _unit_table(group: str, sets: Sequence[IndexSet]) -> Table:
    cells = [
        Cell(at={UNIT: unit}, n=int(one.n[u]), value=float(one.values[u]))
        for one in sets
        for u, unit in enumerate(one.units)
        if np.isfinite(one.values[u])
    ]
    return Table(
        id=f"units:{group}",
        measure=f"units:{group}",
        kind=TableKind.MEAN,
        dimensions=(UNIT,),
        cells=tuple(cells),
        additive=(),
    )


def _factor_table(group: str, factor: str, source: DomainEstimates) -> Table:
    """The index by the categories of one factor; an index of several items does not add up over people."""
    name = f"by:{group}:{factor}"
    cells = [
        Cell(at={factor: category}, n=int(source.n[d]), value=float(source.index[d]))
        for d, category in enumerate(source.domains)
        if np.isfinite(source.index[d])
    ]
    return Table(
        id=name, measure=name, kind=TableKind.MEAN, dimensions=(factor,), cells=tuple(cells), additive=()
    )


def _hidden_alone(table: Table, rules: DisclosureRules) -> dict[CellKey, str]:
    """Cells that may not be shown on their own account."""
    reasons = {
        key: rules.why_primary(cell, table.kind) for cell, key in zip(table.cells, table.keys, strict=True)
    }
    return {key: reason for key, reason in reasons.items() if reason is not None}


def _terms(score: UnitScore, rules: DisclosureRules) -> tuple[PublishedTerm, ...]:
    """The parts of a composite that may be shown: groups under the minimum only merged with the next one.

    None may be shown where all groups together stay under the minimum; the attack then finds the composite
    itself, and gate G16 fails.
    """
    used = [
        GroupTerm(group=group, n=score.groups[group].n, weight=weight, value=score.groups[group].value or 0.0)
        for group, weight in sorted(score.annual.weights_used.items())
    ]
    try:
        return merge_small_groups(used, rules)
    except DisclosureError:
        return ()


def _hidden_units(
    group: str, table: Table, terms: Mapping[str, tuple[PublishedTerm, ...]], rules: DisclosureRules
) -> dict[CellKey, str]:
    hidden = {}
    for cell, key in zip(table.cells, table.keys, strict=True):
        merged = any(term.is_merged and group in term.groups for term in terms.get(cell.at[UNIT], ()))
        reason = rules.why_primary(cell, table.kind) or (COMPLEMENTARY if merged else None)
        if reason is not None:
            hidden[key] = reason
    return hidden


def _composite_equation(score: UnitScore) -> Equation:
    return Equation(
        terms={
            cell_key(f"units:{group}", {UNIT: score.unit.code}): weight
            for group, weight in score.annual.weights_used.items()
        }
    )
