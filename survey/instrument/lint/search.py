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

from survey.instrument.lint.cells import THIS, Answer, Cell
from survey.instrument.lint.formulas import Pool, Raw, Term, Use

_ALIVE = -1


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
    # Whether the values are all that matter.
    complete: bool
    # False where a term stands in for more than the model has, or had to be decided before its variables.
    true_to_life: bool
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
        """Depth first through the cells, each state once."""
        run = self._prepared(goal, cells)
        stack = [_Frame(0, iter(((None, run.watched, _ALIVE),)))]
        while stack:
            frame = stack[-1]
            way = next(frame.ways, None)
            if way is None:
                stack.pop()
                continue
            frame.value, state, stopped = way
            wanted = state[run.place[goal]]
            if self.pool.is_decided(wanted) and not self._holds(wanted):
                continue
            if frame.depth == len(cells):
                if self._holds(wanted) and (stopped == _ALIVE or stopped >= page):
                    taken = [frame.value for frame in stack[1:]]
                    walk = tuple((cell.name, value) for cell, value in zip(cells, taken, strict=True))
                    return Answer(walk=walk, exact=run.true_to_life, states=len(run.seen))
                continue
            cell = cells[frame.depth]
            key = (frame.depth, stopped == cell.page, state)
            if (stopped != _ALIVE and cell.page > stopped) or key in run.seen:
                continue
            if len(run.seen) >= self.limit:
                return Answer(walk=None, exact=False, states=self.limit)
            run.seen.add(key)
            stack.append(_Frame(frame.depth + 1, self._ways(run, frame.depth, state, stopped)))
        exact = run.complete and run.true_to_life and self.in_order
        return Answer(walk=None, exact=exact, states=len(run.seen))

    def _prepared(self, goal: int, cells: Sequence[Cell]) -> _Run:
        """The formulas to watch, how long each is of use, and the values to try."""
        last: dict[int, int] = {}
        for at, cell in enumerate(cells):
            for formula in cell.formulas():
                last[formula] = at
        last[goal] = len(cells)
        watched = tuple(last)
        terms = frozenset().union(*(self.pool.terms(formula) for formula in watched))
        values, complete = self._values(cells, terms)
        return _Run(
            cells=cells,
            watched=watched,
            place={formula: at for at, formula in enumerate(watched)},
            last=last,
            values=values,
            complete=complete,
            true_to_life=all(term.exact for term in terms),
        )

    def _values(
        self, cells: Sequence[Cell], terms: Iterable[Term]
    ) -> tuple[dict[str, tuple[Raw, ...]], bool]:
        """For each cell the values that matter to these terms, and whether they are all that matter."""
        found: dict[str, tuple[Raw, ...]] = {}
        complete = True
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
        run.true_to_life &= all(self.pool.is_decided(state[run.place[formula]]) for formula in decided)
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
            run.true_to_life &= self.pool.is_decided(allowed)
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
