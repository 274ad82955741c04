"""Reference values made in R: reads a case and its data, and compares as the README beside them says."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.weighting.margins import Margin, margin_from_labels

REFERENCE = Path(__file__).parent / "reference"
TARGETS = {
    "sex": {"f": 52000, "m": 49000},
    "age": {"18-29": 19600, "30-44": 28400, "45-59": 29800, "60+": 23200},
    "urban": {"town": 46000, "village": 55000},
}


@dataclass(frozen=True)
class Case:
    """One case: its expected numbers and how near a number must come."""

    expected: dict[str, Any]
    tolerance: dict[str, Any]

    def agree(self, actual: Any, *path: str) -> None:
        """`actual` equals the expected value at `path`: |x - e| <= atol + rtol |e|."""
        wanted: Any = self.expected
        for step in path:
            wanted = wanted[step]
        near = {"rtol": self.tolerance["rtol"], "atol": self.tolerance["atol"]}
        near |= self.tolerance["keys"].get(path[0], {})
        np.testing.assert_allclose(actual, wanted, err_msg=".".join(path), **near)


def case(name: str) -> Case:
    """The case whose file starts with `name`."""
    (path,) = (REFERENCE / "cases").glob(f"{name}-*.json")
    document = json.loads(path.read_text(encoding="utf-8"))
    return Case(expected=document["expected"], tolerance=document["tolerance"])


@cache
def _rows(file: str) -> list[dict[str, str]]:
    with (REFERENCE / "data" / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def numbers(column: str, file: str = "citizens.csv") -> FloatArray:
    """A column as numbers, nan where empty."""
    return np.array([float(row[column] or "nan") for row in _rows(file)])


def labels(column: str, file: str = "citizens.csv") -> NDArray[np.str_]:
    """A column as text."""
    return np.array([row[column] for row in _rows(file)])


def citizens(*, fpc: bool = False, clustered: bool = True) -> BoundDesign:
    """The design of citizens.csv."""
    return BoundDesign(
        weights=numbers("pw"),
        strata=labels("region"),
        psu=labels("township") if clustered else None,
        fpc=numbers("n_townships") if fpc else None,
    )


def citizens_margins() -> list[Margin]:
    """The three margins of ref04."""
    return [
        margin_from_labels(name, [labels(name)], targets={(label,): n for label, n in targets.items()})
        for name, targets in TARGETS.items()
    ]
