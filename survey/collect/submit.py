"""Home of submission: everything is checked and made ready first, then one transaction takes it all or nothing."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.access import refusals, rules
from survey.collect import attachments, contacts, drafts, quotas
from survey.collect.documents import DraftDocument, response_document
from survey.collect.drafts import Locks, OpenDraft
from survey.collect.waves import WaveFacts
from survey.db import table_of
from survey.errors import Conflict, Invalid
from survey.instrument.path import find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview
from survey.ledger import apart, boxes, urn
from survey.ledger.apart import Apart
from survey.ledger.canonical import canonical_bytes, sha256
from survey.ledger.keyed import keyed_hash, wave_key
from survey.ledger.receipts import Receipt, new_receipt
from survey.models.access import Token
from survey.models.response import Draft, Participation, Submission, UrnBox
from survey.models.wave import Wave
from survey.ports import KeyStore

PURPOSE = b"submission"
RECEIPT_LIFE = timedelta(days=1)

_draft, _token, _wave = table_of(Draft), table_of(Token), table_of(Wave)
_participation, _submission = table_of(Participation), table_of(Submission)
_read_wave = sa.select(_wave.c.status, _wave.c.opens_at, _wave.c.closes_at).where(
    _wave.c.id == sa.bindparam("wave_id")
)
_delete_draft = sa.delete(_draft).where(
    _draft.c.id == sa.bindparam("draft_id"), _draft.c.ver == sa.bindparam("seen")
)
# The facts of the case go with the right to answer: a used token no longer says who it was drawn for, so
# stratum and context cannot tie it to a response. The receipt box keeps them for a withdrawal.
_use_token = (
    sa.update(_token)
    .where(_token.c.hash == sa.bindparam("token_hash"), _token.c.used == 0)
    .values(used=1, used_on=sa.bindparam("day"), facts={})
)
_insert_participation = sa.insert(_participation)
_insert_submission = sa.insert(_submission)
_find_submission = sa.select(_submission.c.box).where(_submission.c.key_hash == sa.bindparam("key_hash"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedSubmission:
    """A checked interview with all it needs to be stored. `draft` is None for imported answers."""

    wave: WaveFacts
    document: dict[str, Any]  # Any: a JSON document
    content: bytes
    r: bytes
    tag: bytes
    link: bytes
    apart: Apart
    receipt: Receipt
    day: date
    opened_at: datetime
    cell_ids: tuple[int, ...]
    token_hash: bytes | None
    key_hash: bytes
    draft: OpenDraft | None
    receipt_box: bytes | None


def prepare(
    draft: OpenDraft,
    *,
    program: Program,
    wave: WaveFacts,
    keys: KeyStore,
    now: datetime,
    seconds: int | None = None,
) -> PreparedSubmission:
    """Check the whole interview and make everything ready; touches no database.

    Only the box for the urn is closed later, because its key may be replaced in the meantime.
    Raises Invalid with the problems of the interview.
    """
    prepared = prepare_document(
        draft.document,
        program=program,
        wave=wave,
        keys=keys,
        now=now,
        key_hash=_key_hash(draft.id, keys=keys),
        seconds=seconds,
    )
    withdrawal = secrets.token_bytes(32)
    secret = {
        "rid": prepared.receipt.rid.hex(),
        "token": None if prepared.token_hash is None else prepared.token_hash.hex(),
        "facts": draft.document.grant.facts(),
        "cells": list(prepared.cell_ids),
        "withdrawal": withdrawal.hex(),
    }
    box = boxes.seal(
        json.dumps(secret, ensure_ascii=False).encode(),
        key=boxes.Key(secret=draft.key),
        purpose=PURPOSE,
        scope=prepared.key_hash,
    )
    return replace(prepared, draft=draft, receipt_box=box, tag=sha256(withdrawal))


def prepare_document(
    document: DraftDocument,
    *,
    program: Program,
    wave: WaveFacts,
    keys: KeyStore,
    now: datetime,
    key_hash: bytes,
    seconds: int | None = None,
) -> PreparedSubmission:
    """The same for an interview that never was a draft. Raises Invalid with the problems of the interview."""
    state, problems = _final_answers(program, document.state)
    if problems:
        raise Invalid(
            "interview_incomplete",
            zh="问卷还有需要补充或改正的地方，请看每一题旁的说明。",
            en="Some answers are missing or need a correction; see the notes beside the questions.",
            problems=problems,
        )
    answers, left = contacts.set_apart(program, state, document.contacts)
    answers, files = attachments.set_apart(program, answers)
    response = response_document(
        document,
        wave=wave.code,
        state=answers,
        now=now,
        time_zone=wave.time_zone,
        radar_key=wave_key("radar", wave.id, keys=keys),
        seconds=seconds,
    )
    link = document.grant.link
    return PreparedSubmission(
        wave=wave,
        document=response,
        content=canonical_bytes(response),
        r=secrets.token_bytes(urn.PART),
        tag=secrets.token_bytes(urn.PART),
        link=urn.NO_LINK if link is None else bytes.fromhex(link),
        apart=Apart(contacts=left, files=files),
        receipt=new_receipt(),
        day=date.fromisoformat(response["day"]),
        opened_at=document.opened_at,
        cell_ids=quotas.cells_of(wave.cells, state, program),
        token_hash=document.grant.token_hash,
        key_hash=key_hash,
        draft=None,
        receipt_box=None,
    )


def commit(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
    """The statements of one submission, in the one order everybody keeps; the edge commits.

    A second tap gets the receipt of the first, even with another body. Raises Gone (wave closed, token used,
    quota full) or Conflict (the draft was changed meanwhile); the edge then rolls everything back.
    """
    wave_id = prepared.wave.id
    connection = session.connection()
    in_force = urn.key_in_force(session, wave_id, keys=keys)
    content = _checked_open(session, prepared)
    if prepared.draft is not None:
        found = {"draft_id": prepared.draft.id, "seen": prepared.draft.ver}
        if connection.execute(_delete_draft, found).rowcount != 1:
            return _replayed(session, prepared)
    if prepared.token_hash is not None:
        used = {"token_hash": prepared.token_hash, "day": prepared.day}
        if connection.execute(_use_token, used).rowcount != 1:
            raise refusals.refusal(rules.Refusal.USED)
    quotas.take_places(session, prepared.cell_ids)
    connection.execute(
        _insert_participation,
        {
            "rid_hash": prepared.receipt.hash,
            "wave_id": wave_id,
            "channel": prepared.document["channel"],
            "seal_group": prepared.document["seal_group"],
            "day": prepared.day,
            "batch": None,
        },
    )
    sealed = urn.Sealed(
        document=content,
        r=prepared.r,
        tag=prepared.tag,
        link=prepared.link,
        apart=prepared.apart.encode(),
    )
    apart.hold(session, prepared.apart.files.values(), keys=keys)
    urn.put_box(session, wave_id, sealed=sealed, key=in_force.key, wave=prepared.wave.code)
    if prepared.draft is not None:
        connection.execute(_insert_submission, _submission_row(prepared, prepared.draft.locks))
    return prepared.receipt


def replay(session: Session, secret: str, *, keys: KeyStore) -> Receipt | None:
    """The receipt of a submission made with this cookie, also after close; None if there is none."""
    row = (
        session.connection()
        .execute(
            sa.select(_submission).where(_submission.c.lookup_cookie == drafts.lookup_hash(secret, keys=keys))
        )
        .one_or_none()
    )
    if row is None:
        return None
    key = drafts.unwrap(row.wrap_cookie, secret.encode(), keys=keys)
    return _receipt_in(open_receipt_box(row.box, key, key_hash=row.key_hash))


def replay_by_code(session: Session, code: str, *, keys: KeyStore) -> Receipt | None:
    """The receipt of a submission whose resume code is known; None if there is none."""
    raw, lookup = drafts.code_lookup(code, keys=keys)
    row = (
        session.connection()
        .execute(sa.select(_submission).where(_submission.c.lookup_code == lookup))
        .one_or_none()
    )
    if row is None or not raw:
        return None
    key = drafts.unwrap(row.wrap_code, raw, keys=keys)
    return _receipt_in(open_receipt_box(row.box, key, key_hash=row.key_hash))


def open_receipt_box(box: bytes, key: bytes, *, key_hash: bytes) -> dict[str, Any]:
    """What the receipt box holds. Raises BoxError. Any: a JSON document."""
    opened = boxes.open_box(box, key=boxes.Key(secret=key), purpose=PURPOSE, scope=key_hash)
    content: dict[str, Any] = json.loads(opened)
    return content


def delete_expired(session: Session, *, today: date) -> None:
    """Forget receipts kept for retries and withdrawal, after a day and once nothing of their wave waits.

    From then on a token says "used", and a response cannot be taken back.
    """
    waiting = sa.select(UrnBox.id).where(UrnBox.wave_id == Submission.wave_id).exists()
    session.execute(
        sa.delete(Submission)
        .where(Submission.expires_on < today, ~waiting)
        .execution_options(synchronize_session=False)
    )


def _final_answers(program: Program, state: AnswerState) -> tuple[AnswerState, tuple[Problem, ...]]:
    """The answers that count, without those a later answer made stale, and what is wrong with them."""
    problems = validate_interview(program, state)
    if any(problem.code == "stale_answer" for problem in problems):
        state = state.without(find_path(program, state).stale)
        problems = validate_interview(program, state)
    return state, problems


def _checked_open(session: Session, prepared: PreparedSubmission) -> bytes:
    """The content to seal, marked if it came in the half hour of grace. Raises Gone or Conflict."""
    row = session.connection().execute(_read_wave, {"wave_id": prepared.wave.id}).one()
    now = clock.now(session)
    state = rules.openness(status=row.status, opens_at=row.opens_at, closes_at=row.closes_at, now=now)
    if state is rules.Openness.OPEN:
        return prepared.content
    if state is rules.Openness.GRACE and prepared.opened_at < row.closes_at:
        return canonical_bytes({**prepared.document, "grace": True})
    known = _known_submission(session, prepared)
    if known is None:
        closed = state is not rules.Openness.NOT_YET
        raise refusals.refusal(rules.Refusal.CLOSED if closed else rules.Refusal.NOT_YET)
    return prepared.content


def _replayed(session: Session, prepared: PreparedSubmission) -> Receipt:
    known = _known_submission(session, prepared)
    if known is None:
        raise Conflict(
            "draft_stale",
            zh="这份问卷已在另一个窗口中继续填写。请刷新页面后再提交；答案没有丢失。",
            en="This interview was continued in another window. Reload the page and submit again; nothing is lost.",
        )
    return known


def _known_submission(session: Session, prepared: PreparedSubmission) -> Receipt | None:
    if prepared.draft is None:
        return None
    found = {"key_hash": prepared.key_hash}
    box = session.connection().execute(_find_submission, found).scalar_one_or_none()
    if box is None:
        return None
    return _receipt_in(open_receipt_box(box, prepared.draft.key, key_hash=prepared.key_hash))


def _submission_row(prepared: PreparedSubmission, locks: Locks) -> dict[str, Any]:  # Any: column values
    return {
        "key_hash": prepared.key_hash,
        "wave_id": prepared.wave.id,
        "lookup_cookie": locks.lookup_cookie,
        "wrap_cookie": locks.wrap_cookie,
        "lookup_code": locks.lookup_code,
        "wrap_code": locks.wrap_code,
        "box": prepared.receipt_box,
        "expires_on": prepared.day + RECEIPT_LIFE,
    }


def _receipt_in(content: dict[str, Any]) -> Receipt:  # Any: a JSON document
    return Receipt(rid=bytes.fromhex(content["rid"]))


def _key_hash(draft_id: bytes, *, keys: KeyStore) -> bytes:
    return keyed_hash(b"submit", draft_id, keys=keys)
