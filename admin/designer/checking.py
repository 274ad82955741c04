"""Home of checking a draft as it stands: the compiler's findings, each with the screen on which it is mended."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.content.compiling import compile_document
from admin.designer import queries
from admin.designer.fields.of_documents import SECTION_FIELDS, SETTINGS
from survey.instrument import editing
from survey.instrument.changes import Document
from survey.instrument.compile import Compilation
from survey.instrument.problems import Problem
from survey.models.content import ContentDocument
from survey.models.design import InstrumentDraft

LEVELS = ("error", "gap", "advice")
_EMPTY_PROVINCE: Mapping[str, Any] = {"province": {"code": "000000"}, "cities": [], "assessed_units": []}
_DOTTED = tuple(name for name in (*SETTINGS, *SECTION_FIELDS) if "." in name)
_HELD = 24
_held: OrderedDict[tuple[str, int, int], Compilation] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A problem and where in the designer it is mended: a section or item, and the field on its form."""

    problem: Problem
    section: str
    item: str
    """Addresses (see survey/instrument/editing.py); empty where the problem is not about one."""
    field: str
    label: str
    """The place for people: codes of section and item, and the field."""


def check(session: Session, draft: InstrumentDraft) -> Compilation:
    """What the compiler says of the draft's document; worked out once for each revision."""
    content = session.scalar(sa.select(sa.func.max(ContentDocument.id))) or 0
    key = (draft.public_id, draft.revision, content)
    with _lock:
        found = _held.get(key)
    if found is None:
        found = check_document(session, draft.document)
        with _lock:
            _held[key] = found
            while len(_held) > _HELD:
                _held.popitem(last=False)
    return found


def check_document(session: Session, document: Document) -> Compilation:
    """What the compiler says of a document, against the content that is loaded, if any."""
    return compile_document(
        document,
        scales=_loaded(session, "scales", {}),
        modules=queries.modules(session),
        province=_loaded(session, "province", _EMPTY_PROVINCE),
        participation=_loaded(session, "participation", {"commitments": []}),
    )


def spots(document: Document, problems: Sequence[Problem]) -> list[Spot]:
    """Each problem with its place in the designer, errors first."""
    sections = {place.code: place for place in editing.sections(document) if place.code}
    items = {place.code: place for place in editing.items(document) if place.code}
    found = []
    for problem in problems:
        where = problem.where
        item = items.get(where.item or "")
        section = sections.get(where.section or "")
        if item is None and where.item is None and where.field is None and where.at is not None and section:
            item = _nth_item(document, section, where.at)
        found.append(
            Spot(
                problem=problem,
                section=section.address if section else "",
                item=item.address if item else "",
                field=field_of(problem),
                label=str(where),
            )
        )
    return sorted(found, key=lambda spot: LEVELS.index(spot.problem.level))


def field_of(problem: Problem) -> str:
    """The field on the form that a problem belongs to: ``options`` for ``options.3.text``, ``legal.maker`` as it is.

    What is said of ``legal`` as a whole stands at the first of its fields.
    """
    parts = [part.split("[")[0] for part in (problem.where.field or "").split(".")]
    heads = [name for name in _DOTTED if name.startswith(f"{parts[0]}.")]
    if not heads:
        return parts[0]
    name = ".".join(parts[:2])
    return name if name in heads or (len(parts) > 1 and parts[0] == "reference_period") else heads[0]


def counts(problems: Sequence[Problem]) -> Mapping[str, int]:
    """How many problems there are of each level."""
    found: Counter[str] = Counter(problem.level for problem in problems)
    return {level: found[level] for level in LEVELS}


def scales_document(session: Session) -> Mapping[str, Any]:
    """The whole document of shared scales; empty where none is loaded."""
    return _loaded(session, "scales", {})


def scales(session: Session) -> Mapping[str, Any]:
    """The shared scales by name."""
    found = scales_document(session).get("scales")
    return found if isinstance(found, Mapping) else {}


def _nth_item(document: Document, section: editing.Place, at: int) -> editing.Place | None:
    own = editing.items_of(document, section)
    return own[at] if at < len(own) else None


def _loaded(session: Session, kind: str, otherwise: Mapping[str, Any]) -> Mapping[str, Any]:
    found = queries.newest(session, kind)
    return otherwise if found is None else found.document
