"""T06: the guard at the door that nobody sees: a rush is slowed, a shared address is not punished, marks shut nobody out."""

from __future__ import annotations

import hashlib
import itertools
import re
from datetime import UTC, date, datetime, timedelta

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import clock
from survey.access import limits, tickets
from survey.collect import drafts
from survey.db import db
from survey.models.response import Draft
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor

VILLAGE = "203.0.113.9"
AGREED = {"age": "yes", "consent": "yes"}


@pytest.fixture
def open_app(app: flask.Flask) -> flask.Flask:
    """Without form tokens: a program would read them, and here a thousand of them begin."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def _client(app: flask.Flask, address: str = VILLAGE) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def _begin(client: FlaskClient, town: Town, by: str, **form: str) -> flask.Response:
    client.get(by)
    return client.post(
        f"/answer/{town.wave}/start", data={**AGREED, **form}, headers={"Accept-Language": "en"}
    )


def _ticket(page: flask.Response) -> dict[str, str]:
    """The fields of the page of somebody who waits."""
    return {name: values[0] for name, values in Forms(page.text).chosen("start").items()}


def _later(app: flask.Flask, seconds: int) -> None:
    """Let time pass, by the demo clock."""
    with app.app_context(), Session(db.engine) as session, session.begin():
        before = session.execute(sa.text("SELECT offset_seconds FROM demo_clock")).scalar() or 0
        session.execute(sa.text("DELETE FROM demo_clock"))
        session.execute(
            sa.text("INSERT INTO demo_clock (id, offset_seconds) VALUES (1, :n)"), {"n": before + seconds}
        )


def test_a_thousand_starts_from_one_address_are_slowed_and_nobody_else(
    open_app: flask.Flask, town: Town
) -> None:
    """The first, the last and others walk the whole way; those between are counted as the view counts them."""
    by = f"/s/{town.entry}"
    statuses = [_begin(_client(open_app), town, by).status_code for _ in range(3)]
    here = open_app.extensions["minyi"]
    with open_app.app_context():
        today = _today()
        for _ in range(1000 - 3 - 3):
            limits.excess(limits.EASY_STARTS, VILLAGE, today=today, cache=here.cache, keys=here.keys)
    refused = [_begin(_client(open_app), town, by) for _ in range(3)]
    assert statuses == [303] * 3
    assert [page.status_code for page in refused] == [429] * 3
    assert all(1 <= int(page.headers["Retry-After"]) <= 120 for page in refused)
    # 200 others, of whom each tenth walks the whole way
    for number in range(200):
        address = f"198.51.100.{number}"
        if number % 10 == 0:
            assert _begin(_client(open_app, address), town, by).status_code == 303
        else:
            with open_app.app_context():
                assert not limits.excess(
                    limits.EASY_STARTS, address, today=today, cache=here.cache, keys=here.keys
                )
    # whoever holds a token behind the very same address
    for token in town.tokens:
        assert _begin(_client(open_app), town, f"/i/{token}").status_code == 303


def _today() -> date:
    return clock.today(db.session(), "Asia/Shanghai")


@pytest.fixture
def rush(open_app: flask.Flask, monkeypatch: pytest.MonkeyPatch) -> flask.Flask:
    """A door at which only two may begin at once."""
    monkeypatch.setattr(limits, "EASY_STARTS", limits.Limit(name="easy-start", most=2, seconds=600))
    monkeypatch.setattr(tickets, "_LEAST_WAIT", 90)  # a test must not wait it out by being slow
    return open_app


def test_everybody_of_a_village_gets_in_by_waiting_as_they_are_told(rush: flask.Flask, town: Town) -> None:
    by = f"/s/{town.entry}"
    for number in range(5):
        client = _client(rush)
        page = _begin(client, town, by)
        if number < 2:
            assert page.status_code == 303
            continue
        wait = int(page.headers["Retry-After"])
        assert f"Wait {wait} seconds" in page.text
        fields = _ticket(page)
        early = client.post(f"/answer/{town.wave}/start", data=fields)
        assert early.status_code == 429  # the same place, with what is left to wait
        assert _ticket(early)["ticket"] == fields["ticket"]
        _later(rush, wait)
        assert client.post(f"/answer/{town.wave}/start", data=fields).status_code == 303


def test_a_device_that_computes_need_not_wait_and_a_ticket_counts_once(rush: flask.Flask, town: Town) -> None:
    by = f"/s/{town.entry}"
    for _ in range(2):
        _begin(_client(rush), town, by)
    client = _client(rush)
    page = _begin(client, town, by)
    ((challenge, bits),) = re.findall(r'data-challenge="([0-9a-f]+)" data-bits="(\d+)"', page.text)
    proof = next(
        str(n)
        for n in itertools.count()
        if int.from_bytes(hashlib.sha256(f"{challenge}:{n}".encode()).digest(), "big") >> (256 - int(bits))
        == 0
    )
    fields = {**_ticket(page), "proof": proof}
    assert client.post(f"/answer/{town.wave}/start", data={**fields, "proof": "1"}).status_code == 429
    assert client.post(f"/answer/{town.wave}/start", data=fields).status_code == 303
    assert _begin(client, town, by, **fields).status_code == 429  # used up
    forged = {**fields, "ticket": fields["ticket"][:-3] + "AAA"}
    assert _begin(_client(rush), town, by, **forged).status_code == 429


def test_a_ticket_is_for_one_wave_and_a_quarter_of_an_hour(app: flask.Flask) -> None:
    keys, now = app.extensions["minyi"].keys, datetime(2026, 9, 1, tzinfo=UTC)
    ticket = tickets.issue(7, excess=5, now=now, keys=keys)
    assert ticket.wait == 15
    assert tickets.issue(7, excess=5000, now=now, keys=keys).wait == 120
    again = tickets.look(ticket.value, 7, now=now + timedelta(seconds=10), keys=keys)
    assert again is not None
    assert again.wait == 5
    assert tickets.look(ticket.value, 8, now=now, keys=keys) is None
    assert tickets.look(ticket.value, 7, now=now + timedelta(minutes=15), keys=keys) is None
    for wrong in ("", "x", "é", "A" * 400, "A" * 1000):
        assert tickets.look(wrong, 7, now=now, keys=keys) is None


def test_no_more_than_a_village_starts_without_tokens(open_app: flask.Flask, town: Town) -> None:
    here = open_app.extensions["minyi"]
    with open_app.app_context():
        for _ in range(limits.OPEN_STARTS.most):
            limits.count(limits.OPEN_STARTS, VILLAGE, today=_today(), cache=here.cache, keys=here.keys)
    page = _begin(_client(open_app), town, f"/s/{town.entry}")
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= limits.OPEN_STARTS.seconds


def _marks(client: FlaskClient, app: flask.Flask, town: Town) -> tuple[str, ...]:
    secret = client.get_cookie(f"draft-{town.wave}")
    assert secret is not None
    with app.app_context():
        draft = drafts.load(db.session(), secret.value, keys=app.extensions["minyi"].keys)
        return draft.document.grant.marks


def test_what_looks_like_a_program_is_marked_and_gets_in(open_app: flask.Flask, town: Town) -> None:
    program, person = _client(open_app), _client(open_app)
    assert _begin(program, town, f"/i/{town.tokens[0]}", remark="http://spam.example").status_code == 303
    assert _marks(program, open_app, town) == ("trap", "hasty")
    person.get(f"/i/{town.tokens[1]}")
    _later(open_app, 20)
    assert person.post(f"/answer/{town.wave}/start", data=AGREED).status_code == 303
    assert _marks(person, open_app, town) == ()


def test_no_person_meets_the_trap(app: flask.Flask, town: Town) -> None:
    visitor = Visitor(app)
    visitor.get(f"/s/{town.entry}")
    trap = re.search(r'<div class="vh" aria-hidden="true">.*?</div>', visitor.page.text, re.S)
    assert trap is not None
    assert 'tabindex="-1"' in trap[0]
    assert 'autocomplete="off"' in trap[0]
    assert not re.search(r"name=\"(name|email|tel|phone|address|url|website|company)", trap[0])


def test_before_they_begin_people_are_told_the_facts_and_nothing_is_stored(
    app: flask.Flask, town: Town
) -> None:
    visitor = Visitor(app)
    visitor.get(f"/s/{town.entry}")
    text = re.sub(r"<[^>]+>", " ", visitor.page.text)
    for words in (
        "Provincial Performance Management Office",
        "Urban and rural residents",
        "aged 18 or older",
        "8 minutes",
        "14 days",
        "31 Dec 2028",
        "version 2026.1",
        "count in no score",
        "Overdue: it was announced for",  # the town's next release is late, and that is said here too
    ):
        assert words in text, words
    assert "Field agency" not in text  # a contractor asks in somebody's name and is no organiser
    visitor.send("start", {"consent": ["yes"]})  # of age? not said
    assert "Confirm that you are 18 or older" in visitor.page.text
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 0
    visitor.send("start", {"age": ["yes"], "consent": ["yes"]})
    secret = visitor.client.get_cookie(f"draft-{town.wave}")
    assert secret is not None
    with app.app_context():
        kept = drafts.load(db.session(), secret.value, keys=app.extensions["minyi"].keys).document
    assert kept.consent == "2026.1"


def test_whoever_is_invited_is_not_told_about_open_answers(app: flask.Flask, town: Town) -> None:
    visitor = Visitor(app)
    visitor.get(f"/i/{town.tokens[0]}")
    assert "count in no score" not in visitor.page.text


def test_a_device_that_answered_at_an_open_door_is_reminded_and_not_shut_out(
    app: flask.Flask, town: Town
) -> None:
    visitor, words = Visitor(app), "An answer was already sent from this device"
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_all()
    visitor.send("submit")
    assert visitor.path.endswith("/receipt")
    visitor.get(f"/s/{town.entry}")
    assert words in visitor.page.text
    visitor.send("start", {"age": ["yes"], "consent": ["yes"]})
    assert "/p/" in visitor.path
    assert words not in Visitor(app).get(f"/s/{town.entry}").text
