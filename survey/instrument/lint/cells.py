"""What the solver works on: cells with their domains and formulas, and the answer to one question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from survey.instrument.lint.formulas import Raw, Use

# Stands for the value of the cell at hand in its own check.
THIS = "this value"
AT_END = 10**9


class Domain(Protocol):
    """The values that a cell can take."""

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """Enough values to tell apart all that ``use`` can tell apart, and whether they are enough."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One variable of a walk.

    ``blank`` is the formula under which it may be reached and left without a value, ``check`` the one that a
    value (there called THIS) must pass; a value among ``ends`` or holding one ends the interview. A ``computed``
    cell takes the value of that formula and no other.
    """

    name: str
    page: int
    guard: int
    blank: int
    check: int
    domain: Domain | None = None
    ends: frozenset[str] = frozenset()
    computed: int | None = None
    # Reaching the cell at all ends the interview with this page.
    last_page: int | None = None
    # When a walk gets past the cell: it may be left blank, or some value passes that does not end the interview.
    # None where that is too much to work out; then it is taken to be so.
    goes_on: int | None = None

    def formulas(self) -> Iterator[int]:
        """Every formula that must be decided when the cell is reached."""
        yield self.guard
        yield self.blank
        yield self.check
        if self.computed is not None:
            yield self.computed

    def is_end(self, value: Raw) -> bool:
        """Whether the value ends the interview."""
        return not self.ends.isdisjoint((value,) if isinstance(value, str) else value or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``walk`` is an example where the goal comes true; without one, ``exact`` says that there is none.

    An example is a proof of itself, unless it rests on something that the model only stands in for.
    """

    walk: tuple[tuple[str, Raw], ...] | None
    exact: bool
    states: int

    @property
    def possible(self) -> bool:
        """Whether an example was found."""
        return self.walk is not None

    @property
    def impossible(self) -> bool:
        """Whether it is proven that there is none."""
        return self.walk is None and self.exact

    @property
    def proof(self) -> str:
        """How sure the answer is."""
        return "exact" if self.exact else f"bounded({self.states} states)"
