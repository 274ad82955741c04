"""Invented answers for the tests of partitions: the same people in memory, in files and on workers."""

import itertools
from pathlib import Path

import numpy as np

from analysis.scale import Declared, write_partitions

MARGINS = {"sex": {"f": 5200.0, "m": 4800.0}, "age": {"0": 3000.0, "1": 4000.0, "2": 3000.0}}
ITEMS = ("q1", "q2", "q3", "q4")


def people(n: int = 3000, *, seed: int = 4) -> dict[str, np.ndarray]:
    """Answers of n people with missing ones, in two strata per county and PSUs inside them."""
    rng = np.random.default_rng(seed)
    taste = rng.normal(size=n)
    table: dict[str, np.ndarray] = {
        "w": rng.uniform(0.5, 2.5, n),
        "stratum": rng.integers(0, 6, n),
        "county": rng.choice(np.array(["east", "north", "west", ""]), n, p=[0.4, 0.3, 0.29, 0.01]),
        "sex": rng.choice(np.array(["f", "m"]), n),
        "age": rng.integers(0, 3, n),
    }
    table["psu"] = table["stratum"] * 8 + rng.integers(0, 8, n)
    table["N"] = 40 + table["stratum"]
    for item in ITEMS:
        answers = np.clip(np.round(3 + taste + rng.normal(size=n)), 1, 5).astype(np.int8)
        answers[rng.random(n) < 0.07] = -1
        table[item] = answers
    return table


def declared(*, clustered: bool, raked: bool) -> Declared:
    """The same plan with and without clusters and raking."""
    return Declared(
        items=ITEMS,
        by=("county",),
        weights="w",
        strata="stratum",
        psu="psu" if clustered else None,
        fpc="N" if clustered else None,
        missing=-1,
        margins=MARGINS if raked else {},
        scales={"service": ITEMS},
    )


def written(folder: Path, table: dict[str, np.ndarray], *, parts: int) -> Path:
    """The table as `parts` Parquet files."""
    edges = np.linspace(0, len(table["w"]), parts + 1).astype(int)
    for number, (begin, end) in enumerate(itertools.pairwise(edges)):
        write_partitions(
            {name: values[begin:end] for name, values in table.items()}, folder, name=f"part-{number:03d}"
        )
    return folder
