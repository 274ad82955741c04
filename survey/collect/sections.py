"""Home of the sections of a return: which there are, how far each is, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from survey.collect import pages
from survey.collect.documents import DraftDocument
from survey.instrument.compiling.resolve import item_texts
from survey.instrument.computing import page_nodes
from survey.instrument.expression import answer_names
from survey.instrument.path import PageRef, Reach
from survey.instrument.piping import piped_names
from survey.instrument.problems import Problem
from survey.instrument.program import Program, Words
from survey.instrument.shown import title_of
from survey.instrument.state import answer_key
from survey.instrument.validate import validate_interview

NOTHING_ASKED = frozenset({"note", "computed", "end"})
"""Kinds that are read and not answered."""


class Standing(StrEnum):
    """How far a section is."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    COMPLETE = "complete"
    WITH_ERRORS = "with_errors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section as the answers stand: its pages, how much of it was answered, what stands in the way.

    ``go_on`` is the page to open next: the first that was not sent in full, else the first of all.
    """

    code: str
    title: Words
    pages: tuple[PageRef, ...]
    go_on: PageRef
    standing: Standing
    n_asked: int
    n_answered: int
    problems: tuple[Problem, ...]


def sections_of(program: Program, document: DraftDocument) -> tuple[Section, ...]:
    """The sections on the path, in its order."""
    state = document.state
    walked: dict[str, list[PageRef]] = {}
    titles: dict[str, Words] = {}
    counts: dict[str, tuple[int, int]] = {}
    for ref, page, items in Reach(program, state).walk():
        walked.setdefault(page.section, []).append(ref)
        titles.setdefault(page.section, title_of(program, page, ref.unit, state))
        asked = [item for item in items if item.kind not in NOTHING_ASKED and item.other_of is None]
        answered = sum(bool(state.answers.get(answer_key(item.code, ref.unit))) for item in asked)
        n_asked, n_answered = counts.get(page.section, (0, 0))
        counts[page.section] = (n_asked + len(asked), n_answered + answered)
    problems = validate_interview(program, state)
    return tuple(
        _section(program, document, code, refs, title=titles[code], counts=counts[code], problems=problems)
        for code, refs in walked.items()
    )


def _section(
    program: Program,
    document: DraftDocument,
    code: str,
    refs: list[PageRef],
    *,
    title: Words,
    counts: tuple[int, int],
    problems: Iterable[Problem],
) -> Section:
    done = [pages.is_done(program, document, ref) for ref in refs]
    here = {ref.key for ref in refs}
    own = tuple(problem for problem in problems if problem.where.section in here)
    begun = counts[1] > 0 or any(_is_begun(document, key) for key in here)
    if not begun:
        standing = Standing.NOT_BEGUN
    elif any(_is_begun(document, problem.where.section or "") for problem in own):
        standing = Standing.WITH_ERRORS
    else:
        standing = Standing.COMPLETE if all(done) else Standing.UNDER_WAY
    left = next((ref for ref, is_done in zip(refs, done, strict=True) if not is_done), None)
    wrong = next((ref for ref in refs if any(problem.where.section == ref.key for problem in own)), refs[0])
    return Section(
        code=code,
        title=title,
        pages=tuple(refs),
        go_on=left or wrong,
        standing=standing,
        n_asked=counts[0],
        n_answered=counts[1],
        problems=own,
    )


def _is_begun(document: DraftDocument, page: str) -> bool:
    """Whether a page, or a step of it, was ever sent."""
    return any(place == page or place.startswith(f"{page}!") for place in document.sent)


def deciding(program: Program) -> frozenset[str]:
    """The sections whose answers decide what is asked in others: they are best filled in first."""
    found: set[str] = set()
    for page in program.pages:
        nodes = [*page_nodes(page), *([] if page.shown_if is None else [page.shown_if])]
        for node in nodes:
            for name in answer_names(node):
                place = program.places.get(name)
                if place is not None and place.page.section != page.section:
                    found.add(place.page.section)
    return frozenset(found)


def quoting(program: Program) -> dict[str, frozenset[str]]:
    """By section: the other sections whose answers its questions say again. Whoever fills it in reads those."""
    found: dict[str, frozenset[str]] = {}
    for page in program.pages:
        texts = [page.title, page.intro, *(text for item in page.items for text in item_texts(item))]
        places = (program.places.get(name) for name in piped_names(texts))
        others = {place.page.section for place in places if place is not None} - {page.section}
        if others:
            found[page.section] = found.get(page.section, frozenset()) | others
    return found
