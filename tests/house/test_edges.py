"""Only an edge commits: a request, a command, a job, the simulation."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.test_layout import ROOT, tracked

EDGES = {
    "survey/app.py",
    "survey/jobs/worker.py",
    "survey/kit/own_transaction.py",
    "survey/sqlite_queue.py",  # the driver's own commit, which everybody's ends in
}


def _is_edge(path: Path) -> bool:
    name = str(path.relative_to(ROOT))
    return name in EDGES or path.name == "cli.py" or name.startswith(("admin/demo/", "admin/commands/"))


def test_services_never_commit() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked("survey/*.py", "admin/*.py")
        if not _is_edge(path)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\.commit\(\)", line)
    ]
    assert found == []


def test_analysis_prints_nothing() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("analysis/*.py")
        if path.name not in {"cli.py", "__main__.py", "bench.py"}
        and re.search(r"^\s*print\(", path.read_text(), re.M)
    ]
    assert found == []
