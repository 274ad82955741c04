"""The exceptions that a user of Minyi may meet, each with a stable code and a text in both languages.

The tree::

    HouseError
    ├── NotFound       404  nothing here under that name
    ├── Forbidden      403  known, and not allowed
    ├── Conflict       409  somebody else was faster, or the state does not allow it
    ├── Gone           410  was here once: used, closed, expired
    ├── Invalid        422  the input cannot be taken; ``problems`` say where and how to mend it
    ├── RateLimited    429  too often; try again after ``retry_after`` seconds
    └── Unavailable    503  not now; nothing was lost

``survey/kit/problems.py`` alone turns them into pages or JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Problem(Protocol):
    """One thing wrong with an input: a stable code and a message in either language."""

    @property
    def code(self) -> str: ...

    def message(self, language: str) -> str: ...


class HouseError(Exception):
    """Base of everything refused on purpose. ``zh`` and ``en`` say what happened and what to do."""

    status = 500

    def __init__(
        self, code: str, *, zh: str, en: str, problems: Sequence[Problem] = (), **context: object
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.texts = {"zh": zh, "en": en}
        self.problems = tuple(problems)
        self.context = context

    def message(self, language: str) -> str:
        """The text in ``language``; Chinese where the language is neither zh nor en."""
        return self.texts.get(language, self.texts["zh"])


class NotFound(HouseError):
    status = 404


class Forbidden(HouseError):
    status = 403


class Conflict(HouseError):
    status = 409


class Gone(HouseError):
    status = 410


class Invalid(HouseError):
    status = 422


class RateLimited(HouseError):
    status = 429

    def __init__(self, code: str, *, zh: str, en: str, retry_after: int, **context: object) -> None:
        super().__init__(code, zh=zh, en=en)
        self.context = context
        self.retry_after = retry_after


class Unavailable(HouseError):
    status = 503
