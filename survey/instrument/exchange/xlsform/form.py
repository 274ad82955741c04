"""The sheets of an XLSForm as rows whose cells are found by meaning and language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from survey.instrument.exchange.cleaning import clean_line, clean_text
from survey.instrument.exchange.guards import Refusal
from survey.instrument.exchange.languages import UNKNOWN, folded, tag_of
from survey.instrument.exchange.report import NotCarried, Reason
from survey.instrument.exchange.tables import MAX_CELLS, MAX_COLUMNS, Sheet, Tables
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.columns import TRANSLATED, Column, read_columns
from survey.instrument.problems import Findings, Where

MAX_NOT_CARRIED = 5_000
# An instrument has at most 2,000 items; groups, grids and notes take rows too.
MAX_SURVEY_ROWS = 8_000
YES = frozenset({"yes", "true", "true()", "1"})
NO = frozenset({"no", "false", "false()", "0"})
_TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'", "＝": "=", "（": "(", "）": ")"}
)


@dataclass(kw_only=True)
class Notes:
    """What an import finds on its way: problems, and what it cannot carry over."""

    findings: Findings = field(default_factory=Findings)
    not_carried: list[NotCarried] = field(default_factory=list)
    refused: bool = False

    def refuse(self, code: str, where: Where, **context: object) -> None:
        """Note a problem for which the whole file is refused."""
        self.refused = True
        if len(self.findings) < MAX_NOT_CARRIED:
            self.findings.add(code, where, **context)

    def leave(self, where: Where, what: str, reason: Reason) -> None:
        """Note something that the document will not say."""
        if len(self.not_carried) < MAX_NOT_CARRIED:
            self.not_carried.append(NotCarried(where=where, what=what, reason=reason))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One filled cell and the column it stands in."""

    column: Column
    value: str


@dataclass(kw_only=True)
class Row:
    """One row: its filled cells, and which of them have been understood."""

    sheet: str
    number: int
    cells: tuple[Cell, ...]
    languages: Languages
    notes: Notes
    used: set[int] = field(default_factory=set)

    def where(self, key: str | None = None) -> Where:
        """The address of this row, or of one of its cells."""
        header = next((cell.column.header for cell in self.cells if key and cell.column.key == key), key)
        return Where(sheet=self.sheet, row=self.number, column=header)

    def has(self, key: str) -> bool:
        """Whether any cell of that meaning is filled."""
        return any(cell.column.key == key for cell in self.cells)

    def raw(self, key: str) -> str:
        """The first filled cell of that meaning as written; empty where there is none."""
        for cell in self.cells:
            if cell.column.key == key:
                self.used.add(cell.column.index)
                return cell.value
        return ""

    def expression(self, key: str) -> str:
        """A cell that holds an expression: typographic quotes become plain ones."""
        return self.raw(key).translate(_TYPOGRAPHIC).strip()

    def flag(self, key: str) -> bool | None:
        """Yes or no; None where the cell is empty or says something else."""
        word = self.raw(key).strip().lower()
        return True if word in YES else False if word in NO else None

    def words(self, key: str, *, line: bool = False) -> dict[str, str]:
        """A text in each of its languages, cleaned; one without a language stands for the base language."""
        named: dict[str, str] = {}
        plain = ""
        for cell in self.cells:
            if cell.column.key != key:
                continue
            self.used.add(cell.column.index)
            text, dropped = (clean_line if line else clean_text)(cell.value)
            for part in dropped:
                self.notes.leave(self.where(key), part, why.MARKUP)
            if cell.column.language is None:
                plain = plain or text
            elif text:
                named.setdefault(self.languages.tag(cell.column.language), text)
        if plain and named.get(self.languages.base, plain) != plain:
            self.notes.leave(self.where(key), plain, why.SECOND_TEXT)
        elif plain:
            named[self.languages.base] = plain
        self.languages.used.update(named)
        return named

    def rest(self) -> Iterator[Cell]:
        """The filled cells that nobody has asked for; those of our own columns are no loss."""
        for cell in self.cells:
            if cell.column.index not in self.used and not (cell.column.key or "").startswith("minyi_"):
                yield cell


class Languages:
    """The languages of a form: tags for the names in its headings, and the one that stands for no name."""

    def __init__(self, columns: list[Column], default: str) -> None:
        """``columns`` are all translated columns of the form, in order; ``default`` the language of its settings."""
        self._tags: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.used: set[str] = set()
        for column in columns:
            if column.language is not None:
                self._add(column.language)
        headed = set(self._tags.values())
        self.default = self._add(default) if default else ""
        plain_label = any(column.key == "label" and column.language is None for column in columns)
        if self.default:
            self.base = self.default
        elif headed and not plain_label:
            self.base = next(iter(self._tags.values()))
        else:
            self.base = UNKNOWN
        self._headed = headed

    @property
    def unnamed(self) -> str:
        """The language that no heading names, where the settings do; empty where there is none."""
        return self.base if self.base not in self._headed and self.base in self.used and self.default else ""

    def tag(self, name: str) -> str:
        """The tag of a language by its name in a heading."""
        return self._tags[folded(name)]

    def tags(self) -> list[str]:
        """The languages in the order of the headings; that of texts without a language comes last."""
        known = [tag for tag in dict.fromkeys(self._tags.values()) if tag in self._headed]
        if self.base not in known and (self.base in self.used or not known):
            known.append(self.base)
        return known

    def _add(self, name: str) -> str:
        key = folded(name)
        if key not in self._tags:
            tag = tag_of(name, taken=frozenset(self._tags.values()))
            self._tags[key] = tag
            self.names[tag] = name.strip()
        return self._tags[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An XLSForm: the rows of its sheets, its settings and its languages."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    external: tuple[Row, ...]
    settings: Mapping[str, str]
    our_settings: Mapping[str, str]
    languages: Languages
    counts: Mapping[str, int]


def read_form(tables: Tables, notes: Notes) -> Form:
    """The form in a file's sheets. Raises Refusal where its headings cannot be used."""
    survey = tables.sheets.get("survey")
    if survey is None:
        raise Refusal("sheet_missing", found=", ".join(tables.ignored) or "-")
    if len(survey.rows) > MAX_SURVEY_ROWS:
        where = Where(sheet=survey.name)
        raise Refusal("table_too_large", where, rows=MAX_SURVEY_ROWS, columns=MAX_COLUMNS, cells=MAX_CELLS)
    columns = {part: _columns(sheet, part) for part, sheet in tables.sheets.items()}
    if not any(column.key == "type" for column in columns["survey"]):
        raise Refusal("header_missing", Where(sheet=survey.name, row=1), name="type")
    settings, ours = _settings(tables.sheets.get("settings"), columns.get("settings", ()))
    translated = [
        column
        for part in ("survey", "choices")
        for column in columns.get(part, ())
        if column.key in TRANSLATED and (column.language or part == "survey")
    ]
    languages = Languages(translated, settings.get("default_language", ""))
    rows = {
        part: tuple(_rows(sheet, columns[part], languages, notes))
        for part, sheet in tables.sheets.items()
        if part != "settings"
    }
    _note_losses(tables, columns, notes)
    return Form(
        survey=rows["survey"],
        choices=rows.get("choices", ()),
        external=rows.get("external_choices", ()),
        settings=settings,
        our_settings=ours,
        languages=languages,
        counts=_counts(rows["survey"], tables.sheets.get("choices")),
    )


def _columns(sheet: Sheet, part: str) -> tuple[Column, ...]:
    headers = sheet.rows[0][1] if sheet.rows else ()
    return read_columns(headers, part, sheet=sheet.name)


def _rows(sheet: Sheet, columns: tuple[Column, ...], languages: Languages, notes: Notes) -> Iterator[Row]:
    for number, values in sheet.rows[1:]:
        cells = tuple(
            Cell(column=column, value=values[column.index])
            for column in columns
            if column.index < len(values) and values[column.index]
        )
        if cells:
            yield Row(sheet=sheet.name, number=number, cells=cells, languages=languages, notes=notes)


def _settings(sheet: Sheet | None, columns: tuple[Column, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """The settings by their meaning (or heading), and those that only we write."""
    if sheet is None or len(sheet.rows) < 2:
        return {}, {}
    values = sheet.rows[1][1]
    known: dict[str, str] = {}
    ours: dict[str, str] = {}
    for column in columns:
        value = values[column.index] if column.index < len(values) else ""
        if value and column.key and column.key.startswith("minyi_"):
            ours[column.key] = value
        elif value:
            known.setdefault(column.key or column.header, value)
    return known, ours


def _note_losses(tables: Tables, columns: Mapping[str, tuple[Column, ...]], notes: Notes) -> None:
    for name in tables.ignored:
        notes.leave(Where(sheet=name), name, why.OTHER_SHEET)
    if tables.macros:
        notes.leave(Where(), "vbaProject.bin", why.MACROS)
    for part, sheet in tables.sheets.items():
        headers = {column.index: column.header for column in columns[part]}
        for row, at in sheet.lost_formulas:
            if at in headers:
                notes.leave(Where(sheet=sheet.name, row=row, column=headers[at]), headers[at], why.FORMULA)


def _counts(survey: tuple[Row, ...], choices: Sheet | None) -> dict[str, int]:
    """How many cells of each kind the sheets hold; ``choices`` counts lines down to the last filled one."""
    lines = choices.rows[-1][0] - choices.rows[0][0] if choices and choices.rows else 0
    kinds = ("required", "relevant", "constraint", "calculation", "choice_filter")
    return {
        "rows": len(survey),
        "choices": lines,
        **{kind: sum(1 for row in survey if row.has(kind)) for kind in kinds},
    }
