"""Home of shared returns: sections of one draft handed to others by link, each link opening only its own."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import drafts
from survey.collect.documents import DraftDocument
from survey.collect.drafts import OpenDraft
from survey.db import insert_ignoring_conflicts, table_of
from survey.errors import Conflict, Gone, Invalid, NotFound
from survey.instrument.path import PageRef
from survey.instrument.program import INTERVIEWER_MODES, Program
from survey.ledger import boxes
from survey.ledger.keyed import derived_key, keyed_hash
from survey.models.response import Draft
from survey.models.returns import DraftShare
from survey.ports import KeyStore
from survey.text import UnfitText, one_line

PURPOSE = b"share"
MOST_SHARES = 30
LABEL_CHARS = 40
_ID_BYTES = 16
OVER = frozenset({"share_over", "share_expired"})
"""The codes of the refusals after which a link opens nothing."""

_share, _draft = table_of(DraftShare), table_of(Draft)
BY_LINK = (
    sa.select(
        _draft,
        _share.c.id.label("share_id"),
        _share.c.wrap.label("share_wrap"),
        _share.c.box.label("share_box"),
        _share.c.expires_on.label("share_expires_on"),
        *clock.COLUMNS,
    )
    .join(_draft, _draft.c.id == _share.c.draft_id)
    .where(_share.c.lookup == sa.bindparam("lookup"))
)
"""Finds a share with its draft and the time; more may be asked beside them. ``opened`` reads a row."""
_of_draft = sa.select(_share).where(_share.c.draft_id == sa.bindparam("draft_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Sections that somebody was asked to fill in. ``label`` is the holder's word for them; it stays in the box."""

    id: bytes
    sections: frozenset[str]
    label: str
    expires_on: date
    has_agreed: bool = False
    is_done: bool = False

    def admits(self, program: Program, ref: PageRef) -> bool:
        """Whether a page is one of the sections handed over."""
        number = program.page_numbers.get((ref.code, ref.unit is not None))
        return number is not None and program.pages[number].section in self.sections

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return today > self.expires_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a link opens: the draft, and which sections of it may be reached."""

    draft: OpenDraft
    share: Share
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOut:
    """A share with the secret for its link, which is shown once and never stored."""

    share: Share
    secret: str


def is_shared(program: Program, document: DraftDocument) -> bool:
    """Whether several people may fill in this return: a firm's, on the web."""
    return program.unit_of_answer == "firm" and document.grant.mode not in INTERVIEWER_MODES


def hand_out(
    session: Session,
    draft: OpenDraft,
    *,
    sections: frozenset[str],
    label: str,
    expires_on: date,
    nonce: str,
    keys: KeyStore,
) -> HandedOut:
    """Make a link to some sections. The same ``nonce`` again (a double tap) gives the same link again.

    Raises Invalid for a label that is empty or too long, Conflict where there are too many links already.
    """
    label = fit_label(label)
    secret, share_id = _derived(draft, nonce)
    share = Share(id=share_id, sections=sections, label=label, expires_on=expires_on)
    known = of_draft(session, draft)
    for before in known:
        if before.id == share_id:
            return HandedOut(share=before, secret=secret)
    if len(known) >= MOST_SHARES:
        raise Conflict(
            "too_many_shares",
            zh="这份答卷已有太多链接。请先收回不再需要的链接。",
            en="There are too many links to this return. Take back those that are no longer needed first.",
        )
    row = {
        "id": share.id,
        "draft_id": draft.id,
        "lookup": lookup(secret, keys=keys),
        "wrap": boxes.seal_short(
            draft.key, under=derived_key(secret.encode(), label=PURPOSE, keys=keys), label=PURPOSE
        ),
        "box": _box(draft, share),
        "expires_on": expires_on,
    }
    session.execute(insert_ignoring_conflicts(session, _share), row)
    return HandedOut(share=share, secret=secret)


def of_draft(session: Session, draft: OpenDraft) -> tuple[Share, ...]:
    """Everything that was handed out of a draft, by label."""
    rows = session.connection().execute(_of_draft, {"draft_id": draft.id})
    found = (_opened(draft, row.id, row.box, row.expires_on) for row in rows)
    return tuple(sorted(found, key=lambda share: (share.label, share.id)))


def find(session: Session, secret: str, *, keys: KeyStore) -> Part:
    """What the secret of a link opens, in one statement. Raises NotFound: unknown, taken back, or handed in."""
    row = session.connection().execute(BY_LINK, {"lookup": lookup(secret, keys=keys)}).one_or_none()
    if row is None:
        raise over()
    return opened(row, secret, keys=keys)


def opened(row: sa.Row[*tuple[Any, ...]], secret: str, *, keys: KeyStore) -> Part:
    """The same from a row that ``BY_LINK`` found. Raises NotFound. Any: columns of several types."""
    try:
        under = derived_key(secret.encode("utf-8", "replace"), label=PURPOSE, keys=keys)
        key = boxes.open_short(row.share_wrap, under=under, label=PURPOSE)
    except boxes.BoxError:
        raise over() from None
    draft = drafts.opened_under(row, key)
    share = _opened(draft, row.share_id, row.share_box, row.share_expires_on)
    return Part(draft=draft, share=share, now=clock.instant(row.clock_stamp, row.clock_offset))


def lookup(secret: str, *, keys: KeyStore) -> bytes:
    """Under what the share of a link is found."""
    return keyed_hash(PURPOSE, secret.encode("utf-8", "replace"), keys=keys)


def check_in_time(part: Part, zone: str) -> None:
    """Raises Gone after the last day of a link, by the calendar of ``zone``."""
    if part.share.is_over(part.now.astimezone(ZoneInfo(zone)).date()):
        raise Gone(
            "share_expired",
            zh="这个链接已过期。已保存的内容没有丢失，仍在贵单位的答卷里。如需继续，请向发给您链接的同事要一个新链接。",
            en="This link has ended. What you saved is not lost; it is in your firm's return. To carry on, ask the "
            "colleague who sent you the link for a new one.",
        )


def take_back(session: Session, draft: OpenDraft, share_id: bytes) -> None:
    """End a link at once. What was filled in through it stays in the return."""
    session.connection().execute(
        sa.delete(_share).where(_share.c.id == share_id, _share.c.draft_id == draft.id)
    )


def agree(session: Session, draft: OpenDraft, share: Share) -> None:
    """Note that the person with the link has read what is stored and takes part. Raises NotFound once it is over."""
    _mark(session, draft, replace(share, has_agreed=True))


def hand_back(session: Session, draft: OpenDraft, share: Share, *, is_done: bool) -> None:
    """Note that their part is done, or is taken up again. Raises NotFound once the link is over."""
    _mark(session, draft, replace(share, is_done=is_done))


def over() -> NotFound:
    """A link that opens nothing; why, is not said, for whoever asks may be anybody."""
    return NotFound(
        "share_over",
        zh="这个链接不能再打开。可能答卷已经提交，或链接已被收回，也可能没有抄全。请询问发给您链接的同事；已保存的内容没有丢失。",
        en="This link opens nothing any more. The return may have been handed in, or the link taken back, or not "
        "copied whole. Ask the colleague who sent it; nothing that was saved is lost.",
    )


def new_nonce() -> str:
    """For the form that asks for a link."""
    return secrets.token_hex(_ID_BYTES)


def _derived(draft: OpenDraft, nonce: str) -> tuple[str, bytes]:
    """The secret and the id of a link: a second tap finds the first one's, and nobody can without the draft's key."""
    seed = nonce.encode("utf-8", "replace")
    secret = hmac.digest(draft.key, b"share-secret:" + seed, "sha256")
    share_id = hmac.digest(draft.key, b"share-id:" + seed, "sha256")[:_ID_BYTES]
    return base64.urlsafe_b64encode(secret).decode().rstrip("="), share_id


def _mark(session: Session, draft: OpenDraft, share: Share) -> None:
    changed = session.connection().execute(
        sa.update(_share).where(_share.c.id == share.id).values(box=_box(draft, share))
    )
    if changed.rowcount != 1:
        raise over()


def _box(draft: OpenDraft, share: Share) -> bytes:
    content = {
        "sections": sorted(share.sections),
        "label": share.label,
        "agreed": share.has_agreed,
        "done": share.is_done,
    }
    return boxes.seal(
        json.dumps(content, ensure_ascii=False).encode(),
        key=boxes.Key(secret=draft.key),
        purpose=PURPOSE,
        scope=share.id + draft.id,
    )


def _opened(draft: OpenDraft, share_id: bytes, box: bytes, expires_on: date) -> Share:
    opened = boxes.open_box(box, key=boxes.Key(secret=draft.key), purpose=PURPOSE, scope=share_id + draft.id)
    content = json.loads(opened)
    return Share(
        id=share_id,
        sections=frozenset(content["sections"]),
        label=content["label"],
        expires_on=expires_on,
        has_agreed=content["agreed"],
        is_done=content["done"],
    )


def fit_label(label: str) -> str:
    """The holder's word for somebody, as it is stored. Raises Invalid."""
    try:
        fit = one_line(label)
    except UnfitText:
        fit = ""
    if not fit or len(fit) > LABEL_CHARS:
        raise Invalid(
            "share_label",
            zh="请写明由谁填写，例如“财务部”，不超过%(n)s个字。",
            en="Say who fills it in, for example “Accounts”, in at most %(n)s characters.",
            n=LABEL_CHARS,
        )
    return fit
