"""R24: a link that is expired, used, unknown or malformed meets a kind page; time tells nothing apart."""

from __future__ import annotations

import statistics
import time
from datetime import date

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey.access import tokens
from survey.db import db
from survey.models.access import Token
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


def test_time_does_not_tell_used_from_unknown(stranger: FlaskClient, links: dict[str, str]) -> None:
    took: dict[str, list[float]] = {"used": [], "unknown": []}
    for n in range(_ROUNDS):
        for kind, times in took.items():
            times.append(_open(stranger, links[kind], n)[2])
    gap = abs(statistics.median(took["used"]) - statistics.median(took["unknown"]))
    assert gap < _TOLERANCE


def test_guessing_is_stopped_and_valid_links_still_work(
    stranger: FlaskClient, town: Town, links: dict[str, str]
) -> None:
    statuses = [_open(stranger, f"{n:032}", 7)[0] for n in range(30)]
    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    assert _open(stranger, town.tokens[2], 7)[0] == 303
    assert _open(stranger, f"{99:032}", 8)[0] == 404  # other networks are not punished
