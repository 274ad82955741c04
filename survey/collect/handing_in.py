"""Home of what a submission reads before it writes: the draft, its wave and the time, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import drafts, waves
from survey.collect.drafts import OpenDraft
from survey.collect.waves import WaveFacts
from survey.db import table_of
from survey.models.response import Draft
from survey.models.wave import Wave
from survey.ports import KeyStore

_draft, _wave = table_of(Draft), table_of(Wave)
_find = (
    sa.select(_draft, *waves.COLUMNS, *clock.COLUMNS)
    .select_from(waves.SOURCE.join(_draft, _draft.c.wave_id == _wave.c.id))
    .where(_draft.c.lookup_cookie == sa.bindparam("lookup"), _wave.c.public_id == sa.bindparam("public_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingIn:
    """An interview that somebody is about to hand in."""

    draft: OpenDraft
    wave: WaveFacts
    now: datetime


def find(session: Session, secret: str, *, public_id: str, keys: KeyStore) -> HandingIn | None:
    """The interview under this cookie in this wave; None where there is none (any more)."""
    lookup = drafts.lookup_hash(secret, keys=keys)
    row = session.connection().execute(_find, {"lookup": lookup, "public_id": public_id}).one_or_none()
    if row is None:
        return None
    return HandingIn(
        draft=drafts.opened(row, secret, keys=keys),
        wave=waves.from_row(row),
        now=clock.instant(row.clock_stamp, row.clock_offset),
    )
