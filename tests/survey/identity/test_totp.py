"""The second factor: codes work once, near their time, and their secret is sealed to its user."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from admin.demo.clock import set_demo_clock
from survey.config import Settings
from survey.identity import totp

AT = datetime(2026, 9, 1, 12, 0, 10, tzinfo=UTC)
# RFC 6238, appendix B: the secret "12345678901234567890", SHA-1, the last six of eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
)
def test_codes_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert totp.counter_of(RFC_SECRET, code, at=at, last=None) == seconds // 30


@pytest.mark.parametrize(
    ("minutes", "fits"), [(0, True), (0.5, True), (-0.5, True), (1.5, False), (-1.5, False)]
)
def test_a_code_fits_near_its_time_only(minutes: float, fits: bool) -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(AT + timedelta(minutes=minutes))
    assert (totp.counter_of(secret, code, at=AT, last=None) is not None) is fits


def test_a_code_works_once_and_none_before_it_does() -> None:
    secret = totp.new_secret()
    device = pyotp.TOTP(secret)
    counter = totp.counter_of(secret, device.at(AT), at=AT, last=None)
    assert counter is not None
    assert totp.counter_of(secret, device.at(AT), at=AT, last=counter) is None
    assert totp.counter_of(secret, device.at(AT - timedelta(seconds=30)), at=AT, last=counter) is None
    later = AT + timedelta(seconds=30)
    assert totp.counter_of(secret, device.at(later), at=later, last=counter) == counter + 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345²", "-12345"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert totp.counter_of(totp.new_secret(), typed, at=AT, last=None) is None


def test_a_space_in_the_middle_is_how_apps_show_it() -> None:
    secret = totp.new_secret()
    code = pyotp.TOTP(secret).at(AT)
    assert totp.counter_of(secret, f"{code[:3]} {code[3:]}", at=AT, last=None) is not None


def test_the_secret_is_sealed_to_its_user_and_key() -> None:
    secret, key = totp.new_secret(), secrets.token_bytes(32)
    sealed = totp.seal(secret, key=key, username="lin")
    assert secret not in sealed
    assert len(sealed) == 64
    assert totp.unseal(sealed, key=key, username="lin") == secret
    assert totp.unseal(sealed, key=key, username="other") is None
    assert totp.unseal(sealed, key=secrets.token_bytes(32), username="lin") is None


def test_phones_know_no_demo_clock(session: Session, settings: Settings) -> None:
    real = totp.real_now(session)
    set_demo_clock(session, real + timedelta(days=300), settings=settings)
    assert abs(totp.real_now(session) - real) < timedelta(seconds=5)
