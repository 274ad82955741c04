"""Guesses are counted before they are compared, for an account and for a network, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.identity import throttle
from survey.models.people import SignInThrottle

PEPPER = b"p" * 32


def limits(name: str = "lin.yizhou", address: str = "192.0.2.7") -> tuple[throttle.Limit, throttle.Limit]:
    return throttle.limits(username=name, address=address, pepper=PEPPER)


def tries(session: Session, n: int, **given: str) -> list[int]:
    return [throttle.count_attempt(session, limits(**given)) for _ in range(n)]


def test_ten_guesses_for_an_account_then_a_wait(any_engine: sa.Engine) -> None:
    with Session(any_engine) as session:
        waits = tries(session, 12)
        assert waits[:10] == [0] * 10
        assert all(0 < wait <= 900 for wait in waits[10:])
        assert tries(session, 1, name="somebody.else", address="203.0.113.9") == [0]


def test_twenty_guesses_from_a_network_whatever_the_names(session: Session) -> None:
    waits = [
        throttle.count_attempt(session, limits(name=f"name{n}", address=f"198.51.100.{n}")) for n in range(22)
    ]
    assert waits[:20] == [0] * 20
    assert min(waits[20:]) > 0


def test_names_that_do_not_exist_are_throttled_alike(session: Session) -> None:
    known, unknown = (
        tries(session, 11, name="known", address="192.0.2.1"),
        tries(session, 11, name="unknown", address="203.0.113.1"),
    )
    assert [wait > 0 for wait in known] == [wait > 0 for wait in unknown]


def test_the_right_password_starts_the_account_anew(session: Session) -> None:
    tries(session, 9)
    throttle.forgive(session, limits())
    assert tries(session, 10) == [0] * 10


def test_the_wait_ends_and_the_window_starts_anew(session: Session) -> None:
    assert tries(session, 11)[-1] > 0
    for row in session.scalars(sa.select(SignInThrottle)):
        row.window_started_at -= timedelta(minutes=16)
        if row.locked_until:
            row.locked_until -= timedelta(minutes=16)
    session.flush()
    assert tries(session, 10) == [0] * 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("not an address", "unknown"),
    ],
)
def test_neighbours_count_together(address: str, network: str) -> None:
    assert throttle.network_of(address) == network


def test_no_name_and_no_address_is_stored(session: Session) -> None:
    tries(session, 1)
    stored = " ".join(session.scalars(sa.select(SignInThrottle.key)))
    assert "lin" not in stored
    assert "192.0.2" not in stored
