"""Simulated interviews: page after page through the real engine, and what each of them came by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from survey.instrument.lint.model import Model
from survey.instrument.lint.respondent import Margins, Respondent
from survey.instrument.lint.timing import Clock, ticking_seconds
from survey.instrument.path import PageRef, Reach
from survey.instrument.program import Item, Page, Place
from survey.instrument.state import Answer, AnswerState, answer_key, codes_of

End = Literal["completed", "screened_out", "stuck"]
# Beside the random walks, these tick everything: they look for the longest path.
EAGER_WALKS = 20


@dataclass(slots=True, kw_only=True)
class Walk:
    """One interview: its pages, its end, and how long it took by language."""

    state: AnswerState
    pages: list[int] = field(default_factory=list)
    end: End = "completed"
    seconds: dict[str, float] = field(default_factory=dict)
    seen: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Tally:
    """What many walks came by, counted."""

    walks: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    # Walks that came as far as this page of the program, whether it was asked or not.
    came_to: Counter[int] = field(default_factory=Counter)
    places: Counter[tuple[str, str]] = field(default_factory=Counter)
    options: Counter[tuple[str, str]] = field(default_factory=Counter)
    stuck: Counter[int] = field(default_factory=Counter)
    # By pages and end: the seconds, in the first language, of those who took the path.
    paths: dict[tuple[tuple[int, ...], str], list[float]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    # In milliseconds, over all turns of all walks.
    page_seconds: Counter[int] = field(default_factory=Counter)
    turns: Counter[int] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    quotas: Counter[str] = field(default_factory=Counter)


def simulate(model: Model, *, walks: int, rng: Random, margins: Margins, assigned: int = 3) -> Tally:
    """Walk ``walks`` times and count; nothing is random but ``rng``."""
    program = model.program
    clocks = [Clock(program, language) for language in program.languages]
    walker = Walker(model, clocks)
    tally = Tally(seconds={language: [] for language in program.languages})
    respondent = Respondent(program, rng=rng, margins=margins, search=model.search, assigned=assigned)
    for _ in range(walks):
        walk = walker.walk(respondent, tally)
        tally.walks += 1
        tally.ends[walk.end] += 1
        taken = next(iter(walk.seconds.values()), 0.0)
        tally.paths.setdefault((tuple(walk.pages), walk.end), []).append(taken)
        if walk.end == "completed":
            for language, seconds in walk.seconds.items():
                tally.seconds[language].append(seconds)
            walker.count_quotas(walk, tally)
    eager = respondent.eagerly()
    longest = [walker.walk(eager, None) for _ in range(EAGER_WALKS)]
    for language in program.languages:
        ended = [walk.seconds[language] for walk in longest if walk.end == "completed"]
        tally.longest[language] = max([0.0, *ended, *tally.seconds[language]])
    return tally


class Walker:
    """Takes respondents through one program."""

    def __init__(self, model: Model, clocks: Sequence[Clock]) -> None:
        self.program, self.clocks = model.program, clocks
        self._numbers = {id(page): at for at, page in enumerate(self.program.pages)}
        self._ends = [place for place in self.program.screening if place.item.kind == "end"]

    def walk(self, respondent: Respondent, tally: Tally | None) -> Walk:
        """One interview; counted where a tally is given."""
        answers: dict[str, Answer] = {}
        state = AnswerState(
            answers=answers, context=respondent.context(), seed=respondent.rng.getrandbits(32)
        )
        walk = Walk(state=state, seconds={clock.language: clock.start() for clock in self.clocks})
        scales: dict[str, set[object]] = {clock.language: set() for clock in self.clocks}
        for ref, page, shown in self._pages(state):
            # The engine knows of an end as soon as it is reached; the page of a screening end is never shown.
            closing = next((item for item in shown if item.kind == "end"), None)
            if closing is not None and closing.screen_out:
                break
            number = self._numbers[id(page)]
            walk.pages.append(number)
            ended = self._answer(respondent, ref, shown, state, answers)
            items = shown
            while ended is None and _moves(page) and (more := self._opened(ref, items, state)):
                ended = self._answer(respondent, ref, more, state, answers)
                items = (*items, *more)
            if _moves(page):
                items = self._kept(ref, items, state, answers)
            spent = self._spend(walk, page, items, scales, state, ref)
            if tally is not None:
                tally.page_seconds[number] += round(spent * 1000)
                tally.turns[number] += 1
                self._count(tally, walk, number, ref, items)
            if ended:
                walk.end = ended
            if ended or closing is not None:
                break
        last = walk.pages[-1] if walk.end != "completed" else len(self.program.pages) - 1
        if walk.end == "completed" and (place := self._ending(state)):
            last = place.page_number
            walk.end = "screened_out" if place.item.screen_out else "completed"
        if tally is not None:
            tally.came_to[last] += 1
            if walk.end == "stuck":
                tally.stuck[last] += 1
        return walk

    def _pages(self, state: AnswerState) -> Iterator[tuple[PageRef, Page, tuple[Item, ...]]]:
        """Page after page as the answers grow; what was decided ahead of them is decided anew."""
        reach = Reach(self.program, state)
        for ref, page, items in reach.walk():
            yield ref, page, items
            # Looking for an end decides conditions ahead of their answers, and so does a page that moves.
            if self._ends or _moves(page):
                reach.forget()

    def _ending(self, state: AnswerState) -> Place | None:
        """The end that closed the interview, if one did."""
        if not self._ends:
            return None
        reach = Reach(self.program, state)
        return next((place for place in self._ends if reach.is_asked(place.item, None)), None)

    def _opened(self, ref: PageRef, asked: Sequence[Item], state: AnswerState) -> tuple[Item, ...]:
        """Items that answers of the same page have opened."""
        before = {item.code for item in asked}
        items = Reach(self.program, state).shown_items(ref)
        return tuple(item for item in items if item.code not in before)

    def _kept(
        self, ref: PageRef, asked: Sequence[Item], state: AnswerState, answers: dict[str, Answer]
    ) -> tuple[Item, ...]:
        """What the page's own answers have not closed again; the rest leaves no answer."""
        now = {item.code for item in Reach(self.program, state).shown_items(ref)}
        for item in asked:
            if item.code not in now:
                answers.pop(answer_key(item.code, ref.unit), None)
        return tuple(item for item in asked if item.code in now)

    def _answer(
        self,
        respondent: Respondent,
        ref: PageRef,
        items: Sequence[Item],
        state: AnswerState,
        answers: dict[str, Answer],
    ) -> End | None:
        end: End | None = None
        for item in items:
            answer, goes_on = respondent.answer(item, ref, state)
            if not goes_on:
                return "stuck"
            if answer is not None:
                answers[answer_key(item.code, ref.unit)] = answer
                if item.screening_codes and not item.screening_codes.isdisjoint(codes_of(answer)):
                    end = "screened_out"
        self._share_out(respondent, ref, items, answers)
        return end

    def _share_out(
        self, respondent: Respondent, ref: PageRef, items: Sequence[Item], answers: dict[str, Answer]
    ) -> None:
        """The parts of an allocation make its total: all of it goes to one row."""
        for code in dict.fromkeys(item.battery for item in items if item.battery is not None):
            total = self.program.batteries_by_code[code].total
            if total is not None:
                keys = [answer_key(item.code, ref.unit) for item in items if item.battery == code]
                answers.update(dict.fromkeys(keys, "0"))
                answers[respondent.rng.choice(keys)] = total

    def _spend(
        self,
        walk: Walk,
        page: Page,
        items: Sequence[Item],
        scales: Mapping[str, set[object]],
        state: AnswerState,
        ref: PageRef,
    ) -> float:
        """Add the time of a page in every language; the first language's is given back."""
        first = 0.0
        for clock in self.clocks:
            seconds = clock.page(page)
            batteries: set[str] = set()
            for item in items:
                seconds += clock.item(item, scales[clock.language])
                if item.battery and item.battery not in batteries:
                    batteries.add(item.battery)
                    seconds += clock.battery(item.battery)
                if item.kind in ("multi", "units"):
                    seconds += ticking_seconds(
                        len(codes_of(state.answers.get(answer_key(item.code, ref.unit))))
                    )
            walk.seconds[clock.language] += seconds
            first = first or seconds
        return first

    def _count(self, tally: Tally, walk: Walk, number: int, ref: PageRef, items: Sequence[Item]) -> None:
        """A page, an item and an option count once a walk, however many turns it takes."""
        for place in [("page", str(number)), *(("item", item.code) for item in items)]:
            if place not in walk.seen:
                walk.seen.add(place)
                tally.places[place] += 1
        for item in items:
            for code in codes_of(walk.state.answers.get(answer_key(item.code, ref.unit))):
                place = (item.code, code)
                if code in item.options_by_code and place not in walk.seen:
                    walk.seen.add(place)
                    tally.options[place] += 1

    def count_quotas(self, walk: Walk, tally: Tally) -> None:
        """The quotas that a complete interview belongs to."""
        if not self.program.quotas:
            return
        reach = Reach(self.program, walk.state)
        for quota in self.program.quotas:
            if quota.where is None or reach.holds(quota.where, None):
                tally.quotas[quota.code] += 1


def _moves(page: Page) -> bool:
    """Whether an answer may open or close an item of the same page."""
    return page.together or any(
        item.other_of is not None or (item.kind == "computed" and item.shown_if is not None)
        for item in page.items
    )
