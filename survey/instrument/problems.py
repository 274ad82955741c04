"""The home of Problem: a refusal with a stable code, an address and a remedy in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from survey.instrument.messages import MESSAGES, Wording

# Messages exist in these; an instrument may have others.
LANGUAGES = ("zh", "en")
# "error": no program; "gap": a program that may not be published yet; "advice": worth a look.
Level = Literal["error", "gap", "advice"]
_SHOWN_CHARS = 80
# Larger whole numbers come from hostile files and are shown shortened, like any text.
_PLAIN_NUMBERS = 2**53
MAX_PROBLEMS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The address of a problem: section (or page), item (or answer key), field, and position in a list.

    ``character`` counts from 0 in an expression; ``sheet``, ``row`` (from 1) and ``column`` are places in a file.
    """

    section: str | None = None
    item: str | None = None
    field: str | None = None
    at: int | None = None
    character: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = "/".join(part for part in (self.section, self.item, self.field) if part)
        if self.at is not None:
            place += f"[{self.at}]"
        if self.character is not None:
            place += f":{self.character}"
        cell = [part for part in (self.sheet, self.column, self.row and str(self.row)) if part]
        return " ".join(part for part in ("!".join(cell), place) if part)

    def to_json(self) -> dict[str, str | int]:
        """Only the parts that are known."""
        parts = {name: getattr(self, name) for name in _WHERE}
        return {name: part for name, part in parts.items() if part is not None}


_WHERE = tuple(field.name for field in fields(Where))


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. The texts come from the catalogue in ``messages``.

    ``own`` are a designer's words for this refusal, which then stand in place of the catalogue's.
    """

    code: str
    where: Where = Where()
    context: Mapping[str, str | int] = field(default_factory=dict)
    level: Level = "error"
    own: Mapping[str, str] | None = None

    def message(self, language: str) -> str:
        """What is wrong and how to mend it, as one paragraph; in English where a language has no messages."""
        if self.own and self.own.get(language):
            return self.own[language]
        what, remedy = self.what(language), self.remedy(language)
        return what + remedy if language == "zh" else f"{what} {remedy}"

    def what(self, language: str) -> str:
        """What is wrong, in one sentence."""
        return self._wording(language).what.format_map(self.context)

    def remedy(self, language: str) -> str:
        """How to mend it, in one sentence."""
        return self._wording(language).remedy.format_map(self.context)

    def _wording(self, language: str) -> Wording:
        wordings = MESSAGES[self.code]
        return wordings.get(language) or wordings["en"]

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data with both texts, for reports and APIs."""
        return {
            "code": self.code,
            "where": self.where.to_json(),
            "context": dict(self.context),
            **({} if self.level == "error" else {"level": self.level}),
            "message": {language: self.message(language) for language in LANGUAGES},
        }


class Findings:
    """A list of problems under construction, kept in the order of discovery, up to a number nobody reads.

    ``gap`` is the level of what a draft may lack for a while; format 1 knows no drafts and makes it an error.
    """

    def __init__(self, *, gap: Level = "error") -> None:
        self.gap: Level = gap
        self._problems: list[Problem] = []
        self._found = 0
        self._has_errors = False

    def add(self, code: str, where: Where, **context: object) -> None:
        """Note an error; context values are shortened, because they may come from a hostile file."""
        self.put(Problem(code=code, where=where, context=_shown(context)))

    def add_gap(self, code: str, where: Where, **context: object) -> None:
        """Note something that a draft may lack for a while."""
        self.put(Problem(code=code, where=where, context=_shown(context), level=self.gap))

    def advise(self, code: str, where: Where, **context: object) -> None:
        """Note something that is worth a look and prevents nothing."""
        self.put(Problem(code=code, where=where, context=_shown(context), level="advice"))

    def put(self, problem: Problem) -> None:
        """Take over a problem that somebody else has found."""
        self._found += 1
        first_error = problem.level == "error" and not self._has_errors
        self._has_errors = self._has_errors or first_error
        if len(self._problems) < MAX_PROBLEMS or first_error:
            self._problems.append(problem)

    def __len__(self) -> int:
        """How many were found, those that are not kept as well."""
        return self._found

    @property
    def has_errors(self) -> bool:
        """Whether any problem stands in the way of a program."""
        return self._has_errors

    def as_tuple(self) -> tuple[Problem, ...]:
        """All problems found so far."""
        return tuple(self._problems)


def _shown(context: Mapping[str, object]) -> dict[str, str | int]:
    return {
        name: value if isinstance(value, int) and abs(value) < _PLAIN_NUMBERS else shorten(value)
        for name, value in context.items()
    }


def shorten(value: object) -> str:
    """At most 80 characters of a value, without characters that a page or a log cannot hold."""
    if isinstance(value, (list, dict, set, tuple)) or (isinstance(value, int) and value.bit_length() > 256):
        return f"<{type(value).__name__}>"
    raw = value[: _SHOWN_CHARS + 1] if isinstance(value, str) else str(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in raw)
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
