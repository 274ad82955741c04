"""Coverage of intervals after the weighting chain: nonresponse repaired in three ways, volunteers against a reference.

`python -m tests.coverage.weighting 1000` prints the table.
"""

import sys

import numpy as np

from analysis import replicates
from analysis.columns import columns_of
from analysis.design import BoundDesign
from analysis.estimate.means import mean
from analysis.weighting import (
    CalibrateToReference,
    Chain,
    Nonresponse,
    PropensityUse,
    PseudoMethod,
    PseudoWeights,
    Rake,
    ResponsePropensity,
    Trimmed,
)
from analysis.weighting.steps import Declared
from tests.coverage.design_based import bound, draw, margins, population
from tests.coverage.report import Covered, Drawn, counted, markdown

JOINING = 0.012


def targets() -> dict[str, dict[str, float]]:
    """People by sex and by age."""
    return {
        one.name: dict(zip(one.labels, one.targets.tolist(), strict=True))
        for one in margins(np.zeros(1, int))
    }


CHAINS: dict[str, list[Declared]] = {
    "classes": [Nonresponse("status", ["sex", "age"])],
    "inverse propensity": [ResponsePropensity("status", ["sex", "age"])],
    "propensity strata": [ResponsePropensity("status", ["sex", "age"], use=PropensityUse.STRATA)],
    "classes, raked": [Nonresponse("status", ["sex"]), Rake(targets())],
    "inverse propensity, raked and trimmed": [
        ResponsePropensity("status", ["sex", "age"]),
        Trimmed(Rake(targets()), largest_over_mean=1.6),
    ],
}


def table(rows: np.ndarray) -> dict[str, np.ndarray]:
    """What is known of people; ages as labels."""
    people = population()
    return {
        "sex": people.sex[rows],
        "age": np.array(["young", "middle", "old"])[people.age[rows]],
        "status": people.answers[rows],
    }


def responding(rng: np.random.Generator) -> Drawn:
    """Every chain on a sample of which some do not answer, and the first repeated in jackknife replicates."""
    rows, weights = draw(rng, answering=False)
    design = bound(rows, weights, stages=1)
    columns = table(rows)
    columns["status"] = np.where(columns["status"], "respondent", "nonrespondent")
    raking = {**columns, "age": population().age[rows]}
    y = np.where(columns["status"] == "respondent", population().y[rows], np.nan)
    found = {}
    for name, steps in CHAINS.items():
        chain = Chain(steps=steps).bind(raking)
        estimate = mean(y, chain.apply(design))
        found[f"mean, {name}"] = ("mean", estimate.value, estimate.se, *estimate.ci())
    again = mean(y, Chain(steps=CHAINS["classes, raked"]).bind(raking).apply(replicates.jackknife(design)))
    found["mean, classes, raked, in every jackknife replicate"] = (
        "mean",
        again.value,
        again.se,
        *again.ci(),
    )
    return found


def volunteering(rng: np.random.Generator) -> Drawn:
    """Volunteers of whom women and the old are more, against a reference sample of the same population."""
    people = population()
    joins = rng.random(people.y.shape[0]) < JOINING * (1 + people.sex) * (1 + people.age) / 2
    rows = np.flatnonzero(joins)
    chosen, weights = draw(rng, answering=False)
    reference = bound(chosen, weights, stages=1).with_columns(columns_of(table(chosen)))
    columns, found = table(rows), {}
    steps: dict[str, Declared] = {
        f"mean of volunteers, {method.value}": PseudoWeights(
            ["sex", "age"], reference=reference, method=method
        )
        for method in PseudoMethod
    }
    steps["mean of volunteers, calibrated to the reference"] = CalibrateToReference(
        ["sex", "age"], reference=reference
    )
    for name, step in steps.items():
        begin = np.full(rows.shape, weights.sum() / rows.shape[0] if "calibrated" in name else 1.0)
        estimate = mean(people.y[rows], Chain(steps=[step]).bind(columns).apply(BoundDesign(weights=begin)))
        found[name] = ("mean", estimate.value, estimate.se, *estimate.ci())
    plain = mean(people.y[rows], BoundDesign(weights=np.ones(rows.shape)))
    found["mean of volunteers, unweighted (for comparison)"] = ("mean", plain.value, plain.se, *plain.ci())
    return found


def run(draws: int, seed: int) -> list[Covered]:
    """Coverage of every chain over `draws` samples."""
    rng = np.random.default_rng(seed)
    known = {"mean": float(population().y.mean())}
    return counted(known, [{**responding(rng), **volunteering(rng)} for _ in range(draws)])


if __name__ == "__main__":
    print(markdown(run(int(sys.argv[1]), seed=1)))  # noqa: T201 - a command
