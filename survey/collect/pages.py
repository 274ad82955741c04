"""Home of one page: what was sent is checked, goes into the draft, and decides where the interview goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from survey.collect import contacts, drafts
from survey.collect.documents import DraftDocument, PageEvent
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.instrument.path import PageRef, Path, find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.validate import validate_page
from survey.ledger.canonical import NotCanonicalError, canonical_bytes
from survey.ledger.keyed import keyed_hash
from survey.ports import KeyStore

Raw = Mapping[str, Sequence[str]]


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
    body_hash: str | None = None,
) -> PageOutcome:
    """Put one page into the document. Pure: phones and the simulation use the same function.

    Valid answers are kept even while others on the page are refused; nothing typed is lost.
    """
    ref = PageRef.from_key(page_key)
    result = validate_page(program, ref, raw, document.state)
    state = result.into(document.state)
    path = find_path(program, state)
    unfinished = len(result.problems) or len(result.revealed)
    event = PageEvent(page=ref.key[:64], after=document.seconds(at), problems=unfinished)
    grown = replace(
        document,
        state=state,
        events=(*document.events[-99:], event),
        last_post=body_hash,
        contacts=contacts.after_page(document.contacts, result),
    )
    if result.problems:
        return PageOutcome(document=grown, problems=result.problems, next=ref, path=path)
    if result.revealed:
        return PageOutcome(document=grown, problems=(), next=ref, path=path, is_grown=True)
    return PageOutcome(document=grown, problems=(), next=_after(path, ref), path=path)


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
) -> tuple[OpenDraft, PageOutcome]:
    """Apply a posted page and store the draft.

    `seen_ver` is the version the page was made from. The same body a second time changes nothing; any other
    late page raises StaleDraft, which carries both versions for the respondent to choose from.
    """
    body_hash = page_hash(draft, page_key, raw, keys=keys)
    outcome = apply_page(program, draft.document, page_key, raw, at=at, body_hash=body_hash)
    if seen_ver != draft.ver:
        if draft.document.last_post == body_hash:
            return draft, replace(outcome, document=draft.document)
        raise StaleDraft(current=draft, yours=outcome.document)
    saved = drafts.save(session, draft, outcome.document, keys=keys)
    return saved, replace(outcome, document=saved.document)


def page_hash(draft: OpenDraft, page_key: str, raw: Raw, *, keys: KeyStore) -> str:
    """A keyed hash of what was sent, by which a second copy of a page is recognised."""
    sent = {name: list(values) for name, values in raw.items() if not name.startswith(("_", "csrf_"))}
    try:
        body = canonical_bytes([page_key, sent])
    except NotCanonicalError:
        # Text that cannot be stored is refused by the page itself; here it only has to have a hash.
        body = repr((page_key, sorted(sent.items()))).encode("utf-8", "backslashreplace")
    return keyed_hash(b"page", draft.id, body, keys=keys).hex()


def next_page(program: Program, document: DraftDocument) -> PageRef | None:
    """Where somebody who comes back carries on: after the last page that was sent without problems."""
    path = find_path(program, document.state)
    done = {event.page for event in document.events if event.problems == 0}
    return next((ref for ref in path.pages if ref.key not in done), None)


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
