"""Lighthouse on every page of a whole interview: ``python -m tests.lighthouse``; needs Node and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tests.chromium import NAMES
from tests.conftest import make_settings, migrate_to_head
from tests.journeys.province import serving

HERE = Path(__file__).parent
MARKS = {"performance": 1.0, "accessibility": 1.0, "practices": 1.0}
SLOW_PAINT_MS = 2_500

Judged = Mapping[str, Any]  # Any: a JSON document


def main() -> int:
    """Judge, print the table, and say with the exit status whether every page holds."""
    _install()
    with tempfile.TemporaryDirectory(prefix="minyi-lighthouse-") as folder:
        settings = make_settings(Path(folder) / "template")
        migrate_to_head(settings)
        template = Path(make_url(settings.database_url).database or "")
        with serving(template, Path(folder) / "province", links=1) as province:
            pages = _judge(province.url, province.entry("residents"))
    sys.stdout.write(_table(pages))
    wrong = [line for page in pages for line in _wrong(page)]
    sys.stdout.write("".join(f"* {line}\n" for line in wrong) or "Every page holds.\n")
    return 1 if wrong or not pages else 0


def _install() -> None:
    """The packages of the lock file, once."""
    if not (HERE / "node_modules" / "lighthouse").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=HERE, check=True)


def _judge(address: str, entry: str) -> list[Judged]:
    chromium = next(path for name in NAMES if (path := shutil.which(name)))
    node = shutil.which("node") or "node"
    command = [node, "run.mjs", chromium, address, entry]
    done = subprocess.run(
        command,
        cwd=HERE,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "LANG": "C.UTF-8"},
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _table(pages: Sequence[Judged]) -> str:
    head = "| page | performance | accessibility | best practices | largest paint on slow 3G, ms | kB | requests |\n"
    rows = [
        f"| {page['name']} | {_percent(page.get('performance'))} | {_percent(page['accessibility'])} "
        f"| {_percent(page['practices'])} | {page.get('slowPaint', '')} | {_kilo(page.get('bytes'))} "
        f"| {page.get('requests', '')} |\n"
        for page in pages
    ]
    return head + "|---|---:|---:|---:|---:|---:|---:|\n" + "".join(rows)


def _wrong(page: Judged) -> list[str]:
    lines = [
        f"{page['name']}: {name} {_percent(page[name])}, because of {', '.join(page['failed']) or 'nothing named'}"
        for name, least in MARKS.items()
        if page.get(name) is not None and page[name] < least
    ]
    if page.get("slowPaint", 0) > SLOW_PAINT_MS:
        lines.append(f"{page['name']}: the largest paint comes after {page['slowPaint']} ms on slow 3G")
    return lines


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f}"


def _kilo(n_bytes: int | None) -> str:
    return "" if n_bytes is None else f"{n_bytes / 1000:.1f}"


if __name__ == "__main__":
    sys.exit(main())
