"""Thirty-two people at once, one thread each: no request waits for a database connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import flask
import pytest
from waitress.server import create_server

import survey.app
from admin.demo.walker import Walker
from survey.config import Settings
from survey.db import db, engine_options
from tests.survey.site.town import build
from wsgi import create_app

AT_ONCE = 32
PAGES = 1


@contextmanager
def _served(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, **pool: Any
) -> Iterator[tuple[str, str]]:  # Any: options of several types
    """The application with a pool that refuses instead of letting a request wait; its address, and its entry."""
    monkeypatch.setattr(
        survey.app, "engine_options", lambda url: {**engine_options(url), "pool_timeout": 0, **pool}
    )
    app: flask.Flask = create_app("public", settings)
    with app.app_context():
        entry = build(db.session(), app.extensions["minyi"].keys).entry
        db.session.commit()
        db.session.remove()
    server = create_server(app, host="127.0.0.1", port=0, threads=AT_ONCE)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}", f"/s/{entry}?lang=en"
    finally:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=10)
        server.close()
        thread.join(timeout=10)
        with app.app_context():
            db.engine.dispose()


def _answer(address: str, path: str, together: threading.Barrier) -> list[int]:
    """From the link over the consent to what follows the first page; the statuses met."""
    phone = Walker(address, language="en")
    try:
        together.wait(timeout=30)
        page = phone.get(path)
        met = [page.status]
        for form in ("start", *["page"] * PAGES):
            if page.status != 200:
                break
            page = phone.send(page, lambda _name, offered: offered[:1], form=form)
            met.append(page.status)
        return met
    finally:
        phone.close()


def _all_at_once(address: str, path: str) -> Sequence[list[int]]:
    together = threading.Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda _: _answer(address, path, together), range(AT_ONCE)))


def test_no_request_of_32_people_waits_for_a_connection(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _served(settings, monkeypatch) as (address, path):
        met = _all_at_once(address, path)
    assert met == [[200] * (PAGES + 2)] * AT_ONCE


def test_with_too_few_connections_people_are_told_to_wait(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above would see: a request that had to wait is a 503."""
    with _served(settings, monkeypatch, pool_size=1, max_overflow=0) as (address, path):
        met = _all_at_once(address, path)
    assert {status for statuses in met for status in statuses} == {200, 503}
