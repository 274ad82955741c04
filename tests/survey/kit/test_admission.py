"""The gate: as many at once as there are places, those under way first, and nobody for ever."""

from __future__ import annotations

import threading
import time

import flask
import pytest

from survey.kit import admission
from survey.kit.admission import Gate


def _enter(gate: Gate, entered: list[str], name: str, *, is_beginning: bool) -> threading.Thread:
    def enter() -> None:
        if gate.enter(is_beginning=is_beginning):
            entered.append(name)

    thread = threading.Thread(target=enter)
    thread.start()
    time.sleep(0.02)
    return thread


def test_those_under_way_overtake_whoever_only_begins() -> None:
    gate, entered = Gate(places=1), list[str]()
    assert gate.enter(is_beginning=True)
    waiting = [
        _enter(gate, entered, "begins", is_beginning=True),
        _enter(gate, entered, "goes on", is_beginning=False),
    ]
    gate.leave()
    waiting[1].join(2)
    assert entered == ["goes on"]
    gate.leave()
    waiting[0].join(2)
    assert entered == ["goes on", "begins"]


def test_nobody_begins_while_somebody_under_way_waits() -> None:
    gate, entered = Gate(places=1), list[str]()
    assert gate.enter(is_beginning=False)
    begins = _enter(gate, entered, "begins", is_beginning=True)
    on = [_enter(gate, entered, f"goes on {n}", is_beginning=False) for n in range(3)]
    for thread in (*on, begins):
        gate.leave()
        thread.join(2)
    assert entered == ["goes on 0", "goes on 1", "goes on 2", "begins"]


def test_before_a_full_queue_beginners_are_refused_and_the_others_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "MOST_BEGINNING", 0)
    gate, entered = Gate(places=1), list[str]()
    assert gate.enter(is_beginning=False)
    assert not gate.enter(is_beginning=True)
    waiting = _enter(gate, entered, "goes on", is_beginning=False)
    gate.leave()
    waiting.join(2)
    assert entered == ["goes on"]


def test_in_a_rush_few_are_kept_standing_until_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MOST_BEGINNING", 3)
    monkeypatch.setattr(admission, "MOST_IN_RUSH", 1)
    monkeypatch.setattr(admission, "RUSH_SECONDS", 0.3)
    gate, entered = Gate(places=1), list[str]()
    assert gate.enter(is_beginning=False)
    waiting = [_enter(gate, entered, str(n), is_beginning=True) for n in range(3)]
    assert not gate.enter(is_beginning=True)  # the fourth is turned away: a rush
    for thread in waiting[:2]:
        gate.leave()
        thread.join(2)
    assert not gate.enter(is_beginning=True)  # one waits, and that is enough now
    time.sleep(0.35)
    waiting.append(_enter(gate, entered, "3", is_beginning=True))
    for thread in waiting[2:]:
        gate.leave()
        thread.join(2)
    assert entered == ["0", "1", "2", "3"]


def test_whoever_waits_too_long_goes_and_takes_no_place_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "PATIENCE_BEGINNING", 0.05)
    gate = Gate(places=1)
    assert gate.enter(is_beginning=False)
    assert not gate.enter(is_beginning=True)
    gate.leave()
    assert gate.enter(is_beginning=True)


def test_a_refusal_says_when_to_come_back_and_health_is_never_held(
    app: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Gate, "enter", lambda _gate, *, is_beginning: False)
    client = app.test_client()
    refused = client.get("/?lang=en")
    assert refused.status_code == 503
    assert 20 <= int(refused.headers["Retry-After"]) < 60
    assert "Very many people are answering" in refused.text
    assert client.get("/healthz").status_code == 200


def test_every_place_is_given_back(app: flask.Flask) -> None:
    client = app.test_client()
    for path in ("/", "/no-such-page", "/i/unknown", "/answer/nothing/"):
        for _ in range(admission.PLACES):
            assert client.get(path).status_code != 503
