"""Home of merged terms: how a composite's small groups are shown without showing any one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.rules import DisclosureRules


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTerm:
    """One evaluator group of a composite: weight used (0–1), index (0–100), unweighted respondents."""

    group: str
    n: int
    weight: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTerm:
    """What is shown: one group's index, or the merged Σω·I of several with ``value`` None.

    The terms of a composite add up to it, so that a reader can recompute it.
    """

    groups: tuple[str, ...]
    n: int
    weight: float
    term: float
    value: float | None

    @property
    def is_merged(self) -> bool:
        """Whether several groups stand behind this term."""
        return len(self.groups) > 1


def merge_small_groups(
    terms: Sequence[GroupTerm], rules: DisclosureRules | None = None
) -> tuple[PublishedTerm, ...]:
    """Show every group of at least 30; the smaller ones only as one sum with the next smallest group.

    The partner's own index must then not be shown for this unit anywhere else, or the sum gives the small
    groups back: hide ``groups`` of the merged term in every other table.

    Raises
    ------
    DisclosureError
        ``no_partner`` if the groups together do not reach the minimum, or a single group stands alone under it.
    """
    least = (rules or DisclosureRules()).estimate_minimum
    ordered = sorted(terms, key=lambda term: (term.n, term.group))
    small = [term for term in ordered if term.n < least]
    if not small:
        return tuple(_single(term) for term in terms)
    merged = ordered[: len(small) + 1]
    if len(merged) < 2 or sum(term.n for term in merged) < least:
        raise DisclosureError("no_partner", least=least)
    inside = {term.group for term in merged}
    shown = [_single(term) for term in terms if term.group not in inside]
    together = PublishedTerm(
        groups=tuple(term.group for term in terms if term.group in inside),
        n=sum(term.n for term in merged),
        weight=fsum(term.weight for term in merged),
        term=fsum(term.weight * term.value for term in merged),
        value=None,
    )
    return (*shown, together)


def _single(term: GroupTerm) -> PublishedTerm:
    return PublishedTerm(
        groups=(term.group,), n=term.n, weight=term.weight, term=term.weight * term.value, value=term.value
    )
