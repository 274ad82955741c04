"""R24: a link that is expired, used, unknown or malformed meets a kind page; time tells nothing apart."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.access import printed, tokens
from survey.access.tokens import Form, SampleCase
from survey.db import db
from survey.models.access import Token
from survey.models.wave import Wave
from survey.site.access import views
from tests.survey.site.town import Town

_TOLERANCE = 0.005
_ROUNDS = 100
PAGES = {
    "malformed": (404, "This link is not complete"),
    "unknown": (404, "This link or code is not known"),
    "used": (410, "This invitation has been used"),
    "expired": (410, "This invitation has expired"),
}


@pytest.fixture
def links(app: flask.Flask, town: Town) -> dict[str, str]:
    """One link of each kind."""
    with app.app_context():
        first, second = (_row(app, token) for token in town.tokens[:2])
        db.session.execute(sa.update(Token).where(Token.hash == first).values(used=1))
        db.session.execute(sa.update(Token).where(Token.hash == second).values(valid_until=date(2020, 1, 1)))
        db.session.commit()
    return {"malformed": "abc", "unknown": "A" * 32, "used": town.tokens[0], "expired": town.tokens[1]}


def _row(app: flask.Flask, token: str) -> bytes:
    return tokens.token_hash(token, keys=app.extensions["minyi"].keys)


def _open(client: FlaskClient, link: str, n: int) -> tuple[int, str, float]:
    began = time.perf_counter()
    answer = client.get(
        f"/i/{link}",
        headers={"Accept-Language": "en"},
        environ_base={"REMOTE_ADDR": f"10.{n // 65536}.{n // 256 % 256}.{n % 256}"},
    )
    return answer.status_code, answer.text, time.perf_counter() - began


def test_each_kind_has_a_page_of_its_own(stranger: FlaskClient, links: dict[str, str]) -> None:
    for kind, (expected, words) in PAGES.items():
        status, text, _ = _open(stranger, links[kind], 1)
        assert status == expected
        assert words in text
        assert "Home page" in text  # a way on


def _gap(client: FlaskClient, links: dict[str, str]) -> float:
    """How far the medians of the kinds lie apart; the kinds take turns, so that all meet the same weather."""
    took: dict[str, list[float]] = {kind: [] for kind in links}
    for n in range(_ROUNDS):
        for kind, times in took.items():
            times.append(_open(client, links[kind], n)[2])
    medians = [statistics.median(times) for times in took.values()]
    return max(medians) - min(medians)


def test_time_tells_none_of_the_four_from_another(stranger: FlaskClient, links: dict[str, str]) -> None:
    # A difference that is there shows every time; a busy machine does not.
    assert any(_gap(stranger, links) < _TOLERANCE for _ in range(3))


def test_the_measurement_would_see_a_difference(
    stranger: FlaskClient, links: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = views.grants.redeem

    def telltale(session: object, token: str, **more: object) -> object:
        if token == links["used"]:
            time.sleep(2 * _TOLERANCE)
        return honest(session, token, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(views.grants, "redeem", telltale)
    assert _gap(stranger, {kind: links[kind] for kind in ("used", "unknown")}) > _TOLERANCE


def test_typed_codes_meet_the_same_pages(app: flask.Flask, stranger: FlaskClient, town: Town) -> None:
    case = SampleCase(stratum="990100/urban", probability="0.001", seal_group="990100")
    with app.app_context():
        wave = db.session.get_one(Wave, town.wave_id)
        codes = tokens.issue(
            db.session(), wave, [case] * 3, keys=app.extensions["minyi"].keys, form=Form.CODE
        )
        first, second = (_row(app, code) for code in codes[:2])
        db.session.execute(sa.update(Token).where(Token.hash == first).values(used=1))
        db.session.execute(sa.update(Token).where(Token.hash == second).values(valid_until=date(2020, 1, 1)))
        db.session.commit()
    app.config["WTF_CSRF_ENABLED"] = False
    slip = codes[2][:6] + ("7" if codes[2][6] != "7" else "8") + codes[2][7:]
    expected = {
        codes[0]: (410, "This invitation has been used"),
        codes[1]: (410, "This invitation has expired"),
        printed.with_checks("7" * 16): (404, "This link or code is not known"),
        printed.with_checks("7" * 12): (404, "This code is no longer good"),
        slip: (422, "Group 2, "),
        "": (422, "Type in the code."),
        "hello": (422, "you typed 5."),
    }
    for code, (status, words) in expected.items():
        page = stranger.post("/enter", data={"code": code}, headers={"Accept-Language": "en"})
        assert (page.status_code, words in page.text) == (status, True), code
    typed = printed.grouped(codes[2]).lower()
    for good in (typed, f" https://survey.example/i/{codes[2]} ", town.tokens[2]):
        page = stranger.post("/enter", data={"code": good})
        assert page.status_code == 303
        assert page.location.endswith(f"/answer/{town.wave}/")
        assert page.headers["Referrer-Policy"] == "no-referrer"


@contextmanager
def _asked(app: flask.Flask) -> Iterator[list[str]]:
    """The statements of the block, in their order and without their values."""
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


class _Counted:
    """The counters of limits; each call is noted."""

    def __init__(self, cache: Any) -> None:  # Any: the cache of the platform
        self.cache, self.calls = cache, 0

    def __getattr__(self, name: str) -> Any:  # Any: whatever the cache has under this name
        self.calls += 1
        return getattr(self.cache, name)


def _paths(
    app: flask.Flask, stranger: FlaskClient, codes: dict[str, str]
) -> dict[str, tuple[list[str], int]]:
    """What each kind of code makes the server do: the statements it asks, and how often it looks at the counters."""
    platform = app.extensions["minyi"]
    counted = _Counted(platform.cache)
    app.extensions["minyi"] = replace(platform, cache=counted)
    found: dict[str, tuple[list[str], int]] = {}
    for kind, code in codes.items():
        stranger.post("/enter", data={"code": code})  # what is asked once a process is asked now
        counted.calls = 0
        with _asked(app) as statements:
            stranger.post("/enter", data={"code": code})
        found[kind] = (statements, counted.calls)
    app.extensions["minyi"] = platform
    return found


def _typed(app: flask.Flask, town: Town) -> dict[str, str]:
    """One printed code of each kind."""
    case = SampleCase(stratum="990100/urban", probability="0.001", seal_group="990100")
    with app.app_context():
        wave = db.session.get_one(Wave, town.wave_id)
        used, expired, good = tokens.issue(
            db.session(), wave, [case] * 3, keys=app.extensions["minyi"].keys, form=Form.CODE
        )
        first, second = _row(app, used), _row(app, expired)
        db.session.execute(sa.update(Token).where(Token.hash == first).values(used=1))
        db.session.execute(sa.update(Token).where(Token.hash == second).values(valid_until=date(2020, 1, 1)))
        db.session.commit()
    slip = good[:6] + ("7" if good[6] != "7" else "8") + good[7:]
    return {
        "used": used,
        "expired": expired,
        "unknown": printed.with_checks("7" * 16),
        "malformed": slip,
    }


def test_a_typed_code_of_any_kind_takes_the_same_way(
    app: flask.Flask, stranger: FlaskClient, town: Town
) -> None:
    """Not the clock, which a busy machine bends: the same statements in the same order, and one counter each."""
    app.config["WTF_CSRF_ENABLED"] = False
    ways = _paths(app, stranger, _typed(app, town))
    statements, n_counted = ways["used"]
    assert any("JOIN token" in each for each in statements)
    assert n_counted >= 1
    assert {kind: way for kind, way in ways.items() if way != (statements, n_counted)} == {}


def test_the_comparison_would_see_another_way(
    app: flask.Flask, stranger: FlaskClient, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    codes, honest = _typed(app, town), views.grants.redeem

    def hasty(session: object, token: str, **more: object) -> object:
        if token == codes["malformed"]:
            raise views.refusals.refusal(views.Refusal.MALFORMED)
        return honest(session, token, **more)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(views.grants, "redeem", hasty)
    ways = _paths(app, stranger, codes)
    assert ways["malformed"] != ways["used"]
    assert ways["unknown"] == ways["used"]


def test_slips_of_the_pen_are_not_held_against_a_network(app: flask.Flask, stranger: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    wrong = printed.with_checks("7" * 16)[:-1] + "0"
    assert {stranger.post("/enter", data={"code": wrong}).status_code for _ in range(60)} == {422}
    guess = printed.with_checks("6" * 16)
    statuses = [stranger.post("/enter", data={"code": guess}).status_code for _ in range(25)]
    assert statuses == [404] * 20 + [429] * 5


def test_guessing_is_stopped_and_valid_links_still_work(
    stranger: FlaskClient, town: Town, links: dict[str, str]
) -> None:
    statuses = [_open(stranger, f"{n:032}", 7)[0] for n in range(30)]
    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    assert _open(stranger, town.tokens[2], 7)[0] == 303
    assert _open(stranger, f"{99:032}", 8)[0] == 404  # other networks are not punished
