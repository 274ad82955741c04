"""Between loading and locking: two drafts stand open to the public, every comment is answered, the bank is filled."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo.progress import stage
from admin.demo.world import World, actor
from admin.designer import checking, drafts
from admin.designer.bank import verbs as bank
from admin.designer.beginning import from_version
from survey.identity.permissions import Role
from survey.instrument import editing
from survey.instrument.program import Program
from survey.models.consultation import Consultation
from survey.models.design import InstrumentDraft
from survey.models.instrument import Instrument, InstrumentVersion
from survey.participation import comments, consultations, queries, replies
from survey.participation.consultations import Terms
from survey.participation.wording import changes

# Any: parts of instrument documents and of the participation document
CONSULTED = ("residents", "enterprises")


def consult(world: World) -> None:
    """Put the drafts to the public, take the comments, answer each, publish the replies, link what was locked."""
    planned = world.content.participation["consultation"]
    first, last = date.fromisoformat(planned["opens"]), date.fromisoformat(planned["closes"])
    with stage("Drafts open to the public", 4) as progress:
        world.stand_at(world.moment(first, "00:00"))
        with world.work() as session:
            for code in CONSULTED:
                _put(session, world, code, planned, closes=last + timedelta(days=1))
        progress.advance()
        world.stand_at(world.moment(first + timedelta(days=3)))
        with world.work() as session:
            _comment(session, world, planned["comments"])
        progress.advance()
        world.stand_at(world.moment(last + timedelta(days=4)))
        with world.work() as session:
            _answer(session, planned["comments"])
        progress.advance()
        with world.work() as session:
            for consultation in session.scalars(sa.select(Consultation)):
                draft = session.get_one(InstrumentDraft, consultation.draft_id)
                consultations.link_version(session, draft, _version(session, draft.code))
        progress.advance()


def fill_bank(world: World) -> None:
    """The scored items of the locked instruments come into the item bank; another person freezes their wording."""
    with stage("Item bank", 1) as progress:
        with world.work() as session:
            for version in session.scalars(sa.select(InstrumentVersion).order_by(InstrumentVersion.id)):
                taken = bank.adopt(
                    session, version, world.content.framework, actor=actor(session, "designer")
                )
                for revision in taken:
                    bank.freeze(session, revision, actor=actor(session, "reviewer"))
        progress.advance()


def _put(
    session: Session, world: World, code: str, planned: Mapping[str, Any], *, closes: date
) -> Consultation:
    version = _version(session, code)
    document = copy.deepcopy(from_version(version.document))
    _BEFORE[code](document)
    draft = drafts.create_draft(session, document, actor=actor(session, "designer"), origin="version")
    program = checking.check(session, draft).program
    if program is None or not changes(program, Program.from_json(version.program)):
        raise RuntimeError(f"{code}: the consulted draft does not compile, or is the locked version")
    return consultations.plan(
        session,
        draft,
        program,
        terms=Terms(
            what_can_change=planned["what_can_change"],
            what_cannot_change=planned["what_cannot_change"],
            reply_rule=planned["reply_rule"],
        ),
        opens_at=world.moment(date.fromisoformat(planned["opens"]), "00:00"),
        closes_at=world.moment(closes, "00:00"),
        actor=actor(session, "publisher"),
    )


def _comment(session: Session, world: World, written: list[Mapping[str, Any]]) -> None:
    """Each comment where its item is asked; what is about no item is about the whole of the first draft."""
    found = list(session.scalars(sa.select(Consultation).order_by(Consultation.id)))
    programs = [(each, queries.program_of(each)) for each in found]
    for comment in written:
        target = comment["target"]
        here, program = next(
            ((each, program) for each, program in programs if target in program.places), programs[0]
        )
        item = target if target in program.places else None
        about = comments.about(program, section=None, item=item)
        assert about is not None  # the item was looked up
        comments.add(
            session,
            here,
            comment["zh"],
            target=about,
            speaks_as=comment["from"],
            time_zone=world.settings.time_zone,
        )


def _answer(session: Session, written: list[Mapping[str, Any]]) -> None:
    """Two persons in two roles clear each comment; each is answered as the participation document has it."""
    by_text = {comment["zh"]: comment for comment in written}
    people = ((Role.DESIGNER, actor(session, "designer")), (Role.PUBLISHER, actor(session, "publisher")))
    for consultation in session.scalars(sa.select(Consultation).order_by(Consultation.id)).all():
        for comment in queries.comments(session, consultation, shown=False):
            known = by_text[comment.text]
            for role, person in people:
                replies.say_whether_shown(session, comment, hidden_for=None, role=role, actor=person)
            words = {"zh": known["reply_zh"], "en": known["reply_en"]}
            replies.reply(
                session,
                comment,
                decision=known["decision"],
                words=words,
                actor=actor(session, "designer"),
            )
        consultations.publish_replies(session, consultation, actor=actor(session, "publisher"))


def _version(session: Session, code: str) -> InstrumentVersion:
    query = sa.select(InstrumentVersion).join(Instrument).where(Instrument.code == code)
    return session.scalars(query).one()


def _residents_before(document: dict[str, Any]) -> None:
    """The draft asked about elderly care without examples; a comment led to them."""
    next(place.raw for place in editing.items(document) if place.code == "R08").pop("help")  # type: ignore[attr-defined]  # a copy of our own


def _enterprises_before(document: dict[str, Any]) -> None:
    """The draft did not ask about inspections by several departments; a comment led to the option."""
    for place in editing.items(document):
        options = place.raw.get("options")
        if isinstance(options, list):
            options[:] = [option for option in options if option.get("code") != "inspect_multi"]


_BEFORE: Mapping[str, Callable[[dict[str, Any]], None]] = {
    "residents": _residents_before,
    "enterprises": _enterprises_before,
}
