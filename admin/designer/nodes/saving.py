"""Home of saving a form of the designer: what two people changed is joined, and where both changed one thing, asked.

A form says which revision it was filled in from. What it changed since that revision, and what others changed, is
compared field by field and language by language. Only where the same one differs does a person decide (``Clash``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import drafts
from admin.designer.fields.kinds import Ground, Posted
from admin.designer.fields.spec import FieldSpec
from admin.designer.nodes import form as node_form
from survey.identity.actors import Actor
from survey.instrument import renaming
from survey.instrument.changes import ABSENT, Document, Edited, NoSuchPlace, Path, value_at
from survey.instrument.editing import items, put_fields
from survey.models.design import DraftEdit, InstrumentDraft

# Any: values of a JSON document
Locate = Callable[[Document], Path]
"""Finds the node in a document. Raises NoSuchPlace."""
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """The smallest thing that is chosen between: a field, or one language of its text."""

    field: str
    language: str = ""

    @property
    def name(self) -> str:
        """Its name on the page that asks."""
        return f"{self.field}.{self.language}" if self.language else self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One leaf that both changed, or that one of them did."""

    leaf: Leaf
    spec: FieldSpec
    base: Any
    theirs: Any
    mine: Any
    is_open: bool
    """Whether both changed it, so that somebody has to choose."""


class Clash(Exception):
    """Others changed what this form changes too; ``differences`` is empty where the node itself is gone."""

    def __init__(
        self, differences: Sequence[Difference], *, others: Sequence[str], is_gone: bool = False
    ) -> None:
        super().__init__("both changed")
        self.differences, self.others, self.is_gone = tuple(differences), tuple(others), is_gone


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSave:
    """A form that was sent: its fields, what was typed, and the revision it was filled in from."""

    specs: Sequence[FieldSpec]
    posted: Posted
    seen: int
    act: str
    place: str
    choices: Mapping[str, str]
    """By leaf: ``mine`` or ``theirs``, as chosen on the page that asks."""
    decided_at: int | None = None
    """The revision that the choices were made at; choices made before another save do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a form: its edit (None where nothing changed), and who saved elsewhere meanwhile."""

    edit: DraftEdit | None
    others: tuple[str, ...] = ()


def save(
    session: Session, draft: InstrumentDraft, locate: Locate, form: FormSave, *, ground: Ground, actor: Actor
) -> Saved:
    """Save a form onto the draft as it is now. Raises Clash, NotReadable by way of ``node_form.Read``, Conflict."""
    is_late = form.seen != draft.revision
    base_document = drafts.at_revision(session, draft, form.seen) if is_late else draft.document
    base = _node(base_document, locate(base_document))
    read = node_form.read(form.specs, form.posted, base, ground)
    others = others_since(session, draft, form.seen) if is_late else ()
    try:
        path = locate(draft.document)
    except NoSuchPlace:
        raise Clash((), others=others, is_gone=True) from None
    now = _node(draft.document, path)
    if path and base.get("id") != now.get("id"):  # found by position, and another one stands there now
        raise Clash((), others=others, is_gone=True)
    differences = _differences(form.specs, base, now, read.onto(base), ground) if is_late else []
    choices = form.choices if form.decided_at == draft.revision else {}
    if any(each.is_open and choices.get(each.leaf.name) not in (MINE, THEIRS) for each in differences):
        raise Clash(differences, others=others)
    fields = _joined(read.fields, differences, choices, now)
    node = node_form.with_fields(now, fields)
    heads = {name.partition(".")[0] for name in fields}
    edited = put_fields(draft.document, path, {head: node.get(head, ABSENT) for head in heads})
    edited = _with_new_code(draft, edited, path, now.get("id"))
    edit = drafts.apply_edit(
        session,
        draft,
        edited,
        expected_revision=draft.revision,
        actor=actor,
        act=form.act,
        place=form.place,
    )
    return Saved(edit=edit, others=others)


def _with_new_code(draft: InstrumentDraft, edited: Edited, path: Path, old: Any) -> Edited:
    """Where the code of an item or a section was changed, what names it follows; the item keeps its former code."""
    new = value_at(edited.document, (*path, "id"))
    if not path or old == new or not isinstance(old, str) or not isinstance(new, str):
        return edited
    if len(path) == 2:
        return edited.then(renaming.follow_section(edited.document, old, new))
    edited = edited.then(renaming.follow_item(edited.document, old, new))
    former = () if draft.based_on is None else [place.code for place in items(draft.based_on.document)]
    return edited.then(renaming.with_former(edited.document, path, old, former))


def others_since(session: Session, draft: InstrumentDraft, revision: int) -> tuple[str, ...]:
    """Who saved the draft after a revision."""
    found = session.scalars(
        sa.select(DraftEdit.by)
        .where(DraftEdit.draft_id == draft.id, DraftEdit.revision > revision)
        .distinct()
        .order_by(DraftEdit.by)
    )
    return tuple(found)


def _node(document: Document, path: Path) -> Mapping[str, Any]:
    node = value_at(document, path)
    if not isinstance(node, Mapping):
        raise NoSuchPlace(path)
    return node


def _differences(
    specs: Sequence[FieldSpec],
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    ground: Ground,
) -> list[Difference]:
    """Every leaf that differs between the two; open where both changed it, and not to the same."""
    found = []
    for spec in specs:
        for leaf in _leaves(spec, ground):
            was, is_theirs, is_mine = (_leaf_value(node, leaf) for node in (base, theirs, mine))
            if is_theirs == is_mine:
                continue
            is_open = was not in (is_theirs, is_mine)
            found.append(
                Difference(leaf=leaf, spec=spec, base=was, theirs=is_theirs, mine=is_mine, is_open=is_open)
            )
    return found


def _leaves(spec: FieldSpec, ground: Ground) -> list[Leaf]:
    if spec.kind in ("words", "prose"):
        return [Leaf(field=spec.name, language=language) for language in ground.languages]
    return [Leaf(field=spec.name)]


def _leaf_value(node: Mapping[str, Any], leaf: Leaf) -> Any:
    value = node_form.at(node, leaf.field)
    if not leaf.language:
        return value
    return value.get(leaf.language, ABSENT) if isinstance(value, Mapping) else value


def _joined(
    fields: Mapping[str, Any],
    differences: Sequence[Difference],
    choices: Mapping[str, str],
    now: Mapping[str, Any],
) -> dict[str, Any]:
    """My fields on top of what stands now: theirs stay where I changed nothing, or where theirs were chosen."""
    result = dict(fields)
    for each in differences:
        takes_theirs = choices[each.leaf.name] == THEIRS if each.is_open else each.mine == each.base
        if not each.leaf.language:
            if takes_theirs:
                result.pop(each.leaf.field, None)
            continue
        if each.leaf.field not in result:
            continue  # none of its languages is mine
        mine = result[each.leaf.field]
        words = dict(mine) if isinstance(mine, Mapping) else {}
        if takes_theirs:
            words.pop(each.leaf.language, None)
            if each.theirs is not ABSENT:
                words[each.leaf.language] = each.theirs
        result[each.leaf.field] = words or ABSENT
    return result
