"""The values that an answer or a fact can take, as few as are needed to tell apart what conditions tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from itertools import combinations, pairwise, permutations

from survey.instrument.lint.formulas import Raw, Use

# Above these a domain is no longer listed whole.
MAX_LISTED = 400
MAX_SUBSETS = 4_096
# Texts of the forms that are asked for most.
SAMPLE_TEXTS = (
    *("a@example.org", "13800000000", "https://example.org/", "2026-01-01", "abc", "Abc", "ABC", "A1"),
    *("1" * length for length in range(1, 21)),
)
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
            return (*sorted(use.literals - {""}), ANY_TEXT), use.by_code
        if len(self.codes) <= MAX_LISTED or not use.by_code:
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
        named = [code for code in free if code in use.literals or not use.by_code]
        others = [code for code in free if code not in named]
        alone = self._alone(use)
        if 2 ** len(named) * (min(len(others), 2) + 1) > MAX_SUBSETS:
            return (*alone, *self._few(free)), False
        high = len(free) if self.high is None else self.high
        # Counts matter beyond "none, one, more" only where they are counted or bounded.
        most = len(others) if use.counted else min(len(others), max(2, self.low))
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


# Numbers to search among where numbers are reckoned with.
_OTHER_NUMBERS = (-1, 0, 1, 2, 3, 5, 10, 17, 18, 25, 50, 65, 100, 365, 1_000, 10_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class Numbers:
    """Numbers on a grid between two bounds; ``step`` None is a number with any number of decimals."""

    low: Decimal | None = None
    high: Decimal | None = None
    step: Decimal | None = Decimal(1)
    missing: tuple[str, ...] = ()
    # Where the grid begins.
    base: Decimal = Decimal(0)

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """All numbers of a short range; else those at and beside every number that is named."""
        listed = self._listed()
        if listed is not None:
            return (*listed, *self.missing), True
        cuts = sorted({number for literal in use.literals if (number := as_number(literal)) is not None})
        step = self.step or self._gap(cuts)
        found: set[Decimal] = set()
        for cut in (*cuts, *(bound for bound in (self.low, self.high) if bound is not None)):
            below, above = self._on_grid(cut, step, ROUND_FLOOR), self._on_grid(cut, step, ROUND_CEILING)
            found |= {below - step, below, above, above + step}
        if not use.closed:
            found |= {self._on_grid(Decimal(number), step, ROUND_FLOOR) for number in _OTHER_NUMBERS}
        found = found or {Decimal(0), step}
        inside = sorted(number for number in found if self._holds(number))
        return (*map(as_text, inside), *self.missing), use.closed

    def _listed(self) -> list[str] | None:
        if self.low is None or self.high is None or self.step is None:
            return None
        first = self._on_grid(self.low, self.step, ROUND_CEILING)
        count = int((self.high - first) / self.step) + 1 if first <= self.high else 0
        return [as_text(first + self.step * at) for at in range(count)] if count <= MAX_LISTED else None

    def _gap(self, cuts: Sequence[Decimal]) -> Decimal:
        """Less than half of the least distance between two numbers that matter."""
        points = sorted({*cuts, *(bound for bound in (self.low, self.high) if bound is not None)})
        gaps = [after - before for before, after in pairwise(points)]
        return min([Decimal(1), *gaps]) / 4

    def _on_grid(self, number: Decimal, step: Decimal, rounding: str) -> Decimal:
        return ((number - self.base) / step).quantize(Decimal(1), rounding=rounding) * step + self.base

    def _holds(self, number: Decimal) -> bool:
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


@dataclass(frozen=True, slots=True)
class Moments:
    """Dates, months or times: points in a row, each with one before and one after it."""

    kind: str
    low: str | None = None
    high: str | None = None
    missing: tuple[str, ...] = ()

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """The points that are named, their neighbours, and the bounds."""
        points = [literal for literal in (*sorted(use.literals), self.low, self.high) if literal]
        found: set[str] = set()
        for point in points if use.closed else (*points, *_OTHER_DAYS):
            found.update(neighbours(self.kind, point))
        found = found or set(neighbours(self.kind, _SOME_DAY))
        inside = sorted(
            point for point in found if (self.low or "") <= point and (not self.high or point <= self.high)
        )
        return (*inside, *self.missing), use.closed and self.kind in ("date", "time")


_SOME_DAY = "2026-07-01T12:00"
# Days to search among where dates are reckoned with: recent ones, and birthdays of people of all ages.
_OTHER_DAYS = (
    *("2026-06-01", "2026-01-01", "2025-07-01", "2024-02-29", "2021-07-01", "2016-07-01", "2008-07-01"),
    *("2001-07-01", "1991-07-01", "1976-07-01", "1961-07-01", "1946-07-01", "1926-07-01"),
)


def neighbours(kind: str, text: str) -> tuple[str, ...]:
    """A date or time in the form of its kind, with the ones just before and after; nothing for other texts."""
    try:
        if kind == "time":
            clock = time.fromisoformat(text.rpartition("T")[2])
            at, step = datetime.combine(date(2000, 1, 1), clock), timedelta(minutes=1)
            days = [at + step * by for by in (-1, 0, 1)]
            return tuple(day.strftime("%H:%M") for day in days if day.date() == at.date())
        moment = datetime.fromisoformat(text if len(text) > len("2026-07") else f"{text}-01")
    except ValueError:
        return ()
    step = timedelta(days=31) if kind == "month" else timedelta(minutes=1 if kind == "datetime" else 1440)
    form = {"month": "%Y-%m", "datetime": "%Y-%m-%dT%H:%M"}.get(kind, "%Y-%m-%d")
    try:
        return tuple((moment + step * by).strftime(form) for by in (-1, 0, 1))
    except OverflowError:
        return (moment.strftime(form),)


@dataclass(frozen=True, slots=True)
class Texts:
    """Free text: each text that is named, and one that is not."""

    missing: tuple[str, ...] = ()

    def values(self, use: Use) -> tuple[tuple[Raw, ...], bool]:
        """The named texts and one more; enough only where texts are compared and nothing else.

        Where a text is read as a number, the numbers beside the named ones are tried too.
        """
        if use.by_code:
            return (*sorted(use.literals - {""}), ANY_TEXT, *self.missing), True
        numbers, _ = Numbers(step=None).values(use)
        texts = (*sorted(use.literals - {""}), *numbers, *SAMPLE_TEXTS, ANY_TEXT, *self.missing)
        found = dict.fromkeys(texts)
        return tuple(found), False


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
