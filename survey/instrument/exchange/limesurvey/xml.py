"""Reads the flat tables of a LimeSurvey file; nothing is resolved or kept that is not a table, a row or a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

from survey.instrument.exchange.guards import MAX_BYTES, Refusal
from survey.instrument.problems import Where

MAX_DEPTH = 12
MAX_ELEMENTS = 2_000_000
MAX_ROWS = 200_000
MAX_CELL = 500_000
MAX_ATTRIBUTES = 20
MAX_OTHERS = 100

Row = Mapping[str, str]


@dataclass(kw_only=True)
class Tables:
    """The file as it stands: what it is, of which database version, and the rows of each table in file order."""

    doc_type: str = ""
    db_version: str = ""
    languages: list[str] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    # Elements at the top that hold no rows, such as a single setting.
    others: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Sequence[Row]:
        return self.rows.get(name, ())


def read_tables(raw: bytes) -> Tables:
    """The tables of a .lss, .lsg or .lsq file.

    Raises
    ------
    Refusal
        It is no well-formed XML, declares a document type, or is larger or deeper than any such file.
    """
    # Counting happens while expat reads: no tree is ever built, so there is none to grow too large.
    if len(raw) > MAX_BYTES:
        raise Refusal("file_too_large", size=len(raw), limit=MAX_BYTES)
    return _Reader().read(raw)


class _Reader:
    """Follows the open elements of document/table/rows/row/cell."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._path: list[str] = []
        self._text: list[str] = []
        self._size = 0
        self._elements = 0
        self._n_rows = 0
        self._row: dict[str, str] = {}
        # Namespaces mean nothing here; attributes of elements are never read.
        self._parser = ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._doctype
        self._parser.ExternalEntityRefHandler = self._doctype

    def read(self, raw: bytes) -> Tables:
        try:
            self._parser.Parse(raw, True)
        except ExpatError as exc:
            where = Where(row=exc.lineno, column=str(exc.offset + 1))
            raise Refusal("file_broken", where, detail=ErrorString(exc.code)) from exc
        except (ValueError, LookupError) as exc:  # an encoding that nobody knows
            raise Refusal("file_encoding") from exc
        if not self.tables.doc_type and not self.tables.rows:
            raise Refusal("file_format")
        return self.tables

    def _here(self) -> Where:
        return Where(row=self._parser.CurrentLineNumber, column=str(self._parser.CurrentColumnNumber + 1))

    def _too_much(self) -> Refusal:
        return Refusal("file_too_deep", self._here(), limit=MAX_DEPTH, nodes=MAX_ELEMENTS)

    def _doctype(self, *_: object) -> int:
        raise Refusal("file_doctype", self._here())

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._path.append(name)
        if self._elements > MAX_ELEMENTS:
            raise self._too_much()
        if len(self._path) > MAX_DEPTH or len(attributes) > MAX_ATTRIBUTES:
            raise self._too_much()
        if self._path[0] != "document":
            raise Refusal("file_format", self._here())
        self._text, self._size = [], 0
        if self._at_row():
            self._row = {}

    def _at_row(self) -> bool:
        return len(self._path) == 4 and self._path[2] == "rows" and self._path[3] == "row"

    def _characters(self, data: str) -> None:
        self._size += len(data)
        if self._size > MAX_CELL:
            raise self._too_much()
        self._text.append(data)

    def _end(self, name: str) -> None:
        depth, text = len(self._path), "".join(self._text)
        if depth == 5 and self._path[2:4] == ["rows", "row"]:
            self._row[name] = text
        elif self._at_row():
            self._end_row()
        elif depth == 3 and self._path[1] == "languages":
            self.tables.languages.append(text.strip())
        elif depth == 2:
            self._end_table(name, text.strip())
        self._path.pop()
        self._text, self._size = [], 0

    def _end_row(self) -> None:
        self._n_rows += 1
        if self._n_rows > MAX_ROWS:
            raise self._too_much()
        self.tables.rows.setdefault(self._path[1], []).append(self._row)

    def _end_table(self, name: str, text: str) -> None:
        if name == "LimeSurveyDocType":
            self.tables.doc_type = text
        elif name == "DBVersion":
            self.tables.db_version = text
        elif name not in self.tables.rows and name != "languages" and len(self.tables.others) < MAX_OTHERS:
            self.tables.others.append(name)
