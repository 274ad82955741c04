"""Home of the verbs on counters: make one, give its screen a new link, end it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.fieldwork import rules
from survey import audit, clock, text
from survey.access import counters
from survey.errors import Conflict, Invalid, NotFound
from survey.identity.actors import Actor
from survey.instrument.program import ContextField
from survey.models.counter import Counter
from survey.models.wave import Wave
from survey.ports import KeyStore

_MOST_LETTERS = 60


def of_wave(session: Session, wave: Wave) -> Sequence[Counter]:
    """The counters of a wave, those that ended last."""
    return session.scalars(
        sa.select(Counter)
        .where(Counter.wave_id == wave.id)
        .order_by(Counter.ended_on.is_not(None), Counter.id)
    ).all()


def make(
    session: Session,
    wave: Wave,
    *,
    place: Mapping[str, str],
    context: Mapping[str, str],
    actor: Actor,
    keys: KeyStore,
) -> str:
    """A new counter; the secret of its screen exists only in what is returned. Raises Invalid, Conflict."""
    if reason := rules.why_no_more_facts(wave.status):
        raise reason.conflict()
    named = {language: _name(place.get(language, "")) for language in ("zh", "en")}
    n = session.scalar(sa.select(sa.func.count()).where(Counter.ended_on.is_(None))) or 0
    if n >= counters.MOST:
        raise Conflict(
            "too_many_counters",
            zh=f"最多可同时启用{counters.MOST}个窗口。请先停用不再需要的窗口。",
            en=f"At most {counters.MOST} counters may be in use. End some that are no longer needed.",
        )
    secret = counters.new_secret()
    counter = Counter(
        wave_id=wave.id,
        place=named,
        context=dict(context),
        screen_hash=counters.screen_hash(secret, keys=keys),
        made_by=actor.ref,
    )
    session.add(counter)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="counter.make",
        on=f"wave:{wave.code}",
        after={"counter": counter.id, "place": named["zh"], "context": dict(context)},
    )
    return secret


def context_of(raw: str, fields: Sequence[ContextField]) -> dict[str, str]:
    """What is known about everybody at a counter, from lines of the form ``field=value``. Raises Invalid."""
    known = {field.name: field.codes for field in fields}
    found: dict[str, str] = {}
    for line in filter(None, (each.strip() for each in raw.splitlines())):
        name, sign, value = (part.strip() for part in line.partition("="))
        if not sign or name not in known or not value or len(value) > _MOST_LETTERS:
            raise _unfit(line)
        if known[name] and value not in known[name]:
            raise _unfit(line)
        found[name] = value
    return found


def _unfit(line: str) -> Invalid:
    return Invalid(
        "counter_context",
        zh=f"“{line[:_MOST_LETTERS]}”不是“字段=值”，或问卷没有这个字段、这个值。",
        en=f"“{line[:_MOST_LETTERS]}” is not field=value, or the instrument has no such field or value.",
    )


def renew(session: Session, wave: Wave, counter_id: int, *, actor: Actor, keys: KeyStore) -> str:
    """A new secret for a screen; the old link and every code that it showed are worth nothing from now on."""
    counter = _live(session, wave, counter_id)
    secret = counters.new_secret()
    counter.screen_hash = counters.screen_hash(secret, keys=keys)
    audit.record(
        session, actor.ref, act="counter.renew", on=f"wave:{wave.code}", after={"counter": counter.id}
    )
    return secret


def end(session: Session, wave: Wave, counter_id: int, *, actor: Actor) -> None:
    """Switch a screen off; its codes are worth nothing from now on."""
    counter = _live(session, wave, counter_id)
    counter.ended_on = clock.today(session, wave.time_zone)
    audit.record(session, actor.ref, act="counter.end", on=f"wave:{wave.code}", after={"counter": counter.id})


def _live(session: Session, wave: Wave, counter_id: int) -> Counter:
    found = session.get(Counter, counter_id)
    if found is None or found.wave_id != wave.id or found.ended_on is not None:
        raise NotFound("counter_unknown", zh="没有这个启用中的窗口。", en="There is no such counter in use.")
    return found


def _name(raw: str) -> str:
    try:
        name = text.one_line(raw)
    except text.UnfitText:
        name = ""
    if not name or len(name) > _MOST_LETTERS:
        raise Invalid(
            "counter_place",
            zh=f"请用中文和英文写出窗口的名称，各不超过{_MOST_LETTERS}个字符。",
            en=f"Name the place in Chinese and in English, in at most {_MOST_LETTERS} characters each.",
        )
    return name
