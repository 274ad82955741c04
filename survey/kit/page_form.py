"""Prepares one page of an instrument for its templates: what was typed, what was refused and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey.errors import Problem
from survey.instrument.problems import Problem as InstrumentProblem
from survey.instrument.program import Words
from survey.instrument.shown import ShownItem, ShownOption, ShownPage
from survey.instrument.state import codes_of

Raw = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item as it is shown: with what the person typed, and the refusal in the reader's language."""

    item: ShownItem
    typed: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForm:
    """A page ready for ``kit/items.html``, and its refusals for the error summary."""

    page: ShownPage
    asked: tuple[Asked, ...]
    summary: tuple[tuple[str, str, Words | None], ...]


def page_form(
    page: ShownPage,
    *,
    language: str,
    raw: Raw | None = None,
    problems: Sequence[InstrumentProblem] = (),
) -> PageForm:
    """The page with ``raw`` as typed (the stored answers where it is None) and each problem at its item."""
    by_key: dict[str, list[str]] = {}
    for problem in problems:
        by_key.setdefault(problem.where.item or "", []).append(_text(problem, language))
    asked = tuple(
        Asked(item=item, typed=_typed(item, raw), problem=" ".join(by_key.get(item.key, ())) or None)
        for item in page.items
    )
    keys = {item.key for item in page.items}
    # What belongs to no item on the page is still said, once, at the top.
    loose = tuple(("main", text, None) for key, texts in by_key.items() if key not in keys for text in texts)
    placed = tuple((f"i-{each.item.key}", each.problem, each.item.text) for each in asked if each.problem)
    return PageForm(page=page, asked=asked, summary=loose + placed)


def grouped(options: Sequence[ShownOption]) -> list[tuple[Words | None, list[ShownOption]]]:
    """Options under their headings, in the order in which the headings first appear."""
    found: list[tuple[Words | None, list[ShownOption]]] = []
    for option in options:
        if not found or found[-1][0] != option.group:
            found.append((option.group, []))
        found[-1][1].append(option)
    return found


def _typed(item: ShownItem, raw: Raw | None) -> tuple[str, ...]:
    if raw is not None:
        return tuple(raw.get(item.key, ()))
    if item.kind == "text" and isinstance(item.value, str):
        return (item.value,)
    return tuple(codes_of(item.value))


def _text(problem: Problem, language: str) -> str:
    return problem.message(language)
