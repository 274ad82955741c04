"""After publication: the residents' instrument of the next year is in work, so that a visitor sees the designer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.demo.progress import stage
from admin.demo.world import World, actor
from admin.designer import drafts
from admin.designer.beginning import from_version
from survey.identity.actors import Actor
from survey.instrument import editing
from survey.instrument.changes import Edited
from survey.models.design import InstrumentDraft
from survey.models.instrument import Instrument, InstrumentVersion

# Any: parts of an instrument document
CODE, NEXT = "residents", "2027.1"
_RECOMMEND: Mapping[str, Any] = {
    "id": "N1",
    "type": "nps",
    "text": {
        "zh": "如果亲友要办同样的事，您有多大可能推荐他们到您去过的地方办理？",
        "en": "If a friend had to do the same, how likely are you to recommend the office that you went to?",
        "ar": "إذا احتاج صديق إلى إنجاز المعاملة نفسها، فما مدى احتمال أن توصوه بالجهة التي ذهبتم إليها؟",
    },
    "low": {"zh": "完全不可能", "en": "Not at all likely", "ar": "غير محتمل إطلاقاً"},
    "high": {"zh": "极有可能", "en": "Extremely likely", "ar": "محتمل جداً"},
}
_WAIT: Mapping[str, Any] = {
    "id": "N2",
    "type": "number",
    "form": "integer",
    "min": 0,
    "max": 600,
    "unit": {"zh": "分钟", "en": "minutes", "ar": "دقيقة"},
    "show_if": "any-of(${A7}, 'adm')",
    # the English text is not written yet: the designer shows what is missing
    "text": {
        "zh": "最近一次办事，您一共等候了多少分钟？",
        "ar": "في آخر معاملة لكم، كم دقيقة انتظرتم في المجموع؟",
    },
}


def begin_next_year(world: World) -> None:
    """One open draft made from the locked version, with a few edits by the designer."""
    with stage("Next year's draft", 1) as progress:
        with world.work() as session:
            write(session, actor(session, "designer"))
        progress.advance()


def write(session: Session, designer: Actor) -> InstrumentDraft:
    """The draft with its edits, each a save of its own."""
    version = session.scalars(
        sa.select(InstrumentVersion).join(Instrument).where(Instrument.code == CODE).limit(1)
    ).one()
    draft = drafts.create_draft(
        session, from_version(version.document), actor=designer, based_on=version, origin="version"
    )
    _save(
        session,
        draft,
        editing.put_fields(draft.document, (), {"version": NEXT}),
        act="settings:change",
        by=designer,
    )
    waiting = editing.find_item(draft.document, "R03")
    wording = "最近一次看病，您对挂号和候诊的时间满意吗？"
    edited = editing.put_text(draft.document, (*waiting.path, "text"), "zh", wording)
    _save(session, draft, edited, act="item:change", by=designer, place="B/R03")
    for item in (_RECOMMEND, _WAIT):
        edited = editing.add_item(draft.document, "C", item)
        _save(session, draft, edited, act="item:add", by=designer, place=f"C/{item['id']}")
    return draft


def _save(
    session: Session,
    draft: InstrumentDraft,
    edited: Edited,
    *,
    act: str,
    by: Actor,
    place: str = "",
) -> None:
    drafts.apply_edit(
        session,
        draft,
        edited,
        expected_revision=draft.revision,
        actor=by,
        act=act,
        place=place,
    )
