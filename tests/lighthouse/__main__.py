"""Lighthouse on every page of a whole interview (``make lighthouse``): needs Node and Chromium, writes docs/lighthouse.md."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from admin.demo.serve import serving as serve_on_loopback
from survey.db import db
from tests.chromium import NAMES
from tests.conftest import make_settings, migrate_to_head
from tests.journeys.every_type import ENTRY, Asking, serving
from tests.survey.site.town import Town, build
from wsgi import create_app

HERE = Path(__file__).parent
REPORT = HERE.parents[1] / "docs" / "lighthouse.md"
MARKS = {"performance": "performance", "accessibility": "accessibility", "practices": "best practices"}
SLOW_PAINT_MS = 2_500
MOST_REQUESTS = 3
RUNS = 3
FIRST_PAGE = "welcome"

Judged = Mapping[str, Any]  # Any: a JSON document

HEAD = """\
# Lighthouse

Written by `make lighthouse` on {day}, Lighthouse {version} and {chromium}, on a machine whose load average was {before} before
and {after} after on {cores} cores. Do not edit: run it again.

Mobile preset, in Chinese, nothing of us in the browser's cache before any page. The server is the one of `minyi demo`, in the same
machine, and sends pages uncompressed. What else runs on a machine can only take marks away, so the best of up to {runs} runs
counts; the column says how many it took. Slow 3G is 400 ms there and back and 400 kbit/s with a processor four times slower:
simulated (Lighthouse's model, which opens the connection too) and applied (the browser held back for each request).
Bars: {bar} everywhere, {paint} ms, {requests} requests for the first page. What a page asks for when it stands and is idle
(the script that keeps words, the service worker) is counted. Of the unknown link one audit is left out: the browser notes a
refusal in its own console, and that is counted as an error of the page.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A running town and what to look at in it."""

    address: str
    town: Town


def main(*only: str) -> int:
    """Judge every page and write the table, or ``only`` some by name; the exit status says whether all hold."""
    _install()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="minyi-lighthouse-") as folder, _serving(Path(folder)) as served:
        migrate_to_head(make_settings(Path(folder) / "template"))
        with serving(_database(Path(folder) / "template"), Path(folder) / "types") as types:
            pages = _judge(served, types, only)
    wrong = [line for page in pages for line in _wrong(page)]
    said = "".join(f"* {line}\n" for line in wrong) or "Every page holds every bar.\n"
    if not only:
        REPORT.write_text(_head(before) + _table(pages) + "\n" + said, encoding="utf-8")
    sys.stdout.write(said)
    return 1 if wrong or not pages else 0


def _install() -> None:
    """The packages of the lock file, once."""
    if not (HERE / "node_modules" / "lighthouse").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)


@contextmanager
def _serving(folder: Path) -> Iterator[Served]:
    settings = make_settings(folder)
    migrate_to_head(settings)
    app = create_app("public", settings)
    with app.app_context():
        town = build(db.session(), app.extensions["minyi"].keys)
        db.session.commit()
    with serve_on_loopback(app, port=0) as address:
        yield Served(address=address, town=town)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _database(folder: Path) -> Path:
    return Path(make_url(make_settings(folder).database_url).database or "")


def _chromium() -> str:
    return next(path for name in NAMES if (path := shutil.which(name)))


def _judge(served: Served, types: Asking, only: Sequence[str]) -> list[Judged]:
    """One line a page, as they come."""
    wanted = {
        "chromium": _chromium(),
        "address": served.address,
        "entry": f"/s/{served.town.entry}",
        "result": served.town.published,
        "types": f"{types.url}/s/{ENTRY}",
        "only": list(only),
        "runs": RUNS,
    }
    command = [shutil.which("node") or "node", "run.mjs", json.dumps(wanted)]
    pages = []
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as walk:
        for line in walk.stdout or ():
            pages.append(json.loads(line))
            sys.stdout.write(_row(pages[-1]))
            sys.stdout.flush()
    if walk.returncode:
        raise SystemExit(f"The walk ended early, after {len(pages)} pages.")
    return pages


def _head(before: float) -> str:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    seen = subprocess.run([_chromium(), "--version"], stdout=subprocess.PIPE, text=True, check=True)
    return HEAD.format(
        day=datetime.now(UTC).date(),
        version=lock["packages"]["node_modules/lighthouse"]["version"],
        chromium=" ".join(seen.stdout.split()[:2]),
        before=f"{before:.1f}",
        after=f"{os.getloadavg()[0]:.1f}",
        cores=os.cpu_count(),
        runs=RUNS,
        bar=100,
        paint=SLOW_PAINT_MS,
        requests=MOST_REQUESTS,
    )


def _table(pages: Sequence[Judged]) -> str:
    head = (
        "| page | performance | accessibility | best practices | runs | largest paint on slow 3G, simulated, ms | applied, ms "
        "| kB | requests |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    )
    return head + "".join(map(_row, pages))


def _row(page: Judged) -> str:
    marks = " | ".join(f"{100 * page[name]:.0f}" for name in MARKS)
    return (
        f"| {page['name']} | {marks} | {page['runs']} | {page['simulated']} | {page['applied']} "
        f"| {page['bytes'] / 1000:.1f} | {len(page['requests'])} |\n"
    )


def _wrong(page: Judged) -> list[str]:
    lines = [
        f"{page['name']}: {words} {100 * page[name]:.0f}, because of {', '.join(page['failed']) or 'nothing named'}"
        for name, words in MARKS.items()
        if page[name] < 1
    ]
    lines += [
        f"{page['name']}: the largest paint comes after {page[how]} ms on slow 3G, {how}"
        for how in ("simulated", "applied")
        if page[how] > SLOW_PAINT_MS
    ]
    if page["name"] == FIRST_PAGE and len(page["requests"]) > MOST_REQUESTS:
        lines.append(f"{page['name']}: asks for {', '.join(page['requests'])}")
    return lines


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
