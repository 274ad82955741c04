"""The rows of a LimeSurvey file on their way into a survey: languages, texts by language, rows that belong to nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from survey.instrument.exchange.limesurvey.languages import to_tag
from survey.instrument.exchange.limesurvey.model import Texts
from survey.instrument.exchange.limesurvey.xml import Row, Tables

T = TypeVar("T")
MAX_STRANGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A row that belongs to nothing in the file."""

    table: str
    row_id: str
    parent: str


def number(text: str | None, *, default: int = 0) -> int:
    """A whole number as written in a cell."""
    raw = (text or "").strip()
    return int(raw) if len(raw) < 10 and raw.lstrip("-").isascii() and raw.lstrip("-").isdigit() else default


def ordered(rows: Iterable[Row], column: str) -> list[Row]:
    """Rows in the order that a column gives; as they stand where it gives none."""
    return sorted(rows, key=lambda row: number(row.get(column)))


class Rows:
    """What all tables share while they are joined."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.orphans: list[Orphan] = []
        self.strange: dict[str, None] = {}
        self.languages = self._all_languages()

    def _all_languages(self) -> dict[str, str]:
        """Our tag of every language code, in the order of the file."""
        settings = next(iter(self.tables["surveys"]), {})
        codes = [*self.tables.languages, settings.get("language", "")]
        codes += settings.get("additional_languages", "").split()
        codes += [row.get("surveyls_language", "") for row in self.tables["surveys_languagesettings"]]
        if not any(codes):
            codes = [
                row.get("language", "") for row in (*self.tables["questions"], *self.tables["question_l10ns"])
            ]
        found: dict[str, str] = {}
        for code in (code.strip() for code in codes):
            if code and to_tag(code) not in found.values():
                found[code] = to_tag(code)
        return found or {"": "und"}

    def first(self, table: str, column: str) -> str:
        """The first value of a column that is not empty."""
        return next((row[column] for row in self.tables[table] if row.get(column)), "")

    def tag(self, row: Row, column: str = "language") -> str | None:
        """The tag of a row's language; None where the survey does not have it."""
        code = row.get(column, "").strip()
        if code and code not in self.languages and len(self.strange) < MAX_STRANGE:
            self.strange.setdefault(code)
        return self.languages.get(code) if code else next(iter(self.languages.values()))

    def collect(self, into: Texts, row: Row, column: str, language: str = "language") -> None:
        """Put a text into those of its language; the first one counts."""
        tag = self.tag(row, language)
        if tag and row.get(column) and tag not in into:
            into[tag] = row[column]

    def of(
        self, known: Mapping[str, T], row: Row, column: str, table: str, *, row_id: str = "id"
    ) -> T | None:
        """What a row belongs to; a row that belongs to nothing is noted."""
        parent = row.get(column, "").strip()
        if parent not in known:
            shown = row.get(row_id) or row.get("attribute", "")
            self.orphans.append(Orphan(table=table, row_id=shown, parent=parent))
        return known.get(parent)
