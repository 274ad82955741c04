"""Verbs that hand out cases: by draw or by list, never to somebody of an assessed unit."""

from __future__ import annotations

import random
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from admin.interviews import rules
from admin.interviews.services import contacts
from survey import audit, ids
from survey.access import tokens
from survey.collect.case_file import DrawnCase
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.ledger.keyed import pseudonym, wave_key
from survey.models.content import AssessedUnit
from survey.models.interviews import InterviewCase
from survey.models.people import User, UserRole
from survey.models.wave import Anonymity, Channel, Wave
from survey.ports import KeyStore

BY_LIST = "interviewer"
OWN_COLUMNS = (BY_LIST, *contacts.FIELDS)
_PSEUDONYM = 5


def assign(
    session: Session,
    wave: Wave,
    cases: Sequence[DrawnCase],
    *,
    keys: KeyStore,
    actor: Actor,
    rng: random.Random | None = None,
) -> int:
    """Give each case its interviewer and its right to answer; the number of interviewers.

    A file that names an interviewer in every row is a list; without names the platform draws. Raises Conflict
    (wave closed), Invalid (unknown names, some rows without, nobody to interview, mode not of the instrument).
    """
    if wave.status not in ("planned", "open"):
        raise Conflict("wave_over", zh="这一轮次已经截止。", en="This wave has closed.")
    people = {user.username: user for user in interviewers(session)}
    chosen = _by_list(cases, people) or _by_draw(cases, people, rng or secrets.SystemRandom())
    public_ids = [ids.public_id() for _ in cases]
    is_confidential = wave.anonymity == Anonymity.CONFIDENTIAL.value
    names = {user.id: pseudonym_of(wave, user.id, keys=keys) for user in people.values()}
    drawn = [
        replace(
            each.case,
            channel=Channel.ASSISTED.value,
            interviewer=names[user.id],
            case=public_id if is_confidential else None,
        )
        for each, user, public_id in zip(cases, chosen, public_ids, strict=True)
    ]
    issued = tokens.issue(session, wave, drawn, keys=keys)
    for each, user, public_id, token in zip(cases, chosen, public_ids, issued, strict=True):
        known = {name: each.own[name] for name in contacts.FIELDS if each.own.get(name)}
        session.add(
            InterviewCase(
                public_id=public_id,
                wave_id=wave.id,
                interviewer_id=user.id,
                pseudonym=names[user.id],
                mode=each.case.mode,
                token_hash=tokens.token_hash(token, keys=keys),
                contact=contacts.seal(known, case=public_id, wave_id=wave.id, keys=keys),
            )
        )
    session.flush()
    n = len({user.id for user in chosen})
    facts = {"cases": len(cases), "interviewers": n, "by": "list" if _names_all(cases) else "draw"}
    audit.record(session, actor.ref, act="case.assign", on=f"wave:{wave.code}", after=facts)
    return n


def interviewers(session: Session) -> list[User]:
    """Who may interview: active, in the role, and not of an assessed unit, as far as the accounts tell."""
    units = {
        _folded(name)
        for row in session.execute(sa.select(AssessedUnit.zh, AssessedUnit.en))
        for name in row
        if name
    }
    found = session.scalars(
        sa.select(User)
        .join(UserRole)
        .where(User.is_active, UserRole.role == Role.INTERVIEWER.value, User.unit_code.is_(None))
        .options(selectinload(User.roles))
        .order_by(User.username)
    )
    return [user for user in found if _folded(user.organisation) not in units]


def pseudonym_of(wave: Wave, user_id: int, *, keys: KeyStore) -> str:
    """The name of an interviewer in the answers of one wave; another wave knows them under another."""
    key = wave_key("interviewers", wave.id, keys=keys)
    return "V-" + pseudonym(key, b"interviewer", str(user_id).encode()).hex()[:_PSEUDONYM].upper()


def _names_all(cases: Sequence[DrawnCase]) -> bool:
    return all(each.own.get(BY_LIST) for each in cases)


def _by_list(cases: Sequence[DrawnCase], people: dict[str, User]) -> list[User]:
    """The interviewers that the file names; nobody where it names none."""
    named = [each.own.get(BY_LIST, "") for each in cases]
    if not any(named):
        return []
    wrong = sorted({name or "—" for name in named if name not in people})
    if wrong:
        told = ", ".join(wrong[:10])
        raise Invalid(
            "interviewer_unknown",
            zh=f"以下不是可用的访问员账户（被评单位的人员不能担任）：{told}。",
            en=f"These are no accounts that may interview (nobody of an assessed unit may): {told}.",
        )
    return [people[name] for name in named]


def _by_draw(cases: Sequence[DrawnCase], people: dict[str, User], rng: random.Random) -> list[User]:
    if not people:
        raise Invalid(
            "no_interviewers",
            zh="没有可用的访问员账户。",
            en="There is no account that may interview.",
        )
    by_id = {user.id: user for user in people.values()}
    return [by_id[user_id] for user_id in rules.deal(len(cases), sorted(by_id), rng=rng)]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
