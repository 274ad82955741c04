"""The rows of a survey sheet as a tree of groups and questions; refuses what no form may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.columns import MEDIA, OUR_ROLE
from survey.instrument.exchange.xlsform.form import Form, Notes, Row
from survey.instrument.exchange.xlsform.types import RowType, nearest_type, read_type

NAME = re.compile(r"[^\W\d][\w.\-]*\Z")
MAX_GROUP_DEPTH = 30
# These never show anything, so they need no text.
_SILENT = frozenset({"calculate", "hidden"})


@dataclass(kw_only=True)
class Entry:
    """A question, or a row that belongs to one of ours (``role``)."""

    row: Row
    type: RowType
    name: str
    role: str = ""
    id: str = ""


@dataclass(kw_only=True)
class Group:
    """A group, repeat or loop with what stands in it; the form itself is a group without a row."""

    row: Row | None
    kind: str
    name: str = ""
    list_name: str | None = None
    id: str = ""
    members: list[Entry | Group] = field(default_factory=list)
    # Names of rows that the engine makes by itself, such as the text of an “other”.
    made: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[Entry]:
        """Every question in it, at any depth, in order."""
        for member in self.members:
            if isinstance(member, Group):
                yield from member.entries()
            else:
                yield member

    def groups(self) -> Iterator[Group]:
        """Every group in it, at any depth, in order."""
        for member in self.members:
            if isinstance(member, Group):
                yield member
                yield from member.groups()


def read_tree(form: Form, notes: Notes) -> Group:
    """The whole survey sheet. Structural faults are noted as refusals, each with its row."""
    reader = _Reader(notes)
    for row in form.survey:
        reader.take(row)
    return reader.finish()


class _Reader:
    """Walks down the rows with the groups that are open."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._root = Group(row=None, kind="form")
        self._open: list[Group] = [self._root]
        self._names: list[dict[str, int]] = [{}]

    def take(self, row: Row) -> None:
        role = row.raw(OUR_ROLE)
        if role == "made":
            self._root.made.append(row.raw("name"))
            return
        if row.flag("disabled"):
            self._notes.leave(row.where("disabled"), row.raw("type") or row.raw("name"), why.DISABLED)
            return
        written = row.raw("type")
        if not written:
            self._typeless(row)
            return
        kind = read_type(written)
        if kind is None:
            self._notes.refuse(
                "row_unknown_type", row.where("type"), value=written, nearest=nearest_type(written)
            )
        elif kind.shape == "begin":
            self._begin(row, kind)
        elif kind.shape == "end":
            self._end(row, kind)
        elif kind.shape != "setting":
            self._question(row, kind, role)

    def finish(self) -> Group:
        for group in self._open[1:]:
            if group.row is not None:
                self._notes.refuse(
                    "row_begin_unmatched", group.row.where("type"), value=f"begin {group.kind} {group.name}"
                )
        return self._root

    def _typeless(self, row: Row) -> None:
        if row.has("name") or row.has("label"):
            self._notes.refuse("row_no_type", row.where("type"))
        else:
            self._notes.leave(row.where(), " ".join(cell.value for cell in row.cells), why.COMMENT)

    def _begin(self, row: Row, kind: RowType) -> None:
        name = self._name(row)
        if kind.name == "loop" and not kind.list_name:
            self._notes.refuse("row_no_list", row.where("type"))
        group = Group(row=row, kind=kind.name, name=name, list_name=kind.list_name)
        if len(self._open) <= MAX_GROUP_DEPTH:
            self._open[-1].members.append(group)
        else:  # not part of the tree: nothing that walks it may go too deep
            self._notes.refuse("row_too_deep", row.where("type"), limit=MAX_GROUP_DEPTH)
        self._open.append(group)
        self._names.append({})

    def _end(self, row: Row, kind: RowType) -> None:
        if len(self._open) == 1 or self._open[-1].kind != kind.name:
            self._notes.refuse("row_end_unmatched", row.where("type"), value=row.raw("type"))
            return
        self._open.pop()
        self._names.pop()

    def _question(self, row: Row, kind: RowType, role: str) -> None:
        if kind.shape == "meta":
            name = row.raw("name") or ("audit" if kind.name == "audit" else "")
            self._add(row, kind, self._name(row, given=name), role)
            return
        if kind.name == "note" and not row.raw("name"):
            name = f"generated_note_name_{row.number}"
        else:
            name = self._name(row)
        self._needs(row, kind, name)
        self._add(row, kind, name, role)

    def _add(self, row: Row, kind: RowType, name: str, role: str) -> None:
        self._open[-1].members.append(Entry(row=row, type=kind, name=name, role=role))

    def _needs(self, row: Row, kind: RowType, name: str) -> None:
        """What a question of its type cannot do without."""
        silent = kind.name in _SILENT or row.has("calculation")
        if kind.name == "calculate" and not row.has("calculation") and not row.has("default"):
            self._notes.refuse("row_no_calculation", row.where("calculation"))
        elif not silent and not any(row.has(key) for key in ("label", "hint", "guidance_hint", *MEDIA)):
            self._notes.refuse("row_no_label", row.where("label"), value=name)

    def _name(self, row: Row, *, given: str = "") -> str:
        name = given or row.raw("name")
        if not name:
            self._notes.refuse("row_no_name", row.where("name"))
        elif not NAME.match(name):
            self._notes.refuse("row_bad_name", row.where("name"), value=name)
        elif name in self._names[-1]:
            self._notes.refuse(
                "row_duplicate_name", row.where("name"), value=name, first=self._names[-1][name]
            )
        self._names[-1].setdefault(name, row.number)
        return name
