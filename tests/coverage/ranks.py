"""How often 95 % rank sets hold the true ranks: all of them together, or one unit's by itself.

A tie shares the better rank, so equal units are the sharp case: there a set fails as soon as one pair is told apart.
Elsewhere a set must hold at least as often as it says, because ranks are whole numbers; column `sharp` tells which. `python -m tests.coverage.ranks 1000` prints the rows.
"""

import sys
from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from analysis import rank
from analysis._types import BoolArray, FloatArray, IntArray

Row = dict[str, str | int | float]
NORMAL_DRAWS = 1_000
REPLICATES = 400
SHARP = {
    "joint max_t, equal units",
    "joint stepwise, equal units",
    "joint stepwise, bootstrap, equal units",
    "marginal, no better than, equal units",
}


def run(draws: int, seed: int) -> list[Row]:
    """One row per truth and method: the share of draws whose sets hold."""
    rng = np.random.default_rng(seed)
    hits: dict[str, list[float]] = {}
    for turn in range(draws):
        for word, truth in _truths().items():
            for name, hit in _one(truth, rng, turn=turn):
                hits.setdefault(f"{name}, {word}", []).append(hit)
    return [
        {
            "topic": "ranks",
            "case": name,
            "level": 0.95,
            "draws": draws,
            "coverage": float(np.mean(found)),
            "sharp": int(name in SHARP),
        }
        for name, found in hits.items()
    ]


def _truths() -> dict[str, FloatArray]:
    return {
        "equal units": np.full(10, 70.0),
        "units one standard error apart": 70 + np.arange(10) * 1.0,
        "two clear groups": np.repeat([70.0, 80.0], 5),
    }


def _covariance(p: int) -> FloatArray:
    """Unequal errors, a third of them shared."""
    sd = np.linspace(0.7, 1.4, p)
    return np.outer(sd, sd) * (np.full((p, p), 1 / 3) + np.eye(p) * 2 / 3)


def _one(truth: FloatArray, rng: Generator, *, turn: int) -> Iterator[tuple[str, float]]:
    cov = _covariance(len(truth))
    x = rng.multivariate_normal(truth, cov)
    ranks = rank.competition_ranks(truth)
    for method in ("bonferroni", "max_t", "stepwise"):
        joint = rank.sets(x, cov, method=method, seed=turn, draws=NORMAL_DRAWS)
        yield f"joint {method}", float(_holds(joint.low, joint.high, ranks).all())
    alone = rank.marginal_sets(x, cov, seed=turn, draws=NORMAL_DRAWS)
    yield "marginal stepwise", float(_holds(alone.low, alone.high, ranks).mean())
    best = rank.marginal_sets(x, cov, side="best", seed=turn, draws=NORMAL_DRAWS)
    yield "marginal, no better than", float((best.low <= ranks).mean())
    replicates = x + rng.multivariate_normal(np.zeros(len(x)), cov, size=REPLICATES)
    drawn = rank.bootstrap_rank_sets(x, replicates)
    yield "joint stepwise, bootstrap", float(_holds(drawn.low, drawn.high, ranks).all())
    single = rank.bootstrap_marginal_sets(x, replicates)
    yield "marginal stepwise, bootstrap", float(_holds(single.low, single.high, ranks).mean())
    free = rng.normal(truth, np.sqrt(np.diag(cov)))
    klein = rank.klein_sets(free, np.sqrt(np.diag(cov)))
    yield "joint, simultaneous intervals", float(_holds(klein.best, klein.worst, ranks).all())


def _holds(low: IntArray, high: IntArray, ranks: IntArray) -> BoolArray:
    return (low <= ranks) & (ranks <= high)


if __name__ == "__main__":
    for row in run(int(sys.argv[1]), seed=1):
        print(row)  # noqa: T201 - a command
