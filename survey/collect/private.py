"""Home of the private part of an assisted interview: while the respondent holds the tablet, and after it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey.errors import Conflict, Forbidden
from survey.instrument.path import PageRef
from survey.instrument.steps import STEP_SEPARATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """Whether the respondent answers alone now, which pages were sent before, and which are closed for good.

    What somebody answered alone no interviewer opens again; only the respondent does, with the tablet in hand.
    """

    is_with_respondent: bool = False
    before: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the box of a draft; nothing where nothing was private."""
        if self == Private():
            return {}
        return {"now": self.is_with_respondent, "before": list(self.before), "closed": list(self.closed)}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Private:
        """The inverse of `to_json`."""
        return cls(
            is_with_respondent=bool(document.get("now", False)),
            before=tuple(document.get("before", ())),
            closed=tuple(document.get("closed", ())),
        )

    def handed_over(self, sent: Iterable[str]) -> Private:
        """The respondent takes the tablet; ``sent`` are the places that were sent so far."""
        if self.is_with_respondent:
            return self
        return Private(is_with_respondent=True, before=_pages(sent), closed=self.closed)

    def handed_back(self, sent: Iterable[str]) -> Private:
        """The interviewer takes it back: the pages sent meanwhile are closed."""
        if not self.is_with_respondent:
            return self
        meanwhile = set(_pages(sent)) - set(self.before)
        return Private(closed=tuple(sorted(meanwhile.union(self.closed))))

    def admits(self, ref: PageRef) -> bool:
        """Whether the page may be opened by whoever holds the tablet."""
        return self.is_with_respondent or ref.key not in self.closed

    def check(self, ref: PageRef | None) -> None:
        """Raise Forbidden for a page that was answered in private."""
        if ref is not None and not self.admits(ref):
            raise Forbidden(
                "answered_in_private",
                zh="这一部分由受访者自己作答，访问员不能再打开。请继续后面的题目。",
                en="This part was answered in private; an interviewer cannot open it again. Go on with what follows.",
            )

    def check_resumed(self) -> None:
        """Raise Conflict where an interviewer would take up what the respondent is answering alone."""
        if self.is_with_respondent:
            raise Conflict(
                "with_respondent",
                zh="这份问卷已交给受访者自己填写，访问员不能打开。受访者可用继续码接着填写。",
                en="The respondent is answering this alone; an interviewer cannot open it. They go on by their code.",
            )


def _pages(places: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({place.partition(STEP_SEPARATOR)[0] for place in places}))
