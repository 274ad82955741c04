"""Several stages, unequal probabilities and replicate weights against R (tests/analysis/reference/own/designs)."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import replicates
from analysis._types import Centre, Lonely
from analysis.design import BoundDesign
from analysis.estimate import comparisons
from analysis.estimate.domains import means
from analysis.estimate.means import mean, total
from analysis.estimate.ratios import ratio
from analysis.survey_design import SurveyDesign
from analysis.weighting.margins import margin_from_labels
from analysis.weighting.rake import rake
from tests.analysis.reference_cases import REFERENCE

FOLDER = REFERENCE / "own" / "designs"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "designs.json").read_text(encoding="utf-8"))


def columns(file: str) -> dict[str, np.ndarray]:
    """The columns of one of the invented samples."""
    with (FOLDER / file).open(encoding="utf-8") as stream:
        header = [name.strip('"') for name in stream.readline().strip().split(",")]
    values = np.loadtxt(FOLDER / file, delimiter=",", skiprows=1)
    return dict(zip(header, values.T, strict=True))


PEOPLE = columns("designs.csv")
PEOPLE["row"] = np.arange(len(PEOPLE["y"]))


def standard_errors(design: BoundDesign, data: dict[str, np.ndarray]) -> list[float]:
    """What the reference computed for every design: mean, total, ratio, mean of a domain."""
    return [
        mean(data["y"], design).se,
        total(data["y"], design).se,
        ratio(data["y"], data["x"], design=design).se,
        mean(data["y"], design, domain=data["used"] == 1).se,
    ]


def bound(data: dict[str, np.ndarray], **declared: Any) -> BoundDesign:
    return SurveyDesign(weights="w", strata="stratum", **declared).bind(data)


@pytest.mark.parametrize(
    ("case", "psu", "fpc"),
    [
        ("one", ["psu"], ["N1"]),
        ("two", ["psu", "house"], ["N1", "N2"]),
        ("three", ["psu", "house", "row"], ["N1", "N2", "N3"]),
    ],
)
def test_stages(case: str, psu: list[str], fpc: list[str]) -> None:
    design = bound(PEOPLE, psu=psu, fpc=fpc, lonely=Lonely.CERTAINTY)
    np.testing.assert_allclose(standard_errors(design, PEOPLE), EXPECTED[case], rtol=1e-9)


def test_later_stages_without_population_sizes_add_nothing() -> None:
    ultimate = bound(PEOPLE, psu="psu")
    staged = bound(PEOPLE, psu=["psu", "house"])
    assert standard_errors(staged, PEOPLE) == standard_errors(ultimate, PEOPLE)


def test_unequal_probabilities() -> None:
    data = columns("pps.csv")
    design = bound(data, fpc="p", pps="brewer")
    np.testing.assert_allclose(standard_errors(design, data), EXPECTED["brewer"], rtol=1e-9)


def test_joint_probabilities_of_simple_random_sampling_give_its_variance() -> None:
    rng = np.random.default_rng(5)
    n, population = 12, 40
    y, p = rng.normal(size=n), np.full(n, n / population)
    joint = np.full((n, n), n * (n - 1) / (population * (population - 1)))
    np.fill_diagonal(joint, p)
    simple = BoundDesign(weights=1 / p, fpc=np.full(n, population))
    for pps in ("horvitz-thompson", "yates-grundy"):
        exact = BoundDesign(weights=1 / p, fpc=p, pps=pps, joint=joint)  # type: ignore[arg-type]
        assert total(y, exact).se == pytest.approx(total(y, simple).se)


def test_balanced_half_samples() -> None:
    data = columns("pairs.csv")
    design = bound(data, psu="psu")
    np.testing.assert_allclose(
        standard_errors(replicates.brr(design), data)[:2], EXPECTED["brr"][:2], rtol=1e-9
    )
    assert replicates.brr(design).df == EXPECTED["df"]["brr"]


def test_fay_is_exact_for_totals() -> None:
    data = columns("pairs.csv")
    design = replicates.fay(bound(data, psu="psu"), rho=0.3)
    assert total(data["y"], design).se == pytest.approx(EXPECTED["fay"][1], rel=1e-9)


def test_delivered_half_samples_agree_in_everything() -> None:
    """The nonlinear estimates depend on the matrix; with the reference's own matrix all of them agree."""
    data = columns("pairs.csv")
    design = bound(data, psu="psu")
    multipliers = np.array(EXPECTED["brr_weights"], dtype=float)
    _, first = np.unique(data["stratum"] * 10 + data["psu"], return_index=True)
    order = np.argsort(np.argsort(first))  # the file lists units as they occur
    units = design.layout.psu
    assert units is not None
    delivered = replicates.given(design, multipliers[order], method="brr", combined=False, units=units)
    np.testing.assert_allclose(standard_errors(delivered, data), EXPECTED["brr"], rtol=1e-9)
    assert delivered.df == EXPECTED["df"]["brr"]


def test_stratified_jackknife() -> None:
    design = replicates.jackknife(bound(PEOPLE, psu="psu"), centre=Centre.ESTIMATE)
    np.testing.assert_allclose(standard_errors(design, PEOPLE), EXPECTED["jkn_mse"], rtol=1e-9)
    assert design.df == EXPECTED["df"]["jkn"]


def test_jackknife_of_clusters_without_strata() -> None:
    data = PEOPLE | {"cluster": PEOPLE["stratum"] * 100 + PEOPLE["psu"]}
    design = replicates.jackknife(SurveyDesign(weights="w", psu="cluster").bind(data))
    np.testing.assert_allclose(standard_errors(design, data), EXPECTED["jk1"], rtol=1e-9)
    assert design.df == EXPECTED["df"]["jk1"]


def test_domains_keep_their_covariance_over_replicates() -> None:
    design = replicates.jackknife(bound(PEOPLE, psu="psu"), centre=Centre.ESTIMATE)
    domains = [
        (PEOPLE["used"] == used) & (PEOPLE["stratum"] == stratum) for stratum in (1, 2, 3) for used in (0, 1)
    ]
    found = [mean(PEOPLE["y"], design, domain=domain) for domain in domains]
    np.testing.assert_allclose([one.value for one in found], EXPECTED["by"]["value"], rtol=1e-9)
    covariance = comparisons.covariance(found, design=design)
    np.testing.assert_allclose(covariance, EXPECTED["by"]["covariance"], rtol=1e-8, atol=1e-12)
    difference = comparisons.contrast(found[2], found[3], design=design)
    assert difference.se**2 == pytest.approx(covariance[2, 2] + covariance[3, 3] - 2 * covariance[2, 3])


def test_many_means_at_once_say_the_same_over_replicates() -> None:
    code = (PEOPLE["stratum"] * 2 + PEOPLE["used"] - 2).astype(int)
    for design in (
        replicates.jackknife(bound(PEOPLE, psu="psu")),
        replicates.bootstrap(bound(PEOPLE, psu="psu"), 60, seed=7),
        replicates.bootstrap(bound(PEOPLE), 60, seed=7),
    ):
        table = means(np.column_stack([PEOPLE["y"], PEOPLE["x"]]), design, by=code)
        one = [mean(PEOPLE["x"], design, domain=code == domain).se for domain in range(6)]
        np.testing.assert_allclose(table.se[:, 1], one, rtol=1e-10)


def test_weighting_is_repeated_inside_every_replicate() -> None:
    design = replicates.jackknife(bound(PEOPLE, psu="psu"), centre=Centre.ESTIMATE)
    names = {name: PEOPLE[name].astype(int).astype(str) for name in ("used", "stratum")}
    margins = [
        margin_from_labels("used", [names["used"]], targets={("0",): 900, ("1",): 1100}),
        margin_from_labels("stratum", [names["stratum"]], targets={("1",): 500, ("2",): 700, ("3",): 800}),
    ]
    before = [
        mean(PEOPLE["y"], rake(design, margins)).se,
        total(PEOPLE["y"], rake(design, margins)).se,
    ]
    np.testing.assert_allclose(before, EXPECTED["rake"], rtol=1e-6)
    after = replicates.jackknife(rake(bound(PEOPLE, psu="psu"), margins), centre=Centre.ESTIMATE)
    assert mean(PEOPLE["y"], after).se == pytest.approx(before[0], rel=1e-12)
