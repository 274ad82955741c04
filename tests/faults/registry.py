"""The list of faults: what to run for each, on which databases, and the mistakes that it must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from survey.instrument.program import Program
from tests.faults import (
    clocks,
    closing,
    counters,
    crashes,
    deploys,
    doors,
    network,
    outages,
    overload,
    power,
    races,
    resuming,
    rush,
    sealing,
    taps,
    texts,
)
from tests.faults.outcome import Outcome

On = Literal["sqlite", "postgresql", "own"]
"""On PostgreSQL, ``own`` is a server that only this scenario uses, and may break."""
BOTH: tuple[On, ...] = ("sqlite", "postgresql")
SQLITE: tuple[On, ...] = ("sqlite",)
POSTGRESQL: tuple[On, ...] = ("postgresql",)
OWN: tuple[On, ...] = ("own",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mistake put in, and where the scenario is to notice it: by itself on each of its databases."""

    name: str
    on: tuple[On, ...] | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)  # Any: arguments of the scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One row of the table, once for each database."""

    name: str
    run: Callable[..., Outcome]
    on: tuple[On, ...] = SQLITE
    quota: int | None = None
    program: Callable[[], Program] | None = None
    small_wal: bool = False
    mistakes: tuple[Mistake, ...] = ()

    @property
    def fault(self) -> str:
        """Its number in the list of faults."""
        return self.name.split()[0]


def scenarios(scale: float) -> Iterator[Scenario]:
    """The list, with counts for ``scale``."""

    def n(full: int, least: int) -> int:
        return max(least, round(full * scale))

    yield from _crashes(n)
    yield from _power(n)
    yield from _races(n)
    yield from _networks(n)
    yield from _outages(n)
    yield from _sealing(n)
    yield from _load(n)
    yield from _surroundings(n)


Count = Callable[[int, int], int]
_EARLY = "acknowledge-before-commit"


def _crashes(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R01",
        run=partial(crashes.killed_workers, people=n(2000, 60), at_once=32, kills=n(5, 1)),
        on=BOTH,
        mistakes=(Mistake(name=_EARLY, arguments={"people": 100, "kills": 3}),),
    )
    yield Scenario(
        name="R02",
        run=partial(crashes.killed_server, people=n(1000, 60), at_once=16, kills=3),
        on=BOTH,
        mistakes=(Mistake(name=_EARLY, arguments={"people": 60, "kills": 2}),),
    )
    yield Scenario(
        name="R02 (database)",
        run=partial(crashes.killed_database, people=n(1000, 60), at_once=16, kills=3),
        on=OWN,
        mistakes=(Mistake(name=_EARLY, arguments={"people": 60, "kills": 2}),),
    )


def _power(n: Count) -> Iterator[Scenario]:
    forgets = {"people": 40, "cuts": 1, "at_once": 4}
    yield Scenario(
        name="R03",
        run=partial(power.power_cuts, people=n(1000, 60), at_once=16, cuts=n(20, 2)),
        on=("sqlite", "own"),
        small_wal=True,
        mistakes=(
            Mistake(name="never-sync", on=SQLITE, arguments=forgets),
            Mistake(name="fsync-off", on=OWN, arguments=forgets),
            Mistake(name="synchronous_commit-off", on=OWN, arguments=forgets),
        ),
    )
    yield Scenario(
        name="R03 (start)",
        run=power.unsafe_start,
        on=("sqlite", "own"),
        mistakes=(Mistake(name="starts-anyway"),),
    )


def _races(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R04",
        run=partial(taps.restless_people, people=n(100, 8)),
        on=BOTH,
        mistakes=(Mistake(name="last-tab-wins", arguments={"people": 8}),),
    )
    yield Scenario(
        name="R05",
        run=partial(races.token_race, tokens=n(50, 5), clients=20),
        on=BOTH,
        mistakes=(Mistake(name="check-then-use-token", arguments={"tokens": 3}),),
    )
    for places in (1, 10, 100):
        yield Scenario(
            name=f"R06 ({places})",
            run=partial(races.quota_race, places=places),
            quota=places,
            on=BOTH,
            mistakes=(Mistake(name="check-then-take-place"),),
        )


def _networks(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R07",
        run=partial(network.bad_connections, people=n(200, 12)),
        on=BOTH,
        mistakes=(Mistake(name="last-tab-wins", arguments={"people": 24, "late_copies": 0.5}),),
    )
    yield Scenario(
        name="R08",
        run=partial(resuming.interrupted_everywhere, people=n(100, 6), seconds=n(10, 1)),
        on=BOTH,
        mistakes=(Mistake(name="forgets-a-page", arguments={"people": 6, "seconds": 0.5}),),
    )


def _outages(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R09",
        run=partial(outages.locked, people=n(200, 20)),
        on=BOTH,
        mistakes=(Mistake(name="never-wait", arguments={"people": 10}),),
    )
    yield Scenario(
        name="R09 (long)",
        run=partial(outages.locked_for_long, seconds=n(30, 13)),
        on=BOTH,
        mistakes=(Mistake(name="waits-for-ever"),),
    )
    yield Scenario(
        name="R10",
        run=partial(outages.disk_full, people=n(100, 10)),
        on=("sqlite", "own"),
        mistakes=(Mistake(name=_EARLY, arguments={"people": 10}),),
    )
    yield Scenario(
        name="R10 (log)",
        run=partial(outages.full_log_disk, people=n(100, 8)),
        on=BOTH,
        mistakes=(Mistake(name="log-must-be-written", arguments={"people": 8}),),
    )
    yield Scenario(
        name="R10 (audit)",
        run=outages.audit_fails,
        on=BOTH,
        mistakes=(Mistake(name="records beside the act"),),
    )


def _sealing(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R12",
        run=partial(sealing.backup_under_load, people=n(1000, 80)),
        mistakes=(
            Mistake(
                name="copies the file without its log",
                arguments={"copy": sealing.copy_file, "people": 80},
            ),
        ),
    )
    yield Scenario(
        name="R13",
        run=partial(sealing.sealing_killed, responses=n(200, 20)),
        mistakes=(Mistake(name="commits half of a batch", arguments={"responses": 20}),),
    )


def _load(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R14",
        run=partial(overload.overloaded, seconds=n(120, 15)),
        on=BOTH,
        mistakes=(Mistake(name="everybody-at-once", arguments={"seconds": 20}),),
    )
    yield Scenario(
        name="R15",
        run=partial(overload.rated, seconds=n(600, 20)),
        on=BOTH,
        mistakes=(Mistake(name="slow-page", arguments={"seconds": 10}),),
    )
    for name, workers in (("R17", 2), ("R17 (embedded)", 0)):
        yield Scenario(
            name=name,
            run=partial(deploys.rolling, people=n(1000, 60), at_once=8, restarts=n(4, 1), workers=workers),
            on=BOTH,
            mistakes=(Mistake(name=_EARLY, arguments={"people": 100, "restarts": 3}),),
        )


def _surroundings(n: Count) -> Iterator[Scenario]:
    yield Scenario(
        name="R18",
        run=partial(counters.redis_lost, people=n(500, 60), at_once=8),
        on=BOTH,
        mistakes=(Mistake(name="needs-redis", arguments={"people": 30}),),
    )
    yield Scenario(
        name="R19",
        run=partial(clocks.wrong_clocks, people=n(60, 6)),
        on=BOTH,
        mistakes=(
            Mistake(name="immortal-session", arguments={"people": 4}),
            Mistake(name="own-clock", on=POSTGRESQL, arguments={"people": 6}),
        ),
    )
    yield Scenario(
        name="R20", run=closing.closes_on_the_second, on=BOTH, mistakes=(Mistake(name="closes-late"),)
    )
    yield Scenario(
        name="R21",
        run=texts.every_script,
        on=BOTH,
        mistakes=(Mistake(name="folds-text"),),
    )
    yield Scenario(name="R22", run=texts.very_long, on=BOTH, mistakes=(Mistake(name="counts-code-points"),))
    yield Scenario(
        name="R24",
        run=partial(doors.four_pages, links=n(100, 20)),
        on=BOTH,
        mistakes=(Mistake(name="slow-for-known", arguments={"links": 20}),),
    )
    yield Scenario(
        name="T06",
        run=partial(rush.rush_at_the_door, starts=n(1000, 80), others=n(200, 20)),
        on=BOTH,
        mistakes=(Mistake(name="door-without-queue", arguments={"starts": 80, "others": 5}),),
    )
