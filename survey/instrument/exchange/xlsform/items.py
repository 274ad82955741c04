"""One question of an XLSForm as an item of ours; what has no place in an item is kept and listed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from survey.instrument.exchange.patches import apply_patch
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.columns import MEDIA, OUR_OPTIONS
from survey.instrument.exchange.xlsform.form import Notes, Row
from survey.instrument.exchange.xlsform.lists import Lists, keep, patch_of
from survey.instrument.exchange.xlsform.names import Names as FormNames
from survey.instrument.exchange.xlsform.tree import Entry
from survey.instrument.exchange.xlsform.types import same_type
from survey.instrument.expression import Names, check, parse

Item = dict[str, Any]  # Any: an item is JSON

SELECTS = {"select_one": "single", "select_multiple": "multi", "rank": "ranking"}
# The types whose nearest relative here is not quite the same.
_NOT_QUITE = frozenset({"geotrace", "geoshape", "barcode", "audio", "video", "osm"})
MULTILINE_LINES = 5
_PARAMETER = re.compile(r"([^\s=,;]+)\s*=\s*([^\s=,;]+)[\s,;]*")
_DYNAMIC = re.compile(r"\$\{|[A-Za-z][\w:\-]*\(|\.\./")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?\Z")

_PLAIN: dict[str, Item] = {
    "text": {"type": "text"},
    "integer": {"type": "number", "form": "integer"},
    "decimal": {"type": "number", "form": "decimal"},
    "percentage": {"type": "number", "form": "percent"},
    "days": {"type": "number", "form": "integer"},
    "phone": {"type": "text", "format": "phone"},
    "note": {"type": "note"},
    "date": {"type": "date"},
    "time": {"type": "time"},
    "dateTime": {"type": "datetime"},
    "geopoint": {"type": "geopoint"},
    "geotrace": {"type": "geopoint"},
    "geoshape": {"type": "geopoint"},
    "osm": {"type": "geopoint"},
    "image": {"type": "file", "media": "image"},
    "audio": {"type": "file", "media": "any"},
    "video": {"type": "file", "media": "any"},
    "file": {"type": "file", "media": "any"},
    "barcode": {"type": "text"},
    "acknowledge": {"type": "consent"},
    "range": {"type": "slider"},
}
# The appearances that mean something here, by type: what they say about the item.
_CHOSEN_LOOKS = {
    "minimal": "dropdown",
    "autocomplete": "search",
    "autocomplete_chars": "search",
    "search": "search",
    "likert": "likert",
}


class ItemReader:
    """Reads questions with the names and lists of their form."""

    def __init__(self, names: FormNames, lists: Lists, notes: Notes, *, languages: list[str]) -> None:
        self.names, self.lists, self.notes, self.languages = names, lists, notes, languages

    def read(self, entry: Entry, *, grid: bool = False) -> Item:
        """The item of a row, or the head of a grid. Faults in it are noted as refusals, each with its row."""
        row = entry.row
        item: Item = {"id": entry.id}
        kept: dict[str, str] = {}
        if entry.id != entry.name:
            kept["name"] = entry.name
            self.notes.leave(row.where("name"), entry.name, why.RENAMED)
        if grid:
            row.raw("appearance")
        self._type(entry, item, kept, grid=grid)
        self._texts(row, item)
        self._logic(entry, item, kept)
        self._rest(row, kept)
        if kept:
            item["foreign"] = {"xlsform": kept}
        if not grid:
            apply_patch(item, patch_of(row))
        return item

    def _type(self, entry: Entry, item: Item, kept: dict[str, str], *, grid: bool) -> None:
        kind, row = entry.type, entry.row
        if not same_type(row.raw("type"), kind.written) and not kind.external:
            kept["type"] = row.raw("type")
        if kind.shape == "select":
            self._select(entry, item)
        elif kind.shape == "meta":
            self._meta(entry, item, kept)
        elif kind.name in {"calculate", "hidden"} or (kind.name == "text" and row.has("calculation")):
            self._computed(entry, item, kept)
        else:
            item.update(_PLAIN[kind.name])
            if kind.name in _NOT_QUITE:
                kept["type"] = row.raw("type")
                self.notes.leave(row.where("type"), row.raw("type"), why.NEAREST_TYPE)
        if not grid:
            _LOOKS.get(item["type"], _no_look)(self, row, item, kept)
        self._parameters(row, item, kept)

    def _select(self, entry: Entry, item: Item) -> None:
        kind, row = entry.type, entry.row
        item["type"] = SELECTS[kind.name]
        name = kind.list_key
        item["list"] = self.lists.names.get(name, name)
        if not self.lists.has(name):
            return
        how = row.raw(OUR_OPTIONS)
        if how:
            del item["list"]
            options = self.lists.inline(name, how)
            if options is not None:
                item["options"] = options
            return
        if kind.or_other:
            item["list"] = self.lists.with_other(name, self.languages)
            if kind.name == "rank":
                self.notes.leave(row.where("type"), row.raw("type"), why.RANK_OTHER)
        if kind.external:
            self.notes.leave(row.where("type"), row.raw("type"), why.EXTERNAL)
        if row.has("choice_filter"):
            item["choice_filter"] = self._coded(self.names.expression(row, "choice_filter"))

    def _meta(self, entry: Entry, item: Item, kept: dict[str, str]) -> None:
        """A value about the device or the moment that something refers to: it stays, and stays empty."""
        kept["type"] = entry.row.raw("type")
        today = entry.type.name == "today"
        item.update(type="computed", calculation="today()" if today else "''", shown=False)
        item["value"] = "date" if today else "text"
        if not today:
            self.notes.leave(entry.row.where("type"), entry.row.raw("type"), why.META_USED)

    def _computed(self, entry: Entry, item: Item, kept: dict[str, str]) -> None:
        row = entry.row
        calculation = self._coded(self.names.expression(row, "calculation"))
        if not calculation:
            default = row.raw("default")
            calculation = default if _DYNAMIC.search(default) or _NUMBER.match(default) else quoted(default)
        shown = entry.type.name == "text"
        item.update(type="computed", calculation=calculation, value=value_type(calculation), shown=shown)
        if entry.type.name != "calculate":
            kept["type"] = row.raw("type")

    def _texts(self, row: Row, item: Item) -> None:
        fields = {
            "text": "label",
            "help": "hint",
            "interviewer_note": "guidance_hint",
            "required_message": "required_message",
            "constraint_message": "constraint_message",
        }
        for field, key in fields.items():
            words = self.names.text(row.words(key), row.where(key))
            if words or field == "text":
                item[field] = words

    def _logic(self, entry: Entry, item: Item, kept: dict[str, str]) -> None:
        row = entry.row
        if row.has("relevant"):
            item["show_if"] = self._coded(self.names.expression(row, "relevant"))
        if row.has("constraint"):
            item["constraint"] = self._coded(self.names.expression(row, "constraint"))
        if row.has("required"):
            required = row.flag("required")
            if required is None:
                item["required"] = self._coded(self.names.expression(row, "required"))
            elif required:
                item["required"] = True
            if required is False or (required and row.raw("required") != "yes"):
                kept["required"] = row.raw("required")
        if row.flag("read_only"):
            item["read_only"] = True
            if row.raw("read_only") != "yes":
                kept["read_only"] = row.raw("read_only")
        self._default(row, item, kept)

    def _default(self, row: Row, item: Item, kept: dict[str, str]) -> None:
        if not row.has("default") or item["type"] == "computed":
            return
        default = row.raw("default")
        if _DYNAMIC.search(default):
            self.notes.leave(row.where("default"), default, why.DYNAMIC_DEFAULT)
            keep(kept, "default", default)
        else:
            item["default"] = default

    def _parameters(self, row: Row, item: Item, kept: dict[str, str]) -> None:
        written = row.raw("parameters")
        if item["type"] == "slider":
            item.update({"min": 1, "max": 10, "step": 1})
        left = False
        for name, value in self._pairs(row, written):
            if item["type"] == "slider" and name in {"start", "end", "step"} and _NUMBER.match(value):
                item[{"start": "min", "end": "max", "step": "step"}[name]] = number(value)
            elif item["type"] in SELECTS.values() and name == "randomize":
                if value.lower() in {"true", "yes", "1"}:
                    item["order"] = "random"
                left = left or value != "true"
            else:
                left = True
                self.notes.leave(row.where("parameters"), f"{name}={value}", why.PARAMETER)
        if left:
            keep(kept, "parameters", written)

    def _pairs(self, row: Row, written: str) -> list[tuple[str, str]]:
        if written and _PARAMETER.sub("", re.sub(r"\s*=\s*", "=", written)).strip():
            self.notes.refuse("row_bad_parameter", row.where("parameters"), value=written)
        return [(name.lower(), value) for name, value in _PARAMETER.findall(written)]

    def _rest(self, row: Row, kept: dict[str, str]) -> None:
        """Cells that an item has no field for."""
        row.raw("repeat_count")
        for cell in row.rest():
            key = cell.column.key
            reason = why.MEDIA if key in MEDIA else why.TRIGGER if key == "trigger" else why.COLUMN
            if not keep(kept, cell.column.header, cell.value):
                reason = why.TOO_LONG
            self.notes.leave(row.where(), f"{cell.column.header}: {cell.value}", reason)

    def _coded(self, expression: str) -> str:
        """The expression with the codes of choices as they are here."""
        changed = {old: new for codes in self.lists.codes.values() for old, new in codes.items()}
        for old, new in changed.items():
            expression = expression.replace(f"'{old}'", f"'{new}'").replace(f'"{old}"', f"'{new}'")
        return expression


def quoted(text: str) -> str:
    """A text as a literal of the expression language, which has no escapes."""
    return f"'{text}'" if "'" not in text else '"' + text.replace('"', "”") + '"'


def number(text: str) -> int | float:
    """A number as JSON has it."""
    return int(text) if _WHOLE.match(text) else float(text)


def value_type(calculation: str) -> str:
    """What kind of value a calculation gives; a text where that depends on answers, or it cannot be read."""
    node = parse(calculation).node
    made = check(node, Names()).type if node is not None else "any"
    return made if made in {"number", "date", "bool"} else "text"


def _tokens(row: Row) -> list[str]:
    return row.raw("appearance").split()


def _leave_look(reader: ItemReader, row: Row, kept: dict[str, str], *, known: list[str], said: str) -> None:
    """Keep an appearance that says more than the item does."""
    written = row.raw("appearance")
    for token in _tokens(row):
        if token not in known:
            reader.notes.leave(row.where("appearance"), token, why.APPEARANCE)
    if written and written != said:
        keep(kept, "appearance", written)


def _choice_look(reader: ItemReader, row: Row, item: Item, kept: dict[str, str]) -> None:
    known = [token for token in _tokens(row) if token.lower() in _CHOSEN_LOOKS]
    if known and item["type"] == "single":
        item["appearance"] = _CHOSEN_LOOKS[known[0].lower()]
    back = {"dropdown": "minimal", "search": "autocomplete", "likert": "likert"}
    said = back.get(item.get("appearance", ""), "")
    _leave_look(reader, row, kept, known=known if item["type"] == "single" else [], said=said)


def _text_look(reader: ItemReader, row: Row, item: Item, kept: dict[str, str]) -> None:
    lines = row.raw("rows")
    multiline = "multiline" in _tokens(row)
    if _WHOLE.match(lines) and 1 <= int(lines) <= 30:
        item["lines"] = int(lines)
    elif multiline:
        item["lines"] = MULTILINE_LINES
    if lines and item.get("lines") != number(lines if _NUMBER.match(lines) else "0"):
        keep(kept, "rows", lines)
    said = "multiline" if item.get("lines") == MULTILINE_LINES and not lines else ""
    _leave_look(reader, row, kept, known=["multiline"], said=said)


def _date_look(reader: ItemReader, row: Row, item: Item, kept: dict[str, str]) -> None:
    tokens = _tokens(row)
    looks = {"month-year": "month", "year": "year"}
    known = [token for token in tokens if token in looks]
    if known:
        item["type"] = looks[known[0]]
    _leave_look(reader, row, kept, known=known, said=known[0] if known else "")


def _no_look(reader: ItemReader, row: Row, item: Item, kept: dict[str, str]) -> None:
    _leave_look(reader, row, kept, known=[], said="")


_LOOKS: dict[str, Callable[[ItemReader, Row, Item, dict[str, str]], None]] = {
    "single": _choice_look,
    "multi": _choice_look,
    "ranking": _choice_look,
    "text": _text_look,
    "date": _date_look,
}
