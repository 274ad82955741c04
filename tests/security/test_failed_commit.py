"""A commit that fails: nobody is told that something was kept, and a respondent loses nothing typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import flask
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.db import RequestSession
from survey.identity.permissions import Role
from survey.models.cycle import CycleStage
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor


@contextmanager
def _full_disk() -> Iterator[None]:
    """The commit of a request that writes fails as on a full disk."""

    def refuse(session: Session) -> None:
        if isinstance(session, RequestSession) and not session.info.get("read_only"):
            raise sa.exc.OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(Session, "before_commit", refuse)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", refuse)


def test_success_is_not_announced_after_a_failed_commit(
    desk: flask.Flask, books: Session, browser: Callable[[Role | None], FlaskClient]
) -> None:
    desk.testing = False
    stage = books.scalar(sa.select(CycleStage.id).order_by(CycleStage.position).limit(1))
    books.rollback()
    client, path = browser(Role.DESIGNER), f"/admin/stages/{stage}"
    client.get(path)
    with _full_disk():
        refused = client.post(f"{path}/evidence", data={"note": "Minutes of the meeting"})
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    page = client.get(path).text
    assert "Minutes of the meeting" not in page
    assert 'role="status"' not in page
    kept = client.post(f"{path}/evidence", data={"note": "Minutes of the meeting"}, follow_redirects=True)
    assert "Minutes of the meeting" in kept.text
    assert 'role="status"' in kept.text


def test_what_was_typed_can_be_sent_again_in_both_languages(town: Town, app: flask.Flask) -> None:
    app.testing = False
    for language, words in (("zh", "暂时无法完成"), ("en", "Not possible at this moment")):
        visitor = Visitor(app, language=language)
        visitor.begin(f"/s/{town.entry}")
        first = visitor.path
        with _full_disk():
            visitor.answer_page({"A2": ["female"]})
        refused = visitor.page
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) > 0
        assert words in refused.text
        assert Forms(refused.text).chosen("again")["A2"] == ["female"]
        visitor.send("again")
        assert visitor.page.status_code == 200
        assert visitor.path != first
        visitor.get(first)
        assert Forms(visitor.page.text).chosen("page")["A2"] == ["female"]
