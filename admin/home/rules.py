"""Home of what comes next in the chain: the first step that is not done."""

from __future__ import annotations

from typing import Protocol


class Standing(Protocol):
    """Counts of how far the chain has come."""

    @property
    def versions(self) -> int: ...
    @property
    def versions_locked(self) -> int: ...
    @property
    def plans_locked(self) -> int: ...
    @property
    def waves(self) -> int: ...
    @property
    def waves_open(self) -> int: ...
    @property
    def waves_sealed(self) -> int: ...
    @property
    def datasets(self) -> int: ...
    @property
    def runs_done(self) -> int: ...
    @property
    def hand_overs_signed(self) -> int: ...
    @property
    def releases_announced(self) -> int: ...
    @property
    def releases_published(self) -> int: ...


def next_step(standing: Standing) -> str:
    """The code of the first step that is still to be done; ``countermeasures`` once all of it is."""
    steps = (
        ("load", standing.versions > 0),
        ("lock", standing.versions_locked > 0 and standing.plans_locked >= 2),
        ("plan_waves", standing.waves > 0),
        ("open_waves", standing.waves_open + standing.waves_sealed > 0 or standing.datasets > 0),
        ("collect", standing.waves_open == 0),
        ("seal", standing.waves_sealed > 0),
        ("freeze", standing.datasets > 0),
        ("run", standing.runs_done > 0),
        ("hand_over", standing.hand_overs_signed > 0),
        ("announce", standing.releases_announced > 0),
        ("publish", standing.releases_published > 0),
    )
    return next((code for code, is_done in steps if not is_done), "countermeasures")
