"""Home of suppression: hiding what is too small, and with it whatever would give it back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.attack import Attacker, Equation, System
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import CellKey, Line, Release, Table, TableKind, release_of

COMPLEMENTARY = "complementary"
PRIMARY_REASONS = frozenset(
    {"base_below_minimum", "count_below_minimum", "dominance", "same_pattern", "contributors", "p_percent"}
)
"""Reasons of the rules, beside ``n_k_<n>``; whatever is hidden for another reason than `COMPLEMENTARY` is primary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedTable:
    """A table with the cells that are hidden and why. Only ``rows`` may leave the house."""

    table: Table
    hidden: Mapping[CellKey, str]
    rules: DisclosureRules

    def rows(self) -> list[dict[str, str | float | int | None]]:
        """The table as it is published: counts and bases rounded, hidden cells empty with their reason."""
        published = []
        for cell, key in zip(self.table.cells, self.table.keys, strict=True):
            reason = self.hidden.get(key)
            row: dict[str, str | float | int | None] = dict(cell.at)
            row["n"] = None if reason else self.rules.rounded(cell.n)
            if self.table.kind is not TableKind.COUNT:
                row["value"] = None if reason else cell.value
            row["suppressed"] = reason
            published.append(row)
        return published


def protect(
    table: Table, rules: DisclosureRules | None = None, *, equations: Sequence[Equation] = ()
) -> ProtectedTable:
    """One table on its own; tables that are published together go through ``protect_release``."""
    return protect_release([table], rules, equations=equations)[0]


def protect_release(
    tables: Sequence[Table],
    rules: DisclosureRules | None = None,
    *,
    equations: Sequence[Equation] = (),
    forced: Mapping[CellKey, str] | None = None,
) -> tuple[ProtectedTable, ...]:
    """Hide the same cells in every table of a release until the attack finds no primary cell.

    Parameters
    ----------
    equations : published linear combinations of cells, such as composites of group indices.
    forced : cells to hide whatever the rules say, with the reason: the pattern of the release before
        (`over_time.pattern_to_keep`). Those that are no longer in the tables are passed over.

    Notes
    -----
    Greedy: of the lines that give an exposed cell away, the one with the fewest hidden cells loses its smallest
    cell as well. Each round hides one more cell, so it ends. What no hiding can protect, because a number
    outside these tables gives it away, is left to ``audit`` to report.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, ch. 4 (secondary suppression, audit by linear
    programming).
    """
    limits = rules or DisclosureRules()
    release = release_of(tables)
    attacker = Attacker(release=release, equations=tuple(equations))
    kept = {key: reason for key, reason in (forced or {}).items() if key in release.cells}
    hidden = kept | primary_cells(release, limits)
    for target in sorted(hidden):
        # Hiding more never narrows what is known of a cell, so a cell that is safe once stays safe.
        while is_exposed(target, attacker, hidden, limits):
            added = _next_to_hide(attacker.system(target, hidden), hidden, release)
            if added is None:
                break
            hidden[added] = COMPLEMENTARY
    return tuple(
        ProtectedTable(
            table=table, hidden={key: hidden[key] for key in table.keys if key in hidden}, rules=limits
        )
        for table in tables
    )


def primary_cells(release: Release, rules: DisclosureRules) -> dict[CellKey, str]:
    """Cells that may not be shown on their own account, with the reason."""
    reasons = {key: rules.why_primary(cell, release.kinds[key]) for key, cell in release.cells.items()}
    return {key: reason for key, reason in reasons.items() if reason is not None}


def is_exposed(
    target: CellKey, attacker: Attacker, hidden: Collection[CellKey], rules: DisclosureRules
) -> bool:
    """Whether the attacker narrows a hidden cell down too far."""
    bounds = attacker.bounds(hidden, [target])
    if target not in bounds:
        return False
    cell, kind = attacker.release.cells[target], attacker.release.kinds[target]
    return not rules.is_protected(cell, kind, low=bounds[target].low, high=bounds[target].high)


def _next_to_hide(system: System, hidden: Collection[CellKey], release: Release) -> CellKey | None:
    """The cell whose loss helps most: in the line with the fewest hidden cells, the smallest one."""
    choices = []
    for line in system.lines:
        if candidates := _candidates(line, hidden, release):
            n_hidden = sum(key in hidden for key in line.parts)
            choices.append((n_hidden, min((release.cells[key].n, key) for key in candidates)))
    if choices:
        return min(choices)[1][1]
    terms = {key for equation in system.equations for key in equation.terms if key not in hidden}
    return min(terms, key=lambda key: (release.cells[key].n, key), default=None)


def _candidates(line: Line, hidden: Collection[CellKey], release: Release) -> list[CellKey]:
    """Parts that could be hidden as well; the total only when no part is left."""
    parts = [key for key in line.parts if key not in hidden and release.cells[key].mass > 0]
    if parts or line.total is None or line.total in hidden:
        return parts
    return [line.total]
