"""The exceptions that a user of Minyi may meet, each with a stable code and a text in both languages.

Texts may name values as ``%(name)s``; they are given by name, so that other languages can place them as well.

The tree::

    HouseError
    ├── NotFound       404  nothing here under that name
    ├── Forbidden      403  known, and not allowed
    ├── Conflict       409  somebody else was faster, or the state does not allow it
    ├── Gone           410  was here once: used, closed, expired
    ├── Invalid        422  the input cannot be taken; ``problems`` say where and how to mend it
    ├── RateLimited    429  too often; try again after ``retry_after`` seconds
    └── Unavailable    503  not now; nothing was lost; try again after ``retry_after`` seconds

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
        self.code = code
        self.texts = {"zh": zh, "en": en}
        self.problems = tuple(problems)
        self.context = context
        super().__init__(f"{code}: {self.filled(en)}")

    def message(self, language: str) -> str:
        """The text in ``language``; Chinese where the language is neither zh nor en."""
        return self.filled(self.texts.get(language, self.texts["zh"]))

    def filled(self, text: str) -> str:
        """A text of this refusal in any language with its values in their places."""
        return text % self.context if self.context and "%(" in text else text


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
        super().__init__(code, zh=zh, en=en, problems=(), **context)
        self.retry_after = retry_after


class Unavailable(HouseError):
    status = 503

    def __init__(self, code: str, *, zh: str, en: str, retry_after: int = 10, **context: object) -> None:
        super().__init__(code, zh=zh, en=en, problems=(), **context)
        self.retry_after = retry_after
