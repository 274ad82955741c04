"""The home of ContentProblem: what is wrong in which file, at which path, line and column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from admin.content.messages import MESSAGES
from survey.errors import Invalid
from survey.instrument.problems import LANGUAGES, Problem, shorten

# A step into a document: the name of a field or a position in a list.
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentProblem:
    """One thing wrong with a content file. ``line`` and ``column`` count from 1; 0 means not known."""

    code: str
    file: str
    path: str = ""
    line: int = 0
    column: int = 0
    context: Mapping[str, str | int] = field(default_factory=dict)
    instrument: Problem | None = None

    def message(self, language: str) -> str:
        """What is wrong and how to mend it, in "zh" or "en"."""
        what, remedy = self.what(language), self.remedy(language)
        return what + remedy if language == "zh" else f"{what} {remedy}"

    def what(self, language: str) -> str:
        """What is wrong."""
        if self.instrument:
            return self.instrument.what(language)
        return MESSAGES[self.code][language].what.format_map(self.context)

    def remedy(self, language: str) -> str:
        """How to mend it."""
        if self.instrument:
            return self.instrument.remedy(language)
        return MESSAGES[self.code][language].remedy.format_map(self.context)

    @property
    def place(self) -> str:
        """File, line, column and path, as an editor understands them."""
        marks = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{marks}" + (f" {self.path}" if self.path else "")

    def line_of_text(self, language: str) -> str:
        """The whole report on one line."""
        return f"{self.place}: {self.message(language)}"

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data with both texts."""
        return {
            "code": self.code,
            "file": self.file,
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "message": {language: self.message(language) for language in LANGUAGES},
        }


class ContentProblems(Invalid):
    """The content cannot be loaded; nothing of it is. ``problems`` says why, in the order of the files."""

    def __init__(self, found: Sequence[ContentProblem]) -> None:
        first = found[0]
        super().__init__(
            "content_problems",
            zh=f"内容文件有{len(found)}处问题，没有载入任何内容。第一处：{first.line_of_text('zh')}",
            en=f"The content has {len(found)} problem(s); nothing was loaded. The first: {first.line_of_text('en')}",
            problems=found,
        )
        self.found = tuple(found)


def written(steps: Steps) -> str:
    """A path as people write it: ``cities[3].counties[0].code``."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def short_context(context: Mapping[str, object]) -> dict[str, str | int]:
    """Context values fit for a message: shortened, printable."""
    return {
        name: value if isinstance(value, int) and not isinstance(value, bool) else shorten(value)
        for name, value in context.items()
    }
