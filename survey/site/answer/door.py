"""The guard at an open door, which people do not see: a queue in a rush, and marks for what looks like a program."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import flask

from survey.access import limits, tickets
from survey.access.grant import Grant
from survey.access.tickets import Ticket
from survey.models.wave import Channel
from survey.site.here import address, platform

TRAP = "remark"
"""A field that no person sees, reads aloud or fills in."""
TICKET, PROOF = "ticket", "proof"
_WITHOUT_TOKEN = frozenset({Channel.OPEN.value, Channel.SITE.value})
_FASTEST = 3
"""Seconds in which nobody reads what is asked of them, ticks two boxes and goes on."""


def queue(grant: Grant, *, now: datetime, zone: str) -> Ticket | None:
    """The place in the queue where somebody without a token has to wait; None where they may begin at once.

    Whoever holds a token never waits. Raises RateLimited where a network started more than a village does.
    """
    if grant.channel not in _WITHOUT_TOKEN:
        return None
    here, form = platform(), flask.request.form
    today = now.astimezone(ZoneInfo(zone)).date()
    ticket = tickets.look(form.get(TICKET, ""), grant.wave_id, now=now, keys=here.keys)
    if ticket is not None and not tickets.is_good(ticket, form.get(PROOF, "")):
        return ticket
    if ticket is None or not tickets.spend(ticket, cache=here.cache):
        excess = partial(limits.excess, today=today, cache=here.cache, keys=here.keys)
        ahead = excess(limits.EASY_STARTS, address())
        rush = excess(limits.ALL_STARTS, limits.ANYWHERE)
        if ahead or rush:
            return tickets.issue(grant.wave_id, excess=ahead, now=now, keys=here.keys)
    limits.count(limits.OPEN_STARTS, address(), today=today, cache=here.cache, keys=here.keys)
    return None


def marks(grant: Grant, *, age: int) -> tuple[str, ...]:
    """What looks like a program at the first step. It goes into the box and keeps nobody out."""
    found: list[str] = []
    if grant.channel == Channel.ASSISTED.value:
        return ()  # an interviewer knows the page by heart
    if flask.request.form.get(TRAP):
        found.append("trap")
    if age < _FASTEST:
        found.append("hasty")
    return tuple(found)


def wait(ticket: Ticket) -> flask.Response:
    """The page of somebody in the queue: how long it takes, with a way on that needs no script."""
    kept = [
        (name, value)
        for name, values in flask.request.form.lists()
        if name not in {TICKET, PROOF, "csrf_token"}
        for value in values
    ]
    html = flask.render_template("site/answer/wait.html", ticket=ticket, kept=kept)
    response = flask.make_response(html, 429)
    response.headers["Retry-After"] = str(max(1, ticket.wait))
    return response
