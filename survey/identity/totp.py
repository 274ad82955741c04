"""Home of the second factor: time-based codes that work once, with their secrets sealed at rest."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime, timedelta

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.orm import Session

from survey import clock

KEY_NAME = "staff-second-factor"
_STEP_S = 30
_LEEWAY_STEPS = 1
_NONCE = 12
_SECRET = re.compile(r"[A-Z2-7]{32}\Z")


def new_secret() -> str:
    """A fresh 160-bit secret in base32, as authenticator apps read it."""
    return pyotp.random_base32(32)


def is_secret(raw: str) -> bool:
    """Whether ``raw`` has the shape of ``new_secret``: it comes back from the page that showed it."""
    return _SECRET.match(raw) is not None


def address(secret: str, username: str) -> str:
    """The ``otpauth://`` address that the enrolment QR code carries."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Minyi"))


def counter_of(secret: str, code: str, *, at: datetime, last: int | None) -> int | None:
    """The time step that ``code`` belongs to, or None where it is wrong, stale or used already.

    ``at`` is the real time (``real_now``), ``last`` the step of the last code taken.
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    device = pyotp.TOTP(secret)
    present = int(at.timestamp()) // _STEP_S
    found = None
    for step in range(present - _LEEWAY_STEPS, present + _LEEWAY_STEPS + 1):
        if hmac.compare_digest(device.generate_otp(step), typed):
            found = step
    return found if found is not None and (last is None or found > last) else None


def real_now(session: Session) -> datetime:
    """The instant by the database's clock without the demo's offset: a person's phone knows no demo clock."""
    return clock.now(session) - timedelta(seconds=clock.demo_offset(session) or 0)


def seal(secret: str, *, key: bytes, username: str) -> str:
    """``secret`` encrypted for the database: 64 characters, bound to its user."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key).encrypt(nonce, base64.b32decode(secret), username.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, key: bytes, username: str) -> str | None:
    """The secret inside ``sealed``, or None where key or user do not fit."""
    raw = base64.b64decode(sealed)
    try:
        plain = AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], username.encode())
    except InvalidTag:
        return None
    return base64.b32encode(plain).decode()
