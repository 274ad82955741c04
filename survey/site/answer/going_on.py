"""Home of where an interview goes on: its places have names, and names have addresses."""

from __future__ import annotations

import flask

from survey.collect import returns
from survey.collect.documents import DraftDocument
from survey.collect.pages import is_step_done, next_page
from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.path import PageRef, find_path
from survey.instrument.program import Program
from survey.instrument.steps import STEP_SEPARATOR, step_key, steps_of
from survey.kit import language
from survey.site.answer.respondent import Mine

REVIEW, END, HUB, NEXT = "review", "end", "hub", "next"
_AT_RETURNS = {HUB: "returns.hub", NEXT: "returns.next_page"}


def where_next(program: Program, document: DraftDocument) -> str:
    """Where the interview goes on: the key of a page, or the review, or the end for whom it is not meant.

    The return of a firm goes on at the overview of its sections.
    """
    if returns.is_shared(program, document):
        return END if find_path(program, document.state).screened_out else HUB
    found = next_page(program, document)
    if found is not None:
        return _first_open(program, document, found)
    return END if find_path(program, document.state).screened_out else REVIEW


def _first_open(program: Program, document: DraftDocument, ref: PageRef) -> str:
    """The page; where it is asked one item at a time, the first step of it that was not sent or is typed in."""
    if not language.is_elder():
        return ref.key
    steps = steps_of(program, ref, document.state)
    typed = {key.partition(UNIT_SEPARATOR)[0] for key in document.typed}
    for step in steps:
        if not step.items.isdisjoint(typed) or not is_step_done(document, step_key(ref, step.code)):
            return step_key(ref, step.code)
    return ref.key


def place_now(mine: Mine) -> str:
    """The same for this browser: a colleague goes on with what is left of their part."""
    return where_next(mine.program, mine.draft.document) if mine.share is None else NEXT


def step(after: PageRef | None, *, screened_out: bool) -> str:
    """The same, straight after a page was saved."""
    if screened_out:
        return END
    return REVIEW if after is None else after.key


def step_after(mine: Mine, ref: PageRef, after: PageRef | None, *, screened_out: bool) -> str:
    """The same for a return that several may fill in: on within the section, and then to what is left of one's own."""
    if not mine.is_shared:
        return step(after, screened_out=screened_out)
    if screened_out:
        return END if mine.share is None else NEXT
    numbers = mine.program.page_numbers
    sections = {
        mine.program.pages[numbers[place.code, place.unit is not None]].section
        for place in (ref, after)
        if place is not None
    }
    return after.key if after is not None and len(sections) == 1 else NEXT


def url(wave: str, place: str) -> str:
    """The address of a place of the interview."""
    if place in _AT_RETURNS:
        return flask.url_for(_AT_RETURNS[place], wave=wave)
    if place in (REVIEW, END):
        return flask.url_for(f"answer.{place}", wave=wave)
    key, _, step = place.partition(STEP_SEPARATOR)
    return flask.url_for("answer.page", wave=wave, key=key, q=step or None)
