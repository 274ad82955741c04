"""The values that an answer or a fact can take, as few as are needed to tell apart what conditions tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from itertools import combinations, pairwise, permutations

from survey.instrument.lint.formulas import Raw, Use

# Above these a domain is no longer listed whole.
MAX_LISTED = 400
MAX_SUBSETS = 4_096
# A value that no condition names.
ANY_TEXT = "§"


@dataclass(frozen=True, slots=True)
class Codes:
    """One code out of a list. ``open`` lists may also hold codes that nobody named."""

    codes: tuple[str, ...]
    open: bool = False

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """All codes; of a long list those that are named and one that is not."""
        if self.open:
            return (*sorted(use.literals), ANY_TEXT), use.closed
        if len(self.codes) <= MAX_LISTED or not use.closed:
            return self.codes[:MAX_SUBSETS], len(self.codes) <= MAX_SUBSETS
        named = [code for code in self.codes if code in use.literals]
        rest = next((code for code in self.codes if code not in use.literals), None)
        return tuple(named if rest is None else [*named, rest]), True


@dataclass(frozen=True, slots=True)
class Subsets:
    """Several codes out of a list, an exclusive one alone."""

    codes: tuple[str, ...]
    exclusive: frozenset[str] = frozenset()
    low: int = 1
    high: int | None = None

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """All sets of the named codes, each with every number of others that can make a difference."""
        free = [code for code in self.codes if code not in self.exclusive]
        named = [code for code in free if code in use.literals or not use.closed]
        others = [code for code in free if code not in named]
        alone = self._alone(use)
        if 2 ** len(named) * (min(len(others), 2) + 1) > MAX_SUBSETS:
            return (*alone, *self._few(free)), False
        high = len(free) if self.high is None else self.high
        # Counts matter beyond "none, one, more" only where the number of choices is bounded.
        most = min(len(others), max(2, self.low))
        found: list[Raw] = list(alone)
        for size in range(len(named) + 1):
            for chosen in combinations(named, size):
                for more in range(most + 1):
                    if 1 <= size + more <= high and size + more >= self.low:
                        found.append(self._ordered({*chosen, *others[:more]}))
        return tuple(found), True

    def _alone(self, use: Use) -> Iterator[Raw]:
        if self.low <= 1:
            yield from ((code,) for code in self.codes if code in self.exclusive)

    def _few(self, free: Sequence[str]) -> Iterator[Raw]:
        """Each code by itself, all but one, all: what most conditions look for."""
        sizes = {1, 2, self.low, len(free) - 1, len(free) if self.high is None else self.high}
        found = 0
        for size in sorted(size for size in sizes if self.low <= size <= (self.high or len(free))):
            for chosen in combinations(free, max(size, 1)):
                found += 1
                if found > MAX_SUBSETS:
                    return
                yield self._ordered(set(chosen))

    def _ordered(self, chosen: set[str]) -> tuple[str, ...]:
        return tuple(code for code in self.codes if code in chosen)


@dataclass(frozen=True, slots=True)
class Rankings:
    """Codes in an order that the respondent gives them."""

    codes: tuple[str, ...]
    low: int = 1
    high: int | None = None

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """Every order of a short list; of a long one, only a few."""
        high = min(len(self.codes), self.high or len(self.codes))
        found: list[Raw] = []
        for size in range(max(1, self.low), high + 1):
            for chosen in permutations(self.codes, size):
                if len(found) >= MAX_SUBSETS:
                    return tuple(found), False
                found.append(chosen)
        return tuple(found), True


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers on a grid between two bounds; ``step`` None is a number with any number of decimals."""

    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = Decimal(1)
    missing: tuple[str, ...] = ()

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """All numbers of a short range; else those at and beside every number that is named."""
        listed = self._listed()
        if listed is not None:
            return (*listed, *self.missing), True
        cuts = sorted({number for literal in use.literals if (number := as_number(literal)) is not None})
        step = self.step or self._gap(cuts)
        found: set[Decimal] = set()
        for cut in (*cuts, *(bound for bound in (self.low, self.high) if bound is not None)):
            below, above = _on_grid(cut, step, ROUND_FLOOR), _on_grid(cut, step, ROUND_CEILING)
            found |= {below - step, below, above, above + step}
        if not found:
            found = {Decimal(0), step}
        inside = sorted(number for number in found if self._holds(number))
        return (*map(as_text, inside), *self.missing), use.closed

    def _listed(self) -> list[str] | None:
        if self.low is None or self.high is None or self.step is None:
            return None
        first = _on_grid(self.low, self.step, ROUND_CEILING)
        count = int((self.high - first) / self.step) + 1 if first <= self.high else 0
        return [as_text(first + self.step * at) for at in range(count)] if count <= MAX_LISTED else None

    def _gap(self, cuts: Sequence[Decimal]) -> Decimal:
        """Less than half of the least distance between two numbers that matter."""
        points = sorted({*cuts, *(bound for bound in (self.low, self.high) if bound is not None)})
        gaps = [after - before for before, after in pairwise(points)]
        return min([Decimal(1), *gaps]) / 4

    def _holds(self, number: Decimal) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


@dataclass(frozen=True, slots=True)
class Texts:
    """Free text: each text that is named, and one that is not."""

    missing: tuple[str, ...] = ()

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """The named texts and one more; enough only where texts are compared and nothing else."""
        return (*sorted(use.literals - {""}), ANY_TEXT, *self.missing), use.closed


@dataclass(frozen=True, slots=True)
class Present:
    """Something that is there or not: a file, a contact, an acknowledgement."""

    value: str = "yes"

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """The one value."""
        return (self.value,), use.closed


def as_number(text: str) -> Decimal | None:
    """The number that a literal is, if it is one."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def as_text(number: Decimal) -> str:
    """A number as an answer is stored."""
    text = format(number.normalize(), "f")
    return "0" if text in ("-0", "") else text


def _on_grid(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (number / step).quantize(Decimal(1), rounding=rounding) * step
