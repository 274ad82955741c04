"""Prepares one page of an instrument for its templates: what was typed, what was refused and where.

Everything is in the reader's language already, so that a template only has to write it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import attrgetter
from typing import NamedTuple

from survey.instrument.problems import Problem as InstrumentProblem
from survey.instrument.program import Words
from survey.instrument.shown import ShownItem, ShownOption, ShownPage
from survey.instrument.state import codes_of
from survey.kit.language import pick

Raw = Mapping[str, Sequence[str]]
_APART = {"single": "missing", "scale": "missing", "multi": "exclusive", "units": "exclusive"}
"""By kind: which mark sets an option apart from the others."""


class Choice(NamedTuple):
    """One option: the id of its control, its code, its words, and whether it is chosen."""

    id: str
    code: str
    words: str
    is_chosen: bool


Block = tuple[str, Sequence[Choice]]
"""Options under a heading; the heading is empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item as it is shown: with what the person typed, and what was refused of it.

    ``blocks`` are the options in order: for an area under their headings, for other choices the plain ones and
    then those set apart ("none of these", "don't know").
    """

    key: str
    kind: str
    text: str
    help: str
    is_required: bool
    is_prefilled: bool
    max_chars: int | None
    blocks: tuple[Block, ...]
    typed: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageForm:
    """A page ready for ``kit/items.html``, and its refusals for the error summary."""

    page: ShownPage
    asked: tuple[Asked, ...]
    summary: tuple[tuple[str, str, str], ...]


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
        by_key.setdefault(problem.where.item or "", []).append(problem.message(language))
    asked = tuple(
        _asked(item, language, typed=_typed(item, raw), problem=" ".join(by_key.get(item.key, ())) or None)
        for item in page.items
    )
    keys = {item.key for item in page.items}
    # What belongs to no item on the page is still said, once, at the top.
    loose = tuple(("main", text, "") for key, texts in by_key.items() if key not in keys for text in texts)
    placed = tuple((f"i-{each.key}", each.problem, each.text) for each in asked if each.problem)
    return PageForm(page=page, asked=asked, summary=loose + placed)


def _asked(item: ShownItem, language: str, *, typed: tuple[str, ...], problem: str | None) -> Asked:
    return Asked(
        key=item.key,
        kind=item.kind,
        text=pick(item.text, language),
        help=pick(item.help, language),
        is_required=item.required,
        is_prefilled=item.prefilled,
        max_chars=item.max_chars,
        blocks=_blocks(item, language, frozenset(typed)),
        typed=typed,
        problem=problem,
    )


def _blocks(item: ShownItem, language: str, chosen: frozenset[str]) -> tuple[Block, ...]:
    if item.kind == "area":
        parts = _under_headings(item.options)
    elif item.kind in _APART:
        is_apart = attrgetter(_APART[item.kind])
        plain = [option for option in item.options if not is_apart(option)]
        aside = [option for option in item.options if is_apart(option)]
        parts = [(None, plain), (None, aside)] if aside else [(None, plain)]
    else:
        return ()
    # The first control bears the id that an error summary points at.
    ids = chain([f"i-{item.key}"], (f"i-{item.key}-{n}" for n in count(1)))
    return tuple(
        (
            pick(heading, language),
            [
                Choice(next(ids), option.code, pick(option.text, language), option.code in chosen)
                for option in options
            ],
        )
        for heading, options in parts
    )


def _under_headings(options: Sequence[ShownOption]) -> list[tuple[Words | None, list[ShownOption]]]:
    """Areas under the names of their cities, in the order in which these first appear."""
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
