"""Our own reference values: the JSON that an R script wrote beside itself, and the designs of citizens.csv it names."""

import csv
import json
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.design import BoundDesign
from analysis.replicates import jkn
from analysis.weighting.margins import margin_from_labels
from analysis.weighting.rake import rake
from tests.analysis.reference_cases import REFERENCE, TARGETS, citizens, labels, numbers


@cache
def expected(topic: str) -> dict[str, Any]:
    """The output of `own/<topic>/<topic>.R`."""
    path = REFERENCE / "own" / topic / f"{topic}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def design(name: str) -> BoundDesign:
    """A design by the name that the scripts use."""
    if name == "srs":
        return BoundDesign(weights=numbers("pw"))
    if name == "strat":
        return BoundDesign(weights=numbers("pw"), strata=labels("region"))
    if name == "sparse":
        return BoundDesign(weights=sparse("w"), strata=sparse("stratum"), psu=sparse("psu"))
    if name == "nhanes":
        return BoundDesign(
            weights=numbers("wtmec2yr", "nhanes.csv"),
            strata=labels("sdmvstra", "nhanes.csv"),
            psu=labels("sdmvpsu", "nhanes.csv"),
        )
    plain = citizens(fpc=name == "fpc")
    if name == "jkn":
        return jkn(plain)
    if name == "raked":
        margins = [
            margin_from_labels(
                column, [labels(column)], targets={(key,): n for key, n in TARGETS[column].items()}
            )
            for column in ("sex", "urban")
        ]
        return rake(plain, margins, tolerance=1e-12)
    return plain


@cache
def _sparse() -> list[dict[str, str]]:
    with (REFERENCE / "own" / "tests" / "sparse.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def sparse(column: str) -> NDArray[Any]:
    """A column of sparse.csv: text as objects with None where empty, numbers with nan."""
    values = [row[column] for row in _sparse()]
    if column in ("a", "g"):
        return np.array([value or None for value in values], dtype=object)
    return np.array([float(value or "nan") for value in values])
