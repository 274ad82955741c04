"""Home of files that people send: checked by content, kept encrypted with the draft, handed in beside the answers."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from survey.collect import file_types
from survey.collect.documents import DraftDocument
from survey.collect.drafts import LIFE, OpenDraft
from survey.collect.file_types import BrokenFile
from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.problems import Problem, Where
from survey.instrument.program import Item, Program
from survey.instrument.state import AnswerState, codes_of
from survey.ledger import apart
from survey.ledger.apart import File
from survey.ports import KeyStore

MEGABYTE = 1024 * 1024
DEFAULT_MB, MOST_MB = 5, 10
UPLOAD_LIMIT = (2 * MOST_MB + 1) * MEGABYTE
"""Largest body of a page with files: two of the largest, or more of smaller ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The draft with the files of one page in it, their secrets by answer key, and what was refused."""

    draft: OpenDraft
    answers: Mapping[str, str]
    problems: tuple[Problem, ...]


def limit_of(item: Item) -> int:
    """How many megabytes a file of this item may have."""
    return min(item.max_mb or DEFAULT_MB, MOST_MB)


def take(
    session: Session,
    draft: OpenDraft,
    sent: Mapping[str, bytes],
    *,
    items: Mapping[str, Item],
    today: date,
    keys: KeyStore,
) -> Taken:
    """Check and keep the files of one page; ``items`` are its file items by answer key."""
    answers: dict[str, str] = {}
    problems: list[Problem] = []
    known = dict(draft.document.files)
    for key, content in sent.items():
        file = _checked(content, items[key], key=key)
        if isinstance(file, Problem):
            problems.append(file)
            continue
        secret = _secret(draft, key, file.content)
        apart.put_waiting(
            session, draft.wave_id, secret=secret, file=file, expires_on=today + LIFE, keys=keys
        )
        known[secret] = (file.media_type, len(file.content))
        answers[key] = secret
    document = replace(draft.document, files=known)
    return Taken(draft=replace(draft, document=document), answers=answers, problems=tuple(problems))


def forget_replaced(session: Session, before: DraftDocument, after: DraftDocument, *, keys: KeyStore) -> None:
    """Forget the files that the page just saved no longer names."""
    named = {secret for answer in after.state.answers.values() for secret in codes_of(answer)}
    gone = [secret for secret in {*before.files, *after.files} if secret not in named]
    apart.drop_waiting(session, gone, keys=keys)


def keep_longer(session: Session, document: DraftDocument, *, until: date, keys: KeyStore) -> None:
    """Keep the files of a draft as long as the draft."""
    if document.files:
        apart.keep_waiting(session, document.files, until=until, keys=keys)


def set_apart(program: Program, state: AnswerState) -> tuple[AnswerState, dict[str, str]]:
    """The answers with a fresh id in place of each file's secret, and by that id the secret.

    Whoever finds the waiting row in an old backup cannot tell under which id the response knows the file.
    """
    found: dict[str, str] = {}
    renamed: dict[str, str] = {}
    for key, answer in state.answers.items():
        place = program.places.get(key.partition(UNIT_SEPARATOR)[0])
        if place is not None and place.item.kind == "file" and isinstance(answer, str):
            file_id = secrets.token_hex(16)
            found[file_id] = answer
            renamed[key] = file_id
    return state.merged(renamed), found


def _checked(content: bytes, item: Item, *, key: str) -> File | Problem:
    limit = limit_of(item)
    if len(content) > limit * MEGABYTE:
        return Problem(code="upload_too_large", where=Where(item=key), context={"limit": limit})
    kind = file_types.kind_of(content)
    if kind is None or kind not in file_types.BY_MEDIA[item.media or "any"]:
        return Problem(code=f"upload_not_{item.media or 'any'}", where=Where(item=key))
    try:
        return File(media_type=kind, content=file_types.without_traces(content, kind))
    except BrokenFile:
        return Problem(code="upload_broken", where=Where(item=key))


def _secret(draft: OpenDraft, key: str, content: bytes) -> str:
    """What opens the waiting file: the same for a second tap, and known to nobody without the key of the draft."""
    return hmac.digest(draft.key, b"file:%b:%b" % (key.encode(), content), "sha256").hex()
