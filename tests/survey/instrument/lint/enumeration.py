"""Every walk through a small instrument, taken page by page through the real engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations, product

from survey.instrument.path import PageRef, Reach, find_path
from survey.instrument.program import Program
from survey.instrument.shown import ShownItem, page_items
from survey.instrument.state import Answer, AnswerState, codes_of
from survey.instrument.validate import validate_page


@dataclass
class Seen:
    """What some walk came by: items asked, items whose own condition was true or false in their place."""

    asked: set[str] = field(default_factory=set)
    true: set[str] = field(default_factory=set)
    false: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    finished: bool = False


def enumerate_walks(program: Program, contexts: Iterable[Mapping[str, Answer]]) -> Seen:
    """All walks for all of the contexts."""
    seen = Seen()
    for context in contexts:
        _walk(program, AnswerState(context=context), (), seen)
    return seen


def _walk(program: Program, state: AnswerState, done: tuple[PageRef, ...], seen: Seen) -> None:
    path = find_path(program, state)
    ref = next((ref for ref in path.pages if ref not in done), None)
    if ref is None:
        stop = _stop(program, state)
        _record(program, state, stop, seen)
        seen.finished |= stop is None
        return
    items = page_items(program, ref, state)
    seen.asked.update(item.item.code for item in items)
    went_on = False
    for raw in _posts(items):
        result = validate_page(program, ref, raw, state)
        if not any(problem.level == "error" for problem in result.problems):
            went_on = True
            _walk(program, result.into(state), (*done, ref), seen)
    if not went_on:
        _record(program, state, program.page_numbers[ref.code, ref.unit is not None], seen)
        if len(items) == 1:
            seen.stuck.add(items[0].item.code)


def _stop(program: Program, state: AnswerState) -> int | None:
    """The page that ends the interview by an answer or an end."""
    reach = Reach(program, state)
    for place in program.screening:
        if reach.is_asked(place.item, None):
            chosen = codes_of(state.answers.get(place.item.code))
            if place.item.kind == "end" or not place.item.screening_codes.isdisjoint(chosen):
                return place.page_number
    return None


def _record(program: Program, state: AnswerState, last: int | None, seen: Seen) -> None:
    """Which conditions held on this walk, up to the page where it ended."""
    reach = Reach(program, state)
    for number, page in enumerate(program.pages):
        if last is not None and number > last:
            break
        for unit in reach.units(page):
            if page.shown_if is not None and not reach.holds(page.shown_if, unit, page):
                continue
            for item in page.items:
                held = item.shown_if is None or reach.holds(item.shown_if, unit, page)
                (seen.true if held else seen.false).add(item.code)


def _posts(items: tuple[ShownItem, ...]) -> Iterator[dict[str, list[str]]]:
    """Every combination of answers that could be sent for a page."""
    ways = [list(_answers(item)) for item in items]
    for chosen in product(*ways):
        yield {item.key: list(values) for item, values in zip(items, chosen, strict=True)}


def _answers(item: ShownItem) -> Iterator[tuple[str, ...]]:
    codes = [option.code for option in item.options]
    if item.kind in ("multi", "units"):
        yield from chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))
        return
    yield ()
    if item.kind in ("note", "computed", "end"):
        return
    if item.kind == "number":
        yield from ((str(number),) for number in range(-1, 7))
    elif item.kind == "text":
        yield ("x",)
    elif item.kind == "consent":
        yield ("yes",)
    else:
        yield from ((code,) for code in codes)
