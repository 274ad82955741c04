"""Home of the verbs on drafts: begin one, save an edit of it, take edits back, discard it.

Whoever saves names the revision they saw. If somebody else saved meanwhile, StaleDraft is raised and nothing
is lost on either side: the screen shows both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer.translation.marks import note_change
from survey import audit, clock, ids
from survey.errors import Conflict, NotFound
from survey.identity.actors import Actor
from survey.instrument.changes import Change, Edited, applied, inverse, reverted
from survey.models.design import DraftEdit, InstrumentDraft
from survey.models.instrument import InstrumentVersion

OPEN, IN_CONSULTATION, PUBLISHED, DISCARDED = "open", "in_consultation", "published", "discarded"
_EDITABLE = frozenset({OPEN, IN_CONSULTATION})
UNDO, REDO = "undo", "redo"


class StaleDraft(Conflict):
    """Somebody else saved the draft since ``expected``."""

    def __init__(self, draft: InstrumentDraft, *, expected: int) -> None:
        super().__init__(
            "draft_stale",
            zh="您打开之后，别人已经保存了这份草稿。双方的内容都还在，请对照后选择。",
            en="Somebody else saved this draft after you opened it. Both versions are kept: compare and choose.",
        )
        self.expected = expected
        self.revision = draft.revision


def create_draft(
    session: Session,
    document: Mapping[str, Any],
    *,
    actor: Actor,
    based_on: InstrumentVersion | None = None,
    origin: str = "empty",
) -> InstrumentDraft:
    """Begin a draft with a document, which need not compile. ``origin``: empty | version | file."""
    now = clock.now(session)
    draft = InstrumentDraft(
        public_id=ids.public_id(),
        document=dict(document),
        revision=1,
        state=OPEN,
        based_on=based_on,
        created_at=now,
        created_by=actor.ref,
        updated_at=now,
        updated_by=actor.ref,
        **_head(document),
    )
    session.add(draft)
    session.flush()
    based = None if based_on is None else f"{based_on.instrument.code}/{based_on.version}"
    after = {"code": draft.code, "origin": origin, "based_on": based}
    audit.record(session, actor.ref, act="draft.create", on=reference(draft), after=after)
    return draft


def load(session: Session, public_id: str) -> InstrumentDraft:
    """The draft with this public id. Raises NotFound."""
    found = session.scalars(
        sa.select(InstrumentDraft).where(InstrumentDraft.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound("draft_unknown", zh="没有这份草稿。", en="There is no such draft.")
    return found


def apply_edit(
    session: Session,
    draft: InstrumentDraft,
    edited: Edited,
    *,
    expected_revision: int,
    actor: Actor,
    act: str,
    place: str = "",
) -> DraftEdit | None:
    """Save what ``edited`` (see survey/instrument/editing.py) made of the draft's document at ``expected_revision``.

    Returns None where nothing changed. Raises StaleDraft, or Conflict where the draft is closed.
    """
    if draft.revision != expected_revision:
        raise StaleDraft(draft, expected=expected_revision)
    if not edited.changes:
        return None
    return _save(session, draft, edited.document, edited.changes, actor=actor, act=act, place=place)


def undo(session: Session, draft: InstrumentDraft, *, expected_revision: int, actor: Actor) -> DraftEdit:
    """Take back the last edit that stands. Raises Conflict where there is none, StaleDraft."""
    return _step(session, draft, next_undo(session, draft), UNDO, expected_revision, actor)


def redo(session: Session, draft: InstrumentDraft, *, expected_revision: int, actor: Actor) -> DraftEdit:
    """Make the edit again that was taken back last. Raises Conflict where there is none, StaleDraft."""
    return _step(session, draft, next_redo(session, draft), REDO, expected_revision, actor)


def next_undo(session: Session, draft: InstrumentDraft) -> DraftEdit | None:
    """The edit that an undo would take back."""
    return session.scalars(
        _own_edits(draft).where(DraftEdit.undone.is_(False)).order_by(DraftEdit.id.desc()).limit(1)
    ).one_or_none()


def next_redo(session: Session, draft: InstrumentDraft) -> DraftEdit | None:
    """The edit that a redo would make again: an edit made since then closes the way."""
    last = next_undo(session, draft)
    return session.scalars(
        _own_edits(draft)
        .where(DraftEdit.undone.is_(True), DraftEdit.id > (last.id if last else 0))
        .order_by(DraftEdit.id)
        .limit(1)
    ).one_or_none()


def at_revision(session: Session, draft: InstrumentDraft, revision: int) -> dict[str, Any]:
    """The document as it was at an earlier revision. Raises NotFound where there was none."""
    if not 1 <= revision <= draft.revision:
        raise NotFound(
            "revision_unknown", zh="没有草稿的这一次保存。", en="There is no such save of the draft."
        )
    later = session.scalars(
        sa.select(DraftEdit)
        .where(DraftEdit.draft_id == draft.id, DraftEdit.revision > revision)
        .order_by(DraftEdit.revision.desc())
    )
    document = dict(draft.document)
    for edit in later:
        document = reverted(document, _changes(edit))
    return document


def discard(session: Session, draft: InstrumentDraft, *, actor: Actor) -> None:
    """Put a draft away; its edits stay in the records. Raises Conflict where it is closed."""
    _refuse_closed(draft)
    draft.state = DISCARDED
    draft.updated_at, draft.updated_by = clock.now(session), actor.ref
    session.flush()
    audit.record(
        session, actor.ref, act="draft.discard", on=reference(draft), before={"revision": draft.revision}
    )


def restore(session: Session, draft: InstrumentDraft, *, actor: Actor) -> None:
    """Take a discarded draft up again. Raises Conflict where it was not discarded."""
    if draft.state != DISCARDED:
        raise _closed()
    draft.state = OPEN
    draft.updated_at, draft.updated_by = clock.now(session), actor.ref
    session.flush()
    audit.record(
        session, actor.ref, act="draft.restore", on=reference(draft), after={"revision": draft.revision}
    )


def is_editable(draft: InstrumentDraft) -> bool:
    """Whether the draft still takes edits."""
    return draft.state in _EDITABLE


def reference(draft: InstrumentDraft) -> str:
    """How the audit log names a draft."""
    return f"draft:{draft.public_id}"


def _step(
    session: Session,
    draft: InstrumentDraft,
    edit: DraftEdit | None,
    act: str,
    expected_revision: int,
    actor: Actor,
) -> DraftEdit:
    if draft.revision != expected_revision:
        raise StaleDraft(draft, expected=expected_revision)
    if edit is None:
        raise Conflict(
            f"nothing_to_{act}",
            zh="没有可以撤销或重做的修改。",
            en="There is no edit to take back or to make again.",
        )
    changes = _changes(edit) if act == REDO else inverse(_changes(edit))
    document = applied(draft.document, changes)
    edit.undone = act == UNDO
    return _save(
        session, draft, document, changes, actor=actor, act=act, place=edit.place, reverts_id=edit.id
    )


def _save(
    session: Session,
    draft: InstrumentDraft,
    document: Mapping[str, Any],
    changes: tuple[Change, ...],
    *,
    actor: Actor,
    act: str,
    place: str,
    reverts_id: int | None = None,
) -> DraftEdit:
    _refuse_closed(draft)
    seen, now = draft.revision, clock.now(session)
    # Of two who save at the same moment, the database lets one through.
    taken = session.execute(
        sa.update(InstrumentDraft)
        .where(InstrumentDraft.id == draft.id, InstrumentDraft.revision == seen)
        .values(revision=seen + 1)
        .execution_options(synchronize_session=False)
        .returning(InstrumentDraft.id)
    ).one_or_none()
    session.refresh(draft, ["revision"])
    if taken is None:
        raise StaleDraft(draft, expected=seen)
    note_change(session, draft, draft.document, document)
    draft.document = dict(document)
    for name, value in _head(document).items():
        setattr(draft, name, value)
    draft.updated_at, draft.updated_by = now, actor.ref
    edit = DraftEdit(
        draft_id=draft.id,
        revision=seen + 1,
        at=now,
        by=actor.ref,
        act=act,
        place=place[:160],
        change=[change.to_json() for change in changes],
        reverts_id=reverts_id,
    )
    session.add(edit)
    session.flush()
    # The trail says who changed which place; the content itself is in the edit.
    after = {"act": act, "place": edit.place, "revision": edit.revision}
    audit.record(session, actor.ref, act="draft.edit", on=reference(draft), after=after)
    return edit


def _own_edits(draft: InstrumentDraft) -> sa.Select[DraftEdit]:
    return sa.select(DraftEdit).where(DraftEdit.draft_id == draft.id, DraftEdit.act.not_in((UNDO, REDO)))


def _changes(edit: DraftEdit) -> tuple[Change, ...]:
    return tuple(Change.from_json(raw) for raw in edit.change)


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    """What lists show of a document, however unfit it is."""
    code, title = document.get("id"), document.get("title")
    words = title.items() if isinstance(title, Mapping) else ()
    return {
        "code": code[:64] if isinstance(code, str) else "",
        "title": {str(k): v[:300] for k, v in words if isinstance(v, str)},
    }


def _refuse_closed(draft: InstrumentDraft) -> None:
    if not is_editable(draft):
        raise _closed()


def _closed() -> Conflict:
    return Conflict(
        "draft_closed",
        zh="这份草稿已经发布或作废，不再接受修改。可以从版本新建草稿。",
        en="This draft was published or discarded and takes no more edits. Begin a new draft from the version.",
    )
