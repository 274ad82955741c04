"""Coverage of intervals about fieldwork: representativity, bias on the frame, effects of flags, drawn samples.

`python -m tests.coverage.fieldwork 1000` prints the table.
"""

import sys
from functools import cache

import numpy as np

from analysis import nonresponse, quality, sampling
from analysis.design import BoundDesign
from analysis.estimate.means import mean, total
from analysis.results import Estimate
from tests.coverage.report import Covered, Drawn, counted, markdown

PEOPLE, SAMPLE, TOWNS = 12_000, 900, 240
Truths = dict[str, float]


@cache
def population() -> dict[str, np.ndarray]:
    """An invented population: towns of unequal size, who would answer, who would be flagged, a score."""
    rng = np.random.default_rng(404)
    share = rng.dirichlet(np.full(TOWNS, 3.0))
    town = np.sort(rng.choice(TOWNS, PEOPLE, p=share))
    age = rng.choice(["young", "middle", "old"], PEOPLE, p=[0.3, 0.4, 0.3])
    place = rng.choice(["town", "village"], PEOPLE, p=[0.6, 0.4])
    eta = -0.4 + 0.9 * (age == "old") - 0.5 * (age == "young") + 0.4 * (place == "village")
    score = 60.0 + 8.0 * (age == "old") + rng.normal(0, 3, TOWNS)[town] + rng.normal(0, 18, PEOPLE)
    return {
        "id": np.arange(PEOPLE),
        "town": town,
        "age": age,
        "place": place,
        "rho": 1.0 / (1.0 + np.exp(-eta)),
        "score": score,
        "flagged": rng.random(PEOPLE) < np.where(score > 75, 0.2, 0.05),
    }


def truths() -> Truths:
    """What the intervals should hold."""
    people = population()
    rho, old, y = people["rho"], people["age"] == "old", people["score"]
    return {
        "R": 1.0 - 2.0 * float(rho.std()),
        "frame": float(rho @ old / rho.sum() - old.mean()),
        "flags": float(y[~people["flagged"]].mean() - y.mean()),
        "mean": float(y.mean()),
        "total": float(y.sum()),
    }


def interviewed(rng: np.random.Generator) -> Drawn:
    """One simple random sample with its response."""
    people = population()
    rows = rng.choice(PEOPLE, SAMPLE, replace=False)
    design = BoundDesign(weights=np.full(SAMPLE, PEOPLE / SAMPLE), fpc=np.full(SAMPLE, float(PEOPLE)))
    answered = rng.random(SAMPLE) < people["rho"][rows]
    frame = {"age": people["age"][rows], "place": people["place"][rows]}
    r = nonresponse.r_indicator(frame, answered, design=design)
    bias = nonresponse.frame_bias(frame, answered, design=BoundDesign(weights=design.weights))
    old = bias.labels.index(("age", "old"))
    flags = quality.effects_of(people["score"][rows], people["flagged"][rows], design=design)
    low, high = flags.ci()
    gap, se = float(bias.difference[old]), float(bias.se[old])
    return {
        "R-indicator": ("R", r.r, r.se, *r.ci()),
        "respondents minus sample, share of the old": ("frame", gap, se, gap - 1.96 * se, gap + 1.96 * se),
        "effect of leaving out the flagged": (
            *("flags", float(flags.difference[0]), float(flags.se[0])),
            *(float(low[0]), float(high[0])),
        ),
    }


def drawn(rng: np.random.Generator) -> Drawn:
    """Samples by every way to draw, each analysed with the design of its draw."""
    people = population()
    seed = sampling.Seed(secret=rng.bytes(16))
    size = np.bincount(people["town"], minlength=TOWNS)
    towns = np.flatnonzero(size)
    sums = np.bincount(people["town"], weights=people["score"], minlength=TOWNS)[towns]
    found = {}
    for method in ("brewer", "pareto"):
        one = sampling.draw(towns, 40, seed=seed, method=method, sizes=size[towns])
        found[f"total of towns, {method}"] = _held("total", total(sums[one.rows], one.design()))
    wanted = sampling.proportional(300, {"town": 7200, "village": 4800}).sizes()
    one = sampling.draw(people["id"], wanted, seed=seed, strata=people["place"])
    found["mean, stratified draw"] = _held("mean", mean(people["score"][one.rows], one.design()))
    staged = sampling.draw_two_stage(
        people["id"], 40, psu=people["town"], n_each=8, seed=seed, method="brewer"
    )
    found["mean, two stages"] = _held("mean", mean(people["score"][staged.rows], staged.design()))
    return found


def _held(truth: str, estimate: Estimate) -> tuple[str, float, float, float, float]:
    low, high = estimate.ci()
    return truth, estimate.value, estimate.se, low, high


def run(draws: int, seed: int) -> list[Covered]:
    """Both parts; the draws from committed seeds are slower and take a third of the draws."""
    rng = np.random.default_rng(seed)
    wanted = truths()
    first = counted(wanted, [interviewed(rng) for _ in range(draws)])
    return first + counted(wanted, [drawn(rng) for _ in range(max(draws // 3, 2))])


if __name__ == "__main__":
    sys.stdout.write(markdown(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, seed=1)) + "\n")
