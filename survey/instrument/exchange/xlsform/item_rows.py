"""The rows of the survey sheet that an item of ours becomes: its nearest type in XLSForm, and rows for its parts."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.exchange.xlsform.cells import OutRow, OutSheet, Part, Speech, foreign, parts
from survey.instrument.exchange.xlsform.columns import MEDIA, OUR_OPTIONS, OUR_ROLE
from survey.instrument.exchange.xlsform.conditions import as_expression
from survey.instrument.exchange.xlsform.items import MULTILINE_LINES
from survey.instrument.exchange.xlsform.list_rows import ListRows
from survey.instrument.exchange.xlsform.types import read_type

_SELECTS = {"single": "select_one", "multi": "select_multiple", "ranking": "rank", "scale": "select_one"}
# The nearest type of XLSForm; docs/exchange.md shows the same table.
NEAREST = {
    "single": "select_one",
    "multi": "select_multiple",
    "scale": "select_one",
    "nps": "range",
    "review": "range",
    "battery": "note",
    "texts": "note",
    "allocation": "note",
    "number": "decimal",
    "text": "text",
    "date": "date",
    "month": "date",
    "year": "date",
    "time": "time",
    "datetime": "dateTime",
    "duration": "integer",
    "ranking": "rank",
    "slider": "range",
    "select_area": "text",
    "contact": "text",
    "file": "file",
    "geopoint": "geopoint",
    "computed": "calculate",
    "note": "note",
    "consent": "acknowledge",
    "end": "note",
    "module": "note",
}
_LOOKS = {"dropdown": "minimal", "search": "autocomplete", "likert": "likert"}
_DATE_LOOKS = {"month": "month-year", "year": "year"}
_RANGES = {"nps": (0, 10, 1), "review": (1, 5, 1)}
# What else a type may have been called in the file that an item came from.
_ONCE = {
    "computed": {"calculate", "hidden", "text"},
    "geopoint": {"geopoint", "geotrace", "geoshape", "osm"},
    "text": {"text", "barcode", "phone"},
    "file": {"file", "image", "audio", "video"},
    "number": {"integer", "decimal", "percentage", "days"},
}
_OWN_CELLS = frozenset({"name", "type", "appearance", "required", "read_only"})
_PLACE = "%(label)s"


def is_grid(item: Part) -> bool:
    """Whether an item can be written as label and list-nolabel rows."""
    plain = item.get("type") == "battery" and item.get("of") in {"single", "multi", "scale"}
    return plain and not item.get("columns") and bool(parts(item.get("rows")))


class ItemRows:
    """Writes items into the survey sheet."""

    def __init__(self, sheet: OutSheet, lists: ListRows, speech: Speech) -> None:
        self._sheet, self._lists, self._speech = sheet, lists, speech
        self._own: dict[str, str] = {}

    def write(self, item: Part, *, in_loop: bool) -> None:
        """The row of an item, and the rows of its parts."""
        kept, kind = foreign(item), str(item.get("type", "note"))
        name = self._speech.names.get(str(item.get("id")), "item")
        row = OutRow(cells={"name": self._sheet.free(name)}, part=item)
        grid = is_grid(item)
        self._type(row, item, kind, kept, grid=grid)
        if grid and not row.cells["type"].startswith("select"):
            grid = False
        if grid:
            row.put("appearance", "label")
        self._texts(row, item, in_loop=in_loop)
        self._logic(row, item, kept, grid=grid)
        if not grid:
            self._look(row, item, kind, kept)
        for header, value in kept.items():
            if header not in _OWN_CELLS and not header.startswith("row:"):
                row.put(header, value)
        self._sheet.add(row)
        if grid:
            self.write_grid_rows(item, look="list-nolabel")
        else:
            self._part_rows(item)
            self._other_rows(item)

    def write_grid_rows(self, item: Part, *, look: str) -> None:
        """The rows of a grid; ``look`` is the appearance that makes them one."""
        kept, code = foreign(item), str(item.get("id", ""))
        select = self._grid_type(item)
        for part in parts(item.get("rows")):
            mark = f"row:{part.get('code')}"
            name = self._speech.names.get(f"{code}_{part.get('code')}", f"{code}_{part.get('code')}")
            name = self._sheet.free(name)
            row = OutRow(cells={"type": kept.get(f"{mark}:type") or select, "name": name}, part=part)
            row.put("appearance", look)
            row.put(
                "required", kept.get(f"{mark}:required") or ("yes" if item.get("required") is True else "")
            )
            self._words_and_relevance(row, part)
            for header, value in kept.items():
                if header.startswith(f"{mark}:") and header not in {f"{mark}:type", f"{mark}:required"}:
                    row.put(header.removeprefix(f"{mark}:"), value)
            self._sheet.add(row)

    def _grid_type(self, item: Part) -> str:
        if self._lists.known(item.get("list")):
            return f"{_SELECTS[str(item['of'])]} {item['list']}"
        own = self._own.get(str(item.get("id")))
        return f"{_SELECTS[str(item['of'])]} {own}" if own else ""

    def _type(self, row: OutRow, item: Part, kind: str, kept: Mapping[str, str], *, grid: bool) -> None:
        select = _SELECTS.get(str(item.get("of")) if grid else kind)
        if select:
            said = self._select(row, item, select)
        elif kind == "number":
            said = {"integer": "integer", "percent": "percentage"}.get(str(item.get("form")), "decimal")
        elif kind == "file" and item.get("media") == "image":
            said = "image"
        else:
            said = NEAREST.get(kind, "note")
        row.cells["type"] = said
        once = kept.get("type", "")
        read = read_type(once) if once else None
        if (read and read.shape == "meta" and kind == "computed") or (
            read and not read.external and (read.written == said or read.name in _ONCE.get(kind, set()))
        ):
            row.cells["type"] = "osm" if read.name == "osm" else once  # without its list of tags

    def _select(self, row: OutRow, item: Part, select: str) -> str:
        """A select with the name of its list; a plain number where there are no options to choose from."""
        name = item.get("list")
        if isinstance(name, str) and self._lists.known(name):
            base = self._lists.base_of(name)
            return f"{select} {base} or_other" if base else f"{select} {name}"
        own = self._lists.own(item)
        if own is None:
            return "integer" if item.get("type") in {"scale", "battery"} else "text"
        self._own[str(item.get("id"))] = own[0]
        row.put(OUR_OPTIONS, own[1])
        return f"{select} {own[0]}"

    def _texts(self, row: OutRow, item: Part, *, in_loop: bool) -> None:
        fields = {
            "label": "text",
            "hint": "help",
            "guidance_hint": "interviewer_note",
            "required_message": "required_message",
            "constraint_message": "constraint_message",
        }
        for header, field in fields.items():
            words = item.get(field)
            if in_loop and isinstance(words, Mapping) and header in {"label", "hint"}:
                words = {t: w.replace("{loop}", _PLACE) for t, w in words.items() if isinstance(w, str)}
            self._speech.put_words(row, header, words)
        said = any(header.split("::")[0] in {"label", "hint", "guidance_hint"} for header in row.cells)
        silent = item.get("type") == "computed" or foreign(item).keys() & MEDIA
        if not said and not silent:
            self._speech.put_name_for_text(row, "label", row.cells["name"])

    def _logic(self, row: OutRow, item: Part, kept: Mapping[str, str], *, grid: bool) -> None:
        speech = self._speech
        row.put("relevant", speech.expression(as_expression(item.get("show_if"))))
        row.put("constraint", speech.expression(item.get("constraint")))
        row.put("choice_filter", speech.expression(item.get("choice_filter")) if not grid else "")
        calculation = speech.expression(item.get("calculation"))
        if item.get("type") == "computed" and "hidden" not in row.cells["type"]:
            read = read_type(row.cells["type"])
            if read is None or read.shape != "meta":
                row.put("calculation", calculation or "''")
        required = item.get("required")
        said = "yes" if required is True else speech.expression(required) if isinstance(required, str) else ""
        row.put("required", kept.get("required", "") or ("" if grid else said))
        if item.get("read_only") is True:
            row.put("read_only", kept.get("read_only", "yes"))
        default = item.get("default")
        if isinstance(default, (str, int, float)) and not isinstance(default, bool):
            row.put("default", str(default))

    def _look(self, row: OutRow, item: Part, kind: str, kept: Mapping[str, str]) -> None:
        look = _DATE_LOOKS.get(kind, "")
        if kind == "single":
            look = _LOOKS.get(str(item.get("appearance")), "")
        lines = item.get("lines")
        if kind == "text" and lines == MULTILINE_LINES and "rows" not in kept:
            look = "multiline"
        elif kind == "text" and isinstance(lines, int) and "multiline" not in kept.get("appearance", ""):
            row.put("rows", str(lines))
        row.put("appearance", kept.get("appearance") or look)
        row.put("parameters", kept.get("parameters") or self._parameters(item, kind))

    def _parameters(self, item: Part, kind: str) -> str:
        if kind in _RANGES:
            start, end, step = _RANGES[kind]
            return f"start={start} end={end} step={step}"
        if kind == "slider":
            bounds = [item.get("min", 1), item.get("max", 10), item.get("step", 1)]
            if all(isinstance(bound, (int, float)) for bound in bounds):
                return "start={} end={} step={}".format(*bounds)
        return "randomize=true" if kind in _SELECTS and item.get("order") == "random" else ""

    def _part_rows(self, item: Part) -> None:
        """Rows of a battery that is no grid, of a multi-text or a constant sum; one for each column of a row."""
        code = str(item.get("id", ""))
        columns = list(parts(item.get("columns")))
        kinds = {"allocation": "decimal", "battery": "text" if item.get("of") == "text" else "decimal"}
        for part in parts(item.get("rows")):
            name = self._sheet.free(f"{code}_{part.get('code')}")
            kind = "note" if columns else kinds.get(str(item.get("type")), "text")
            row = OutRow(cells={"type": kind, "name": name, OUR_ROLE: "row"}, part=part)
            self._words_and_relevance(row, part)
            self._sheet.add(row)
            for column in columns:
                made = OutRow(
                    cells={"type": "text", "name": f"{name}_{column.get('code')}", OUR_ROLE: "made"}
                )
                self._speech.put_words(made, "label", column.get("text"))
                self._speech.put_name_for_text(made, "label", made.cells["name"])
                self._sheet.add(made)

    def _other_rows(self, item: Part) -> None:
        """The text fields of “other, please say”, as other programs need them; an import makes them itself."""
        name = item.get("list")
        if item.get("type") not in {"single", "multi"}:
            return
        if isinstance(name, str) and self._lists.known(name) and self._lists.base_of(name):
            return
        code = str(item.get("id", ""))
        asked = self._speech.names.get(code, code)
        for line in self._lists.lines(item):
            if line.get("other") is True:
                made = OutRow(
                    cells={"type": "text", "name": f"{code}_{line.get('code')}_text", OUR_ROLE: "made"}
                )
                self._speech.put_words(made, "label", line.get("text"))
                self._speech.put_name_for_text(made, "label", made.cells["name"])
                made.put("relevant", f"selected(${{{asked}}}, '{line.get('code')}')")
                self._sheet.add(made)

    def _words_and_relevance(self, row: OutRow, part: Part) -> None:
        self._speech.put_words(row, "label", part.get("text"))
        if not any(header.split("::")[0] == "label" for header in row.cells):
            self._speech.put_name_for_text(row, "label", row.cells["name"])
        row.put("relevant", self._speech.expression(as_expression(part.get("show_if"))))
