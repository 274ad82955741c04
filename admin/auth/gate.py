"""Home of the throttled comparison: every guess is counted before it is compared, and compared in equal time."""

from __future__ import annotations

import flask

from admin import screens
from survey.errors import RateLimited
from survey.identity import sign_in, throttle
from survey.identity.sign_in import Candidate
from survey.identity.throttle import Limit
from survey.kit.own_transaction import own_transaction

_PEPPER = "staff-throttle"


def limits(username: str) -> tuple[Limit, Limit]:
    """What a guess for this name from this network counts against."""
    return throttle.limits(
        username=username,
        address=flask.request.remote_addr or "",
        pepper=screens.keys().get_or_create(_PEPPER),
    )


def count(limits: tuple[Limit, Limit]) -> None:
    """Count one attempt, whatever becomes of it. Raises RateLimited."""
    with own_transaction() as session:
        wait = throttle.count_attempt(session, limits)
    if wait:
        minutes = max(1, round(wait / 60))
        raise RateLimited(
            "sign_in_throttled",
            zh=f"尝试次数过多。请 {minutes} 分钟后再试。",
            en=f"Too many attempts. Try again in {minutes} minutes.",
            retry_after=wait,
        )


def right_candidate(username: str, password: str) -> Candidate | None:
    """The account, where name and password fit. Raises RateLimited."""
    counted = limits(username)
    count(counted)
    with own_transaction(reads_only=True) as session:
        found = sign_in.candidate(session, username)
    if not found.knows(password):
        return None
    with own_transaction() as session:
        throttle.forgive(session, counted)
    return found
