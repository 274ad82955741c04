"""Home of one page: what was sent is checked, goes into the draft, and decides where the interview goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.collect import contacts, drafts, typed
from survey.collect.documents import DraftDocument, Sent
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.collect.typed import Window
from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.path import PageRef, Path, find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.instrument.steps import STEP_SEPARATOR, first_code, step_key, steps_of
from survey.instrument.validate import PageResult, validate_page
from survey.ledger.keyed import keyed_hash
from survey.ports import KeyStore

Raw = Mapping[str, Sequence[str]]
_TRIES = 8
_BODY_CHARS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOutcome:
    """The document with the page's valid answers, what was refused, and the way on.

    `next` is the page to show: the same one while it has problems, None after the last or a screening answer.
    """

    document: DraftDocument
    problems: tuple[Problem, ...]
    next: PageRef | None
    path: Path
    is_grown: bool = False
    """Whether an answer of the page opened more items on it, so that it is shown once more, without an error."""

    @property
    def screened_out(self) -> bool:
        """Whether an answer ended the interview."""
        return not self.problems and not self.is_grown and self.path.screened_out is not None

    @property
    def is_complete(self) -> bool:
        """Whether this was the last page and the interview can be submitted."""
        return not self.problems and self.next is None and not self.screened_out


def apply_page(
    program: Program,
    document: DraftDocument,
    page_key: str,
    raw: Raw,
    *,
    at: datetime,
    ver: int = 0,
    body: str = "",
    only: frozenset[str] | None = None,
    window: Window | None = None,
) -> PageOutcome:
    """Put one page into the document. Pure: phones and the simulation use the same function.

    Valid answers are kept even while others on the page are refused, and what was refused is kept as typed.
    ``only`` are the items of the one step that was sent; ``ver`` is the version that this makes.
    """
    ref, window = PageRef.from_key(page_key), window or Window()
    result = validate_page(program, ref, raw, document.state, only=only)
    state = result.into(document.state)
    path = find_path(program, state)
    left = contacts.after_page(document.contacts, result)
    page = typed.Page(program=program, ref=ref, state=state, contacts=left)
    still_typed = typed.without(document.typed, [key for key, _ in page.keys(only)])
    if result.problems:
        still_typed = typed.after_typing(still_typed, page.sent(raw, only=only), ver=ver, window=window)
    is_done = not result.problems and not result.revealed
    grown = replace(
        document,
        state=state,
        sent={**document.sent, _place(program, ref, only): Sent(ver=ver, body=body, is_done=is_done)},
        typed=still_typed,
        window=window.name,
        reached=_reached(document, ref, _after(path, ref) if is_done else None),
        contacts=left,
        paradata=document.paradata.after(
            ref.key,
            at=document.second(at),
            edits=_edits(document.state, result),
            has_script=bool(window.name),
        ),
    )
    if is_done:
        return PageOutcome(document=grown, problems=(), next=_after(path, ref), path=path)
    return PageOutcome(
        document=grown, problems=result.problems, next=ref, path=path, is_grown=not result.problems
    )


def save_page(
    session: Session,
    draft: OpenDraft,
    page_key: str,
    raw: Raw,
    *,
    program: Program,
    seen_ver: int,
    at: datetime,
    keys: KeyStore,
    only: frozenset[str] | None = None,
    window: Window | None = None,
    until: date | None = None,
    beside: Callable[[DraftDocument], DraftDocument] | None = None,
) -> tuple[OpenDraft, PageOutcome]:
    """Apply a posted page and store the draft.

    `seen_ver` is the version the page was made from. What others changed since on other pages stays; the same
    body a second time changes nothing; a page that was changed since raises StaleDraft, which carries both
    versions for the respondent to choose from. ``until`` is the day up to which the draft is kept from now on;
    ``beside`` puts into the draft what came beside the fields.
    """
    body, window = page_hash(draft, page_key, raw, keys=keys), window or Window()
    place = _place(program, PageRef.from_key(page_key), only)
    for _ in range(_TRIES):
        outcome = apply_page(
            program,
            draft.document if beside is None else beside(draft.document),
            page_key,
            raw,
            at=at,
            ver=draft.ver + 1,
            body=body,
            only=only,
            window=window,
        )
        before = draft.document.sent.get(place)
        if before is not None and before.body == body and (seen_ver < before.ver or not draft.document.typed):
            return draft, replace(outcome, document=draft.document)
        if _is_overtaken(program, draft, page_key, raw, seen=seen_ver, only=only, window=window):
            raise StaleDraft(current=draft, yours=outcome.document)
        try:
            return drafts.save(session, draft, outcome.document, keys=keys, until=until), outcome
        except StaleDraft as stale:
            draft = stale.current
    raise StaleDraft(current=draft, yours=outcome.document)


def keep_typed(
    session: Session,
    draft: OpenDraft,
    page_key: str,
    raw: Raw,
    *,
    program: Program,
    seen_ver: int,
    at: datetime,
    keys: KeyStore,
    only: frozenset[str] | None = None,
    window: Window | None = None,
    backs: int = 0,
    until: date | None = None,
    beside: Callable[[DraftDocument], DraftDocument] | None = None,
) -> OpenDraft:
    """Keep what stands in the fields of a page, unchecked and beside the answers, and return the draft with it.

    It is never submitted; it is there again when the page is. Raises StaleDraft where the page was sent or typed
    in elsewhere since `seen_ver`, Invalid where it is more than fits.
    """
    ref, window = PageRef.from_key(page_key), window or Window()
    for _ in range(_TRIES):
        document = draft.document if beside is None else beside(draft.document)
        page = typed.Page(program=program, ref=ref, state=document.state, contacts=document.contacts)
        sent = page.sent(raw, only=only)
        if _is_overtaken(program, draft, page_key, raw, seen=seen_ver, only=only, window=window):
            raise StaleDraft(current=draft, yours=document)
        known = typed.after_typing(document.typed, sent, ver=draft.ver + 1, window=window)
        if known == draft.document.typed and document == draft.document and not backs:
            return draft
        spent = document.paradata.after(
            ref.key, at=document.second(at), backs=backs, has_script=bool(window.name)
        )
        try:
            grown = replace(document, typed=known, paradata=spent)
            return drafts.save(session, draft, grown, keys=keys, until=until)
        except StaleDraft as stale:
            draft = stale.current
    raise StaleDraft(current=draft, yours=draft.document)


def page_hash(draft: OpenDraft, page_key: str, raw: Raw, *, keys: KeyStore) -> str:
    """A keyed hash of what was sent, by which a second copy of a page is recognised."""
    sent = sorted((name, list(values)) for name, values in raw.items() if not name.startswith(("_", "csrf_")))
    # Compared with ourselves alone: any writing will do that tells all texts apart, those that cannot be stored too.
    body = json.dumps([page_key, sent]).encode()
    return keyed_hash(b"page", draft.id, body, keys=keys).hex()[:_BODY_CHARS]


def next_page(program: Program, document: DraftDocument) -> PageRef | None:
    """Where somebody who comes back carries on: the first page that was not sent in full, or is typed in."""
    path = find_path(program, document.state)
    open_pages = {_page_of(program, key) for key in document.typed}
    return next(
        (ref for ref in path.pages if ref.key in open_pages or not is_done(program, document, ref)), None
    )


def is_done(program: Program, document: DraftDocument, ref: PageRef) -> bool:
    """Whether a page was sent without problems: as a whole, or each of its steps."""
    whole = document.sent.get(ref.key)
    if whole is not None and whole.is_done:
        return True
    begun = f"{ref.key}{STEP_SEPARATOR}"
    if not any(place.startswith(begun) for place in document.sent):
        return False
    steps = steps_of(program, ref, document.state)
    return bool(steps) and all(is_step_done(document, step_key(ref, step.code)) for step in steps)


def is_step_done(document: DraftDocument, place: str) -> bool:
    """Whether a step was sent without problems."""
    found = document.sent.get(place)
    return found is not None and found.is_done


def previous_page(path: Path, ref: PageRef) -> PageRef | None:
    """The page before this one on the path."""
    if ref not in path.pages:
        return None
    index = path.pages.index(ref)
    return path.pages[index - 1] if index else None


def _after(path: Path, ref: PageRef) -> PageRef | None:
    if path.screened_out is not None or ref not in path.pages:
        return None
    index = path.pages.index(ref)
    return path.pages[index + 1] if index + 1 < len(path.pages) else None


def _place(program: Program, ref: PageRef, only: frozenset[str] | None) -> str:
    return ref.key if only is None else step_key(ref, first_code(program, ref, only))


def _is_overtaken(
    program: Program,
    draft: OpenDraft,
    page_key: str,
    raw: Raw,
    *,
    seen: int,
    only: frozenset[str] | None,
    window: Window,
) -> bool:
    """Whether this page, or this step, was sent or typed in elsewhere since the version it was made from."""
    if seen == draft.ver:
        return False
    document, ref = draft.document, PageRef.from_key(page_key)
    steps, step = f"{ref.key}{STEP_SEPARATOR}", _place(program, ref, only)
    for place, sent in document.sent.items():
        touches = place in (ref.key, step) or (only is None and place.startswith(steps))
        if touches and sent.ver > seen:
            return True
    page = typed.Page(program=program, ref=ref, state=document.state, contacts=document.contacts)
    return typed.is_newer_elsewhere(document.typed, page.sent(raw, only=only), seen=seen, window=window)


def _page_of(program: Program, key: str) -> str:
    """The page on which something was typed, by the key of its item."""
    item, _, unit = key.partition(UNIT_SEPARATOR)
    place = program.places.get(item)
    return "" if place is None else PageRef(code=place.page.code, unit=unit or None).key


def _reached(document: DraftDocument, ref: PageRef, following: PageRef | None) -> tuple[str, ...]:
    codes = (ref.code,) if following is None else (ref.code, following.code)
    return tuple(dict.fromkeys((*document.reached, *codes)))


def _edits(before: AnswerState, result: PageResult) -> int:
    """How many answers that had been given are now others, or none."""
    changed = sum(before.answers.get(key, answer) != answer for key, answer in result.answers.items())
    return changed + sum(key in before.answers for key in result.cleared)
