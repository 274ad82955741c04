"""From counted walks to what a designer reads: coverage, durations, where people leave.

People are assumed to leave an online questionnaire at a page with a chance of 0.14 percentage points for the page
and 0.06 for each question on it: the slopes found over 5,752 web surveys with 1.25 million respondents ("Questionnaire
length and breakoffs in web surveys: a meta study", WebSM workshop 2014). Those who leave at the introduction, three
quarters of all, do not depend on the instrument and are left out. A page on which a walk cannot go on is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median, quantiles

from survey.instrument.lint.report import Coverage, Duration, Leaving, Route, Share
from survey.instrument.lint.walks import Tally
from survey.instrument.problems import Problem, Where
from survey.instrument.program import Page, Program

PER_PAGE, PER_QUESTION = 0.0014, 0.0006
LONG_PAGE_SECONDS = 120
SHOWN_ROUTES = 20


def durations(program: Program, tally: Tally) -> tuple[Duration, ...]:
    """Median, 10th and 90th percentile of the complete walks, and the longest of all, in each language."""
    found = []
    for language in program.languages:
        seconds = sorted(tally.seconds[language])
        if not seconds:
            continue
        low, middle, high = _deciles(seconds)
        found.append(
            Duration(
                language=language,
                low=round(low, 1),
                median=round(middle, 1),
                high=round(high, 1),
                longest=round(tally.longest[language], 1),
            )
        )
    return tuple(found)


def coverage(program: Program, tally: Tally, *, seed: int) -> Coverage:
    """Shares of the walks."""
    came = _came_to(program, tally)
    return Coverage(
        walks=tally.walks,
        seed=seed,
        completed=tally.ends["completed"],
        screened_out=tally.ends["screened_out"],
        stuck=tally.ends["stuck"],
        paths=len(tally.paths),
        routes=_routes(program, tally),
        pages=tuple(
            Share(place=_key(page), reached=tally.places["page", str(at)], of=tally.walks)
            for at, page in enumerate(program.pages)
        ),
        items=tuple(
            Share(place=item.code, reached=tally.places["item", item.code], of=tally.walks)
            for page in program.pages
            for item in page.items
        ),
        options=tuple(
            Share(place=f"{item.code}.{o.code}", reached=tally.options[item.code, o.code], of=asked)
            for page in program.pages
            for item in page.items
            for asked in (tally.places["item", item.code],)
            for o in item.options
            if not o.interviewer_only
        ),
        conditions=tuple(_conditions(program, tally, came)),
        leaving=_leaving(program, tally),
    )


def check_pages(program: Program, tally: Tally) -> Iterator[Problem]:
    """Advice on pages that take long, and on pages where simulated walks came to a stop."""
    for at, page in enumerate(program.pages):
        if tally.stuck[at]:
            counts = {"stuck": tally.stuck[at], "walks": tally.walks}
            yield Problem(
                code="walk_stuck", where=Where(section=page.section), context=counts, level="advice"
            )
        turns = tally.turns[at]
        seconds = tally.page_seconds[at] / 1000 / turns if turns else 0
        if seconds > LONG_PAGE_SECONDS:
            context = {"seconds": round(seconds), "limit": LONG_PAGE_SECONDS}
            yield Problem(
                code="page_long", where=Where(section=page.section), context=context, level="advice"
            )


def _deciles(ordered: Sequence[float]) -> tuple[float, float, float]:
    if len(ordered) == 1:
        return ordered[0], ordered[0], ordered[0]
    cuts = quantiles(ordered, n=10, method="inclusive")
    return cuts[0], cuts[4], cuts[8]


def _came_to(program: Program, tally: Tally) -> list[int]:
    """For each page, how many walks came as far as its place."""
    found: list[int] = []
    going = tally.walks
    for at in range(len(program.pages)):
        found.append(going)
        going -= tally.came_to[at] if at < len(program.pages) - 1 else 0
    return found


def _conditions(program: Program, tally: Tally, came: Sequence[int]) -> Iterator[Share]:
    """Both sides of whatever decides whether an item is asked."""
    for at, page in enumerate(program.pages):
        for item in page.items:
            if (item.shown_if is None and page.shown_if is None) or item.declines:
                continue
            asked = tally.places["item", item.code]
            yield Share(place=f"{item.code}=true", reached=asked, of=came[at])
            yield Share(place=f"{item.code}=false", reached=came[at] - asked, of=came[at])


def _leaving(program: Program, tally: Tally) -> tuple[Leaving, ...]:
    found: list[Leaving] = []
    staying, elapsed = 1.0, 0.0
    for at, page in enumerate(program.pages):
        reached = tally.places["page", str(at)]
        share = reached / tally.walks if tally.walks else 0.0
        asked = sum(tally.places["item", item.code] for item in page.items if item.is_visible)
        hazard = PER_PAGE + PER_QUESTION * (asked / reached) if reached else 0.0
        leaving = staying * share * hazard
        found.append(
            Leaving(
                page=_key(page), share=round(leaving, 6), seconds=round(elapsed, 1), stuck=tally.stuck[at]
            )
        )
        staying -= leaving
        elapsed += tally.page_seconds[at] / 1000 / tally.walks if tally.walks else 0.0
    return tuple(found)


def _routes(program: Program, tally: Tally) -> tuple[Route, ...]:
    """The commonest paths; of equally common ones the shorter first."""
    ranked = sorted(tally.paths.items(), key=lambda entry: (-len(entry[1]), len(entry[0][0]), entry[0]))
    return tuple(
        Route(
            pages=tuple(_key(program.pages[number]) for number in pages),
            end=end,
            walks=len(seconds),
            median=round(median(seconds), 1),
            longest=round(max(seconds), 1),
        )
        for (pages, end), seconds in ranked[:SHOWN_ROUTES]
    )


def _key(page: Page) -> str:
    return page.code if page.repeat is None else f"{page.code}@"
