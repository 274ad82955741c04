"""Mistakes put into a running server on purpose: a test that does not notice them is worth nothing."""

from __future__ import annotations

import queue
import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import flask
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey import text
from survey.access import grants, refusals, rules
from survey.collect import drafts, pages, quotas, submit
from survey.collect.submit import PreparedSubmission
from survey.db import db, read_only, table_of
from survey.errors import Gone, HouseError
from survey.ledger.receipts import Receipt
from survey.models.access import Token
from survey.models.wave import QuotaCell
from survey.ports import KeyStore
from survey.site import cookies
from survey.site.answer import respondent
from survey.site.here import platform

_BETWEEN = 0.3
"""Seconds between a check and the act that trusts it."""
_BEHIND = 0.5
"""Seconds by which a late writer lags behind."""


def acknowledge_before_commit(app: flask.Flask) -> None:
    """The receipt is shown at once; a thread writes the submission down a little later."""
    promised: dict[bytes, Receipt] = {}
    waiting: queue.Queue[tuple[PreparedSubmission, KeyStore]] = queue.Queue()
    commit, find_receipt = submit.commit, respondent.find_receipt

    def promise(session: Session, prepared: PreparedSubmission, *, keys: KeyStore) -> Receipt:
        session.rollback()
        assert prepared.draft is not None
        receipt = promised.setdefault(prepared.draft.locks.lookup_cookie, prepared.receipt)
        if receipt is prepared.receipt:
            waiting.put((prepared, keys))
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
    threading.Thread(target=write_behind, daemon=True).start()


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

    @event.listens_for(sa.Engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=0")


def never_sync(_app: flask.Flask) -> None:
    """A commit returns before the disk has it: as fast as it is dangerous."""

    @event.listens_for(sa.Engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")


def fold_text(_app: flask.Flask) -> None:
    """Typed text is folded to its compatible form, which changes what people wrote."""
    text.normalise = lambda raw: unicodedata.normalize("NFKC", raw.replace("\x00", ""))


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


MISTAKES: dict[str, Callable[[flask.Flask], None]] = {
    "acknowledge-before-commit": acknowledge_before_commit,
    "check-then-use-token": check_then_use_token,
    "check-then-take-place": check_then_take_place,
    "last-tab-wins": last_tab_wins,
    "forgets-a-page": forget_a_page,
    "everybody-at-once": everybody_at_once,
    "never-wait": never_wait,
    "never-sync": never_sync,
    "folds-text": fold_text,
    "slow-for-known": slow_for_known,
}
