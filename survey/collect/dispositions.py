"""Home of what became of interviews that did not end in a response: numbers, never a case."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import drafts, quotas
from survey.collect.drafts import OpenDraft
from survey.db import insert_ignoring_conflicts, table_of
from survey.errors import NotFound
from survey.models.access import Token
from survey.models.response import DispositionCount, Draft
from survey.ports import KeyStore

QUOTA_FULL = quotas.FULL
SCREENED_OUT = "screened_out"
_count, _draft, _token = table_of(DispositionCount), table_of(Draft), table_of(Token)


def count_one(session: Session, wave_id: int, *, mode: str, code: str) -> None:
    """One more case of a wave that ended like this. Runs in a transaction of its own after a refusal."""
    cell = {"wave_id": wave_id, "mode": mode, "code": code, "source": "collected"}
    connection = session.connection()
    connection.execute(insert_ignoring_conflicts(session, _count), {**cell, "n": 0})
    connection.execute(
        sa.update(_count)
        .where(*(_count.c[name] == value for name, value in cell.items()))
        .values(n=_count.c.n + 1)
    )


def count_turned_away(session: Session, draft: OpenDraft, *, keys: KeyStore) -> None:
    """Count that a quota was full for somebody, once however often they try; the draft stays, a place may come free."""
    document = draft.document
    if document.turned_away:
        return
    try:
        drafts.save(session, draft, replace(document, turned_away=True), keys=keys)
    except (drafts.StaleDraft, NotFound):  # changed or gone meanwhile: whoever was faster counts
        return
    count_one(session, draft.wave_id, mode=document.grant.mode, code=QUOTA_FULL)


def turn_away(session: Session, draft: OpenDraft) -> None:
    """End an interview for which there is no place: nothing of it is kept but a count."""
    _end(session, draft, code=None if draft.document.turned_away else QUOTA_FULL)


def screen_out(session: Session, draft: OpenDraft) -> None:
    """End an interview whose answer said that the survey does not apply: nothing of it is kept but a count."""
    _end(session, draft, code=SCREENED_OUT)


def _end(session: Session, draft: OpenDraft, *, code: str | None) -> None:
    connection = session.connection()
    removed = connection.execute(sa.delete(_draft).where(_draft.c.id == draft.id))
    if removed.rowcount != 1:
        return
    grant = draft.document.grant
    if grant.token_hash is not None:
        connection.execute(
            sa.update(_token)
            .where(_token.c.hash == grant.token_hash, _token.c.used == 0)
            .values(used=1, facts={})
        )
    if code is not None:
        count_one(session, draft.wave_id, mode=grant.mode, code=code)
