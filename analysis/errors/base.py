"""Home of what a refusal is: a stable code, a context, and a message in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; braces name entries of the error's context."""

    zh: str
    en: str

    def fill(self, language: Language, context: Mapping[str, object]) -> str:
        """The message in `language` with the context put in."""
        return (self.zh if language == "zh" else self.en).format_map(context)


class AnalysisError(Exception):
    """A refusal with a stable `code`, a `context` and a message in two languages.

    Raises
    ------
    KeyError
        If the code is not in the catalogue or the context lacks a name that the message uses: both are bugs.
    """

    catalogue: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, code: str, /, **context: Any) -> None:  # Any: whatever the message shows
        self.code = code
        self.context = context
        self._text = _find(type(self), code)
        super().__init__(self._text.fill("en", context))

    def message(self, language: Language = "en") -> str:
        """What happened, where, and how to mend it."""
        return self._text.fill(language, self.context)

    def __reduce__(self) -> tuple[Any, ...]:  # Any: the protocol of pickle
        return _rebuild, (type(self), self.code, self.context)


def _find(kind: type[AnalysisError], code: str) -> Text:
    for ancestor in kind.__mro__:
        catalogue: Mapping[str, Text] = getattr(ancestor, "catalogue", {})
        if code in catalogue:
            return catalogue[code]
    raise KeyError(f"{code} is in no catalogue of {kind.__name__}")


def _rebuild(
    kind: type[AnalysisError], code: str, context: dict[str, Any]
) -> AnalysisError:  # Any: see above
    return kind(code, **context)
