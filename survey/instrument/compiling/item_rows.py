"""Builds what shares a stem: batteries, several texts, allocations. Every row becomes an item of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from survey.instrument.codes import as_text
from survey.instrument.compiling.item_choices import order_of
from survey.instrument.compiling.making import BuiltItem, Making
from survey.instrument.drafts.conditions import read_condition
from survey.instrument.drafts.fields import Fields
from survey.instrument.drafts.foreign import check_foreign
from survey.instrument.expression import Node
from survey.instrument.item_types import BATTERY_OF, ITEM_TYPES
from survey.instrument.problems import Where
from survey.instrument.program import Battery, BatteryPart, Item, Words
from survey.instrument.values import written_number

MAX_ROWS, MAX_COLUMNS = 200, 50
_ROW_FIELDS = ("code", "text", "show_if", "fixed", "foreign", "was")
_COLUMN_FIELDS = ("code", "text", "options", "list", "scale", "foreign", "was")
_ROW_ORDERS = ("document", "random")

Make = Callable[[Making, Item], Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row as written."""

    part: BatteryPart
    condition: Node | None


def rows_of(making: Making, shared: Item, makers: Mapping[str, Make]) -> tuple[Battery, list[BuiltItem]]:
    """The battery of a draft and the item of every row, or of every row in every column."""
    rows = _rows(making)
    columns = _columns(making)
    battery = _battery(making, shared, rows, columns)
    kind = {"texts": "text", "allocation": "number"}.get(making.draft.kind.name) or _of(making)
    make = _allocated(battery) if making.draft.kind.name == "allocation" else makers[kind]
    # The rows share the weight of their battery.
    weight = None if shared.weight is None else shared.weight / max(1, len(rows) * max(1, len(columns)))
    template = replace(
        shared,
        weight=weight,
        kind=ITEM_TYPES[kind].kind,
        help=None,
        note=None,
        battery=shared.code,
        interviewer_note=None,
    )
    if not columns:
        made = make(making, template)
        return battery, [_row_item(making, made, row, None) for row in rows]
    built: list[list[BuiltItem]] = []
    for column, fields in columns:
        own = _for_column(making, fields)
        made = make(own, template)
        built.append([_row_item(own, made, row, column) for row in rows])
    return battery, [item for row in zip(*built, strict=True) for item in row]


def _of(making: Making) -> str:
    kind = making.fields.choice("of", BATTERY_OF)
    if kind is None and "of" not in making.fields.raw:
        making.findings.add("missing_field", making.fields.where, name="of")
    return kind or "text"


def _battery(
    making: Making, shared: Item, rows: list[_Row], columns: list[tuple[BatteryPart, Fields]]
) -> Battery:
    fields = making.fields
    battery = Battery(
        code=shared.code,
        text=shared.text,
        help=shared.help,
        note=shared.note,
        rows=tuple(row.part for row in rows),
        columns=tuple(part for part, _ in columns),
        row_order=order_of(fields.choice("row_order", _ROW_ORDERS)),
    )
    if making.draft.kind.name != "allocation":
        return battery
    total = written_number(fields.raw.get("total"))
    if total is None or Decimal(total) <= 0:
        making.findings.add("bad_bound", fields.at("total"), value=fields.raw.get("total"))
        total = "100"
    unit = fields.words("unit", making.languages)
    return replace(battery, total=total, unit=unit, required=shared.required)


def _allocated(battery: Battery) -> Make:
    """Each share is a number from nothing to the total."""

    def make(making: Making, item: Item) -> Item:
        decimals = making.fields.whole("decimals", low=0, high=4) or 0
        form = "decimal" if decimals else "integer"
        item = replace(item, form=form, decimals=decimals, unit=battery.unit)
        return replace(item, low="0", high=battery.total, required=False)

    return make


def _row_item(making: Making, made: Item, row: _Row, column: BatteryPart | None) -> BuiltItem:
    code = f"{made.code}_{row.part.code}" + (f"_{column.code}" if column else "")
    item = replace(
        made,
        code=code,
        text=row.part.text if column is None else joined(row.part.text, column.text),
        row=row.part.code,
        column=column.code if column else None,
        was=_former(made, row.part, column),
    )
    outer = (making.draft.condition,) if making.draft.condition else ()
    return BuiltItem(
        item=item,
        where=making.draft.where,
        condition=row.condition,
        skip_codes=making.skip_codes,
        outer=outer,
        written=dict(making.written),
    )


def _former(made: Item, row: BatteryPart, column: BatteryPart | None) -> str | None:
    """The code that the item of a row had, if the battery, the row or the column had another one."""
    if not (made.was or row.was or (column and column.was)):
        return None
    parts = [made.was or made.code, row.was or row.code]
    return "_".join([*parts, column.was or column.code] if column else parts)


def joined(first: Words, second: Words) -> Words:
    """Two texts as one label: "row: column"."""
    return {
        language: ("：" if language.startswith("zh") else ": ").join(
            part for part in (text, second.get(language, "")) if part
        )
        for language, text in first.items()
    }


def _rows(making: Making) -> list[_Row]:
    raw = making.fields.members("rows", limit=MAX_ROWS)
    if not raw:
        making.findings.add("rows_missing", making.fields.at("rows"))
    found: dict[str, _Row] = {}
    for at, member in enumerate(raw):
        fields = _part_fields(making, member, "rows", at, _ROW_FIELDS)
        part = _part(making, fields, found)
        condition = None
        if fields.written("show_if") is not None:
            condition = read_condition(fields.raw["show_if"], fields.at("show_if"), making.findings)
        if part is not None:
            found[part.code] = _Row(part=part, condition=condition)
    return list(found.values())


def _columns(making: Making) -> list[tuple[BatteryPart, Fields]]:
    if making.draft.kind.name != "battery":
        return []
    found: dict[str, tuple[BatteryPart, Fields]] = {}
    for at, member in enumerate(making.fields.members("columns", limit=MAX_COLUMNS)):
        fields = _part_fields(making, member, "columns", at, _COLUMN_FIELDS)
        part = _part(making, fields, found)
        if part is not None:
            found[part.code] = (part, fields)
    return list(found.values())


def _part_fields(making: Making, raw: object, field: str, at: int, known: tuple[str, ...]) -> Fields:
    where: Where = replace(making.fields.at(field), at=at)
    names = (*known, *making.languages.names)
    fields = Fields(raw, where, making.findings, known=names, required=("code",))
    check_foreign(fields)
    return fields


def _part(making: Making, fields: Fields, found: Mapping[str, object]) -> BatteryPart | None:
    raw = fields.raw.get("code")
    code = fields.name("code") if not _is_whole(raw) else str(raw)
    if not code:
        return None
    if code in found:
        making.findings.add("duplicate_code", fields.where, value=code)
        return None
    return BatteryPart(
        code=code,
        text=fields.label(making.languages),
        was=_former_part(fields) if "was" in fields.raw else None,
    )


def _former_part(fields: Fields) -> str | None:
    raw = fields.raw["was"]
    return str(raw) if _is_whole(raw) else fields.name("was") or None


def _is_whole(raw: object) -> bool:
    """Rows are often just numbered; after the code of the battery a number makes a name."""
    text = as_text(raw) or ""
    return text.isascii() and text.isdigit() and len(text) <= 9


def _for_column(making: Making, column: Fields) -> Making:
    """The making of one column: what it says itself stands in place of what the battery says."""
    own = {name: column.raw[name] for name in ("options", "list", "scale") if name in column.raw}
    raw = dict(making.fields.raw)
    if own:
        for name in ("options", "list", "scale"):
            raw.pop(name, None)
        raw.update(own)
    fields = Fields(raw, making.fields.where, making.findings, known=tuple(map(str, raw)))
    draft = replace(making.draft, fields=fields)
    return Making(draft=draft, document=making.document, sources=making.sources, written=dict(making.written))
