"""Home of the look at one item: as the phone shows it now, whatever the rest of the draft is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from admin.designer import checking
from survey.instrument.changes import ABSENT, Document, Path, put, value_at
from survey.instrument.compile import Compilation
from survey.instrument.path import find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.shown import page_items, show_page
from survey.instrument.state import AnswerState
from survey.kit import language
from survey.kit.page_form import PageForm, page_form

# Any: a JSON document
_ALWAYS_OUT = ("show_if", "loop", "repeat", "parent", "continues")
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The item as a page of its own, and what the compiler says of it in its place."""

    form: PageForm | None
    problems: tuple[Problem, ...]
    languages: tuple[str, ...]


def look(
    session: Session,
    document: Document,
    path: Path,
    raw: Mapping[str, Any],
    *,
    compiled: Compilation | None = None,
) -> Look:
    """The item at ``path`` with the value ``raw``, which need not be saved; ``compiled`` where it is."""
    if value_at(document, path) is ABSENT:  # somebody took it out meanwhile
        return Look(form=None, problems=(), languages=())
    changed = put(document, path, dict(raw)).document
    compilation = compiled or checking.check_document(session, changed)
    code = raw.get("id")
    own = tuple(problem for problem in compilation.problems if problem.where.item == code)
    program = _program(session, changed, path)
    form = None if program is None else _first_page(program)
    return Look(form=form, problems=own, languages=() if program is None else program.languages)


def _program(session: Session, document: Document, path: Path) -> Program | None:
    """The item alone; where it speaks of others, the whole draft without conditions."""
    alone = checking.check_document(session, _alone(document, path))
    if alone.program is not None:
        return alone.program
    whole = checking.check_document(session, _unconditional(document, path))
    return whole.program


def _alone(document: Document, path: Path) -> dict[str, Any]:
    section = value_at(document, path[:2])
    bare = {name: value for name, value in section.items() if name not in _ALWAYS_OUT}
    item = _without_condition(value_at(document, path))
    return {**document, "sections": [{**bare, "questions": [item]}], "mandated": [], "quotas": []}


def _unconditional(document: Document, path: Path) -> dict[str, Any]:
    """The item first, then everything else, so that its page is the first one."""
    first = _alone(document, path)["sections"]
    rest = put(document, path, {"id": "_", "type": "note", "text": {}}).document["sections"]
    head = {**first[0], "id": "_look"}
    return {**document, "sections": [head, *rest], "mandated": [], "quotas": []}


def _without_condition(item: Any) -> dict[str, Any]:
    dropped = ("show_if", "required", "groups")
    return {name: value for name, value in item.items() if name not in dropped}


def _first_page(program: Program) -> PageForm | None:
    state = AnswerState(seed=_SEED)
    for ref in find_path(program, state).pages:
        if page_items(program, ref, state):
            shown = show_page(program, ref, state)
            return None if shown is None else page_form(shown, language=_language(program.languages))
    return None


def _language(languages: Sequence[str]) -> str:
    here = language.current()
    return here if here in languages else languages[0]
