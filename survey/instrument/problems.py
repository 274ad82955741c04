"""The home of Problem: a refusal with a stable code, an address and a remedy in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.messages import MESSAGES

LANGUAGES = ("zh", "en")
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The address of a problem: section (or page), item (or answer key), field, and position in a list."""

    section: str | None = None
    item: str | None = None
    field: str | None = None
    at: int | None = None

    def __str__(self) -> str:
        place = "/".join(part for part in (self.section, self.item, self.field) if part)
        return place if self.at is None else f"{place}[{self.at}]"

    def to_json(self) -> dict[str, str | int]:
        """Only the parts that are known."""
        parts = {"section": self.section, "item": self.item, "field": self.field, "at": self.at}
        return {name: part for name, part in parts.items() if part is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong. The texts come from the catalogue in ``messages``."""

    code: str
    where: Where = Where()
    context: Mapping[str, str | int] = field(default_factory=dict)

    def message(self, language: str) -> str:
        """What is wrong and how to mend it, as one paragraph in "zh" or "en"."""
        what, remedy = self.what(language), self.remedy(language)
        return what + remedy if language == "zh" else f"{what} {remedy}"

    def what(self, language: str) -> str:
        """What is wrong, in one sentence."""
        return MESSAGES[self.code][language].what.format_map(self.context)

    def remedy(self, language: str) -> str:
        """How to mend it, in one sentence."""
        return MESSAGES[self.code][language].remedy.format_map(self.context)

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data with both texts, for reports and APIs."""
        return {
            "code": self.code,
            "where": self.where.to_json(),
            "context": dict(self.context),
            "message": {language: self.message(language) for language in LANGUAGES},
        }


class Findings:
    """A list of problems under construction, kept in the order of discovery."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def add(self, code: str, where: Where, **context: object) -> None:
        """Note a problem; context values are shortened, because they may come from a hostile file."""
        shown = {name: value if isinstance(value, int) else shorten(value) for name, value in context.items()}
        self._problems.append(Problem(code=code, where=where, context=shown))

    def __len__(self) -> int:
        return len(self._problems)

    def as_tuple(self) -> tuple[Problem, ...]:
        """All problems found so far."""
        return tuple(self._problems)


def shorten(value: object) -> str:
    """At most 80 characters of a value, without characters that a page or a log cannot hold."""
    if isinstance(value, (list, dict, set, tuple)):
        return f"<{type(value).__name__}>"
    raw = value[: _SHOWN_CHARS + 1] if isinstance(value, str) else str(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in raw)
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1] + "…"
