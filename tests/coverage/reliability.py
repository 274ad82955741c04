"""Coverage of the intervals of reliability and agreement: clustered people with unequal chances answer graded items."""

import sys
from functools import cache

import numpy as np

from analysis import reliability
from analysis._types import FloatArray
from analysis.correlation import contingency, design_polychoric, polychoric
from analysis.design import BoundDesign
from tests.coverage.report import Covered, Drawn, counted, markdown

PSUS, PEOPLE, ITEMS, BOOTSTRAP = 60, 15, 4, 300
CUTS = (-1.3, -0.4, 0.5, 1.4)
MANY = 20_000


def answers(rng: np.random.Generator, psus: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Graded items (n, k), their second measurement of the sum, two raters (n, 2), and weights (n,)."""
    n = psus * PEOPLE
    town = np.repeat(rng.normal(0, 0.4, psus), PEOPLE)
    theta = town + rng.normal(0, 0.9, n)
    loadings = np.array([1.0, 0.9, 0.7, 1.1])
    first = np.digitize(theta[:, None] * loadings + rng.standard_normal((n, ITEMS)), CUTS) + 1.0
    second = np.digitize(theta[:, None] * loadings + rng.standard_normal((n, ITEMS)), CUTS) + 1.0
    raters = np.digitize(theta[:, None] + 0.6 * rng.standard_normal((n, 2)), CUTS[1:]).astype(np.float64)
    return first, np.column_stack([first.sum(axis=1), second.sum(axis=1)]), raters, theta


def sample(rng: np.random.Generator, psus: int) -> tuple[FloatArray, FloatArray, FloatArray, BoundDesign]:
    """A sample of whole PSUs in which the content are asked less often; weights set that right."""
    items, sums, raters, theta = answers(rng, psus)
    chance = 1 / (1 + np.exp(0.6 * theta))
    asked = rng.random(len(theta)) < chance
    psu = np.repeat(np.arange(psus), PEOPLE)[asked]
    return items[asked], sums[asked], raters[asked], BoundDesign(weights=1 / chance[asked], psu=psu)


@cache
def truths() -> dict[str, float]:
    """The same coefficients of 300,000 people."""
    items, sums, raters, _ = answers(np.random.default_rng(1), MANY)
    state = reliability.moments(items)
    matrix = polychoric(contingency(items))
    return {
        "alpha": reliability.alpha(state).value,
        "omega": reliability.omega_one_factor(state).value,
        "ordinal alpha": reliability.ordinal_alpha(matrix).value,
        "polychoric": float(matrix.correlation[0, 1]),
        "kappa": reliability.kappa(raters[:, 0], raters[:, 1], weighting="linear").kappa,
        "retest": reliability.retest(sums[:, 0], sums[:, 1]).correlation,
    }


def one_draw(rng: np.random.Generator) -> Drawn:
    """Each method's truth, value, standard error and limits in one sample."""
    items, sums, raters, design = sample(rng, PSUS)
    alpha = reliability.design_alpha(items, design)
    drawn = reliability.bootstrap_alpha(items, design, seed=int(rng.integers(1 << 30)), draws=BOOTSTRAP)
    omega = reliability.design_omega(items, design)
    ordinal = reliability.design_ordinal_alpha(items, design)
    kappa = reliability.kappa(raters[:, 0], raters[:, 1], weighting="linear", design=design)
    retest = reliability.retest(sums[:, 0], sums[:, 1], design=design)
    matrix = design_polychoric(items, design)
    r, half = float(matrix.correlation[0, 1]), 2.0 * float(matrix.se[0, 1])
    return {
        "alpha, linearised": ("alpha", alpha.value, alpha.se, alpha.ci_low, alpha.ci_high),
        "alpha, bootstrap percentiles": ("alpha", drawn.value, drawn.se, drawn.ci_low, drawn.ci_high),
        "omega of one factor": ("omega", omega.value, omega.se, omega.ci_low, omega.ci_high),
        "ordinal alpha": ("ordinal alpha", ordinal.value, ordinal.se, ordinal.ci_low, ordinal.ci_high),
        "polychoric correlation": ("polychoric", r, half / 2.0, r - half, r + half),
        "kappa, linear weights": ("kappa", kappa.kappa, kappa.se, kappa.ci_low, kappa.ci_high),
        "test-retest": ("retest", retest.correlation, retest.se, retest.ci_low, retest.ci_high),
    }


def run(draws: int, seed: int) -> list[Covered]:
    """Coverage of every method over `draws` samples."""
    rng = np.random.default_rng(seed)
    return counted(truths(), [one_draw(rng) for _ in range(draws)])


if __name__ == "__main__":
    sys.stdout.write(markdown(run(int(sys.argv[1]), seed=1)) + "\n")
