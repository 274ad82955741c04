"""Finds out whether a goal can come true on some walk through an instrument, by trying every case that differs.

A walk is a row of cells (facts known before, then items in the order in which they are asked). A cell that is not
reached has no value; one that is reached takes a value that its checks allow, or none where it may be left blank.
A value that ends the interview, or a required cell with no value left, lets the walk go on to the end of its page
and no further. Only the cells that the goal depends on are tried, and the cells that can stop a walk; two walks
that leave the same formulas to decide are tried once. The answer is exact unless ``limit`` states were not enough
or a cell's values could not all be listed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from survey.instrument.lint.formulas import Pool, Raw, Use

# Stands for the value of the cell at hand in its own check.
THIS = "this value"
AT_END = 10**9
_ALIVE = -1


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
    """``walk`` is an example where the goal comes true; without one, ``exact`` says that there is none."""

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
        """How sure the answer is: an example is a proof of itself."""
        return "exact" if self.exact or self.possible else f"bounded({self.states} states)"


@dataclass(slots=True)
class _Frame:
    """One cell being tried: its formulas as they stand, and the ways of going on that are left."""

    depth: int
    ways: Iterator[tuple[Raw, tuple[int, ...], int]]
    value: Raw = None


@dataclass(slots=True)
class _Run:
    """The cells of one search, in order, and where their formulas stand in a state."""

    cells: Sequence[Cell]
    watched: tuple[int, ...]
    place: dict[int, int]
    last: dict[int, int]
    values: Mapping[str, tuple[Raw, ...]]
    # False once a formula had to be decided before its variables had values: then nothing is proven.
    ordered: bool = True
    seen: set[tuple[int, bool, tuple[int, ...]]] = field(default_factory=set)


class Search:
    """All questions about one instrument. ``cells`` stand in the order in which they get their values."""

    def __init__(
        self,
        pool: Pool,
        cells: Sequence[Cell],
        *,
        limit: int = 20_000,
        stored: Callable[[Hashable], Raw] = lambda value: None if value is None else str(value),
        in_order: bool = True,
    ) -> None:
        """``stored`` writes a computed value as an answer; without ``in_order`` nothing is proven to be impossible."""
        self.pool, self.cells, self.limit, self.stored = pool, tuple(cells), limit, stored
        self.in_order = in_order
        self._enders = frozenset(cell.name for cell in self.cells if cell.ends or cell.last_page is not None)
        self._blockers: frozenset[str] = frozenset()
        self._terms = frozenset().union(
            *(self.pool.terms(formula) for cell in self.cells for formula in cell.formulas())
        )
        self._known: dict[tuple[int, int, frozenset[str]], Answer] = {}
        self.states = 0
        self._find_blockers()

    def possible(self, goal: int, *, before: int, page: int) -> Answer:
        """Whether the goal comes true on a walk that is still going on at ``page``, with ``before`` cells passed."""
        if goal == self.pool.false:
            return Answer(walk=None, exact=True, states=0)
        names = self._cone(goal, before)
        # A later place asks the same question again if the same cells decide it and none can stop the walk.
        stops = page if names & self._enders else 0
        known = self._known.get((goal, stops, names))
        if known is None:
            cells = [cell for cell in self.cells[:before] if cell.name in names]
            known = self._known[goal, stops, names] = self._search(goal, cells, page)
            self.states += known.states
        return known

    def values_of(self, cell: Cell) -> tuple[tuple[Raw, ...], bool]:
        """The values of a cell as far as its own check can tell them apart, and whether they are all."""
        if cell.domain is None:
            return (), True
        use = Use(literals=cell.ends)
        for term in self.pool.terms(cell.check):
            if THIS in term.names:
                use |= term.use(THIS)
        return cell.domain.values(use)

    def all_values(self, cell: Cell) -> tuple[Raw, ...]:
        """The values of a cell as far as anything in the instrument can tell them apart."""
        if cell.domain is None:
            return ()
        use = Use(literals=cell.ends)
        for term in self._terms:
            if cell.name in term.names:
                use |= term.use(cell.name)
        for term in self.pool.terms(cell.check):
            if THIS in term.names:
                use |= term.use(THIS)
        return cell.domain.values(use)[0]

    def _find_blockers(self) -> None:
        """The cells that can stop a walk, looked for in order: each may depend on those before it."""
        for at, cell in enumerate(self.cells):
            goal = self.stops_at(cell)
            if goal != self.pool.false and not self.possible(goal, before=at, page=cell.page).impossible:
                self._blockers |= {cell.name}
                self._enders |= {cell.name}

    def stops_at(self, cell: Cell) -> int:
        """The formula under which no walk gets past the cell."""
        if cell.last_page is not None:
            return cell.guard
        if cell.goes_on is None:
            return self.pool.false
        return self.pool.all_of((cell.guard, self.pool.negation(cell.goes_on)))

    def _cone(self, goal: int, before: int) -> frozenset[str]:
        """The cells that the goal depends on, directly or through others, and those that can stop a walk."""
        needed = set(self.pool.names(goal)) | self._blockers
        while True:
            size = len(needed)
            for cell in reversed(self.cells[:before]):
                if cell.name in needed:
                    for formula in cell.formulas():
                        needed |= self.pool.names(formula)
            if len(needed) == size:
                return frozenset(cell.name for cell in self.cells[:before] if cell.name in needed)

    def _search(self, goal: int, cells: Sequence[Cell], page: int) -> Answer:
        last: dict[int, int] = {}
        for at, cell in enumerate(cells):
            for formula in cell.formulas():
                last[formula] = at
        last[goal] = len(cells)
        watched = tuple(last)
        values, complete = self._values(cells, watched)
        place = {formula: at for at, formula in enumerate(watched)}
        run = _Run(cells=cells, watched=watched, place=place, last=last, values=values)
        stack = [_Frame(0, iter(((None, watched, _ALIVE),)))]
        states = 0
        while stack:
            frame = stack[-1]
            way = next(frame.ways, None)
            if way is None:
                stack.pop()
                continue
            value, state, stopped = way
            frame.value = value
            if self.pool.is_decided(state[run.place[goal]]) and not self._holds(state[run.place[goal]]):
                continue
            if frame.depth == len(cells):
                if self._holds(state[run.place[goal]]) and (stopped == _ALIVE or stopped >= page):
                    taken = [frame.value for frame in stack[1:]]
                    walk = tuple((c.name, v) for c, v in zip(cells, taken, strict=True))
                    return Answer(walk=walk, exact=True, states=states)
                continue
            cell = cells[frame.depth]
            key = (frame.depth, stopped == cell.page, state)
            if (stopped != _ALIVE and cell.page > stopped) or key in run.seen:
                continue
            run.seen.add(key)
            states += 1
            if states > self.limit:
                return Answer(walk=None, exact=False, states=self.limit)
            stack.append(_Frame(frame.depth + 1, self._ways(run, frame.depth, state, stopped)))
        return Answer(walk=None, exact=complete and run.ordered and self.in_order, states=states)

    def _values(
        self, cells: Sequence[Cell], watched: Iterable[int]
    ) -> tuple[dict[str, tuple[Raw, ...]], bool]:
        """For each cell the values that matter to these formulas, and whether they are all that matter."""
        terms = frozenset().union(*(self.pool.terms(formula) for formula in watched))
        found: dict[str, tuple[Raw, ...]] = {}
        complete = all(term.exact for term in terms)
        for cell in cells:
            if cell.domain is None:
                continue
            use = Use(literals=cell.ends)
            for term in terms:
                if cell.name in term.names:
                    use |= term.use(cell.name)
            for term in self.pool.terms(cell.check):
                if THIS in term.names:
                    use |= term.use(THIS)
            found[cell.name], enough = cell.domain.values(use)
            complete &= enough
        return found, complete

    def _ways(
        self, run: _Run, depth: int, state: tuple[int, ...], stopped: int
    ) -> Iterator[tuple[Raw, tuple[int, ...], int]]:
        """Every value that the cell can take here, with the state it leads to."""
        cell = run.cells[depth]
        decided = (cell.guard, cell.blank, *([] if cell.computed is None else [cell.computed]))
        run.ordered &= all(self.pool.is_decided(state[run.place[formula]]) for formula in decided)
        if not self._holds(state[run.place[cell.guard]]):
            yield None, self._bound(run, depth, state, None), stopped
            return
        if cell.last_page is not None:
            yield None, self._bound(run, depth, state, None), cell.last_page if stopped == _ALIVE else stopped
            return
        if cell.computed is not None:
            value = self.stored(self.pool.value(state[run.place[cell.computed]]))
            yield value, self._bound(run, depth, state, value), stopped
            return
        any_way = False
        tried: set[tuple[bool, tuple[int, ...]]] = set()
        check = state[run.place[cell.check]]
        for chosen in run.values.get(cell.name, ()):
            allowed = self.pool.bind(check, THIS, chosen)
            run.ordered &= self.pool.is_decided(allowed)
            if not self._holds(allowed):
                continue
            any_way = True
            after, ends = self._bound(run, depth, state, chosen), cell.is_end(chosen)
            if (ends, after) not in tried:
                tried.add((ends, after))
                yield chosen, after, cell.page if ends and stopped == _ALIVE else stopped
        blank = self._holds(state[run.place[cell.blank]])
        if blank or not any_way:
            after = self._bound(run, depth, state, None)
            yield None, after, stopped if blank or stopped != _ALIVE else cell.page

    def _bound(self, run: _Run, depth: int, state: tuple[int, ...], value: Raw) -> tuple[int, ...]:
        """The state with one more value; formulas that nobody asks any more are put to rest."""
        name, pool = run.cells[depth].name, self.pool
        return tuple(
            pool.false if run.last[formula] <= depth else pool.bind(now, name, value)
            for formula, now in zip(run.watched, state, strict=True)
        )

    def _holds(self, formula: int) -> bool:
        return self.pool.is_decided(formula) and self.pool.truth(self.pool.value(formula))
