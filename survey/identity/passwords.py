"""Home of passwords: what is acceptable, how they are kept, and checks that take equal time for all names."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey import text
from survey.errors import Invalid, Unavailable

SHORTEST, LONGEST = 12, 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each hash takes 19 MiB for about 60 ms; without a limit a burst of sign-ins exhausts the memory.
_PLACES = threading.BoundedSemaphore(4)
_PATIENCE_S = 10.0
# Strings that lists of leaked passwords begin with, once case and ornaments are taken off.
_COMMON = (
    "password",
    "passw0rd",
    "qwertyuiop",
    "1q2w3e4r",
    "qazwsxedc",
    "iloveyou",
    "letmein",
    "welcome",
    "administrator",
    "changeme",
    "woaini",
    "minyi",
    "satisfaction",
)
_RUNS = ("0123456789012345678901234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def hash_password(password: str) -> str:
    """The Argon2id hash of ``password``; check it with ``why_unfit`` first."""
    with _place():
        return _HASHER.hash(text.normalise(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether ``password`` belongs to ``password_hash``; None (an unknown name) costs the same time."""
    try:
        candidate = text.normalise(password)[: LONGEST * 4]
    except text.UnfitText:
        candidate = ""
    with _place():
        try:
            _HASHER.verify(password_hash or _decoy(), candidate)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def check_fit(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise Invalid where ``password`` may not be chosen. ``about`` are names an attacker would try first."""
    try:
        chosen = text.normalise(password)
    except text.UnfitText:
        raise Invalid(
            "password_characters",
            zh="密码中有无法保存的字符，请删去。",
            en="The password holds a character that cannot be kept; leave it out.",
        ) from None
    if not SHORTEST <= len(chosen) <= LONGEST:
        raise Invalid(
            "password_length",
            zh=f"密码须为 {SHORTEST} 至 {LONGEST} 个字符；一句话最好记。",
            en=f"A password has {SHORTEST} to {LONGEST} characters; a sentence is easy to remember.",
        )
    if _is_guessable(chosen.casefold(), about):
        raise Invalid(
            "password_common",
            zh="这个密码太容易被猜到：不要使用常见密码、账户名或连续字符。",
            en="This password is easy to guess: avoid common passwords, your name and runs of characters.",
        )


def _is_guessable(folded: str, about: tuple[str, ...]) -> bool:
    if len(set(folded)) < 5:
        return True
    rest = folded
    for known in (*_COMMON, *(name.casefold() for name in about if len(name) >= 4), *_runs_in(folded)):
        rest = rest.replace(known, "")
    return len(rest) < 8


def _runs_in(folded: str) -> Iterator[str]:
    for start in range(len(folded) - 5):
        piece = folded[start : start + 6]
        if any(piece in run or piece in run[::-1] for run in _RUNS):
            yield piece


@cache
def _decoy() -> str:
    return _HASHER.hash(secrets.token_urlsafe(24))


@contextmanager
def _place() -> Iterator[None]:
    if not _PLACES.acquire(timeout=_PATIENCE_S):
        raise Unavailable(
            "sign_in_busy",
            zh="同时登录的人太多，请稍后再试。",
            en="Too many people are signing in at once. Try again in a moment.",
        )
    try:
        yield
    finally:
        _PLACES.release()
