"""The path of one respondent: which pages are asked, in which order, and which answers went stale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.expression import Node, evaluate
from survey.instrument.program import NONE_OF_THESE, Item, Page, Place, Program
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
    return bool(Reach(program, state).shown_items(ref))


def drawn_units(item: Item, state: AnswerState) -> tuple[str, ...]:
    """The units to be rated: all that were ticked, or a simple random draw of ``max_units`` fixed by the seed."""
    known = item.options_by_code
    chosen = set(codes_of(state.answers.get(item.code)))
    ticked = [code for code in known if code in chosen and code != NONE_OF_THESE]
    if item.max_units is None or len(ticked) <= item.max_units:
        return tuple(ticked)
    lucky = set(sorted(ticked, key=partial(rank, state.seed, item.code))[: item.max_units])
    return tuple(code for code in ticked if code in lucky)


def rank(seed: int, purpose: str, code: str) -> bytes:
    """A place in a random order that depends on nothing but its arguments, on every machine alike."""
    return hashlib.sha256(f"{seed}|{purpose}|{code}".encode("utf-8", "replace")).digest()


class Reach:
    """Answers "is this asked?" for one state; conditions look only at answers that are asked themselves."""

    def __init__(self, program: Program, state: AnswerState) -> None:
        self.program, self.state = program, state
        self._shown_pages: dict[tuple[int, str | None], bool] = {}

    def walk(self) -> Iterator[tuple[PageRef, Page, tuple[Item, ...]]]:
        """Every page of the path with the items asked on it."""
        last = self._last_page()
        for run in self.program.runs:
            if run[0] > last:
                return
            for unit in self.units(self.program.pages[run[0]]):
                for number in run:
                    page = self.program.pages[number]
                    items = self._items(number, page, unit)
                    if items:
                        yield PageRef(code=page.code, unit=unit), page, items

    def screened_out(self) -> str | None:
        """The first answer that ends the interview."""
        place = self._screening_place()
        return place.item.code if place else None

    def shown_items(self, ref: PageRef) -> tuple[Item, ...]:
        """The items asked on a page now; none if the page is not on the path."""
        number = self.program.page_numbers.get((ref.code, ref.unit is not None))
        if number is None or number > self._last_page():
            return ()
        return self._items(number, self.program.pages[number], ref.unit)

    def units(self, page: Page) -> Sequence[str | None]:
        """The units a page is repeated for; a page that is not repeated has the one entry None."""
        if page.repeat is None:
            return (None,)
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

    def codes(self, unit: str | None, node: Node) -> Sequence[str]:
        """The operand of a condition; empty where it is missing or no longer asked."""
        if node.source == "context":
            return codes_of(self.state.context.get(node.name))
        place = self.program.places[node.name]
        at = unit if node.repeated else None
        answer = self.state.answers.get(answer_key(node.name, at))
        if not answer or not (place.always or self._asked(place, at)):
            return ()
        return codes_of(answer)

    def _items(self, number: int, page: Page, unit: str | None) -> tuple[Item, ...]:
        if not self._page_shown(number, page, unit):
            return ()
        if not page.has_conditions:
            return page.items
        lookup = partial(self.codes, unit)
        return tuple(item for item in page.items if item.shown_if is None or evaluate(item.shown_if, lookup))

    def _asked(self, place: Place, unit: str | None) -> bool:
        condition = place.item.shown_if
        return self._page_shown(place.page_number, place.page, unit) and (
            condition is None or evaluate(condition, partial(self.codes, unit))
        )

    def _page_shown(self, number: int, page: Page, unit: str | None) -> bool:
        if page.repeat is None and page.shown_if is None:
            return True
        known = self._shown_pages.get((number, unit))
        if known is None:
            known = unit in self.units(page) and (
                page.shown_if is None or evaluate(page.shown_if, partial(self.codes, unit))
            )
            self._shown_pages[number, unit] = known
        return known

    def _screening_place(self) -> Place | None:
        for place in self.program.screening:
            chosen = codes_of(self.state.answers.get(place.item.code))
            if not place.item.screening_codes.isdisjoint(chosen) and self._asked(place, None):
                return place
        return None

    def _last_page(self) -> int:
        place = self._screening_place()
        return len(self.program.pages) - 1 if place is None else place.page_number


def assigned_units(program: Program, state: AnswerState) -> tuple[str, ...]:
    """The units a representative was assigned, each once, as far as the program knows them."""
    known = program.units_by_code
    return tuple(dict.fromkeys(u for u in codes_of(state.context.get("assigned_units")) if u in known))
