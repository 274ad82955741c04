"""Writes any instrument document as an XLSForm; what XLSForm has no word for stands in columns of our own."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.exchange.patches import make_patch
from survey.instrument.exchange.report import LOOSE
from survey.instrument.exchange.tables import Tables
from survey.instrument.exchange.xlsform.cells import OutRow, OutSheet, Part, Speech, foreign, parts, put_patch
from survey.instrument.exchange.xlsform.columns import OUR_ROLE
from survey.instrument.exchange.xlsform.conditions import as_expression
from survey.instrument.exchange.xlsform.form_names import form_names
from survey.instrument.exchange.xlsform.item_rows import ItemRows, is_grid
from survey.instrument.exchange.xlsform.list_rows import ListRows
from survey.instrument.exchange.xlsform.read import Origin, import_tables
from survey.instrument.exchange.xlsform.types import read_type

_NO_CELLS = frozenset(
    {"name", "type", "kind", "list", "open", "intro", "appearance", "required", "repeat_count"}
)


def export_tables(document: Part, *, scales: Part | None = None) -> Tables:
    """The sheets of the form. Importing them gives the document again, to the letter.

    The sheets are imported in memory and each row compared with what it should say; the difference becomes its
    patch. What no row can say (an order of sections that no groups can have) is left to the settings.
    """
    writer = _Writer(document, scales)
    writer.write()
    made, origin = import_tables(writer.tables(), "export")
    writer.patch_choices(origin)
    made, origin = import_tables(writer.tables(), "export")
    writer.patch_survey(origin)
    made, _ = import_tables(writer.tables(), "export")
    if made.document is not None:
        put_patch(writer.settings_row, make_patch(made.document, document, apart=frozenset()))
    return writer.tables()


class _Writer:
    """The three sheets of one document."""

    def __init__(self, document: Part, scales: Part | None) -> None:
        self._document = document
        self._survey, self._choices = OutSheet(name="survey"), OutSheet(name="choices")
        self._settings = OutSheet(name="settings")
        self._groups, names = form_names(document)
        self._speech = Speech(document, names)
        self._lists = ListRows(document, self._choices, self._speech, scales=scales)
        self._items = ItemRows(self._survey, self._lists, self._speech)
        self._open: list[tuple[str, str]] = []
        self.settings_row = OutRow(cells={})

    def tables(self) -> Tables:
        """The sheets as a reader would see them."""
        sheets = {
            sheet.name: sheet.table() for sheet in (self._survey, self._choices, self._settings) if sheet.rows
        }
        return Tables(format="xlsx", sheets=sheets)

    def write(self) -> None:
        """All rows, without patches."""
        self._write_settings()
        for key, value in foreign(self._document).items():
            if key.startswith("meta:"):
                self._survey.add(OutRow(cells={"type": value, "name": key.removeprefix("meta:")}))
        self._lists.write_named()
        for section in parts(self._document.get("sections")):
            self._section(section)
        self._close(0)
        if self._lists.has_duplicates():
            self.settings_row.put("allow_choice_duplicates", "yes")

    def patch_choices(self, origin: Origin) -> None:
        """Give every choice what its cells cannot say; first, because items may hold their own choices."""
        for number, row in enumerate(self._choices.rows, start=2):
            made = origin.choices.get(number)
            if row.part is not None and made is not None:
                put_patch(row, make_patch(made, row.part, apart=row.apart))

    def patch_survey(self, origin: Origin) -> None:
        """Give every row of the survey what its cells cannot say."""
        for number, row in enumerate(self._survey.rows, start=2):
            made = origin.survey.get(number)
            if row.part is not None and made is not None:
                own = {"rows"} if "rows" in made and _codes(made) == _codes(row.part) else set()
                put_patch(row, make_patch(made, row.part, apart=row.apart | own))

    def _write_settings(self) -> None:
        kept = foreign(self._document)
        cells: dict[str, str] = {}
        title = self._document.get("title")
        texts = (
            [text for text in title.values() if isinstance(text, str)] if isinstance(title, Mapping) else []
        )
        default = self._document.get("default_language")
        language = default if isinstance(default, str) else kept.get("unnamed", "")
        if isinstance(title, Mapping) and isinstance(title.get(language), str):
            texts.insert(0, title[language])
        cells["form_title"] = texts[0] if texts else "-"
        cells["form_id"] = kept.get("form_id") or str(self._document.get("id", "form"))
        cells["version"] = str(self._document.get("version", ""))
        if language:
            cells["default_language"] = self._speech.language_name(language)
        for key, value in kept.items():
            if key.startswith("setting:"):
                cells[key.removeprefix("setting:")] = value
        self.settings_row = self._settings.add(OutRow(cells={k: v for k, v in cells.items() if v}))

    def _section(self, section: Part) -> None:
        """Open the group of a section, or go on in one that is open, and write what it holds."""
        kept, code = foreign(section), str(section.get("id", ""))
        opened = [name for name, _ in self._open]
        goes_on = section.get("continues")
        if goes_on in opened and section.get("questions"):
            self._close(opened.index(goes_on) + 1)
        elif kept.get("kind") == LOOSE and section.get("questions"):
            self._close(0)
        else:
            parent = section.get("parent")
            self._close(opened.index(parent) + 1 if parent in opened else 0)
            if self._table(section, kept):
                return
            self._begin(section, kept)
            self._open.append((code, _control(section)))
        looped = any(control == "loop" for _, control in self._open)
        for item in parts(section.get("questions")):
            self._items.write(item, in_loop=looped)

    def _begin(self, section: Part, kept: Mapping[str, str]) -> None:
        row = self._group_row(section, kept)
        self._speech.put_words(row, "label", section.get("title"))
        if kept.get("intro") == "hint":
            self._speech.put_words(row, "hint", section.get("intro"))
        self._loop(row, section, kept)
        look = "field-list" if section.get("together") is True else ""
        row.put("appearance", kept.get("appearance") or look)
        self._survey.add(row)
        if "intro" in section and kept.get("intro") != "hint":
            intro = OutRow(cells={"type": "note", "name": f"{row.cells['name']}_intro", OUR_ROLE: "intro"})
            self._speech.put_words(intro, "label", section["intro"])
            self._speech.put_name_for_text(intro, "label", row.cells["name"])
            self._survey.add(intro)

    def _group_row(self, section: Part, kept: Mapping[str, str]) -> OutRow:
        name = self._survey.free(self._groups.get(str(section.get("id")), "group"))
        control = _control(section)
        kind = f"begin_loop over {kept['list']}" if control == "loop" else f"begin_{control}"
        once = read_type(kept.get("type", ""))
        known = once is not None and (once.shape, once.name) == ("begin", control)
        row = OutRow(
            cells={"type": kept["type"] if known else kind, "name": name},
            part=section,
            apart=frozenset({"questions"}),
        )
        row.put("relevant", self._speech.expression(as_expression(section.get("show_if"))))
        row.put("required", kept.get("required", ""))
        for header, value in kept.items():
            if header not in _NO_CELLS and ":" not in header.replace("::", ""):
                row.put(header, value)
        return row

    def _loop(self, row: OutRow, section: Part, kept: Mapping[str, str]) -> None:
        loop = section.get("loop")
        if kept.get("repeat_count"):
            row.put("repeat_count", kept["repeat_count"])
        elif isinstance(loop, Mapping) and kept.get("open") != "yes" and _control(section) == "repeat":
            over = loop.get("over") or loop.get("rows")
            count = f"count-selected(${{{over}}})" if over else str(loop.get("count", ""))
            row.put("repeat_count", self._speech.expression(count) or "1")

    def _table(self, section: Part, kept: Mapping[str, str]) -> bool:
        """Write a section that came from a table-list group as one again; whether that was possible."""
        items = list(parts(section.get("questions")))
        if kept.get("kind") != "table-list" or len(items) != 1 or not is_grid(items[0]):
            return False
        if items[0].get("id") != section.get("id"):
            return False
        row = self._group_row(section, kept)
        row.put("appearance", kept.get("appearance") or "table-list")
        self._speech.put_words(row, "label", items[0].get("text"))
        self._speech.put_words(row, "hint", items[0].get("help"))
        self._survey.add(row)
        self._items.write_grid_rows(items[0], look="")
        self._survey.add(OutRow(cells={"type": "end_group"}))
        return True

    def _close(self, depth: int) -> None:
        while len(self._open) > depth:
            _, control = self._open.pop()
            self._survey.add(OutRow(cells={"type": f"end_{control}"}))


def _control(section: Part) -> str:
    kind = foreign(section).get("kind", "")
    if kind == "loop" and foreign(section).get("list"):
        return "loop"
    return "repeat" if kind == "repeat" or isinstance(section.get("loop"), Mapping) else "group"


def _codes(item: Part) -> list[str]:
    return [str(row.get("code")) for row in parts(item.get("rows"))]
