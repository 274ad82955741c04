"""What a scenario reports: its figures, and everything that did not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One run of one scenario; it held where ``faults`` is empty."""

    id: str
    database: str
    what: str
    figures: Mapping[str, object]
    faults: tuple[str, ...] = field(default=())
    planted: str = ""

    @property
    def held(self) -> bool:
        """Whether everything that must hold did."""
        return not self.faults
