"""Home of translating a draft: how complete each language is, what became stale, and saving one text at a time.

A translation is stale once its source was changed after it. The source it was made from is kept in a row
(TranslationMark) at the moment of that change; a new translation, or somebody's word that the old one still fits, takes
the row away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.translation.marks import marks, source_language
from survey import audit, text
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.instrument.changes import Edited
from survey.instrument.texts import Text, texts
from survey.models.agreement import TranslationMark
from survey.models.design import InstrumentDraft

LONGEST = 10_000
ACT = "text:translate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text to translate. ``made_from`` is the older source of a stale translation."""

    text: Text
    source: str
    target: str
    made_from: str | None

    @property
    def state(self) -> str:
        """missing | stale | done."""
        if not self.target.strip():
            return "missing"
        return "stale" if self.made_from is not None else "done"

    @property
    def stamp(self) -> str:
        """What a form was filled in from: both sides, and the translation alone."""
        return f"{_digest(self.source, self.target)}:{_digest(self.target)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a language is: texts with a source, those translated, and of these the stale ones."""

    language: str
    total: int
    done: int
    stale: int

    @property
    def missing(self) -> int:
        """Texts that have no translation."""
        return self.total - self.done

    @property
    def share(self) -> float:
        """The share of texts that are translated and not stale."""
        return (self.done - self.stale) / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A translation as somebody typed it: where, and the stamp of what they saw."""

    place: str
    text: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a form: places saved, and places that somebody else changed meanwhile with what was typed."""

    saved: tuple[str, ...]
    clashes: Mapping[str, str]


def rows(
    session: Session, draft: InstrumentDraft, languages: Sequence[str], *, source: str, target: str
) -> list[Row]:
    """Every text that has words in the source language, in the order of the document."""
    return _rows(
        texts(draft.document, languages), marks(session, draft, target), source=source, target=target
    )


def _rows(
    found: Sequence[Text], known: Mapping[str, TranslationMark], *, source: str, target: str
) -> list[Row]:
    return [
        Row(
            text=each,
            source=each.words[source],
            target=each.words.get(target, ""),
            made_from=_made_from(known.get(each.place), each.words[source]),
        )
        for each in found
        if each.words.get(source, "").strip()
    ]


def progress(session: Session, draft: InstrumentDraft, languages: Sequence[str]) -> list[Progress]:
    """How far each language beside the source is."""
    source = source_language(draft.document, languages)
    every = texts(draft.document, languages)
    found = []
    for language in languages:
        if language == source:
            continue
        known = marks(session, draft, language)
        states = [row.state for row in _rows(every, known, source=source, target=language)]
        found.append(
            Progress(
                language=language,
                total=len(states),
                done=sum(state != "missing" for state in states),
                stale=states.count("stale"),
            )
        )
    return found


def keep(
    session: Session,
    draft: InstrumentDraft,
    typed: Iterable[Typed],
    languages: Sequence[str],
    *,
    source: str,
    target: str,
    actor: Actor,
) -> Kept:
    """Save each translation that was changed, in one edit of the draft; nobody else's text is touched.

    A text whose source or translation is no longer what the person saw is not saved but handed back.
    Raises Invalid (unfit text), Conflict (closed draft).
    """
    known = {row.text.place: row for row in rows(session, draft, languages, source=source, target=target)}
    edited = Edited(document=dict(draft.document))
    saved: list[str] = []
    clashes: dict[str, str] = {}
    for each in typed:
        row, said = known.get(each.place), _fit(each.text)
        if row is None or said == row.target:
            continue
        if each.seen != row.stamp:
            if _was_changed(each, said):
                clashes[each.place] = said
            continue
        edited = edited.then(row.text.put(edited.document, target, said))
        saved.append(each.place)
    if saved:
        place = saved[0] if len(saved) == 1 else f"{saved[0]} +{len(saved) - 1}"
        drafts.apply_edit(
            session,
            draft,
            edited,
            expected_revision=draft.revision,
            actor=actor,
            act=ACT,
            place=f"{place} ({target})",
        )
    return Kept(saved=tuple(saved), clashes=clashes)


def confirm(session: Session, draft: InstrumentDraft, *, place: str, language: str, actor: Actor) -> None:
    """Say that a translation still fits its changed source. Raises Conflict where it is not stale."""
    mark = marks(session, draft, language).get(place)
    if mark is None:
        raise Conflict(
            "translation_not_stale",
            zh="这段译文没有标记为过时。",
            en="This translation is not marked as out of date.",
        )
    session.delete(mark)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="draft.confirm_translation",
        on=drafts.reference(draft),
        after={"place": place, "language": language},
    )


def _made_from(mark: TranslationMark | None, source: str) -> str | None:
    """The source a translation was made from, where it is another one now."""
    return None if mark is None or mark.source == source else mark.source


def _was_changed(each: Typed, said: str) -> bool:
    """Whether the person changed the field: an untouched one that others changed is no clash."""
    return not each.seen.endswith(f":{_digest(said)}")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]


def _fit(raw: str) -> str:
    try:
        said = text.normalise(raw).strip()
    except text.UnfitText as error:
        raise Invalid(
            "unfit_text",
            zh="文字里有无法保存的字符。请删除特殊字符后再提交。",
            en="A text holds a character that cannot be kept. Take unusual characters out and send it again.",
        ) from error
    if len(said) > LONGEST:
        raise Invalid(
            "text_too_long",
            zh=f"译文超过 {LONGEST} 个字。",
            en=f"A translation is longer than {LONGEST} characters.",
        )
    return said
