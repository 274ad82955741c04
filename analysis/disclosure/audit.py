"""Home of the audit of a release: every shown cell against the rules, every hidden one against the attack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from analysis.disclosure.attack import Attacker, Equation
from analysis.disclosure.protect import COMPLEMENTARY, ProtectedTable, primary_cells
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import CellKey, Release, label, release_of
from analysis.errors import Language, Text
from analysis.results import Result, Row

_TEXTS: Mapping[str, Text] = {
    "shown_too_small": Text(
        zh="表“{table}”公布了不得公布的单元格 {cell}（{reason}）。",
        en='Table "{table}" shows cell {cell}, which may not be shown ({reason}).',
    ),
    "shown_elsewhere": Text(
        zh="单元格 {cell} 在一张表中隐去，却在表“{table}”中公布。",
        en='Cell {cell} is hidden in one table and shown in table "{table}".',
    ),
    "derivable": Text(
        zh="隐去的单元格 {cell} 可由其他公布数据推出：介于 {low:.2f} 与 {high:.2f} 之间。",
        en="Hidden cell {cell} can be worked out from what is shown: it lies between {low:.2f} and {high:.2f}.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureProblem:
    """One thing that must be mended before the release."""

    code: str
    table: str
    cell: str
    reason: str = ""
    low: float = 0.0
    high: float = 0.0

    def message(self, language: Language) -> str:
        """The problem as a sentence."""
        context = {
            "table": self.table,
            "cell": self.cell,
            "reason": self.reason,
            "low": self.low,
            "high": self.high,
        }
        return _TEXTS[self.code].fill(language, context)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttackedCell:
    """Evidence of the attack: a cell hidden on its own account, and what a reader can still work out about it."""

    cell: str
    reason: str
    low: float
    high: float
    is_protected: bool

    def to_row(self) -> Row:
        """A flat row; a bound that does not exist is None."""
        return {
            "cell": self.cell,
            "reason": self.reason,
            "low": self.low if isfinite(self.low) else None,
            "high": self.high if isfinite(self.high) else None,
            "is_protected": int(self.is_protected),
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DisclosureAudit(Result):
    """What the audit of all tables of a release found, with the evidence of the attack on each hidden cell."""

    method: str = "rules on every shown cell, linear programs on every hidden one"
    definition: str = "disclosure.suppression"

    tables: int
    cells: int
    hidden: int
    problems: tuple[DisclosureProblem, ...]
    evidence: tuple[AttackedCell, ...] = ()

    @property
    def is_passed(self) -> bool:
        """Whether the release may go out as far as disclosure is concerned."""
        return not self.problems

    def to_rows(self) -> list[Row]:
        """One row per cell that was attacked."""
        return [found.to_row() for found in self.evidence]


def audit(tables: Sequence[ProtectedTable], *, equations: Sequence[Equation] = ()) -> DisclosureAudit:
    """Check all tables of a release together, as somebody would who has them all.

    Parameters
    ----------
    tables : every table of the release; checking them one by one would miss what they say together.
    equations : published linear combinations of cells, such as composites of group indices.
    """
    release = release_of([protected.table for protected in tables])
    rules = tables[0].rules if tables else DisclosureRules()
    shown_in = _shown_in(tables)
    hidden = {key for protected in tables for key in protected.hidden}
    problems = [
        *_shown_problems(release, rules, shown_in),
        *(
            DisclosureProblem(code="shown_elsewhere", table=shown_in[key], cell=label(key))
            for key in sorted(hidden & shown_in.keys())
        ),
    ]
    unknown = hidden - shown_in.keys()
    reasons = {
        key: reason
        for protected in tables
        for key, reason in protected.hidden.items()
        if reason != COMPLEMENTARY and key in unknown
    }
    evidence = _attacked(Attacker(release=release, equations=tuple(equations)), unknown, reasons, rules)
    problems.extend(
        DisclosureProblem(code="derivable", table="", cell=found.cell, low=found.low, high=found.high)
        for found in evidence
        if not found.is_protected
    )
    return DisclosureAudit(
        tables=len(tables),
        cells=len(release.cells),
        hidden=len(unknown),
        problems=tuple(problems),
        evidence=evidence,
    )


def _attacked(
    attacker: Attacker, unknown: set[CellKey], reasons: Mapping[CellKey, str], rules: DisclosureRules
) -> tuple[AttackedCell, ...]:
    """Bounds of every cell hidden on its own account, and whether they are wide enough."""
    release = attacker.release
    return tuple(
        AttackedCell(
            cell=label(key),
            reason=reasons[key],
            low=bound.low,
            high=bound.high,
            is_protected=rules.is_protected(
                release.cells[key], release.kinds[key], low=bound.low, high=bound.high
            ),
        )
        for key, bound in attacker.bounds(unknown, set(reasons)).items()
    )


def _shown_in(tables: Sequence[ProtectedTable]) -> dict[CellKey, str]:
    """The first table that shows each shown cell."""
    shown: dict[CellKey, str] = {}
    for protected in tables:
        for key in protected.table.keys:
            if key not in protected.hidden:
                shown.setdefault(key, protected.table.id)
    return shown


def _shown_problems(
    release: Release, rules: DisclosureRules, shown_in: Mapping[CellKey, str]
) -> list[DisclosureProblem]:
    return [
        DisclosureProblem(code="shown_too_small", table=shown_in[key], cell=label(key), reason=reason)
        for key, reason in sorted(primary_cells(release, rules).items())
        if key in shown_in
    ]
