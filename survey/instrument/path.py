"""The path of one respondent: which pages are asked, in which order, and which answers went stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.expression import Node, Value, evaluate
from survey.instrument.expression.decimals import whole
from survey.instrument.expression.values import as_number, as_truth
from survey.instrument.orders import rank, section_order
from survey.instrument.program import MISSING_MARK, NONE_OF_THESE, Item, Loop, Page, Place, Program
from survey.instrument.scope import AnswerScope
from survey.instrument.state import AnswerState, answer_key, codes_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """One page of the path; on a repeated page with the unit it is about."""

    code: str
    unit: str | None = None

    @property
    def key(self) -> str:
        """The name in addresses and forms: "B", or "U@edu"."""
        return answer_key(self.code, self.unit)

    @classmethod
    def from_key(cls, key: str) -> PageRef:
        """The inverse of ``key``; whether such a page exists is for ``is_on_path`` to say."""
        code, _, unit = key.partition(UNIT_SEPARATOR)
        return cls(code=code, unit=unit or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The pages in order; the answer key that screened the respondent out; answers that no longer count."""

    pages: tuple[PageRef, ...]
    screened_out: str | None
    stale: tuple[str, ...]


def find_path(program: Program, state: AnswerState) -> Path:
    """The whole path as the answers stand now. Pure and total: any answers give a path that ends."""
    pages: list[PageRef] = []
    live: set[str] = set()
    reach = Reach(program, state)
    for ref, _, items in reach.walk():
        pages.append(ref)
        live.update(answer_key(item.code, ref.unit) for item in items)
    stale = tuple(sorted(key for key in state.answers if key not in live))
    return Path(pages=tuple(pages), screened_out=reach.screened_out(), stale=stale)


def is_on_path(program: Program, ref: PageRef, state: AnswerState) -> bool:
    """Whether the page is asked now, without walking the whole path."""
    return any(item.is_visible for item in Reach(program, state).shown_items(ref))


def drawn_units(item: Item, state: AnswerState) -> tuple[str, ...]:
    """The units to be rated: all that were ticked, or a simple random draw of ``max_units`` fixed by the seed."""
    known = item.options_by_code
    chosen = set(codes_of(state.answers.get(item.code)))
    ticked = [code for code in known if code in chosen and code != NONE_OF_THESE]
    if item.max_units is None or len(ticked) <= item.max_units:
        return tuple(ticked)
    lucky = set(sorted(ticked, key=partial(rank, state.seed, item.code))[: item.max_units])
    return tuple(code for code in ticked if code in lucky)


# How far a condition looks back through others before all of them are decided in order.
_DEEP = 6


class Reach:
    """Answers "is this asked?" for one state; conditions look only at answers that are asked themselves."""

    def __init__(self, program: Program, state: AnswerState) -> None:
        self.program, self.state = program, state
        self._shown_pages: dict[tuple[int, str | None], bool] = {}
        self._shown_items: dict[tuple[str, str | None], bool] = {}
        self._computed: dict[tuple[str, str | None], Value] = {}
        self._depth = 0
        self._turns: dict[str, tuple[str, ...]] = {}
        self._runs = section_order(program, state.seed)
        # Where a page stands in this respondent's order; its number where nothing is shuffled.
        self._places: Sequence[int] = range(len(program.pages))
        if program.is_shuffled:
            order = [number for run in self._runs for number in run]
            self._places = sorted(range(len(order)), key=order.__getitem__)

    def forget(self) -> None:
        """Decide everything anew: for a caller whose state grows while it walks."""
        for known in (self._shown_pages, self._shown_items, self._computed, self._turns):
            known.clear()

    def walk(self, *, silent: bool = False) -> Iterator[tuple[PageRef, Page, tuple[Item, ...]]]:
        """Every page of the path with the items asked on it; ``silent`` adds those that show nothing."""
        last = self._last_place()
        for run in self._runs:
            if self._places[run[0]] > last:
                return
            for unit in self.units(self.program.pages[run[0]]):
                for number in run:
                    if self._places[number] > last:
                        break
                    page = self.program.pages[number]
                    items = self._items(number, page, unit)
                    if any(item.is_visible for item in items) or (silent and items):
                        yield PageRef(code=page.code, unit=unit), page, items

    def screened_out(self) -> str | None:
        """The first answer, or the first end, that says the survey is not meant for this respondent."""
        place = self._stop()
        if place is None or (place.item.kind == "end" and not place.item.screen_out):
            return None
        return place.item.code

    def shown_items(self, ref: PageRef) -> tuple[Item, ...]:
        """The items asked on a page now; none if the page is not on the path."""
        number = self.program.page_numbers.get((ref.code, ref.unit is not None))
        if number is None or self._places[number] > self._last_place():
            return ()
        return self._items(number, self.program.pages[number], ref.unit)

    def is_asked(self, item: Item, unit: str | None) -> bool:
        """Whether this one item is asked now, for this unit or turn."""
        return self._asked(self.program.places[item.code], unit)

    def holds(self, node: Node, unit: str | None, page: Page | None = None) -> bool:
        """Whether a condition is true now."""
        return as_truth(self._value(node, unit, page))

    def _value(self, node: Node, unit: str | None, page: Page | None) -> Value:
        if self._depth == _DEEP:
            self._settle(page)
        self._depth += 1
        try:
            return evaluate(node, AnswerScope(self, unit, page=page))
        finally:
            self._depth -= 1

    def _settle(self, page: Page | None) -> None:
        """Decide in order what comes up to a page: nothing then has to go back through a long chain."""
        last = len(self.program.pages) - 1
        if page is not None:
            last = self.program.page_numbers[page.code, page.repeat is not None]
        self._depth += 1
        for place in self.program.places.values():
            if place.page_number <= last:
                for unit in self.units(place.page):
                    self._asked(place, unit)
                    if place.item.calculation is not None:
                        self.computed(place.item, unit)
        self._depth -= 1

    def units(self, page: Page) -> Sequence[str | None]:
        """The units a page is repeated for; a page that is not repeated has the one entry None."""
        if page.repeat is None:
            return (None,)
        if page.repeat == "loop":
            return self.turns(self.program.loops_by_code[page.loop or ""])
        if page.repeat == "drawn_unit":
            item = self.program.ticking[page.section]
            return drawn_units(item, self.state) if self._asked(self.program.places[item.code], None) else ()
        known = self.program.units_by_code
        if page.repeat == "commitment":
            if "commitments" not in self.state.context:
                return tuple(known)
            named = codes_of(self.state.context["commitments"])
            return tuple(dict.fromkeys(code for code in named if code in known))
        declined: set[str] = set()
        for item in self.program.declining.get(page.section, ()):
            declined.update(codes_of(self.state.answers.get(item.code)))
        return [unit for unit in assigned_units(self.program, self.state) if unit not in declined]

    def turns(self, loop: Loop) -> tuple[str, ...]:
        """The turns of a loop: ticked options, filled rows or numbers, at most as many as its limit."""
        known = self._turns.get(loop.code)
        if known is None:
            known = self._turns[loop.code] = tuple(self._all_turns(loop))[: loop.limit]
        return known

    def _all_turns(self, loop: Loop) -> Iterator[str]:
        if loop.over is not None:
            place = self.program.places[loop.over]
            chosen = set(codes_of(self.state.answers.get(loop.over)))
            if chosen and self._asked(place, None):
                for option in place.item.options:
                    if option.code in chosen and not (option.missing or option.exclusive):
                        yield option.code
        elif loop.rows is not None:
            for item in self.program.members[loop.rows]:
                text = self.state.answers.get(item.code)
                given = isinstance(text, str) and text.strip() and not text.startswith(MISSING_MARK)
                if item.row is not None and given and self.is_asked(item, None):
                    yield item.row
        elif loop.count_from is not None:
            number = as_number(evaluate(loop.count_from, AnswerScope(self, None)))
            wanted = 0 if number is None else whole(number)
            yield from (str(turn) for turn in range(1, min(wanted, loop.limit) + 1))
        elif loop.count is not None:
            yield from (str(number) for number in range(1, loop.count + 1))

    def computed(self, item: Item, unit: str | None) -> Value:
        """The value of a computed item as the answers stand; missing where it is not asked."""
        key = (item.code, unit)
        if key not in self._computed:
            value = None
            if item.calculation is not None and self.is_asked(item, unit):
                value = self._value(item.calculation, unit, self.program.places[item.code].page)
            self._computed[key] = value
        return self._computed[key]

    def _items(self, number: int, page: Page, unit: str | None) -> tuple[Item, ...]:
        if not self._page_shown(number, page, unit):
            return ()
        if not page.has_conditions:
            return page.items
        return tuple(item for item in page.items if item.shown_if is None or self._shown(item, page, unit))

    def _asked(self, place: Place, unit: str | None) -> bool:
        return self._page_shown(place.page_number, place.page, unit) and (
            place.item.shown_if is None or self._shown(place.item, place.page, unit)
        )

    def _shown(self, item: Item, page: Page, unit: str | None) -> bool:
        """Whether the item's own condition is true; decided once."""
        known = self._shown_items.get((item.code, unit))
        if known is None:
            known = item.shown_if is None or self.holds(item.shown_if, unit, page)
            self._shown_items[item.code, unit] = known
        return known

    def _page_shown(self, number: int, page: Page, unit: str | None) -> bool:
        if page.repeat is None and page.shown_if is None:
            return True
        known = self._shown_pages.get((number, unit))
        if known is None:
            known = unit in self.units(page) and (
                page.shown_if is None or self.holds(page.shown_if, unit, page)
            )
            self._shown_pages[number, unit] = known
        return known

    def _stop(self) -> Place | None:
        """What ends the interview: a screening answer, or an end that is reached."""
        stops = self.program.screening
        if self.program.is_shuffled:
            stops = tuple(sorted(stops, key=lambda place: self._places[place.page_number]))
        for place in stops:
            if place.item.kind == "end":
                if self._asked(place, None):
                    return place
                continue
            chosen = codes_of(self.state.answers.get(place.item.code))
            if not place.item.screening_codes.isdisjoint(chosen) and self._asked(place, None):
                return place
        return None

    def _last_place(self) -> int:
        place = self._stop()
        if place is None:
            return len(self.program.pages) - 1
        # The page that says "not meant for you" is not one of the questionnaire.
        before = place.item.kind == "end" and place.item.screen_out
        return self._places[place.page_number] - (1 if before else 0)


def assigned_units(program: Program, state: AnswerState) -> tuple[str, ...]:
    """The units a representative was assigned, each once, as far as the program knows them."""
    known = program.units_by_code
    return tuple(dict.fromkeys(u for u in codes_of(state.context.get("assigned_units")) if u in known))
