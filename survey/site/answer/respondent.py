"""Whose request this is: the draft or the receipt behind the cookie, and where the interview stands."""

from __future__ import annotations

from dataclasses import dataclass

import flask
from sqlalchemy.orm import Session

from survey.collect import drafts, programs, submit
from survey.collect.documents import DraftDocument
from survey.collect.drafts import OpenDraft
from survey.collect.pages import next_page
from survey.db import db
from survey.errors import NotFound
from survey.instrument.path import PageRef, find_path
from survey.instrument.program import Program
from survey.kit import language
from survey.kit.own_transaction import reading
from survey.ledger.receipts import Receipt
from survey.publish import waves
from survey.publish.waves import WaveDay
from survey.site import cookies
from survey.site.here import platform

REVIEW, END = "review", "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The interview of this browser in one wave."""

    wave: WaveDay
    draft: OpenDraft
    program: Program


class NotBegun(NotFound):
    """No draft under this cookie; there may be a receipt."""


def wave_of(public_id: str, session: Session | None = None) -> tuple[int, WaveDay]:
    """A wave by its name in addresses. Raises NotFound."""
    found = waves.wave_by_public_id(session or db.session(), public_id)
    if found is None:
        raise NotFound(
            "wave_unknown", zh="没有这项调查。请检查网址。", en="There is no such survey. Check the address."
        )
    return found


def day_of(wave_id: int) -> WaveDay:
    """The wave that a draft names."""
    found = waves.wave_by_id(db.session(), wave_id)
    assert found is not None  # a draft names an existing wave
    return found


def find_draft(wave: str, session: Session) -> OpenDraft | None:
    """The draft of this browser in ``wave``, if there is one."""
    secret = cookies.get(cookies.draft_name(wave))
    if secret is None:
        return None
    try:
        return drafts.load(session, secret, keys=platform().keys)
    except NotFound:
        return None


def find_receipt(wave: str) -> Receipt | None:
    """The receipt of what this browser submitted in ``wave``, while it is kept."""
    secret = cookies.get(cookies.draft_name(wave))
    return None if secret is None else submit.replay(db.session(), secret, keys=platform().keys)


def mine(wave: str) -> Mine:
    """The interview of this browser. Raises NotFound for an unknown wave, NotBegun where there is none."""
    with reading() as session:
        return find_mine(wave, session)


def find_mine(wave: str, session: Session) -> Mine:
    """The same, together with whatever else is read."""
    key, day = wave_of(wave, session)
    draft = find_draft(wave, session)
    if draft is None or draft.wave_id != key:  # a cookie under another survey's name is no entry to this one
        raise NotBegun(
            "draft_unknown",
            zh="这台设备上没有正在填写的问卷。它可能已经提交，或因长时间未继续而删除。请从您的链接重新进入。",
            en="There is no interview under way on this device. It may have been submitted, or deleted after a "
            "long pause. Enter again by your link.",
        )
    return Mine(wave=day, draft=draft, program=programs.load(session, draft.document.instrument))


def tongue(program: Program) -> str:
    """The language of the questions: the one asked for, else near to it, else the questionnaire's first."""
    return language.best_of(program.languages) or program.first_language


def where_next(program: Program, document: DraftDocument) -> str:
    """Where the interview goes on: the key of a page, or the review, or the end for whom it is not meant."""
    found = next_page(program, document)
    if found is not None:
        return found.key
    return END if find_path(program, document.state).screened_out else REVIEW


def step(after: PageRef | None, *, screened_out: bool) -> str:
    """The same, straight after a page was saved."""
    if screened_out:
        return END
    return REVIEW if after is None else after.key


def url(wave: str, place: str) -> str:
    """The address of a place of the interview."""
    if place in (REVIEW, END):
        return flask.url_for(f"answer.{place}", wave=wave)
    return flask.url_for("answer.page", wave=wave, key=place)
