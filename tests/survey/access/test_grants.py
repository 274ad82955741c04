"""Entry: four distinct refusals after the same work, grants in a cookie, limits that name nobody."""

import time
from datetime import date, timedelta
from statistics import median

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from survey.access import carried, grants, limits
from survey.backends.cache import MemoryCache
from survey.errors import Conflict, Gone, HouseError, NotFound, RateLimited
from survey.models.access import Token
from survey.models.wave import Wave
from tests.survey.interviews import answer

UNKNOWN = "x" * 32


def refusal_of(world, token):
    with world.session() as session:
        try:
            grants.redeem(session, token, keys=world.keys)
        except HouseError as exc:
            return exc
    return None


@pytest.fixture
def four(world):
    """An expired, a used, an unknown and a malformed token."""
    (used,) = world.issue()
    answer(world, used)
    (expired,) = world.issue(valid_until=date(2020, 1, 1))
    return {
        "token_expired": expired,
        "token_used": used,
        "token_unknown": UNKNOWN,
        "token_malformed": "short",
    }


def test_four_refusals_each_with_its_own_words(world, four):
    found = {code: refusal_of(world, token) for code, token in four.items()}
    assert {code: exc.code for code, exc in found.items()} == {code: code for code in four}
    assert len({exc.message(language) for exc in found.values() for language in ("zh", "en")}) == 8
    assert {type(exc) for exc in found.values()} == {NotFound, Gone}


def test_all_refusals_come_after_the_same_statements(world, four):
    seen = []

    def note(conn, cursor, statement, parameters, context, executemany):
        seen[-1].append(statement)

    event.listen(world.engine, "before_cursor_execute", note)
    for token in four.values():
        seen.append([])
        refusal_of(world, token)
    event.remove(world.engine, "before_cursor_execute", note)
    assert seen[0]
    assert all(statements == seen[0] for statements in seen)


def test_used_and_unknown_take_equally_long(world, four):
    def typical(token):
        times = []
        for _ in range(40):
            start = time.perf_counter()
            refusal_of(world, token)
            times.append(time.perf_counter() - start)
        return median(times)

    assert abs(typical(four["token_used"]) - typical(four["token_unknown"])) < 0.005


@pytest.mark.parametrize("token", ["", "\x00" * 30, "\ud800" * 30, "é" * 30, "a" * 100_000, "' OR 1=1 --"])
def test_hostile_tokens_are_malformed(world, token):
    assert refusal_of(world, token).code == "token_malformed"


def test_only_the_hash_is_stored(world):
    (token,) = world.issue()
    with world.session() as session:
        row = session.execute(sa.select(Token.__table__)).one()
    assert token not in str(row)
    assert token.encode() not in row.hash


def test_before_opening_and_after_close(world):
    (token,) = world.issue()
    with world.session() as session:
        opened_at = session.get_one(Wave, world.wave_id).opens_at
    for changes, code in (
        ({"opens_at": opened_at + timedelta(days=9)}, "wave_not_open_yet"),
        ({"opens_at": opened_at, "status": "closed"}, "wave_closed"),
        ({"status": "sealed"}, "wave_closed"),
    ):
        with world.session() as session:
            session.execute(sa.update(Wave).values(changes))
        assert refusal_of(world, token).code == code
        with world.session() as session, pytest.raises((Conflict, Gone)) as caught:
            grants.open_entry(session, "open1")
        assert caught.value.code == code


def test_an_open_entry_never_carries_weights(world):
    with world.session() as session:
        grant = grants.open_entry(session, "open1")
        with pytest.raises(NotFound):
            grants.open_entry(session, "open2")
    assert (grant.channel, grant.token_hash, grant.stratum, grant.probability) == ("open", None, None, None)


def test_a_token_of_another_wave_is_unknown_here(world):
    (token,) = world.issue()
    with world.session() as session, pytest.raises(NotFound):
        grants.redeem(session, token, keys=world.keys, wave_id=world.wave_id + 1)


def test_a_grant_travels_in_a_cookie_for_half_an_hour(world):
    (token,) = world.issue(context={"city": "yunlan"})
    with world.session() as session:
        for grant in (grants.redeem(session, token, keys=world.keys), grants.open_entry(session, "open1")):
            value = carried.seal_cookie(session, grant, keys=world.keys)
            assert carried.open_cookie(session, value, keys=world.keys) == grant
            assert len(value) < 400
            assert token not in value
            changed = value[:-2] + ("AA" if value[-2:] != "AA" else "BB")
            for wrong in (changed, "", "é", "A" * 2000, value[:20]):
                with pytest.raises(Gone) as caught:
                    carried.open_cookie(session, wrong, keys=world.keys)
                assert caught.value.code == "grant_expired"
    world.move_clock(timedelta(minutes=31))
    with world.session() as session, pytest.raises(Gone):
        carried.open_cookie(session, value, keys=world.keys)


def test_a_cookie_does_not_outlive_its_token(world):
    (token,) = world.issue()
    with world.session() as session:
        value = carried.seal_cookie(session, grants.redeem(session, token, keys=world.keys), keys=world.keys)
    answer(world, token)
    with world.session() as session, pytest.raises(Gone) as caught:
        carried.open_cookie(session, value, keys=world.keys)
    assert caught.value.code == "token_used"


def test_limits_hold_per_address_and_leave_others_alone(world):
    cache, today = MemoryCache(), date(2026, 9, 1)
    more = {"today": today, "cache": cache, "keys": world.keys}
    for _ in range(limits.OPEN_STARTS.most):
        limits.count(limits.OPEN_STARTS, "203.0.113.9", **more)
    with pytest.raises(RateLimited) as caught:
        limits.count(limits.OPEN_STARTS, "203.0.113.9", **more)
    assert 0 < limits.OPEN_STARTS.seconds - caught.value.retry_after + 1 < 30
    with pytest.raises(RateLimited):
        limits.check(limits.OPEN_STARTS, "203.0.113.9", **more)
    for number in range(200):
        limits.count(limits.OPEN_STARTS, f"198.51.100.{number}", **more)
    limits.check(limits.FAILED_CODES, "203.0.113.9", **more)
    assert "203.0.113.9" not in str(vars(cache))


def test_a_line_with_many_ipv6_addresses_is_one_network(world):
    more = {"today": date(2026, 9, 1), "cache": MemoryCache(), "keys": world.keys}
    for number in range(limits.OPEN_STARTS.most):
        limits.count(limits.OPEN_STARTS, f"2001:db8:1:2::{number:x}", **more)
    with pytest.raises(RateLimited):
        limits.count(limits.OPEN_STARTS, "2001:db8:1:2:ffff::1", **more)
    limits.count(limits.OPEN_STARTS, "2001:db8:1:3::1", **more)
    limits.count(limits.OPEN_STARTS, "::ffff:203.0.113.9", **more)
    assert limits._network("::ffff:203.0.113.9") == "203.0.113.9"
