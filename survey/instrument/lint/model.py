"""From a program to the cells of the solver: facts first, then items in the order in which they are asked.

A section that is repeated (for units, commitments, turns of a loop) is modelled once, for any one of its turns:
what can happen on one turn can happen at all. What looks at several turns at once is not decided exactly.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from survey.instrument.expression import Node
from survey.instrument.expression.values import as_number, as_text
from survey.instrument.lint.cells import Cell, Domain
from survey.instrument.lint.checks import check_of, domain_of, goes_on
from survey.instrument.lint.domains import Codes, Moments, Subsets
from survey.instrument.lint.formulas import Binding, Pool, Raw, Term, Use
from survey.instrument.lint.logic import CONTEXT, TODAY, Logic, truth
from survey.instrument.lint.search import Search
from survey.instrument.program import MISSING_MARK, NONE_OF_THESE, Item, Loop, Page, Program

_UNITS = f"{CONTEXT}assigned_units"
_COMMITMENTS = f"{CONTEXT}commitments"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item in its place: the cells that come before it, and the formulas that decide whether it is asked."""

    item: Item
    page: Page
    number: int
    before: int
    page_shown: int
    own: int
    cell: Cell

    @property
    def condition(self) -> Node | None:
        """The item's own condition."""
        return self.item.shown_if


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A program as the solver sees it."""

    program: Program
    pool: Pool
    logic: Logic
    search: Search
    asked: tuple[Asked, ...]


def build_model(program: Program, *, limit: int = 20_000) -> Model:
    """The cells of a program and the places of its items."""
    pool = Pool(truth)
    builder = _Builder(program, Logic(program, pool))
    cells = [*builder.facts()]
    asked: list[Asked] = []
    for number, page in enumerate(program.pages):
        shown = builder.page_shown(page)
        for item in page.items:
            own = builder.logic.formula(item.shown_if)
            cell = builder.cell(item, page=number, guard=pool.all_of((shown, own)))
            asked.append(
                Asked(
                    item=item,
                    page=page,
                    number=number,
                    before=len(cells),
                    page_shown=shown,
                    own=own,
                    cell=cell,
                )
            )
            cells.append(cell)
    search = Search(pool, cells, limit=limit, stored=_stored, in_order=not program.is_shuffled)
    return Model(program=program, pool=pool, logic=builder.logic, search=search, asked=tuple(asked))


class _Builder:
    """Makes the cells of one program."""

    def __init__(self, program: Program, logic: Logic) -> None:
        self.program, self.logic, self.pool = program, logic, logic.pool

    def facts(self) -> Iterable[Cell]:
        """What is known before the first answer. Mode and group always are; other facts may be missing."""
        for name, codes in (("mode", self.program.modes), ("group", self.program.evaluator_groups)):
            yield self._fact(CONTEXT + name, Codes(codes, open=not codes), always=bool(codes))
        units = tuple(unit.code for unit in self.program.units)
        for name in (_UNITS, _COMMITMENTS):
            yield self._fact(name, Subsets(units) if units else Codes((), open=True))
        yield self._fact(f"{CONTEXT}language", Codes(self.program.languages))
        yield self._fact(TODAY, Moments("date"))
        for known in self.program.context_fields:
            yield self._fact(CONTEXT + known.name, Codes(known.codes, open=not known.codes))

    def _fact(self, name: str, domain: Domain, *, always: bool = False) -> Cell:
        blank = self.pool.false if always else self.pool.true
        return Cell(name=name, page=0, guard=self.pool.true, blank=blank, check=self.pool.true, domain=domain)

    def page_shown(self, page: Page) -> int:
        """Whether a page, or one turn of it, is asked."""
        return self.pool.all_of((self.logic.formula(page.shown_if), self._has_turn(page)))

    def _has_turn(self, page: Page) -> int:
        if page.repeat == "drawn_unit":
            return self._ticked(self.program.ticking[page.section].code, NONE_OF_THESE)
        if page.repeat == "assigned_unit":
            return self._has_assigned(page)
        if page.repeat == "commitment":
            return self._has_commitment()
        return self._has_loop(self.program.loops_by_code[page.loop or ""]) if page.loop else self.pool.true

    def _ticked(self, code: str, *but: str) -> int:
        """Whether anything but these codes is ticked."""
        excluded = frozenset(but)

        def ticks(binding: Binding) -> bool:
            given = binding[code]
            chosen = (given,) if isinstance(given, str) else given or ()
            return any(part not in excluded for part in chosen)

        uses = {code: Use(literals=excluded)}
        return self.pool.term(Term(("ticked", code, excluded), frozenset({code}), ticks, uses))

    def _has_assigned(self, page: Page) -> int:
        declined = [item.code for item in self.program.declining.get(page.section, ())]

        def stays(binding: Binding) -> bool:
            gone = {code for name in declined for code in binding[name] or ()}
            return bool(set(binding[_UNITS] or ()) - gone)

        first = frozenset(unit.code for unit in self.program.units[:1])
        uses = dict.fromkeys((_UNITS, *declined), Use(literals=first))
        return self.pool.term(Term(("assigned", page.section), frozenset(uses), stays, uses))

    def _has_commitment(self) -> int:
        """All commitments where none are named."""

        def any_named(binding: Binding) -> bool:
            return binding[_COMMITMENTS] != ()

        uses = {_COMMITMENTS: Use()}
        return self.pool.term(Term(("commitments",), frozenset(uses), any_named, uses))

    def _has_loop(self, loop: Loop) -> int:
        if loop.over is not None:
            item = self.program.places[loop.over].item
            out = (option.code for option in item.options if option.missing or option.exclusive)
            return self._ticked(loop.over, *out)
        if loop.rows is not None:
            rows = (item for item in self.program.members[loop.rows] if item.row is not None)
            return self.pool.any_of(self._filled(item.code) for item in rows)
        if loop.count_from is not None:
            return self._counts(loop.code, loop.count_from)
        return self.pool.true if loop.count else self.pool.false

    def _filled(self, code: str) -> int:
        def is_filled(binding: Binding) -> bool:
            text = binding[code]
            return isinstance(text, str) and bool(text.strip()) and not text.startswith(MISSING_MARK)

        return self.pool.term(Term(("filled", code), frozenset({code}), is_filled, {code: Use()}))

    def _counts(self, code: str, node: Node) -> int:
        """Whether the number of turns is at least one."""
        term = self.logic.term(node)

        def is_positive(binding: Binding) -> bool:
            number = as_number(term.evaluate(binding))  # type: ignore[arg-type]  # terms give values
            return number is not None and number >= 1

        alone = len(term.names) == 1 and node.op in ("answer", "context")
        one = Use(literals=frozenset({"1"}), ordered=True)
        uses = {name: one if alone else Use(literals=frozenset({"1"}), closed=False) for name in term.names}
        return self.pool.term(Term(("turns", code), term.names, is_positive, uses, exact=term.exact))

    def cell(self, item: Item, *, page: int, guard: int) -> Cell:
        """The cell of an item."""
        pool = self.pool
        needed = pool.true if item.required else pool.false
        if not item.required and item.required_if is not None:
            needed = self.logic.formula(item.required_if)
        if item.kind in ("note", "computed", "end"):
            needed = pool.false
        computed = None if item.calculation is None else pool.term(self.logic.term(item.calculation))
        last = None
        if item.kind == "end":
            last = page - 1 if item.screen_out else page
        blank, check = pool.negation(needed), check_of(self.logic, item)
        domain = domain_of(self.program, item)
        past: int | None = pool.true
        if computed is None and last is None:
            past = goes_on(self.logic, item, blank=blank, check=check, domain=domain)
        return Cell(
            name=item.code,
            page=page,
            guard=guard,
            blank=blank,
            check=check,
            domain=domain,
            goes_on=past,
            ends=item.screening_codes,
            computed=computed,
            last_page=last,
        )


def _stored(value: Hashable) -> Raw:
    """A computed value as an answer."""
    return value if isinstance(value, tuple) else as_text(value)  # type: ignore[arg-type]  # a value of the language
