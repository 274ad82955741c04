"""The sheet of choices as named lists, and back into lists with an “other”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from survey.instrument.exchange.patches import apply_patch
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.columns import OUR_PATCH, OUR_ROLE
from survey.instrument.exchange.xlsform.form import Notes, Row
from survey.instrument.exchange.xlsform.names import Names, fit_name
from survey.instrument.exchange.xlsform.types import external_key

Line = dict[str, Any]  # Any: a line of a list is JSON
OTHER_SUFFIX = "__or_other"
OTHER_CODE = "other"
OTHER_LABELS = {
    "zh": "其他（请说明）",
    "en": "Other (please say)",
    "de": "Sonstiges (bitte angeben)",
    "fr": "Autre (veuillez préciser)",
    "es": "Otro (especifique)",
}
_MAX_CODE = 64
_COLUMN_NAME = re.compile(r"[^\W\d][\w\-]{0,63}\Z")
# Fields of a line that mean something here; a column of the same name in a file cannot be used in a filter.
_RESERVED = frozenset(
    {"code", "text", "zh", "en", "exclusive", "other", "missing", "fixed", "screen_out", "opens", "foreign"}
    | {"analysis_only", "list_name", "name", "label"}
)


class Lists:
    """The lists of a form by their names in the file, with the codes that had to change."""

    def __init__(self, notes: Notes, *, duplicates: bool) -> None:
        self._notes, self._duplicates = notes, duplicates
        self.names: dict[str, str] = {}
        self.lines: dict[str, list[Line]] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self._seen: dict[tuple[str, str], int] = {}
        self.origin: dict[int, Line] = {}
        self._inlined: set[str] = set()
        self._rows: list[tuple[Row, Line]] = []

    def read(self, rows: tuple[Row, ...], *, external: bool = False) -> None:
        """Take over the rows of a sheet of choices."""
        for row in rows:
            written = row.raw("list_name")
            if external and written:
                written = external_key(written)
            code = row.raw("name")
            if row.raw(OUR_ROLE) == "made" or not (written or code or row.has("label")):
                continue
            if not written:
                self._notes.leave(row.where("list_name"), code or row.raw("label"), why.NO_LIST)
            elif not code:
                self._notes.refuse("choice_no_name", row.where("name"))
            else:
                self._line(row, written, code)

    def has(self, written: str) -> bool:
        """Whether the file has a list of that name."""
        return written in self.names

    def with_other(self, written: str, languages: list[str]) -> str:
        """The name of the list that is this one and an “other” at its end; made once."""
        base = self.names[written]
        name = f"{base}{OTHER_SUFFIX}"
        if name not in self.lines:
            self.lines[name] = other_list(self.lines[base], languages)
        return name

    def inline(self, written: str, how: str) -> list[Line] | None:
        """The lines of a list that belongs to one item alone; None where the item names a shared scale instead.

        ``how`` is "inline", "beside" (texts stand beside the code, as in format 1) or "shared".
        """
        name = self.names[written]
        self._inlined.add(name)
        if how == "shared":
            return None
        if how == "beside":
            return [_beside(line) for line in self.lines[name]]
        return self.lines[name]

    def kept(self) -> dict[str, list[Line]]:
        """The lists that the document has by name."""
        return {name: lines for name, lines in self.lines.items() if name not in self._inlined}

    def rename_references(self, names: Names) -> None:
        """Labels may refer to answers; give these their names here."""
        for row, line in self._rows:
            line["text"] = names.text(line["text"], row.where("label"))

    def codes_with_spaces(self, written: str) -> list[str]:
        """The codes of a list that had spaces in the file."""
        return [code for code in self.codes.get(written, ()) if re.search(r"\s", code)]

    def _line(self, row: Row, written: str, code: str) -> None:
        if written not in self.names:
            name = fit_name(written.removeprefix(external_key("")))
            while name in self.lines:
                name = f"{name[:60]}_x"
            self.names[written] = name
            self.lines[name] = []
        first = self._seen.setdefault((written, code), row.number)
        if first != row.number and not self._duplicates:
            self._notes.refuse("choice_duplicate", row.where("name"), value=code, list=written, first=first)
        line: Line = {"code": self._code(row, written, code), "text": row.words("label")}
        kept: dict[str, str] = {}
        if line["code"] != code:
            kept["name"] = code
        for cell in row.rest():
            self._extra(row, line, kept, cell.column.header, cell.column.key, cell.value)
        if kept:
            line["foreign"] = {"xlsform": kept}
        apply_patch(line, patch_of(row))
        self.lines[self.names[written]].append(line)
        if not written.startswith(external_key("")):
            self.origin[row.number] = line
        if isinstance(line.get("text"), dict):
            self._rows.append((row, line))

    def _code(self, row: Row, written: str, code: str) -> str:
        fit = re.sub(r"[\s@]+|[^\S\n]", "_", "".join(char if char.isprintable() else "_" for char in code))
        fit = fit[:_MAX_CODE] or "_"
        if fit != code:
            self._notes.leave(row.where("name"), code, why.RENAMED)
            self.codes.setdefault(written, {})[code] = fit
        return fit

    def _extra(
        self, row: Row, line: Line, kept: dict[str, str], header: str, key: str | None, value: str
    ) -> None:
        if key is None and _COLUMN_NAME.match(header) and header not in _RESERVED:
            line[header] = value
            return
        reason = why.MEDIA if key else why.UNUSABLE_COLUMN
        self._notes.leave(row.where(key) if key else row.where(), f"{header}: {value}", reason)
        keep(kept, header, value)


def _beside(line: Line) -> Line:
    """A line as format 1 writes it: the texts beside the code."""
    rest = {name: value for name, value in line.items() if name not in {"code", "text"}}
    return {"code": line["code"], **line["text"], **rest}


def other_list(lines: list[Line], languages: list[str]) -> list[Line]:
    """A list with “other” at its end; where it has one already, that one takes a text."""
    made = [dict(line) for line in lines]
    for line in made:
        if line.get("code") == OTHER_CODE:
            line["other"] = True
            return made
    text = {tag: OTHER_LABELS.get(tag.split("-")[0], "Other") for tag in languages}
    return [*made, {"code": OTHER_CODE, "text": text, "other": True}]


def keep(kept: dict[str, str], header: str, value: str) -> bool:
    """Keep a foreign cell for the export, within bounds; whether it was kept."""
    if len(kept) >= 60 or len(value) > 2_000 or len(header) > 200:
        return False
    kept[header] = value
    return True


def patch_of(row: Row) -> str:
    """The patch of a row; long ones go on in further columns."""
    parts = [(cell.column.key or "", cell.value) for cell in row.cells]
    return joined_patch({key: value for key, value in parts if key.startswith(OUR_PATCH)})


def joined_patch(cells: Mapping[str, str]) -> str:
    """The parts of a patch (``minyi_patch``, ``minyi_patch2``, …) in order."""
    return "".join(cells[key] for key in sorted(cells, key=lambda key: (len(key), key)))
