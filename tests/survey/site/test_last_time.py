"""Welcome page and receipt lead to what came of the last survey and to what was done about it, and say where nothing was."""

from __future__ import annotations

from datetime import UTC, date, datetime

import flask
from flask.testing import FlaskClient

from survey import ids
from survey.db import db
from survey.models.cycle import Cycle, CycleStage
from survey.models.publication import Release
from tests.survey.site.town import Town, document
from tests.survey.site.visitor import Visitor

OWNER = {"zh": "绩效办", "en": "Performance office"}


def _last_year(app: flask.Flask, *, due_on: date, signed_at: datetime | None) -> str:
    with app.app_context():
        cycle = Cycle(code="2025", year=2025, title={"zh": "2025年", "en": "2025"})
        cycle.stages.append(
            CycleStage(position=5, stage="countermeasures", owner=OWNER, due_on=due_on, signed_at=signed_at)
        )
        db.session.add(cycle)
        db.session.flush()
        day = datetime(2025, 12, 1, tzinfo=UTC)
        release = Release(
            public_id=ids.public_id(),
            cycle_id=cycle.id,
            title={"zh": "2025年结果", "en": "Results of 2025"},
            announced_at=day,
            release_at=day,
            published_at=day,
            document=document(),
            digest="ab" * 32,
        )
        db.session.add(release)
        db.session.commit()
        return release.public_id


def _welcome(client: FlaskClient, town: Town) -> str:
    return client.get(f"/s/{town.entry}", headers={"Accept-Language": "en"}, follow_redirects=True).text


def test_where_nothing_was_published_before_it_says_so(town: Town, client: FlaskClient) -> None:
    text = _welcome(client, town)
    assert "No earlier result has been published here." in text
    assert "What was done about it" not in text


def test_what_was_done_is_one_tap_away(app: flask.Flask, town: Town, client: FlaskClient) -> None:
    earlier = _last_year(app, due_on=date(2026, 3, 1), signed_at=datetime(2026, 2, 20, tzinfo=UTC))
    text = _welcome(client, town)
    assert f'<a href="/results/{earlier}#done">What was done about it</a>' in text
    assert "nothing is signed off yet" not in text
    page = client.get(f"/results/{earlier}", headers={"Accept-Language": "en"}).text
    assert 'id="done"' in page
    assert "Performance office signed off what was to be done on" in page
    assert "Single promises and how far they are kept are not published here so far." in page


def test_what_is_not_done_is_said_too(app: flask.Flask, town: Town, client: FlaskClient) -> None:
    earlier = _last_year(app, due_on=date(2020, 3, 1), signed_at=None)
    assert "(nothing is signed off yet)" in _welcome(client, town)
    page = client.get(f"/results/{earlier}", headers={"Accept-Language": "en"}).text
    assert "was due on" in page
    assert "is not signed off. It is the duty of Performance office." in page


def test_before_its_day_a_duty_is_told_with_the_day(
    app: flask.Flask, town: Town, client: FlaskClient
) -> None:
    earlier = _last_year(app, due_on=date(2099, 3, 1), signed_at=None)
    page = client.get(f"/results/{earlier}", headers={"Accept-Language": "en"}).text
    assert "is due on" in page


def test_the_receipt_leads_there_as_well(app: flask.Flask, town: Town) -> None:
    earlier = _last_year(app, due_on=date(2026, 3, 1), signed_at=None)
    visitor = Visitor(app)
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_all()
    visitor.send("submit")
    assert "This is your receipt." in visitor.page.text
    assert f'href="/results/{earlier}#done"' in visitor.page.text
    assert "(nothing is signed off yet)" in visitor.page.text
