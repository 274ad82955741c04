"""Nothing typed is lost: saved as it is typed, one item a page, on another device by link, and said plainly."""

from __future__ import annotations

import re
from datetime import timedelta

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.collect import page_counts
from survey.db import db
from survey.models.paradata import PageCount
from survey.models.response import Draft
from survey.models.wave import Wave
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor


@pytest.fixture
def visitor(app: flask.Flask) -> Visitor:
    return Visitor(app)


@pytest.fixture
def begun(town: Town, visitor: Visitor) -> Visitor:
    visitor.begin(f"/s/{town.entry}")
    return visitor


def _keep(visitor: Visitor, town: Town, **fields: str) -> flask.Response:
    form = Forms(visitor.page.text).chosen("page")
    data = {**form, "_window": ["tab"], "_turn": ["1"], **{name: [value] for name, value in fields.items()}}
    return visitor.client.post(f"/answer/{town.wave}/k/A", data=data)


def test_what_is_typed_is_there_again_on_another_device(app: flask.Flask, town: Town, begun: Visitor) -> None:
    saved = _keep(begun, town, A1="30-39")
    assert saved.json == {"state": "saved", "version": 2}
    begun.get(f"/answer/{town.wave}/leave")
    begun.send("link")
    link = re.search(r"data-link>([^<]+)<", begun.page.text)
    assert link is not None
    assert "sms:?&amp;body=" in begun.page.text
    other = Visitor(app)
    first = other.client.get("/continue/" + link[1].rsplit("/", 1)[1])
    assert first.status_code == 303
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert link[1].rsplit("/", 1)[1] not in first.headers["Location"]
    other.get("/continue/here")
    begun.get(f"/answer/{town.wave}/p/A")
    assert begun.page.status_code == 200  # looking at the link has moved nothing
    other.send("here")
    assert Forms(other.page.text).chosen("page")["A1"] == ["30-39"]
    begun.send("page", {"A1": ["60+"], "T": ["what I wrote just now"]})
    assert begun.page.status_code == 404
    assert "what I wrote just now" in begun.page.text


def test_an_older_window_does_not_overwrite_what_is_saved(town: Town, begun: Visitor) -> None:
    old = begun.page
    begun.answer_page()
    begun.page = old
    refused = _keep(begun, town, A1="60+")
    assert (refused.status_code, refused.json) == (409, {"state": "stale"})


def test_words_that_are_refused_stay_while_one_looks_elsewhere(town: Town, begun: Visitor) -> None:
    begun.send("page", {"A2": ["female"], "A1": ["nonsense"], "_leave": ["1"]})
    assert begun.path.endswith("/leave")
    begun.get(f"/answer/{town.wave}/on")
    assert begun.path.endswith("/p/A")


def test_one_item_a_page_and_back_again(town: Town, visitor: Visitor) -> None:
    visitor.client.set_cookie("size", "elder")
    visitor.begin(f"/s/{town.entry}")
    names = [n for n in Forms(visitor.page.text).offered("page") if n[:1] not in "_c"]
    assert names == ["A1"]
    visitor.send("page", {"A1": []})
    assert "<title>Error: " in visitor.page.text
    visitor.send("page", {"A1": ["30-39"]})
    assert "q=A2" in visitor.page.request.full_path
    visitor.send("page", {"_back": ["1"]})
    assert "q=A1" in visitor.page.request.full_path
    assert Forms(visitor.page.text).chosen("page")["A1"] == ["30-39"]
    # In the middle back to whole pages: what was answered stands there.
    visitor.send("page", {"_switch": ["normal"]})
    chosen = Forms(visitor.page.text).chosen("page")
    assert chosen["A1"] == ["30-39"]
    assert len(Forms(visitor.page.text).offered("page")) > 3


def test_elder_mode_walks_the_whole_questionnaire(town: Town, visitor: Visitor) -> None:
    visitor.client.set_cookie("size", "elder")
    visitor.begin(f"/s/{town.entry}")
    for _ in range(120):
        if "/p/" not in visitor.path:
            break
        visitor.answer_page()
    assert visitor.path.endswith("/review")
    visitor.send("submit")
    assert visitor.path.endswith("/receipt")


def test_a_visit_keeps_the_draft_longer_and_never_beyond_the_last_grace(
    app: flask.Flask, town: Town, begun: Visitor
) -> None:
    def expires() -> object:
        with app.app_context():
            return db.session.scalar(sa.select(Draft.expires_on))

    with app.app_context():
        first = db.session.scalar(sa.select(Draft.expires_on))
        assert first is not None
        db.session.execute(sa.update(Draft).values(expires_on=first - timedelta(days=3)))
        db.session.commit()
    begun.get(begun.path)
    assert expires() == first
    with app.app_context():
        closes = db.session.scalar(sa.select(Wave.closes_at).where(Wave.id == town.wave_id))
        assert closes is not None
        db.session.execute(sa.update(Draft).values(expires_on=first - timedelta(days=13)))
        db.session.execute(sa.update(Wave).values(closes_at=closes - timedelta(days=20) + timedelta(hours=2)))
        db.session.commit()
    begun.get(begun.path)
    assert expires() < first
    assert "you can still submit until" in begun.page.text
    until = begun.get(f"/answer/{town.wave}/until").json
    assert 3600 < until["seconds"] <= 7200
    assert "This survey closes on" in until["text"]


def _counts(app: flask.Flask) -> dict[str, tuple[int, int]]:
    """What was counted since it was last asked, by page: reached, sent."""
    with app.app_context():
        page_counts.write(db.session(), at_once=True)
        rows = db.session.execute(sa.select(PageCount.page, PageCount.reached, PageCount.sent)).all()
        db.session.execute(sa.delete(PageCount))
        db.session.commit()
    return {page: (reached, sent) for page, reached, sent in rows}


def test_pages_reached_are_counted_and_nobody_with_them(
    app: flask.Flask, town: Town, visitor: Visitor
) -> None:
    visitor.begin(f"/s/{town.entry}")
    with Session(sa.create_engine("sqlite://")) as elsewhere:
        page_counts.write(elsewhere, at_once=True)  # another database of this process hears nothing of it
    assert _counts(app) == {"A": (1, 0)}
    visitor.answer_page()
    second = visitor.path.rsplit("/", 1)[1]
    assert _counts(app) == {"A": (0, 1), second: (1, 0)}
    visitor.send("page", {"_back": ["1"]})
    visitor.answer_page()
    assert _counts(app) == {}  # the same interview again is no other one


def test_the_service_worker_holds_files_and_no_pages(town: Town, visitor: Visitor) -> None:
    worker = visitor.client.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    files = re.findall(r'"(/static/[^"]+)"', worker.text.split("\n")[0])
    assert files
    assert all(visitor.client.get(address).status_code == 200 for address in files)
    assert visitor.client.get("/offline").status_code == 200
