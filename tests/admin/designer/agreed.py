"""A draft that meets every condition for publishing, to take one of them away at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.agreement import signing
from survey.identity import users
from survey.identity.actors import Actor, find_actor
from survey.identity.permissions import Role
from survey.instrument.changes import Edited, put
from survey.models.design import InstrumentDraft

COMMAND = Actor.command("test")
PASSWORD = "calm river stones"


def document(**changed: Any) -> dict[str, Any]:
    """A small instrument in two languages, with legal marks and two organising departments."""
    return {
        "schema": "minyi/instrument/2",
        "id": "buses",
        "version": "2026.1",
        "title": {"zh": "公交调查", "en": "Buses"},
        "languages": ["zh", "en"],
        "modes": ["web"],
        "evaluator_group": "residents",
        "consent": {"zh": "自愿参加", "en": "Voluntary"},
        "closing": {"zh": "谢谢", "en": "Thank you"},
        "legal": {
            "table_number": "T-1",
            "maker": "Office",
            "approving_body": "Bureau",
            "approval_number": "2026-7",
            "expires_on": "2027-12-31",
        },
        "organisers": [
            {"code": "office", "zh": "绩效办", "en": "Performance office"},
            {"code": "statistics", "zh": "统计局", "en": "Statistics"},
        ],
        "mandated": ["Q1"],
        "sections": [
            {
                "id": "A",
                "title": {"zh": "公交", "en": "Buses"},
                "questions": [
                    {
                        "id": "Q1",
                        "type": "single",
                        "text": {"zh": "您常坐公交吗？", "en": "Do you often take the bus?"},
                        "options": [
                            {"code": "1", "text": {"zh": "常坐", "en": "Often"}},
                            {"code": "2", "text": {"zh": "不坐", "en": "Never"}},
                        ],
                    },
                    {"id": "Q2", "type": "text", "max_chars": 200, "text": {"zh": "建议", "en": "Ideas"}},
                ],
            }
        ],
        **changed,
    }


def person(session: Session, name: str, *roles: Role, organisation: str = "Elsewhere") -> Actor:
    """An account."""
    users.create_user(
        session,
        username=name,
        display_name=name,
        organisation=organisation,
        password=PASSWORD,
        roles=roles,
        actor=COMMAND,
    )
    return find_actor(session, name)


class People:
    """Who agrees on the draft."""

    def __init__(self, session: Session) -> None:
        self.author = person(session, "author", Role.DESIGNER, organisation="Performance office")
        self.other = person(session, "other-designer", Role.DESIGNER)
        self.office = person(
            session, "office-lead", Role.PERFORMANCE_LEAD, organisation=" performance  Office"
        )
        self.statistics = person(session, "stat", Role.STATISTICIAN, organisation="统计局")
        self.reviewer = person(session, "second", Role.REVIEWER, organisation="Audit")


def begin(session: Session, people: People, **changed: Any) -> InstrumentDraft:
    """The draft, written by the author."""
    return drafts.create_draft(session, document(**changed), actor=people.author)


def edit(
    session: Session, draft: InstrumentDraft, path: tuple[str | int, ...], value: Any, by: Actor
) -> None:
    """Change one place."""
    edited: Edited = put(draft.document, path, value)
    drafts.apply_edit(
        session, draft, edited, expected_revision=draft.revision, actor=by, act="item.change", place="test"
    )


def sign_all(session: Session, draft: InstrumentDraft, people: People) -> None:
    """Both departments sign the present text."""
    for actor in (people.office, people.statistics):
        signing.sign(session, draft, seen=signing.digest(draft), actor=actor)
