"""R18: limits hold over several processes in a real Redis; where it is lost, everything goes on and counts for itself."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator

import flask
import pytest
import redis

from survey.backends import redis_cache
from survey.backends.cache import MemoryCache, cache_at
from survey.config import BadSettings, Settings
from survey.db import db
from survey.identity import throttle
from tests import redis_server
from tests.conftest import make_settings
from tests.redis_server import RedisServer
from tests.survey.site.conftest import town as town
from tests.survey.site.town import Town
from tests.survey.site.visitor import Visitor
from wsgi import create_app


@pytest.fixture(scope="module")
def shared() -> Iterator[RedisServer]:
    with redis_server.server() as running:
        yield running


@pytest.fixture
def empty(shared: RedisServer) -> RedisServer:
    """The server, running and with nothing in it."""
    if shared.process is None:
        shared.start()
    with redis.Redis.from_url(shared.url) as client:
        client.flushall()
    return shared


def test_processes_count_together_and_counters_end(empty: RedisServer) -> None:
    one, other = cache_at(empty.url), cache_at(empty.url)
    assert [one.increment("a", ttl=1), other.increment("a", ttl=60), one.increment("a", ttl=60)] == [1, 2, 3]
    assert (other.count("a"), other.count("b"), other.left("b")) == (3, 0, 0)
    assert one.left("a") <= 1
    time.sleep(1.1)  # a second after the first, not after the last
    assert (one.count("a"), other.increment("a", ttl=60)) == (0, 1)
    with redis.Redis.from_url(empty.url) as client:
        assert client.keys() == [b"minyi:a"]
        assert 0 < client.ttl("minyi:a") <= 60


def test_a_lost_redis_costs_one_request_a_moment_and_comes_back(
    empty: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = cache_at(empty.url)
    assert cache.increment("a", ttl=60) == 1
    empty.kill()
    began = time.monotonic()
    assert [cache.increment("a", ttl=60) for _ in range(1000)] == list(range(1, 1001))
    assert cache.count("a") == 1000
    assert time.monotonic() - began < 2
    empty.start()
    assert cache.increment("a", ttl=60) == 1001  # not asked again yet
    now = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: now() + redis_cache._PAUSE)
    assert cache.increment("a", ttl=60) == 1


def test_a_survey_is_answered_and_sign_in_stays_braked_without_redis(
    empty: RedisServer, settings: Settings, town: Town
) -> None:
    environ = make_settings(settings.data_dir, settings.database_url)
    app = create_app("all", _with_redis(environ, empty.url))
    try:
        visitor = Visitor(app)
        visitor.begin(f"/s/{town.entry}")
        with redis.Redis.from_url(empty.url) as client:
            assert len(client.keys("minyi:*")) >= 2  # what the open door counts
        empty.kill()
        visitor.answer_all()
        visitor.send("submit")
        assert visitor.path.endswith("/receipt")
        with app.app_context():  # the brake counts in the database: it needs no cache, and cannot lose count
            limits = throttle.limits(username="anna", address="203.0.113.9", pepper=b"p" * 32)
            waits = [throttle.count_attempt(db.session(), limits) for _ in range(12)]
            assert waits[:10] == [0] * 10
            assert min(waits[10:]) > 0
    finally:
        _forget(app)


def _with_redis(settings: Settings, url: str) -> Settings:
    return dataclasses.replace(settings, redis_url=url)


def _forget(app: flask.Flask) -> None:
    with app.app_context():
        db.session.remove()
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.mark.parametrize(
    ("value", "words"),
    [("http://127.0.0.1", "begins with redis://"), ("localhost:6379", "begins with redis://")],
)
def test_a_wrong_address_is_refused_at_the_start(value: str, words: str) -> None:
    with pytest.raises(BadSettings, match=words):
        Settings.from_env({"SURVEY_REDIS_URL": value, "SURVEY_SECRET_KEY": "x" * 40})


def test_in_production_redis_is_reached_by_tls_or_on_this_machine() -> None:
    common = {
        "SURVEY_PRODUCTION": "1",
        "SURVEY_BASE_URL": "https://survey.example",
        "SURVEY_SECRET_KEY": "x" * 40,
    }
    with pytest.raises(BadSettings, match="rediss"):
        Settings.from_env({**common, "SURVEY_REDIS_URL": "redis://cache.internal:6379"})
    for good in ("rediss://cache.internal:6379", "redis://127.0.0.1:6379", "unix:///run/redis.sock"):
        assert Settings.from_env({**common, "SURVEY_REDIS_URL": good}).redis_url == good
    assert isinstance(cache_at(None), MemoryCache)
