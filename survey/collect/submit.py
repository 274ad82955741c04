"""Home of submission: everything is checked and made ready first, then one transaction takes it all or nothing."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import refusals, rules
from survey.collect import attachments, contacts, quotas, receipts_kept, turnstile
from survey.collect.documents import DraftDocument, response_document
from survey.collect.drafts import OpenDraft
from survey.collect.turnstile import Turnstile
from survey.collect.waves import WaveFacts
from survey.db import table_of
from survey.errors import Conflict, Invalid
from survey.instrument.path import find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview
from survey.ledger import boxes, urn
from survey.ledger.apart import Apart
from survey.ledger.canonical import canonical_bytes, sha256
from survey.ledger.keyed import keyed_hash, wave_key
from survey.ledger.receipts import Receipt, new_receipt
from survey.models.access import Token
from survey.models.response import Draft, Participation, Submission
from survey.models.wave import Anonymity
from survey.ports import KeyStore

RECEIPT_LIFE = timedelta(days=1)

_draft, _token = table_of(Draft), table_of(Token)
_participation, _submission = table_of(Participation), table_of(Submission)
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
    state: AnswerState
    counted: tuple[str, ...]
    token_hash: bytes | None
    key_hash: bytes
    draft: OpenDraft | None
    withdrawal: bytes


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

    The boxes are closed later: the key of the urn may be replaced in the meantime, and only the transaction knows
    which quota cells count the interview. Raises Invalid with the problems of the interview.
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
    return replace(prepared, draft=draft, withdrawal=withdrawal, tag=sha256(withdrawal))


def prepare_document(
    document: DraftDocument,
    *,
    program: Program,
    wave: WaveFacts,
    keys: KeyStore,
    now: datetime,
    key_hash: bytes,
    seconds: int | None = None,
    may_lack_answers: bool = False,
) -> PreparedSubmission:
    """The same for an interview that never was a draft. Raises Invalid with the problems of the interview.

    With `may_lack_answers` (paper: nobody can be asked again) a blank stays blank, also where an answer is required.
    """
    state, problems = _final_answers(program, document.state)
    if may_lack_answers:
        problems = tuple(problem for problem in problems if problem.code != "required")
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
    link, participant = document.grant.link, document.grant.participant
    if wave.anonymity == Anonymity.IDENTIFIED and document.is_named and participant is not None:
        response["participant"] = participant
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
        state=state,
        counted=quotas.counted_by(program, state),
        token_hash=document.grant.token_hash,
        key_hash=key_hash,
        draft=None,
        withdrawal=b"",
    )


def commit(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
    """The statements of one submission, in the one order everybody keeps; the edge commits.

    A second tap gets the receipt of the first, even with another body. Raises Gone (wave closed, token used,
    quota full) or Conflict (the draft was changed meanwhile); the edge then rolls everything back.
    """
    wave_id = prepared.wave.id
    connection = session.connection()
    gate = turnstile.look(session, wave_id, keys=keys)
    if refused := _why_not(gate, prepared):
        known = _known_submission(session, prepared)
        if known is None:
            raise refusals.refusal(refused)
        return known
    if prepared.draft is not None:
        found = {"draft_id": prepared.draft.id, "seen": prepared.draft.ver}
        if connection.execute(_delete_draft, found).rowcount != 1:
            return _replayed(session, prepared)
    if prepared.token_hash is not None:
        used = {"token_hash": prepared.token_hash, "day": prepared.day}
        if connection.execute(_use_token, used).rowcount != 1:
            raise refusals.refusal(rules.Refusal.USED)
    cell_ids = quotas.cells_of(gate.cells, prepared.state, prepared.counted)
    over = quotas.take_places(session, cell_ids)
    connection.execute(_insert_participation, _participation_row(prepared))
    sealed = urn.Sealed(
        document=_content(prepared, is_grace=gate.openness is rules.Openness.GRACE, over=over),
        r=prepared.r,
        tag=prepared.tag,
        link=prepared.link,
        apart=prepared.apart.encode(),
    )
    urn.put_box(session, wave_id, sealed=sealed, key=gate.key, wave=prepared.wave.code)
    if prepared.draft is not None:
        connection.execute(_insert_submission, _submission_row(prepared, prepared.draft, cell_ids))
    return prepared.receipt


def _final_answers(program: Program, state: AnswerState) -> tuple[AnswerState, tuple[Problem, ...]]:
    """The answers that count, without those a later answer made stale, and what is wrong with them."""
    problems = validate_interview(program, state)
    if any(problem.code == "stale_answer" for problem in problems):
        state = state.without(find_path(program, state).stale)
        problems = validate_interview(program, state)
    return state, problems


def _why_not(gate: Turnstile, prepared: PreparedSubmission) -> rules.Refusal | None:
    """Why a wave takes no answer now; in the half hour of grace it takes those begun before the close."""
    if gate.openness is rules.Openness.OPEN:
        return None
    if gate.openness is rules.Openness.NOT_YET:
        return rules.Refusal.NOT_YET
    if gate.openness is rules.Openness.CLOSED or gate.closes_at is None:
        return rules.Refusal.CLOSED
    return None if prepared.opened_at < gate.closes_at else rules.Refusal.CLOSED


def _content(prepared: PreparedSubmission, *, is_grace: bool, over: Sequence[str]) -> bytes:
    """What is sealed, marked if it came in the half hour of grace, or beyond the limit of a cell that goes on."""
    marks: dict[str, Any] = {"grace": True} if is_grace else {}  # Any: a JSON document
    if over:
        marks["over_quota"] = list(over)
    return canonical_bytes({**prepared.document, **marks}) if marks else prepared.content


def _participation_row(prepared: PreparedSubmission) -> dict[str, Any]:  # Any: column values
    return {
        "rid_hash": prepared.receipt.hash,
        "wave_id": prepared.wave.id,
        "channel": prepared.document["channel"],
        "seal_group": prepared.document["seal_group"],
        "day": prepared.day,
        "batch": None,
    }


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
    return receipts_kept.of_submission(session, prepared.key_hash, key=prepared.draft.key)


def _submission_row(
    prepared: PreparedSubmission, draft: OpenDraft, cell_ids: Sequence[int]
) -> dict[str, Any]:  # Any: column values
    secret = {
        "rid": prepared.receipt.rid.hex(),
        "token": None if prepared.token_hash is None else prepared.token_hash.hex(),
        "facts": draft.document.grant.facts(),
        "cells": list(cell_ids),
        "withdrawal": prepared.withdrawal.hex(),
    }
    content = json.dumps(secret, ensure_ascii=False).encode()
    key = boxes.Key(secret=draft.key)
    return {
        "key_hash": prepared.key_hash,
        "wave_id": prepared.wave.id,
        "lookup_cookie": draft.locks.lookup_cookie,
        "wrap_cookie": draft.locks.wrap_cookie,
        "lookup_code": draft.locks.lookup_code,
        "wrap_code": draft.locks.wrap_code,
        "box": boxes.seal(content, key=key, purpose=receipts_kept.PURPOSE, scope=prepared.key_hash),
        "expires_on": prepared.day + RECEIPT_LIFE,
    }


def _key_hash(draft_id: bytes, *, keys: KeyStore) -> bytes:
    return keyed_hash(b"submit", draft_id, keys=keys)
