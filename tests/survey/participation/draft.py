"""A draft in consultation for tests: two people of the house, the public, and a clock that can be moved."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml
from sqlalchemy.orm import Session

from survey import clock, ids
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.instrument.program import Program
from survey.models.clock import DemoClock
from survey.models.consultation import Consultation
from survey.models.design import InstrumentDraft
from survey.participation import consultations
from survey.participation.consultations import Terms
from tests.survey.instrument import make

WRITER = Actor(ref="user:writer", user_id=1, roles=frozenset({Role.DESIGNER}))
LEADER = Actor(ref="user:leader", user_id=2, roles=frozenset({Role.PERFORMANCE_LEAD, Role.DESIGNER}))
TERMS = Terms(
    what_can_change={"zh": "措辞", "en": "Wording"},
    what_cannot_change={"zh": "名单", "en": "The list of units"},
    reply_rule={"zh": "逐条答复", "en": "Each comment gets a reply"},
)
SECRET = "Did the bridge reopen in time?"
"""Wording that only an open or answered consultation may show."""


def document() -> dict[str, Any]:
    """The draft: one item says what nobody may read before the day."""
    found: dict[str, Any] = copy.deepcopy(yaml.safe_load(make.EVERYTHING))
    found["sections"][0]["questions"][0]["text"] = {"zh": "桥按时通车了吗？", "en": SECRET}
    return found


def program(changed: dict[str, Any] | None = None) -> Program:
    """The draft compiled."""
    compilation = make.build(changed or document())
    assert compilation.program is not None, compilation.problems
    return compilation.program


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A consultation and what it is on."""

    draft: InstrumentDraft
    consultation: Consultation
    program: Program


def make_draft(session: Session, raw: dict[str, Any]) -> InstrumentDraft:
    """An open draft."""
    now = clock.now(session)
    draft = InstrumentDraft(
        public_id=ids.public_id(),
        code="everything",
        title=raw["title"],
        document=raw,
        revision=1,
        state="open",
        created_at=now,
        created_by="user:writer",
        updated_at=now,
        updated_by="user:writer",
    )
    session.add(draft)
    session.flush()
    return draft


def put(session: Session, *, opens_in: int = 0, days: int = 14, compiled: Program | None = None) -> Put:
    """A draft put to the public; ``compiled`` is another program than the usual one."""
    compiled, draft = compiled or program(), make_draft(session, document())
    opens = clock.now(session) + timedelta(days=opens_in)
    consultation = consultations.plan(
        session,
        draft,
        compiled,
        terms=TERMS,
        opens_at=opens,
        closes_at=opens + timedelta(days=days),
        actor=WRITER,
    )
    return Put(draft=draft, consultation=consultation, program=compiled)


def let_pass(session: Session, *, days: int) -> None:
    """Move the clock."""
    row = session.get(DemoClock, 1)
    if row is None:
        row = DemoClock(id=1, offset_seconds=0)
        session.add(row)
    row.offset_seconds += days * 24 * 3600
    session.flush()
