"""How often a page asks the database: three statements to save one, and no more however many have answered."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import flask
import pytest
import sqlalchemy as sa

from survey.db import db, table_of
from survey.models.response import Participation, Response
from tests.survey.site.town import Town
from tests.survey.site.visitor import Visitor

MOST_TO_SAVE, MOST_TO_SHOW = 3, 2


@contextmanager
def _counted(app: flask.Flask) -> Iterator[list[str]]:
    """The statements of the block; what the driver does to begin and end a transaction is none."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:  # Any: SQLAlchemy's hook
        found.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def _many_responses(app: flask.Flask, wave_id: int, n: int) -> None:
    """Sealed responses and the note that somebody took part, so that tables are long."""
    with app.app_context():
        day = db.session.scalar(sa.select(sa.func.current_date()))
        sealed: list[dict[str, Any]] = [
            {
                "id": secrets.token_bytes(16),
                "wave_id": wave_id,
                "batch": 1,
                "leaf_index": place,
                "channel": "sample",
                "seal_group": "sample",
                "day": day,
                "document": {},
                "r": bytes(32),
                "anonymity": "anonymous",
            }
            for place in range(n)
        ]
        noted = [
            {
                "rid_hash": secrets.token_bytes(32),
                "wave_id": wave_id,
                "channel": "sample",
                "seal_group": "sample",
                "day": day,
                "batch": 1,
            }
            for _ in range(n)
        ]
        db.session.execute(sa.insert(table_of(Response)), sealed)
        db.session.execute(sa.insert(table_of(Participation)), noted)
        db.session.commit()


@pytest.mark.parametrize("n_responses", [0, 2_000])
def test_a_saved_page_takes_three_statements_and_its_showing_two(
    app: flask.Flask, town: Town, n_responses: int
) -> None:
    if n_responses:
        _many_responses(app, town.wave_id, n_responses)
    visitor = Visitor(app)
    visitor.begin(f"/i/{town.tokens[0]}")
    n_pages = 0
    while "/p/" in visitor.path:
        with _counted(app) as saving:
            visitor.answer_page(follow=False)
        assert visitor.page.status_code == 303, visitor.page.text
        assert len(saving) <= MOST_TO_SAVE, saving
        with _counted(app) as showing:
            visitor.get(visitor.page.headers["Location"])
        # No demo clock can run in production, so there the page does not ask for it.
        asked = [statement for statement in showing if "demo_clock" not in statement or "draft" in statement]
        assert len(asked) <= MOST_TO_SHOW, showing
        n_pages += 1
    assert n_pages >= 4
