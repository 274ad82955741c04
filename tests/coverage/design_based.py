"""Coverage of design-based intervals: a finite population is sampled again and again, and its true values are known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from analysis import replicates
from analysis._types import Interval
from analysis.design import BoundDesign
from analysis.estimate.means import mean, total
from analysis.estimate.proportions import proportion
from analysis.estimate.quantiles import quantile
from analysis.estimate.ratios import ratio
from analysis.results import Estimate
from analysis.variance.layout import Stage
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake
from tests.coverage.report import Covered, counted

STRATA, PSUS, PEOPLE = 6, 200, 60
TAKEN_PSUS, TAKEN_PEOPLE = 8, 12
REPLICATES = 200


@dataclass(frozen=True, kw_only=True)
class Population:
    """People in PSUs in strata; every array (N,)."""

    stratum: np.ndarray
    psu: np.ndarray
    y: np.ndarray
    x: np.ndarray
    rare: np.ndarray
    satisfied: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    answers: np.ndarray


@cache
def population() -> Population:
    """One invented population with clustered opinions; women and the old answer more often and like it more."""
    rng = np.random.default_rng(20260901)
    n = STRATA * PSUS * PEOPLE
    psu = np.arange(n) // PEOPLE
    stratum = psu // PSUS
    town = rng.normal(0, 0.5, STRATA * PSUS)[psu]
    sex, age = rng.integers(0, 2, n), rng.integers(0, 3, n)
    y = 3 + 0.3 * stratum + town + 0.4 * sex + 0.3 * age + rng.normal(size=n)
    return Population(
        stratum=stratum,
        psu=psu,
        y=y,
        x=np.exp(0.3 * y / 3 + rng.normal(0, 0.4, n)),
        rare=(rng.random(n) < 0.06 + 0.03 * (town > 0)).astype(float),
        satisfied=(y + rng.normal(size=n) > 4.5).astype(float),
        sex=sex,
        age=age,
        answers=rng.random(n) < 0.35 + 0.25 * sex + 0.12 * age,
    )


def draw(rng: np.random.Generator, *, answering: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a stratified two-stage sample and their design weights; with nonresponse if `answering`."""
    people = population()
    rows = []
    for stratum in range(STRATA):
        for psu in rng.choice(PSUS, TAKEN_PSUS, replace=False) + stratum * PSUS:
            inside = np.arange(psu * PEOPLE, (psu + 1) * PEOPLE)
            rows.append(rng.choice(inside, TAKEN_PEOPLE, replace=False))
    chosen = np.concatenate(rows)
    weights = np.full(chosen.shape, PSUS / TAKEN_PSUS * PEOPLE / TAKEN_PEOPLE)
    kept = people.answers[chosen] if answering else np.ones(chosen.shape, dtype=bool)
    return chosen[kept], weights[kept]


def bound(rows: np.ndarray, weights: np.ndarray, *, stages: int = 2) -> BoundDesign:
    """The design of a sample, both stages with their population sizes."""
    people = population()
    later = (Stage(fpc=np.full(rows.shape, PEOPLE)),) if stages == 2 else ()
    return BoundDesign(
        weights=weights,
        strata=people.stratum[rows],
        psu=people.psu[rows],
        fpc=np.full(rows.shape, PSUS) if stages == 2 else None,
        later=later,
    )


def margins(rows: np.ndarray) -> list[Margin]:
    """The two margins that are known of the population."""
    people = population()
    return [
        Margin(
            name=name,
            codes=values[rows],
            targets=np.bincount(values).astype(float),
            labels=tuple(str(label) for label in range(values.max() + 1)),
        )
        for name, values in (("sex", people.sex), ("age", people.age))
    ]


def truths() -> dict[str, float]:
    """What the intervals should hold."""
    people = population()
    inside = (people.sex == 1) & (people.age == 2)
    return {
        "mean": people.y.mean(),
        "total": people.y.sum(),
        "share": people.satisfied.mean(),
        "rare share": people.rare.mean(),
        "ratio": people.y.sum() / people.x.sum(),
        "domain": people.y[inside].mean(),
        "median": float(np.median(people.y)),
    }


def one_draw(rng: np.random.Generator) -> dict[str, tuple[str, float, float, float, float]]:
    """Each method's truth, value, standard error and limits in one sample."""
    people, found = population(), {}
    rows, weights = draw(rng, answering=False)
    design = bound(rows, weights)
    inside = (people.sex[rows] == 1) & (people.age[rows] == 2)

    def add(method: str, truth: str, estimate: Estimate) -> None:
        found[method] = (truth, estimate.value, estimate.se, *estimate.ci())

    add("mean, two stages with fpc", "mean", mean(people.y[rows], design))
    add("total", "total", total(people.y[rows], design))
    for interval in (Interval.LOGIT, Interval.BETA, Interval.WILSON):
        for truth, values in (("share", people.satisfied), ("rare share", people.rare)):
            name = f"{truth} ({interval.value})"
            add(name, truth, proportion(values[rows], design, interval=interval))
    add("ratio", "ratio", ratio(people.y[rows], people.x[rows], design=design))
    add("mean of a domain", "domain", mean(people.y[rows], design, domain=inside))
    (half,) = quantile(people.y[rows], design, probabilities=[0.5])
    found["median (Woodruff)"] = ("median", half.value, half.se, half.ci_low, half.ci_high)
    ultimate = bound(rows, weights, stages=1)
    for name, make in (
        ("jackknife", replicates.jackknife),
        ("bootstrap", lambda plain: replicates.bootstrap(plain, REPLICATES, seed=int(rng.integers(1 << 30)))),
    ):
        add(f"mean, {name}", "mean", mean(people.y[rows], make(ultimate)))
        add(f"ratio, {name}", "ratio", ratio(people.y[rows], people.x[rows], design=make(ultimate)))
    _after_nonresponse(rng, add)
    return found


def _after_nonresponse(rng: np.random.Generator, add: Callable[[str, str, Estimate], None]) -> None:
    """Raking to the known margins where answering depends on them."""
    people = population()
    rows, weights = draw(rng, answering=True)
    design = bound(rows, weights, stages=1)
    raked = rake(design, margins(rows))
    inside = (people.sex[rows] == 1) & (people.age[rows] == 2)
    add("mean after raking, residuals", "mean", mean(people.y[rows], raked))
    add("share after raking, residuals", "share", proportion(people.satisfied[rows], raked))
    add("domain after raking, residuals", "domain", mean(people.y[rows], raked, domain=inside))
    again = rake(replicates.bootstrap(design, REPLICATES, seed=int(rng.integers(1 << 30))), margins(rows))
    add("mean after raking, raked in every bootstrap replicate", "mean", mean(people.y[rows], again))


def run(draws: int, seed: int) -> list[Covered]:
    """Coverage of every method over `draws` samples."""
    rng = np.random.default_rng(seed)
    known = truths()
    return counted(known, [one_draw(rng) for _ in range(draws)])
