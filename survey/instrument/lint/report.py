"""The home of LintReport: everything the linter found out about one instrument, with how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from survey.instrument.problems import Problem

FORMAT = "minyi/lint/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Seconds to answer in one language: over the simulated walks, and along the longest path there is."""

    language: str
    median: float
    low: float
    high: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the walks came by a place (a page, an item, an option, one side of a condition)."""

    place: str
    reached: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """What share of those who start leaves at a page, by the stated hazard, and how long it took to get there."""

    page: str
    share: float
    seconds: float
    stuck: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One path: its pages in order (a repeated one once per turn), how many took it, and how long it takes."""

    pages: tuple[str, ...]
    end: str
    walks: int
    median: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the simulated walks came by."""

    walks: int
    seed: int
    completed: int
    screened_out: int
    stuck: int
    paths: int
    # The commonest of them, in seconds of the first language.
    routes: tuple[Route, ...]
    pages: tuple[Share, ...]
    items: tuple[Share, ...]
    options: tuple[Share, ...]
    conditions: tuple[Share, ...]
    leaving: tuple[Leaving, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaFill:
    """How a quota fills: its share among completes, and how many completes fill it at that share."""

    code: str
    limit: int
    share: float
    completes_to_fill: int | None
    possible: bool
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LintReport:
    """The whole result. ``proof`` is "exact", or "bounded(n states)" where any answer was searched for only so far."""

    findings: tuple[Problem, ...]
    proof: str
    states: int
    durations: tuple[Duration, ...] = ()
    coverage: Coverage | None = None
    quotas: tuple[QuotaFill, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found that keeps an instrument from being published."""
        return all(finding.level == "advice" for finding in self.findings)

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data for the command, the designer and the record of a version."""
        return {
            "format": FORMAT,
            "sound": self.is_sound,
            "proof": self.proof,
            "states": self.states,
            "findings": [{"level": f.level, **f.to_json()} for f in self.findings],
            "durations": [_plain(duration) for duration in self.durations],
            "coverage": None if self.coverage is None else _plain(self.coverage),
            "quotas": [_plain(quota) for quota in self.quotas],
        }


def _plain(value: object) -> Any:
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    if isinstance(value, tuple):
        return [_plain(member) for member in value]
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return {name: _plain(getattr(value, name)) for name in type(value).__dataclass_fields__}  # type: ignore[attr-defined]  # a frozen part of the report
