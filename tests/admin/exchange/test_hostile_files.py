"""A sample of the hostile files; all of them, and 500 mutations of each format: `python -m tests.admin.exchange`."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.admin.exchange.hostile.families import FAMILIES, mutations, quick_xlsx
from tests.admin.exchange.hostile_runs import faults, run_all

SAMPLED = {**FAMILIES, "xlsx": quick_xlsx}
EVERY = {"xlsx": 11, "xls": 7, "csv": 7, "lss": 7, "own": 7}


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_that_must_not_happen_happens(family: str) -> None:
    """Never a traceback, never more than 10 s or 300 MiB, always a reason, never a script in a text."""
    files = [*islice(SAMPLED[family](), 0, None, EVERY[family]), *mutations(family, 12)]
    runs = run_all(files)
    assert [fault for run in runs for fault in faults(run)] == []
    refused = [run for run in runs if run.report is not None and run.report["document"] is None]
    assert len(refused) >= len(files) // 4
