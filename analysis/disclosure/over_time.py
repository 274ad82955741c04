"""Home of the comparison of releases: the same cells hidden every time, and no small difference between two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.protect import ProtectedTable
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import CellKey, TableKind, label, release_of
from analysis.errors import Language, Text
from analysis.results import Row

SAME_PATTERN = "same_pattern"

_TEXTS: Mapping[str, Text] = {
    "hidden_before": Text(
        zh="单元格 {cell} 上一次隐去、这一次公布。水平稳定时，新值会泄露旧值；请保持同一隐去格局。",
        en="Cell {cell} was hidden last time and is shown now. Where levels are stable the new value gives the old one "
        "away: keep the same pattern.",
    ),
    "hidden_now": Text(
        zh="单元格 {cell} 上一次公布、这一次隐去。旧值大致泄露新值；须由人判断。",
        en="Cell {cell} was shown last time and is hidden now. The old value roughly gives the new one away: a person "
        "must judge.",
    ),
    "small_difference": Text(
        zh="单元格 {cell} 两次公布的人数只差 {difference} 人，相减即可得到这几人的回答。",
        en="Cell {cell} differs by only {difference} respondents between the two releases: subtraction gives their "
        "answers.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternProblem:
    """One cell whose treatment over time discloses something.

    `is_blocking`: it must be mended; otherwise a person judges.
    """

    code: str
    cell: str
    key: CellKey
    difference: int = 0

    @property
    def is_blocking(self) -> bool:
        """Whether the release must not go out like this."""
        return self.code != "hidden_now"

    def message(self, language: Language) -> str:
        """The problem as a sentence."""
        return _TEXTS[self.code].fill(language, {"cell": self.cell, "difference": self.difference})

    def to_row(self) -> Row:
        """A flat row."""
        return {
            "problem": self.code,
            "cell": self.cell,
            "difference": self.difference,
            "blocks": int(self.is_blocking),
        }


def pattern_over_time(
    previous: Sequence[ProtectedTable], current: Sequence[ProtectedTable]
) -> tuple[PatternProblem, ...]:
    """Cells hidden in one of two periods and shown in the other. Cells match by measure and coordinates.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, sec. 4.3.5 (linked tables, tables over time).
    """
    before, now = _shown(previous), _shown(current)
    problems = []
    for key in sorted(before.keys() & now.keys()):
        if before[key] != now[key]:
            code = "hidden_before" if now[key] else "hidden_now"
            problems.append(PatternProblem(code=code, cell=label(key), key=key))
    return tuple(problems)


def pattern_to_keep(previous: Sequence[ProtectedTable]) -> dict[CellKey, str]:
    """The cells hidden last time, to be hidden again: give them to ``protect_release`` as ``forced``."""
    return {key: SAME_PATTERN for key, is_shown in _shown(previous).items() if not is_shown}


def small_differences(
    previous: Sequence[ProtectedTable],
    current: Sequence[ProtectedTable],
    *,
    rules: DisclosureRules | None = None,
) -> tuple[PatternProblem, ...]:
    """Cells shown in two releases of one growing wave whose numbers of people differ by too few.

    A difference of 0 is none: nobody was added. Bases of means are held to the minimum of a count as well, because
    subtracting the two weighted sums gives the answers of those added.
    """
    least = (rules or DisclosureRules()).count_minimum
    before, now = _cells(previous), _cells(current)
    shown_before, shown_now = _shown(previous), _shown(current)
    problems = []
    for key in sorted(before.keys() & now.keys()):
        gap = abs(now[key] - before[key])
        if shown_before[key] and shown_now[key] and 0 < gap < least:
            problems.append(PatternProblem(code="small_difference", cell=label(key), key=key, difference=gap))
    return tuple(problems)


def _shown(tables: Sequence[ProtectedTable]) -> dict[CellKey, bool]:
    """Whether each cell can be read anywhere."""
    shown: dict[CellKey, bool] = {}
    for protected in tables:
        for key in protected.table.keys:
            shown[key] = shown.get(key, False) or key not in protected.hidden
    return shown


def _cells(tables: Sequence[ProtectedTable]) -> dict[CellKey, int]:
    """Unweighted respondents of each cell, of tables whose cells count people."""
    release = release_of([protected.table for protected in tables])
    return {key: cell.n for key, cell in release.cells.items() if release.kinds[key] is not TableKind.TOTAL}
