"""From a program to the cells of the solver: facts first, then items in the order in which they are asked.

A section that is repeated (for units, commitments, turns of a loop) is modelled once, for any one of its turns:
what can happen on one turn can happen at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey.instrument.expression import Node
from survey.instrument.lint import logic
from survey.instrument.lint.domains import Codes, Present, Subsets, Texts
from survey.instrument.lint.formulas import Binding, Pool, Term, Use
from survey.instrument.lint.search import Cell, Domain, Search
from survey.instrument.program import NONE_OF_THESE, Item, Page, Program

_OPEN_FACTS = ("language", "assigned_units", "commitments")


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
    search: Search
    asked: tuple[Asked, ...]

    def page_start(self, number: int) -> int:
        """How many cells come before a page."""
        return next((asked.before for asked in self.asked if asked.number == number), len(self.search.cells))


def build_model(program: Program, *, limit: int = 20_000) -> Model:
    """The cells of a program and the places of its items."""
    pool = Pool()
    builder = _Builder(program, pool)
    cells = [*builder.facts()]
    asked: list[Asked] = []
    for number, page in enumerate(program.pages):
        shown = builder.page_shown(page)
        for item in page.items:
            own = logic.formula(pool, item.shown_if)
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
    return Model(program=program, pool=pool, search=Search(pool, cells, limit=limit), asked=tuple(asked))


class _Builder:
    """Makes the cells of one program."""

    def __init__(self, program: Program, pool: Pool) -> None:
        self.program, self.pool = program, pool

    def facts(self) -> Iterable[Cell]:
        """What is known before the first answer. Mode and group always are; other facts may be missing."""
        known = {"mode": self.program.modes, "group": self.program.evaluator_groups}
        for name, codes in known.items():
            yield self._fact(name, Codes(codes), may_be_missing=not codes)
        for name in _OPEN_FACTS:
            domain: Domain = Codes((), open=True)
            if name == "assigned_units" and self.program.units:
                domain = Subsets(tuple(unit.code for unit in self.program.units))
            yield self._fact(name, domain, may_be_missing=True)
        for known_field in self.program.context_fields:
            domain = Codes(known_field.codes, open=not known_field.codes)
            yield self._fact(known_field.name, domain, may_be_missing=True)

    def _fact(self, name: str, domain: Domain, *, may_be_missing: bool) -> Cell:
        return Cell(
            name=logic.CONTEXT + name,
            page=0,
            guard=self.pool.true,
            blank=self.pool.true if may_be_missing else self.pool.false,
            check=self.pool.true,
            domain=domain,
        )

    def page_shown(self, page: Page) -> int:
        """Whether a page, or one turn of it, is asked."""
        shown = logic.formula(self.pool, page.shown_if)
        return self.pool.all_of((shown, self._has_turn(page)))

    def _has_turn(self, page: Page) -> int:
        if page.repeat == "drawn_unit":
            code = self.program.ticking[page.section].code
            use = {code: Use(literals=frozenset({NONE_OF_THESE}))}
            return self.pool.term(Term(("ticked", code), frozenset({code}), _ticks, use))
        if page.repeat == "assigned_unit":
            return self._has_assigned(page)
        return self.pool.true

    def _has_assigned(self, page: Page) -> int:
        assigned = f"{logic.CONTEXT}assigned_units"
        declined = [item.code for item in self.program.declining.get(page.section, ())]

        def stays(binding: Binding) -> bool:
            gone = {code for name in declined for code in binding[name] or ()}
            return bool(set(binding[assigned] or ()) - gone)

        first = frozenset(unit.code for unit in self.program.units[:1])
        uses = dict.fromkeys((assigned, *declined), Use(literals=first))
        return self.pool.term(Term(("assigned", page.section), frozenset(uses), stays, uses))

    def cell(self, item: Item, *, page: int, guard: int) -> Cell:
        """The cell of an item."""
        return Cell(
            name=item.code,
            page=page,
            guard=guard,
            blank=self.pool.false if item.required else self.pool.true,
            check=self.pool.true,
            domain=self._domain(item),
            ends=item.screening_codes,
        )

    def _domain(self, item: Item) -> Domain:
        codes = tuple(option.code for option in item.options)
        exclusive = frozenset(option.code for option in item.options if option.exclusive)
        if item.kind in ("multi", "units"):
            return Subsets(codes, exclusive=exclusive)
        if item.kind == "area":
            return Codes(tuple(self.program.area_codes.get(item.level or "", ())))
        if item.kind in ("single", "scale"):
            return Codes(codes)
        return Texts() if item.kind == "text" else Present()


def _ticks(binding: Binding) -> bool:
    (chosen,) = binding.values()
    return any(code != NONE_OF_THESE for code in chosen or ())
