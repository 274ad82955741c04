"""Whose request this is: the draft or the receipt behind the cookie, and where the interview stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import drafts, programs, quotas, receipts_kept, returns
from survey.collect.drafts import OpenDraft
from survey.collect.returns import Share
from survey.db import db, table_of
from survey.errors import Forbidden, HouseError, NotFound
from survey.instrument.path import PageRef
from survey.instrument.program import Program
from survey.kit import language
from survey.kit.own_transaction import reading
from survey.ledger.receipts import Receipt
from survey.models.response import Draft
from survey.models.wave import Wave
from survey.publish import notice, waves
from survey.publish.notice import Notice
from survey.publish.waves import WaveDay
from survey.site import cookies
from survey.site.here import platform

_mine = (
    sa.select(
        *drafts.COLUMNS,
        *waves.COLUMNS,
        quotas.has_full_cells(table_of(Wave).c.id),
        *clock.COLUMNS,
    )
    .join(table_of(Wave), table_of(Wave).c.id == table_of(Draft).c.wave_id)
    .where(
        table_of(Draft).c.lookup_cookie == sa.bindparam("lookup"),
        table_of(Wave).c.public_id == sa.bindparam("public_id"),
    )
)
_part = (
    returns.BY_LINK.add_columns(*waves.COLUMNS)
    .join(table_of(Wave), table_of(Wave).c.id == table_of(Draft).c.wave_id)
    .where(table_of(Wave).c.public_id == sa.bindparam("public_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """The interview of this browser in one wave."""

    wave: WaveDay
    draft: OpenDraft
    program: Program
    now: datetime
    may_be_full: bool = True
    """False where it is certain that no quota of the wave is full."""
    share: Share | None = None
    """The part of a firm's return that this browser may reach; None where it holds the whole."""

    @property
    def until(self) -> date:
        """The last day on which the draft is kept if it is touched now."""
        return drafts.kept_until(self.now, closes_at=self.wave.closes_at, zone=self.wave.zone)

    @property
    def today(self) -> date:
        """The day in the survey's time zone."""
        return self.now.astimezone(ZoneInfo(self.wave.zone)).date()

    @property
    def is_shared(self) -> bool:
        """Whether several people may fill this in."""
        return returns.is_shared(self.program, self.draft.document)

    def admits(self, ref: PageRef) -> bool:
        """Whether this browser may reach a page."""
        is_own = self.share is None or self.share.admits(self.program, ref)
        return is_own and self.draft.document.private.admits(ref)


class NotBegun(NotFound):
    """No draft under this cookie; there may be a receipt."""


def wave_of(public_id: str, session: Session | None = None) -> tuple[int, WaveDay]:
    """A wave by its name in addresses. Raises NotFound."""
    found = waves.wave_by_public_id(session or db.session(), public_id)
    if found is None:
        raise no_such_wave()
    return found


def no_such_wave() -> NotFound:
    """An address that names no survey."""
    return NotFound(
        "wave_unknown", zh="没有这项调查。请检查网址。", en="There is no such survey. Check the address."
    )


def told(wave: str) -> Notice:
    """What everybody is told about the wave of an address. Raises NotFound."""
    found = notice.notice_at(db.session(), wave, retention_years=platform().settings.retention_years)
    if found is None:
        raise no_such_wave()
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


def find_part(wave: str, session: Session) -> Mine | None:
    """The part that a link gave to this browser, whatever became of it. Raises NotFound or Gone once it is over."""
    secret = cookies.get(cookies.share_name(wave))
    if secret is None:
        return None
    keys = platform().keys
    wanted = {"lookup": returns.lookup(secret, keys=keys), "public_id": wave}
    row = session.connection().execute(_part, wanted).one_or_none()
    try:
        if row is None:
            wave_of(wave, session)
            raise returns.over()
        part, day = returns.opened(row, secret, keys=keys), waves.day_beside(row)
    except NotFound as over:
        if over.code not in returns.OVER:
            raise
        raise NotBegun(over.code, zh=over.texts["zh"], en=over.texts["en"]) from None
    returns.check_in_time(part, day.zone)
    program = programs.load(session, part.draft.document.instrument)
    return Mine(wave=day, draft=part.draft, program=program, now=part.now, share=part.share)


def has_interview(wave: str, session: Session) -> bool:
    """Whether an interview, or a part of one, is under way in this browser."""
    if find_draft(wave, session) is not None:
        return True
    try:
        return find_part(wave, session) is not None
    except HouseError:
        return False


def find_receipt(wave: str) -> Receipt | None:
    """The receipt of what this browser submitted in ``wave``, while it is kept."""
    secret = cookies.get(cookies.draft_name(wave))
    return None if secret is None else receipts_kept.of_cookie(db.session(), secret, keys=platform().keys)


def mine(wave: str, *, page: PageRef | None = None) -> Mine:
    """The interview of this browser. Raises NotFound for an unknown wave, NotBegun where there is none."""
    with reading() as session:
        return find_mine(wave, session, page=page)


def find_mine(wave: str, session: Session, *, page: PageRef | None = None) -> Mine:
    """The same, together with whatever else is read.

    Who holds a link to a part of a firm's return is let in to a ``page`` of that part, and nowhere else: Forbidden.
    """
    found = _whole_or_part(wave, session)
    if found.share is None:
        found.draft.document.private.check(page)
    else:
        _check_part(found, page)
    return found


def day_under_way(wave: str) -> Mine:
    """The interview of this browser or its part of one, for what tells of the survey and nothing of the answers."""
    with reading() as session:
        return _whole_or_part(wave, session)


def _whole_or_part(wave: str, session: Session) -> Mine:
    found = _found_by_cookie(wave, session)
    if found is not None:
        return found
    # A cookie under another survey's name is no entry to this one, not even by a link to a part.
    part = find_part(wave, session) if find_draft(wave, session) is None else None
    if part is None:
        wave_of(wave, session)
        raise NotBegun(
            "draft_unknown",
            zh="这台设备上没有正在填写的问卷。它可能已经提交，或因长时间未继续而删除。请从您的链接重新进入。",
            en="There is no interview under way on this device. It may have been submitted, or deleted after a "
            "long pause. Enter again by your link.",
        )
    return part


def _found_by_cookie(wave: str, session: Session) -> Mine | None:
    """The draft of this browser, its wave and the time in one statement."""
    secret = cookies.get(cookies.draft_name(wave))
    if secret is None:
        return None
    lookup = drafts.lookup_hash(secret, keys=platform().keys)
    row = session.connection().execute(_mine, {"lookup": lookup, "public_id": wave}).one_or_none()
    if row is None:
        return None
    try:
        draft = drafts.opened(row, secret, keys=platform().keys)
    except NotFound:
        return None
    return Mine(
        wave=waves.day_beside(row),
        draft=draft,
        program=programs.load(session, draft.document.instrument),
        now=clock.beside(session, row),
        may_be_full=bool(row.has_full_cells),
    )


def tongue(program: Program) -> str:
    """The language of the questions: the one asked for, else near to it, else the questionnaire's first."""
    return language.best_of(program.languages) or program.first_language


def _check_part(mine: Mine, page: PageRef | None) -> None:
    share = mine.share
    if page is None or not mine.admits(page):
        raise not_your_part()
    if share is not None and not share.has_agreed:
        raise Forbidden(
            "part_not_agreed",
            zh="填写之前，请先看说明并同意参加。",
            en="Before you fill this in, please read what it is about and agree to take part.",
        )
    if share is not None and share.is_done:
        raise Forbidden(
            "part_handed_back",
            zh="您已交回自己负责的部分。如要修改，请先重新取回。",
            en="You have handed your part back. To change something, take it up again first.",
        )


def not_your_part() -> Forbidden:
    """Whoever holds a link to a part asked for something beside it."""
    return Forbidden(
        "part_only",
        zh="这里由持有整份答卷的同事负责。您可以打开请您填写的部分；已保存的内容没有丢失。",
        en="This is for the colleague who holds the whole return. You can open the sections that you were asked to "
        "fill in; what you saved there is kept.",
    )


def no_part() -> NotFound:
    """This browser holds no link to a part."""
    return NotFound(
        "no_part",
        zh="这台设备上没有请您填写的部分。请从同事发给您的链接进入。",
        en="There is no part for you to fill in on this device. Open the link that your colleague sent you.",
    )


def refuse_part(wave: str) -> None:
    """Raises Forbidden where this browser holds a link to a part and no return of its own; asks no database."""
    if cookies.get(cookies.draft_name(wave)) is None and cookies.get(cookies.share_name(wave)) is not None:
        raise not_your_part()
