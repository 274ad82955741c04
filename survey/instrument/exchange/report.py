"""The home of what an import reports: counts, problems with their place, and what could not be carried over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from survey.instrument.problems import Problem, Where, shorten

# Sections that hold what stood outside every group, or go on after an inner one, were no group in the file.
LOOSE = "loose"


class Reason(NamedTuple):
    """Why something could not be carried over: a stable code and the sentence in both languages."""

    code: str
    zh: str
    en: str


Texts = Mapping[str, tuple[str, str]]
ALWAYS: Texts = {
    "markup": (
        "文字中的这一部分不安全或不支持，已去掉。",
        "this part of a text is unsafe or not supported and was taken out.",
    ),
    "script": (
        "题目附带的 JavaScript 不导入。",
        "JavaScript that belongs to a question is not imported.",
    ),
}
"""What is said of every format that is written for browsers."""


def catalogue(prefix: str, texts: Texts) -> Mapping[str, Reason]:
    """The reasons of one format by short code; each is known outside under its format and that code."""
    return {code: Reason(f"{prefix}_{code}", zh, en) for code, (zh, en) in texts.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotCarried:
    """One thing of the file that the document does not say, or says in another way."""

    where: Where
    what: str
    reason: Reason

    def message(self, language: str) -> str:
        """What it is and why, in "zh" or "en"."""
        if language == "zh":
            return f"“{shorten(self.what)}”：{self.reason.zh}"
        return f"“{shorten(self.what)}”: {self.reason.en}"

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data with the reason in both languages."""
        return {
            "where": self.where.to_json(),
            "what": shorten(self.what),
            "code": self.reason.code,
            "reason": {"zh": self.reason.zh, "en": self.reason.en},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much a file holds. ``more`` are counts that only one format knows, such as rows of a sheet."""

    languages: tuple[str, ...] = ()
    groups: int = 0
    questions: int = 0
    subquestions: int = 0
    options: int = 0
    conditions: int = 0
    quotas: int = 0
    more: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """All counts, with those of the format beside the common ones."""
        return {
            "languages": list(self.languages),
            "groups": self.groups,
            "questions": self.questions,
            "subquestions": self.subquestions,
            "options": self.options,
            "conditions": self.conditions,
            "quotas": self.quotas,
            **self.more,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file. Without a document it was refused, and the problems say why and where."""

    document: dict[str, Any] | None  # Any: an instrument document
    counts: Counts
    problems: tuple[Problem, ...] = ()
    not_carried: tuple[NotCarried, ...] = ()
    format: str = ""
    # Where in the file an item or section stands, by its id; sections as "section:<id>".
    places: Mapping[str, Where] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether nothing can be imported."""
        return self.document is None

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """The whole report; the document is not part of it."""
        return {
            "format": self.format,
            "importable": not self.refused,
            "counts": self.counts.to_json(),
            "problems": [problem.to_json() for problem in self.problems],
            "not_carried": [row.to_json() for row in self.not_carried],
        }


def count_document(document: Mapping[str, Any], *, more: Mapping[str, int] | None = None) -> Counts:
    """Counts of an instrument document. Any: a document may hold anything.

    A battery, a multi-text or a constant sum is one question and each of its rows a sub-question. Options are the lines of
    the named lists and the options written at items. Conditions are those of sections, items and rows.
    """
    sections = _mappings(document.get("sections"))
    items = [item for section in sections for item in _mappings(section.get("questions"))]
    rows = [row for item in items for row in _mappings(item.get("rows"))]
    lists = document.get("lists")
    lines = sum(len(_mappings(part)) for part in lists.values()) if isinstance(lists, Mapping) else 0
    columns = [column for item in items for column in _mappings(item.get("columns"))]
    own = sum(len(_mappings(part.get("options"))) for part in [*items, *columns])
    languages = document.get("languages")
    return Counts(
        languages=tuple(str(tag) for tag in languages) if isinstance(languages, Sequence) else (),
        groups=sum(1 for section in sections if not _is_loose(section)),
        questions=len(items),
        subquestions=len(rows),
        options=lines + own,
        conditions=sum(1 for part in [*sections, *items, *rows] if part.get("show_if") not in (None, "")),
        quotas=len(_mappings(document.get("quotas"))),
        more=more or {},
    )


def _is_loose(section: Mapping[str, Any]) -> bool:
    if section.get("continues"):
        return True
    foreign = section.get("foreign")
    notes = foreign.values() if isinstance(foreign, Mapping) else ()
    return any(isinstance(note, Mapping) and note.get("kind") == LOOSE for note in notes)


def _mappings(raw: object) -> list[Mapping[str, Any]]:
    if not isinstance(raw, Iterable) or isinstance(raw, (str, bytes, Mapping)):
        return []
    return [part for part in raw if isinstance(part, Mapping)]
