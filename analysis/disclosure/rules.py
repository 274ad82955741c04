"""Home of the numbers of disclosure control and of what they say about one cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.disclosure.tables import Cell, TableKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRules:
    """Thresholds of a plan.

    Attributes
    ----------
    estimate_minimum : unweighted respondents under which no estimate is shown
    count_minimum : count under which no count is shown
    round_to : counts are rounded to a multiple of this
    dominance_share : largest share of a weighted cell that one enterprise may carry
    protection_width : a hidden primary cell must stay unknown by at least this many points (or persons)
    protection_share : a hidden total must stay unknown by at least this share of itself on each side, where its
        cell states no `protection` of its own
    """

    estimate_minimum: int = 30
    count_minimum: int = 10
    round_to: int = 5
    dominance_share: float = 0.70
    protection_width: float = 5.0
    protection_share: float = 0.10

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "DisclosureRules":  # Any: parsed YAML or JSON
        """Read ``disclosure_control`` of a scoring plan."""
        rules = document["disclosure_control"]
        return cls(
            estimate_minimum=int(rules["estimate_min_unweighted"]),
            count_minimum=int(rules["count_min"]),
            round_to=int(rules["round_counts_to"]),
            dominance_share=float(rules["dominance_for_enterprises"]["k"]),
            protection_width=float(rules.get("protection_width", 5.0)),
        )

    def why_primary(self, cell: Cell, kind: TableKind) -> str | None:
        """Why a cell may not be shown on its own account, or None.

        A count of exactly 0 is hidden too: "nobody" is an answer about everybody in the cell.
        """
        if kind is TableKind.COUNT:
            if cell.n < self.count_minimum:
                return "count_below_minimum"
        elif cell.n < self.estimate_minimum:
            return "base_below_minimum"
        if cell.largest_share is not None and cell.largest_share > self.dominance_share:
            return "dominance"
        return cell.sensitive

    def is_protected(self, cell: Cell, kind: TableKind, *, low: float, high: float) -> bool:
        """Whether bounds leave a hidden cell unknown enough: by a width, and a total on both of its sides."""
        if kind is not TableKind.TOTAL or cell.value is None:
            return high - low >= self.protection_width
        needed = self.protection_share * cell.value if cell.protection is None else cell.protection
        slack = 1e-9 * max(abs(cell.value), 1.0)
        # At 0 nothing lies below: the upper side alone must hold.
        below = cell.value - low >= min(needed, cell.value) - slack
        return below and high - cell.value >= needed - slack and high > low

    def rounded(self, count: int) -> int:
        """A count as it is shown: to the nearest multiple, halves to the even multiple."""
        return round(count / self.round_to) * self.round_to


def percent_decimals(n: int) -> int:
    """Decimals a percentage may be shown with: none under 100 respondents, else one."""
    return 1 if n >= 100 else 0
