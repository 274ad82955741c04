"""``make faults``: breaks installations in every way of the list, and writes docs/faults.md with what was found.

``SCALE=0.1`` takes a tenth of the counts; ``ONLY=R07,R14`` some of the list, ``ON=sqlite`` one database, and
``AS_BUILT=1`` leaves the planted mistakes out. The page is written after each scenario, and only the rows of what was run are. Everything runs on loopback, on databases of its
own, with server processes that are ended by their ids.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.engine import make_url

from tests import postgres
from tests.conftest import make_settings, migrate_to_head
from tests.faults.installation import ROOT, installation
from tests.faults.outcome import Outcome
from tests.faults.own_postgres import own_postgres
from tests.faults.page import Found, page, rows_of, with_found
from tests.faults.registry import Mistake, On, Scenario, scenarios

PAGE = ROOT / "docs" / "faults.md"
_TEMPLATE = "faults_template"


def main() -> int:
    """Run the list and write the page; 1 where something did not hold, or a mistake went unnoticed."""
    given = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave by the blocks that end the servers
    only = {name for name in given.only.split(",") if name}
    chosen = [s for s in scenarios(given.scale) if not only or s.fault in only]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="minyi-faults-") as folder, ExitStack() as stack:
        made = Made(sqlite=_migrated(Path(folder) / "template"))
        if given.on != "sqlite" and any("postgresql" in s.on for s in chosen):
            url = stack.enter_context(postgres.server())
            made = replace(made, server=url.render_as_string(hide_password=False))
            postgres.create_database(url, _TEMPLATE)
            whole = url.set(database=_TEMPLATE).render_as_string(hide_password=False)
            migrate_to_head(make_settings(Path(folder) / "template", whole))
        found: list[Found] = []
        for number, scenario in enumerate(chosen):
            where = Path(folder) / str(number)
            databases = [
                on for on in scenario.on if given.on in {"", "sqlite" if on == "sqlite" else "postgresql"}
            ]
            runs: list[tuple[On, Mistake | None]] = [(on, None) for on in databases]
            runs += [
                (on, mistake)
                for mistake in scenario.mistakes
                for on in mistake.on or scenario.on
                if on in databases and not given.as_built
            ]
            for n, (on, mistake) in enumerate(runs):
                outcome = _run(scenario, where / f"{n}-{on}", on, made, mistake)
                found.append(Found(name=scenario.name, outcome=outcome, scale=given.scale))
                _write(found[-1:])
    sys.stdout.write(f"{len(found)} runs in {(time.monotonic() - began) / 60:.0f} minutes\n")
    unexpected = [one for one in found if bool(one.outcome.planted) == one.outcome.held]
    for one in unexpected:
        what = "did not notice " + one.outcome.planted if one.outcome.planted else "did not hold"
        sys.stdout.write(f"{one.name} {one.outcome.database} {what}: {'; '.join(one.outcome.faults)}\n")
    return int(bool(unexpected))


def _write(found: list[Found]) -> None:
    """Put the rows of what was found into the page; what runs beside us may have written others meanwhile."""
    before = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    rows = with_found(rows_of(before), found)
    PAGE.write_text(page(rows, order=[scenario.name for scenario in scenarios(1)]), encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is made once for all scenarios: migrated databases to copy, and where PostgreSQL runs."""

    sqlite: Path
    server: str | None = None

    def template(self, on: On) -> Path | str | None:
        """What an installation on this database is copied from."""
        if on == "sqlite":
            return self.sqlite
        return _TEMPLATE if on == "postgresql" else None


def _migrated(folder: Path) -> Path:
    settings = make_settings(folder)
    migrate_to_head(settings)
    return Path(make_url(settings.database_url).database or "")


def _run(scenario: Scenario, folder: Path, on: On, made: Made, mistake: Mistake | None = None) -> Outcome:
    planted, began = mistake.name if mistake else "", time.monotonic()
    arguments = {"planted": planted, **mistake.arguments} if mistake else {}
    database = "sqlite" if on == "sqlite" else "postgresql"
    try:
        with ExitStack() as stack:
            own = None
            if on == "own":
                own = stack.enter_context(own_postgres(folder / "server", small_wal=scenario.small_wal))
            at = stack.enter_context(
                installation(
                    folder / "at",
                    template=made.template(on),
                    server=made.server if on == "postgresql" else None,
                    own=own,
                    quota=scenario.quota,
                    program=scenario.program() if scenario.program else None,
                )
            )
            outcome = scenario.run(at, **arguments)
    except Exception as error:  # one scenario that breaks down must not take the others' figures along
        traceback.print_exc()
        what = f"the scenario broke down: {type(error).__name__}"
        told = (str(error) or type(error).__name__,)
        outcome = Outcome(
            id=scenario.fault, database=database, what=what, figures={}, faults=told, planted=planted
        )
    sys.stderr.write(
        f"{scenario.name} {outcome.database} {planted or 'as built'}, {time.monotonic() - began:.0f} s: "
        f"{outcome.faults or 'held'} {dict(outcome.figures)}\n"
    )
    return outcome


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument(
        "--scale", type=float, default=float(os.environ.get("SCALE") or 1), help="share of the counts"
    )
    parser.add_argument("--only", default=os.environ.get("ONLY", ""), help="names such as R01,R07")
    parser.add_argument(
        "--as-built",
        action="store_true",
        default=bool(os.environ.get("AS_BUILT")),
        help="no mistakes planted",
    )
    parser.add_argument("--on", default=os.environ.get("ON", ""), choices=("", "sqlite", "postgresql"))
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
