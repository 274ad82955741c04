"""The rows of an XLSForm that is being written: cells by heading, and the part of the document each row says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.exchange.cleaning import escape_text
from survey.instrument.exchange.languages import UNKNOWN
from survey.instrument.exchange.tables import Sheet, cell_text
from survey.instrument.exchange.xlsform.columns import OUR_PATCH
from survey.instrument.exchange.xlsform.names import references, rename

# A cell of a spreadsheet holds at most 32,767 characters.
_MAX_CELL = 30_000
_NATIVE = {
    "zh": "中文",
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "ar": "العربية",
    "ug": "ئۇيغۇرچە",
    "bo": "བོད་ཡིག",
    "mn": "Монгол",
    "kk": "Қазақша",
    "ja": "日本語",
    "ko": "한국어",
}
_FIRST = ("type", "list_name", "name", "label", "hint", "required", "relevant", "appearance")
Part = Mapping[str, Any]  # Any: a part of a document is JSON


@dataclass(kw_only=True)
class OutRow:
    """One row: its cells by heading, and what part of the document it says (None: nothing of its own).

    ``apart`` are the fields of the part that stand on rows of their own.
    """

    cells: dict[str, str]
    part: Part | None = None
    apart: frozenset[str] = frozenset()

    def put(self, header: str, value: str) -> None:
        """Fill a cell, unless there is nothing to fill it with or something stands there already."""
        if cell_text(value):
            self.cells.setdefault(header, value)


@dataclass(kw_only=True)
class OutSheet:
    """A sheet that is being written."""

    name: str
    rows: list[OutRow] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    def add(self, row: OutRow) -> OutRow:
        """Put a row at the end."""
        self.rows.append(row)
        return row

    def free(self, name: str) -> str:
        """The name, or one like it that no row has yet: a broken document may name two things alike."""
        base = sound_name(name)
        free, number = base, 2
        while free in self._names:
            free, number = f"{base}_{number}", number + 1
        self._names.add(free)
        return free

    def headers(self) -> list[str]:
        """All headings in use: the well-known first, ours last."""
        seen = dict.fromkeys(header for row in self.rows for header in row.cells)
        return sorted(seen, key=_header_order)

    def table(self) -> Sheet:
        """The sheet as a reader would see it."""
        headers = self.headers()
        rows = [(1, tuple(headers))]
        for number, row in enumerate(self.rows, start=2):
            values = [cell_text(row.cells.get(header, ""))[:_MAX_CELL] for header in headers]
            while values and not values[-1]:
                values.pop()
            if values:
                rows.append((number, tuple(values)))
        return Sheet(name=self.name, rows=tuple(rows))


def _header_order(header: str) -> tuple[int, int]:
    if header.startswith("minyi_"):
        return (2, len(header))
    stem = header.split("::")[0]
    return (0, _FIRST.index(stem)) if stem in _FIRST else (1, 0)


def put_patch(row: OutRow, patch: str) -> None:
    """Write a patch into as many cells as it needs."""
    for number, at in enumerate(range(0, len(patch), _MAX_CELL), start=1):
        row.cells[OUR_PATCH if number == 1 else f"{OUR_PATCH}{number}"] = patch[at : at + _MAX_CELL]


class Speech:
    """How texts and references of a document are written in a form: headings by language, names by id."""

    def __init__(self, document: Part, names: Mapping[str, str]) -> None:
        """``names`` says under which name a form knows an id of ours, for every id that has a row."""
        kept = foreign(document)
        self.names = names
        self._headers: dict[str, str] = {}
        for tag in document.get("languages") or [UNKNOWN]:
            native = _NATIVE.get(tag.split("-")[0])
            shown = kept.get(f"language:{tag}") or (f"{native} ({tag})" if native else tag)
            unnamed = tag == UNKNOWN or kept.get("unnamed") == tag
            self._headers[tag] = "" if unnamed else f"::{shown}"

    def language_name(self, tag: str) -> str:
        """The name of a language as the headings write it."""
        return self._headers.get(tag, "").removeprefix("::") or tag

    def put_words(self, row: OutRow, key: str, words: object) -> None:
        """Fill the columns of a text. What refers to nothing in the form is left to the patch."""
        if not isinstance(words, Mapping):
            return
        for tag, text in words.items():
            if tag in self._headers and isinstance(text, str):
                row.put(key + self._headers[tag], self.text(text))

    def put_name_for_text(self, row: OutRow, key: str, name: str) -> None:
        """A question without any text shows its name."""
        row.put(key + next(iter(self._headers.values()), ""), name)

    def text(self, text: str) -> str:
        """A text with the names of the form; what looks like a tag is escaped."""
        for name in references(text) - set(self.names):
            text = text.replace("${" + name + "}", "{" + name + "}")
        return escape_text(rename(text, self.names))

    def expression(self, text: object) -> str:
        """An expression with the names of the form; empty where it refers to what the form does not have."""
        if not isinstance(text, str) or references(text) - set(self.names):
            return ""
        return rename(text, self.names)


def sound_name(name: str) -> str:
    """A name that a form may hold: codes of rows may have signs that names may not."""
    text = re.sub(r"[^\w.\-]", "_", name)
    return text if re.match(r"[^\W\d]", text) else f"_{text}"


def foreign(part: Part) -> dict[str, str]:
    """What an earlier import kept for the export; empty for our own documents."""
    kept = part.get("foreign")
    inner = kept.get("xlsform") if isinstance(kept, Mapping) else None
    if not isinstance(inner, Mapping):
        return {}
    return {str(name): value for name, value in inner.items() if isinstance(value, str)}


def parts(raw: object) -> Iterable[Part]:
    """The mappings in a list of a document, which may hold anything."""
    return [part for part in raw if isinstance(part, Mapping)] if isinstance(raw, list) else []
