"""Grids of an XLSForm (label and list-nolabel rows, table-list groups) as item batteries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from survey.instrument.exchange.patches import apply_patch
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.columns import MEDIA
from survey.instrument.exchange.xlsform.form import Row
from survey.instrument.exchange.xlsform.items import SELECTS, Item, ItemReader
from survey.instrument.exchange.xlsform.lists import keep, patch_of
from survey.instrument.exchange.xlsform.tree import Entry, Group
from survey.instrument.exchange.xlsform.types import same_type

# Columns that make a row more than a row of a grid.
_TOO_MUCH = ("constraint", "calculation", "default", "choice_filter", "read_only", "parameters", "trigger")


def grid_rows(members: Sequence[Entry | Group], at: int) -> list[Entry]:
    """The list-nolabel rows that belong to the label row at a position; empty where there is no such grid."""
    head = members[at]
    if not isinstance(head, Entry) or not _is_choice(head) or head.row.raw("appearance") != "label":
        return []
    rows: list[Entry] = []
    for member in members[at + 1 :]:
        if not isinstance(member, Entry) or member.row.raw("appearance") not in {"list-nolabel", "list"}:
            break
        if not _alike(head, member):
            break
        rows.append(member)
    return rows if _agree(rows) else []


def table_rows(group: Group) -> list[Entry]:
    """The rows of a table-list group that is nothing but a grid; empty where it is more."""
    if group.row is None or "table-list" not in group.row.raw("appearance").split():
        return []
    rows: list[Entry] = []
    for member in group.members:
        if not isinstance(member, Entry) or not _is_choice(member) or member.row.has("appearance"):
            return []
        if rows and not _alike(rows[0], member):
            return []
        rows.append(member)
    return rows if _agree(rows) else []


def row_code(battery: str, name: str) -> str:
    """The code of a row: its name, without the name of the battery that exports put before it."""
    rest = name.removeprefix(f"{battery}_")
    return rest or name


def read_battery(
    reader: ItemReader,
    item: Item,
    rows: Sequence[Entry],
    *,
    head: Row | None,
    origin: dict[int, dict[str, Any]],
) -> None:
    """Fill an item with the rows of a grid. ``origin`` learns which row made what. Any: JSON.

    ``head`` is the row that carries the item's own cells.
    """
    first = rows[0].type
    item.update(type="battery", of=SELECTS[first.name], list=reader.lists.names.get(first.list_key, ""))
    kept: dict[str, str] = dict(item.get("foreign", {}).get("xlsform", {}))
    item.pop("required", None)
    if head is not None and head.has("required"):
        keep(kept, "required", head.raw("required"))
    if rows[0].row.flag("required"):
        item["required"] = True
    item["rows"] = []
    for entry in rows:
        made = _row(reader, item["id"], entry, kept)
        apply_patch(made, patch_of(entry.row))
        item["rows"].append(made)
        origin[entry.row.number] = made
    if kept:
        item["foreign"] = {"xlsform": kept}
    if head is not None:
        apply_patch(item, patch_of(head))


def _row(reader: ItemReader, battery: str, entry: Entry, kept: dict[str, str]) -> dict[str, Any]:  # Any: JSON
    row = entry.row
    code = row_code(battery, entry.id)
    made: dict[str, Any] = {"code": code, "text": reader.names.text(row.words("label"), row.where("label"))}
    if row.has("relevant"):
        made["show_if"] = reader.names.expression(row, "relevant")
    if entry.name != f"{battery}_{code}":
        keep(kept, f"row:{code}", entry.name)
    for key in ("type", "name", "appearance", "required"):
        row.raw(key)
    if row.raw("required") not in {"", "yes"}:
        keep(kept, f"row:{code}:required", row.raw("required"))
    if not same_type(row.raw("type"), entry.type.written):
        keep(kept, f"row:{code}:type", row.raw("type"))
    for cell in row.rest():
        reason = why.MEDIA if cell.column.key in MEDIA else why.ROW_DETAIL
        reader.notes.leave(row.where(), f"{cell.column.header}: {cell.value}", reason)
        keep(kept, f"row:{code}:{cell.column.header}", cell.value)
    return made


def _is_choice(entry: Entry) -> bool:
    return entry.type.name in {"select_one", "select_multiple"} and not entry.type.or_other and not entry.role


def _alike(one: Entry, other: Entry) -> bool:
    return (
        _is_choice(other) and one.type.name == other.type.name and one.type.list_name == other.type.list_name
    )


def _agree(rows: Sequence[Entry]) -> bool:
    """Whether the rows can share one item: none has more than a row may have, all are required or none."""
    required = {bool(entry.row.flag("required")) for entry in rows}
    computed = any(entry.row.has("required") and entry.row.flag("required") is None for entry in rows)
    too_much = any(entry.row.has(key) for entry in rows for key in _TOO_MUCH)
    return len(required) == 1 and not computed and not too_much
