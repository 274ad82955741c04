"""The groups of an XLSForm as sections: nested groups, groups that go on after an inner one, repeats and loops."""

from __future__ import annotations

import re
from typing import Any

from survey.instrument.exchange.patches import apply_patch
from survey.instrument.exchange.report import LOOSE
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.batteries import grid_rows, read_battery, row_code, table_rows
from survey.instrument.exchange.xlsform.columns import MEDIA
from survey.instrument.exchange.xlsform.form import Notes, Row
from survey.instrument.exchange.xlsform.items import Item, ItemReader
from survey.instrument.exchange.xlsform.lists import keep, patch_of
from survey.instrument.exchange.xlsform.names import Names
from survey.instrument.exchange.xlsform.tree import Entry, Group
from survey.instrument.exchange.xlsform.types import same_type

Section = dict[str, Any]  # Any: a section is JSON
LOOP_TURNS = 20
_PLACE = re.compile(r"%\((?:label|name)\)s")


def name_everything(tree: Group, names: Names) -> None:
    """Give every group and question its id, so that references can be rewritten wherever they stand."""
    for group in tree.groups():
        group.id = names.claim("section", group.name)
        names.define(group.name, group.id)
    for name in tree.made:
        names.define(name, name)
    _name_members(tree, names)


def _name_members(group: Group, names: Names) -> None:
    table = table_rows(group)
    if table:
        group_item = names.claim("item", group.id)
        for entry in table:
            entry.id = names.claim("item", entry.name)
            names.define(entry.name, f"{group_item}_{row_code(group_item, entry.id)}")
        return
    rows: dict[int, str] = {}
    for at, member in enumerate(group.members):
        if isinstance(member, Group):
            _name_members(member, names)
            continue
        member.id = names.claim("item", member.name)
        if member.role:
            names.define(member.name, member.name)
            continue
        for row in grid_rows(group.members, at):
            rows[row.row.number] = member.id
        battery = rows.get(member.row.number)
        here = f"{battery}_{row_code(battery, member.id)}" if battery else member.id
        names.define(member.name, here)
        if member.type.or_other:
            names.define(f"{member.name}_other", f"{member.id}_other_text")


class SectionWriter:
    """Turns the tree into the flat list of sections, in the order of the form."""

    def __init__(self, reader: ItemReader, notes: Notes) -> None:
        self._reader, self._notes = reader, notes
        self.sections: list[Section] = []
        self.origin: dict[int, dict[str, Any]] = {}  # Any: what each row became, as JSON
        self._multis: dict[str, str] = {}
        self._loose = 0

    def write(self, tree: Group) -> None:
        """All sections of the form."""
        self._members(tree, None, looped=False, in_loop=False)

    def _members(self, group: Group, section: Section | None, *, looped: bool, in_loop: bool) -> None:
        """What stands in a group. ``section`` takes its questions until an inner group interrupts it."""
        at, current = 0, section
        while at < len(group.members):
            member = group.members[at]
            if isinstance(member, Group):
                if not _dropped(member):
                    self._group(member, section, looped=looped, in_loop=in_loop)
                current = None
                at += 1
                continue
            if current is None:
                current = self._next(section)
            at += self._question(group, at, current, in_loop=in_loop)

    def _next(self, section: Section | None) -> Section:
        """A section for what follows an inner group, or stands outside of every group."""
        if section is None:
            self._loose += 1
        stem = section["id"] if section else f"part_{self._loose}"
        code = self._reader.names.claim("section", stem)
        made: Section = {"id": code, "title": {}, "questions": []}
        if section:
            made["continues"] = section["id"]
            if section.get("together"):
                made["together"] = True
        else:
            made["foreign"] = {"xlsform": {"kind": LOOSE}}
        self.sections.append(made)
        return made

    def _question(self, group: Group, at: int, section: Section, *, in_loop: bool) -> int:
        """Write the question at a position; how many rows it took."""
        entry = group.members[at]
        assert isinstance(entry, Entry)
        if entry.role:
            self._ours(entry, section)
            return 1
        rows = grid_rows(group.members, at)
        item = self._reader.read(entry, grid=bool(rows))
        if rows:
            read_battery(self._reader, item, rows, head=entry.row, origin=self.origin)
        self._keep_item(entry.row, item, section, in_loop=in_loop)
        return 1 + len(rows)

    def _keep_item(self, row: Row, item: Item, section: Section, *, in_loop: bool) -> None:
        if in_loop:
            for field in ("text", "help"):
                if field in item:
                    item[field] = {tag: _PLACE.sub("{loop}", text) for tag, text in item[field].items()}
        if item.get("type") == "multi" and "list" in item:
            self._multis[item["list"]] = item["id"]
        section["questions"].append(item)
        self.origin[row.number] = item

    def _ours(self, entry: Entry, section: Section) -> None:
        """A row that belongs to a part of ours: the intro of a section, or a row of a battery of any kind."""
        row = entry.row
        words = self._reader.names.text(row.words("label"), row.where("label"))
        if entry.role == "intro":
            section["intro"] = words
            self.origin[row.number] = section
        elif entry.role == "row" and section["questions"]:
            item = section["questions"][-1]
            made: dict[str, Any] = {"code": row_code(item["id"], entry.name), "text": words}
            if row.has("relevant"):
                made["show_if"] = self._reader.names.expression(row, "relevant")
            apply_patch(made, patch_of(row))
            item.setdefault("rows", []).append(made)
            self.origin[row.number] = made

    def _group(self, group: Group, parent: Section | None, *, looped: bool, in_loop: bool) -> None:
        row = group.row
        assert row is not None
        section: Section = {"id": group.id, "title": {}, "questions": []}
        kept: dict[str, str] = {}
        if group.id != group.name:
            keep(kept, "name", group.name)
            self._notes.leave(row.where("name"), group.name, why.RENAMED)
        said = f"begin_loop over {group.list_name}" if group.kind == "loop" else f"begin_{group.kind}"
        if not same_type(row.raw("type"), said):
            keep(kept, "type", row.raw("type"))
        if parent is not None:
            section["parent"] = parent["id"]
        table = table_rows(group)
        if not table:
            self._texts(row, section, kept)
        if row.has("relevant"):
            section["show_if"] = self._reader.names.expression(row, "relevant")
        self._look(row, section, kept, table=bool(table))
        self._loop(group, section, kept, looped=looped)
        if table:
            self._table(group, table, section, kept)
        self._rest(row, kept)
        if kept:
            section["foreign"] = {"xlsform": kept}
        apply_patch(section, patch_of(row))
        self.origin[row.number] = section
        self.sections.append(section)
        if not table:
            within = in_loop or group.kind == "loop"
            self._members(group, section, looped=looped or "loop" in section, in_loop=within)

    def _texts(self, row: Row, section: Section, kept: dict[str, str]) -> None:
        names = self._reader.names
        section["title"] = names.text(row.words("label", line=True), row.where("label"))
        intro = names.text(row.words("hint"), row.where("hint"))
        if intro:
            section["intro"] = intro
            kept["intro"] = "hint"

    def _look(self, row: Row, section: Section, kept: dict[str, str], *, table: bool) -> None:
        tokens = row.raw("appearance").split()
        if "field-list" in tokens:
            section["together"] = True
        said = "table-list" if table else "field-list" if "field-list" in tokens else ""
        if table:
            kept["kind"] = "table-list"
        for look in tokens:
            if look not in {"field-list", "table-list"} or (look == "table-list" and not table):
                self._notes.leave(row.where("appearance"), look, why.APPEARANCE)
        if row.raw("appearance") != said:
            keep(kept, "appearance", row.raw("appearance"))

    def _table(self, group: Group, rows: list[Entry], section: Section, kept: dict[str, str]) -> None:
        """A table-list group: its label and hint are the stem of a battery that has its name."""
        row, names = group.row, self._reader.names
        assert row is not None
        item: Item = {"id": group.id, "text": names.text(row.words("label"), row.where("label"))}
        hint = names.text(row.words("hint"), row.where("hint"))
        if hint:
            item["help"] = hint
        read_battery(self._reader, item, rows, head=None, origin=self.origin)
        section["questions"].append(item)

    def _loop(self, group: Group, section: Section, kept: dict[str, str], *, looped: bool) -> None:
        if group.kind == "group":
            return
        row = group.row
        assert row is not None
        count = self._reader.names.expression(row, "repeat_count")
        kept["kind"] = group.kind
        if looped:
            self._notes.leave(row.where("type"), row.raw("type"), why.INNER_REPEAT)
            if count:
                keep(kept, "repeat_count", row.raw("repeat_count"))
            if group.list_name:
                keep(kept, "list", group.list_name)
        elif group.kind == "loop":
            self._loop_over(group, section, kept)
        elif count:
            turns = int(count) if count.isdigit() and len(count) < 4 else None
            section["loop"] = {
                "count": turns if turns is not None else count,
                "max": max(LOOP_TURNS, turns or 0),
            }
        else:
            kept["open"] = "yes"
            section["loop"] = {"count": 1, "max": LOOP_TURNS}
            self._notes.leave(row.where("repeat_count"), row.raw("type"), why.OPEN_REPEAT)

    def _loop_over(self, group: Group, section: Section, kept: dict[str, str]) -> None:
        """A loop over choices: over those ticked in an earlier question with the same list, if there is one."""
        row = group.row
        assert row is not None
        written = group.list_name or ""
        kept["list"] = written
        lists = self._reader.lists
        if not lists.has(written):
            return
        name = lists.names[written]
        over = self._multis.get(name) or self._multis.get(f"{name}__or_other")
        if over:
            section["loop"] = {"over": over}
            self._notes.leave(row.where("type"), row.raw("type"), why.LOOP_TICKED)
        else:
            section["loop"] = {
                "count": len(lists.lines[name]),
                "max": max(LOOP_TURNS, len(lists.lines[name])),
            }
            self._notes.leave(row.where("type"), row.raw("type"), why.LOOP_NUMBERED)

    def _rest(self, row: Row, kept: dict[str, str]) -> None:
        if row.flag("required") is not None or row.has("required"):
            keep(kept, "required", row.raw("required"))
        row.raw("repeat_count")
        for cell in row.rest():
            key = cell.column.key
            reason = why.MEDIA if key in MEDIA else why.GROUP_DETAIL if key else why.COLUMN
            if not keep(kept, cell.column.header, cell.value):
                reason = why.TOO_LONG
            self._notes.leave(row.where(), f"{cell.column.header}: {cell.value}", reason)


def _dropped(group: Group) -> bool:
    return group.row is None
