"""Home of noticing that a source text changed under its translation, at the moment of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.instrument.changes import Document
from survey.instrument.texts import Text, by_place
from survey.models.agreement import TranslationMark
from survey.models.design import InstrumentDraft


def note_change(session: Session, draft: InstrumentDraft, before: Document, after: Document) -> None:
    """Mark the translations whose source an edit changed, and clear the marks of those that it made anew."""
    languages = _languages(after)
    if len(languages) < 2:
        return
    source = source_language(after, languages)
    # An edit leaves the items that it does not touch as the same objects: a large document is not read twice.
    old = by_place(_without_shared_items(before, after), languages)
    new = by_place(_without_shared_items(after, before), languages)
    touched = [place for place, each in new.items() if place in old and old[place].words != each.words]
    if not touched:
        return
    for language in languages:
        if language == source:
            continue
        known = marks(session, draft, language)
        for place in touched:
            _note(session, draft, old[place], new[place], known.get(place), source=source, target=language)
    session.flush()


def marks(session: Session, draft: InstrumentDraft, language: str) -> dict[str, TranslationMark]:
    """The marks of a draft in one language, by the place of the text."""
    query = sa.select(TranslationMark).where(
        TranslationMark.draft_id == draft.id, TranslationMark.language == language
    )
    return {mark.place: mark for mark in session.scalars(query)}


def source_language(document: Document, languages: Sequence[str]) -> str:
    """The language that is translated from."""
    named = document.get("default_language")
    return named if isinstance(named, str) and named in languages else languages[0]


def _without_shared_items(document: Document, other: Document) -> dict[str, Any]:
    """The document less the items that both have as one object."""
    shared = {id(item) for section in _sections(other) for item in _questions(section)}
    sections = [
        {**section, "questions": [item for item in _questions(section) if id(item) not in shared]}
        for section in _sections(document)
    ]
    return {**document, "sections": sections}


def _sections(document: Document) -> list[Mapping[str, Any]]:
    found = document.get("sections")
    return [section for section in found if isinstance(section, Mapping)] if isinstance(found, list) else []


def _questions(section: Mapping[str, Any]) -> list[Any]:
    found = section.get("questions")
    return found if isinstance(found, list) else []


def _note(
    session: Session,
    draft: InstrumentDraft,
    old: Text,
    new: Text,
    mark: TranslationMark | None,
    *,
    source: str,
    target: str,
) -> None:
    was, is_now = old.words.get(target, ""), new.words.get(target, "")
    if was != is_now:
        if mark is not None:
            session.delete(mark)
    elif is_now.strip() and mark is None and old.words.get(source) not in (None, new.words.get(source)):
        session.add(
            TranslationMark(
                draft_id=draft.id,
                place=new.place[:300],
                language=target,
                source=old.words[source],
                marked_at=clock.now(session),
            )
        )


def _languages(document: Document) -> list[str]:
    named = document.get("languages")
    return [tag for tag in named if isinstance(tag, str)] if isinstance(named, list) else []
