"""Joint rank sets against the reference: ref13-ranks."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from analysis.rank.klein import klein_sets

REFERENCE = Path(__file__).parents[1] / "reference"


def test_ref13() -> None:
    case = json.loads((REFERENCE / "cases" / "ref13-ranks.json").read_text(encoding="utf-8"))["expected"]
    with (REFERENCE / "data" / "areas.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sets = klein_sets(
        [float(row["direct"]) for row in rows], [float(row["psi"]) ** 0.5 / 3 for row in rows], level=0.95
    )
    np.testing.assert_allclose(sets.critical_value, case["z"], rtol=1e-6)
    assert sets.rank.tolist() == case["rank"]
    assert sets.best.tolist() == case["best"]
    assert sets.worst.tolist() == case["worst"]
