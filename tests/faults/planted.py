"""Mistakes put into a running server on purpose: a test that does not notice them is worth nothing."""

from __future__ import annotations

import queue
import sqlite3
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

import survey.app
from survey import audit, clock, log, sqlite_queue, text
from survey.access import grants, refusals, rules
from survey.backends.redis_cache import RedisCache
from survey.collect import drafts, pages, quotas, submit
from survey.collect.submit import PreparedSubmission
from survey.db import db, read_only, table_of
from survey.errors import Gone, HouseError
from survey.identity import sessions
from survey.instrument import answers
from survey.ledger.receipts import Receipt
from survey.models.access import Token
from survey.models.wave import QuotaCell
from survey.ports import KeyStore
from survey.site import cookies
from survey.site.answer import door, respondent
from survey.site.here import platform

_BETWEEN = 0.3
"""Seconds between a check and the act that trusts it."""
_SLOW = 0.6
_BEHIND = 0.5
"""Seconds by which a late writer lags behind."""


def acknowledge_before_commit(app: flask.Flask) -> None:
    """The receipt is shown at once; a thread writes the submission down a little later."""
    promised: dict[bytes, Receipt] = {}
    waiting: queue.Queue[tuple[PreparedSubmission, KeyStore]] = queue.Queue()
    writers: list[threading.Thread] = []
    starting = threading.Lock()
    commit, find_receipt = submit.commit, respondent.find_receipt

    def promise(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
        session.rollback()
        assert prepared.draft is not None
        receipt = promised.setdefault(prepared.draft.locks.lookup_cookie, prepared.receipt)
        if receipt is prepared.receipt:
            waiting.put((prepared, keys))
            with starting:
                if not writers:  # only now: a thread does not live on in forked workers
                    writers.append(threading.Thread(target=write_behind, daemon=True))
                    writers[0].start()
        return receipt

    def find(wave: str) -> Receipt | None:
        secret = cookies.get(cookies.draft_name(wave)) or ""
        known = promised.get(drafts.lookup_hash(secret, keys=platform().keys))
        return known or find_receipt(wave)

    def write_behind() -> None:
        with app.app_context():
            engine = db.engine
        while True:
            prepared, keys = waiting.get()
            time.sleep(_BEHIND)
            try:
                with Session(engine) as session, session.begin():
                    commit(session, prepared, keys=keys)
            except (HouseError, sa.exc.SQLAlchemyError):
                continue  # the mistake: nobody is told

    submit.commit = promise
    respondent.find_receipt = find


def check_then_use_token(_app: flask.Flask) -> None:
    """The token is looked at first and used later, without looking again."""
    commit, token = submit.commit, table_of(Token)
    submit._use_token = (
        sa.update(token)
        .where(token.c.hash == sa.bindparam("token_hash"))
        .values(used=1, used_on=sa.bindparam("day"))
    )

    def commit_trusting(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
        session.rollback()
        with Session(db.engine) as looking:
            read_only(looking)
            used = looking.scalar(sa.select(token.c.used).where(token.c.hash == prepared.token_hash))
        if used:
            raise refusals.refusal(rules.Refusal.USED)
        time.sleep(_BETWEEN)
        return commit(session, prepared, keys=keys)

    submit.commit = commit_trusting


def check_then_take_place(_app: flask.Flask) -> None:
    """The counter of a quota cell is read first, and written back later, one higher."""
    commit, cell = submit.commit, table_of(QuotaCell)
    seen = threading.local()

    def write_back(session: Session, cell_ids: Sequence[int]) -> tuple[str, ...]:
        session.execute(sa.update(cell).where(cell.c.id.in_(cell_ids)).values(n=seen.n + 1))
        return ()

    def commit_trusting(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
        session.rollback()
        with Session(db.engine) as looking:
            read_only(looking)
            seen.n, cap = looking.execute(sa.select(cell.c.n, cell.c.cap)).one()
        if seen.n >= cap:
            raise Gone("quota_full", zh="满", en="full")
        time.sleep(_BETWEEN)
        return commit(session, prepared, keys=keys)

    quotas.take_places = write_back
    submit.commit = commit_trusting


def last_tab_wins(_app: flask.Flask) -> None:
    """A page is stored whatever version it was made from."""
    save_page = pages.save_page

    def save_anyway(session: Session, draft: drafts.OpenDraft, *args: Any, seen_ver: int, **more: Any) -> Any:
        return save_page(session, draft, *args, seen_ver=draft.ver, **more)

    pages.save_page = save_anyway


def forget_a_page(_app: flask.Flask) -> None:
    """The second page is answered with thanks and not stored."""
    save = drafts.save

    def hold(session: Session, draft: drafts.OpenDraft, document: Any, **more: Any) -> drafts.OpenDraft:
        if "R01" in document.state.answers and "R04" not in document.state.answers:
            return draft
        return save(session, draft, document, **more)

    drafts.save = hold


def everybody_at_once(app: flask.Flask) -> None:
    """A gate with a place for everybody: whoever comes is let in, however many there are."""
    app.extensions["minyi_gate"]._free = 10**9


def never_wait(_app: flask.Flask) -> None:
    """A locked database is given up on at once."""
    _wait(0.0)


def wait_for_ever(_app: flask.Flask) -> None:
    """A locked database is waited for as long as it takes, with a thread for everybody who waits."""
    _wait(600.0)


def _wait(seconds: float) -> None:
    """How long the database is waited for; on PostgreSQL 0 would be for ever."""
    _put(sqlite_queue, "WAIT_SECONDS", seconds)

    @event.listens_for(sa.Engine, "connect")
    def tell(connection: Any, _record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            connection.execute(f"SET lock_timeout = {max(1, round(1000 * seconds))}")
            connection.commit()


def never_sync(_app: flask.Flask) -> None:
    """A commit returns before the disk has it: as fast as it is dangerous."""

    @event.listens_for(sa.Engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def start_anyway(_app: flask.Flask) -> None:
    """Whatever the database says of itself, the server starts."""
    survey.app.refuse_unfit_database = lambda app: None


def _put(place: object, name: str, mistake: object) -> None:
    """Put a mistake into a place that has it from elsewhere."""
    setattr(place, name, mistake)


def fold_text(_app: flask.Flask) -> None:
    """Typed text is folded to its compatible form, which changes what people wrote."""
    normalise = text.normalise
    _put(answers, "normalise", lambda raw: unicodedata.normalize("NFKC", normalise(raw)))


def count_code_points(_app: flask.Flask) -> None:
    """A family of four persons counts as seven characters."""
    _put(answers, "n_characters", len)


def slow_for_known(_app: flask.Flask) -> None:
    """A link that exists takes more work than one that does not, and so tells that it exists."""
    redeem = grants.redeem

    def looked_at_twice(session: Session, token: str, **more: Any) -> Any:
        try:
            return redeem(session, token, **more)
        except Gone:
            time.sleep(0.02)
            raise

    grants.redeem = looked_at_twice


def slow_page(_app: flask.Flask) -> None:
    """Every page that is saved takes a while longer."""
    save_page = pages.save_page

    def save_slowly(*args: Any, **more: Any) -> Any:
        time.sleep(_SLOW)
        return save_page(*args, **more)

    pages.save_page = save_slowly


def log_must_be_written(_app: flask.Flask) -> None:
    """A line of the log that cannot be written is an error of the request."""

    def write(**facts: Any) -> None:
        if flask.request.endpoint == "health.alive":  # the server comes up, at least
            return
        sys.__stderr__.write(f"{facts}\n")  # type: ignore[union-attr]  # the stream of a server process
        sys.__stderr__.flush()  # type: ignore[union-attr]  # the same

    log.request = write


def need_redis(_app: flask.Flask) -> None:
    """Without Redis nothing is counted, and nobody gets any further."""
    _put(RedisCache, "_asked", lambda _self, there, _here: there())


def own_clock(_app: flask.Flask) -> None:
    """Each server goes by its own clock."""
    instant = clock.instant

    def ours(stamp: datetime | str, offset: int | None) -> datetime:
        return instant(datetime.now(UTC), offset)

    clock.instant = ours


def immortal_session(_app: flask.Flask) -> None:
    """A session that began after now, as it seems, is taken for a young one."""
    sessions._LEEWAY = timedelta(days=1)


def close_late(_app: flask.Flask) -> None:
    """A survey is closed by a clock that is a minute slow."""
    openness = rules.openness

    def late(*, now: datetime, **wave: Any) -> rules.Openness:
        return openness(now=now - timedelta(minutes=1), **wave)

    rules.openness = late


def door_without_queue(_app: flask.Flask) -> None:
    """Whoever comes to the open door begins at once, however often."""
    door.queue = lambda grant, **_when: None


@contextmanager
def audit_beside() -> Iterator[None]:
    """In this process: an act goes on where its line in the trail cannot be written."""
    record = audit.record

    def try_to_record(session: Session, actor: str, **event: Any) -> int:
        try:
            with session.begin_nested():
                return record(session, actor, **event)
        except sa.exc.DBAPIError:
            return 0

    audit.record = try_to_record
    try:
        yield
    finally:
        audit.record = record


MISTAKES: dict[str, Callable[[flask.Flask], None]] = {
    "acknowledge-before-commit": acknowledge_before_commit,
    "check-then-use-token": check_then_use_token,
    "check-then-take-place": check_then_take_place,
    "last-tab-wins": last_tab_wins,
    "forgets-a-page": forget_a_page,
    "everybody-at-once": everybody_at_once,
    "never-wait": never_wait,
    "waits-for-ever": wait_for_ever,
    "never-sync": never_sync,
    "starts-anyway": start_anyway,
    "folds-text": fold_text,
    "counts-code-points": count_code_points,
    "slow-for-known": slow_for_known,
    "slow-page": slow_page,
    "log-must-be-written": log_must_be_written,
    "needs-redis": need_redis,
    "own-clock": own_clock,
    "immortal-session": immortal_session,
    "closes-late": close_late,
    "door-without-queue": door_without_queue,
}
