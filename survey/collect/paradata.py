"""Home of how an interview went: time on pages, changed answers, pauses, kind of device. Coarse, and in the box only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PAUSE = 600
"""Seconds without anything sent that count as an interruption; longer on one page is not counted either."""
_STEP = 10
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)", re.IGNORECASE)
_PHONE = re.compile(r"Mobi|iPhone|iPod|Android|MicroMessenger", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paradata:
    """By page the seconds spent on it; answers changed after they were given; steps back; interruptions.

    ``last`` is the second at which something last came, and stays with the draft.
    """

    times: Mapping[str, int] = field(default_factory=dict)
    edits: int = 0
    backs: int = 0
    pauses: int = 0
    device: str | None = None
    has_script: bool = False
    last: int = 0

    def after(
        self, page: str, *, at: int, edits: int = 0, backs: int = 0, has_script: bool = False
    ) -> Paradata:
        """Once something of a page came in the second ``at`` of the interview."""
        gap = max(0, at - self.last)
        spent = min(PAUSE, self.times.get(page, 0) + min(gap, PAUSE))
        return replace(
            self,
            times={**self.times, page: spent},
            edits=self.edits + edits,
            backs=self.backs + backs,
            pauses=self.pauses + (gap > PAUSE),
            has_script=self.has_script or has_script,
            last=max(at, self.last),
        )

    def marks(self) -> dict[str, Any]:  # Any: a JSON document
        """What goes with the response: times to ten seconds."""
        return {
            "pages": {page: round(seconds / _STEP) * _STEP for page, seconds in self.times.items()},
            "edits": self.edits,
            "backs": self.backs,
            "pauses": self.pauses,
            "device": self.device,
            "script": self.has_script,
        }

    def to_json(self) -> dict[str, Any]:  # Any: a JSON document
        """Plain data."""
        return {
            "times": dict(self.times),
            "edits": self.edits,
            "backs": self.backs,
            "pauses": self.pauses,
            "device": self.device,
            "has_script": self.has_script,
            "last": self.last,
        }


def device_class(user_agent: str) -> str:
    """Phone, tablet or desktop: all that is kept of how a browser introduces itself."""
    if _TABLET.search(user_agent):
        return "tablet"
    return "phone" if _PHONE.search(user_agent) else "desktop"
