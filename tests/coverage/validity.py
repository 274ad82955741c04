"""Coverage of the intervals of factor models, and size of their tests: clustered people with unequal chances, two languages.

`python -m tests.coverage.validity 1000` prints two tables. Items are cut into five grades; the continuous responses behind them
stand for items that need no cutting.
"""

import sys
from functools import cache

import numpy as np

from analysis import validity
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.validity import ConfirmatoryFit, Kind
from tests.coverage.report import Covered, Drawn, counted, markdown

PSUS, PEOPLE, SHIFT = 80, 15, 0.3
CUTS = (-1.3, -0.4, 0.5, 1.4)
NAMES = ["a1", "a2", "a3", "b1", "b2", "b3"]
BLOCKS = {"a": NAMES[:3], "b": NAMES[3:]}
LOADINGS = np.array([1.0, 0.9, 0.7, 1.0, 1.1, 0.8])
MANY = 20_000
Sampled = tuple[FloatArray, FloatArray, FloatArray]


def people(rng: np.random.Generator, psus: int) -> Sampled:
    """Responses (n, 6), second language (n,), and the factor on which the chance of being asked depends (n,)."""
    n = psus * PEOPLE
    town = np.repeat(rng.normal(0, 0.4, (psus, 2)), PEOPLE, axis=0)
    common = rng.normal(0, 0.6, (n, 1))
    factors = town + common + rng.normal(0, 0.7, (n, 2))
    language = (rng.random(n) < 0.4).astype(np.float64)
    factors += SHIFT * language[:, None]
    responses = factors[:, [0, 0, 0, 1, 1, 1]] * LOADINGS + rng.standard_normal((n, 6))
    return responses, language, factors[:, 0]


def sample(rng: np.random.Generator) -> tuple[FloatArray, FloatArray, BoundDesign]:
    """A sample of whole PSUs in which the content are asked less often; weights set that right."""
    responses, language, factor = people(rng, PSUS)
    chance = 1 / (1 + np.exp(0.5 * factor))
    asked = rng.random(len(factor)) < chance
    psu = np.repeat(np.arange(PSUS), PEOPLE)[asked]
    return responses[asked], language[asked], BoundDesign(weights=1 / chance[asked], psu=psu)


def graded(responses: FloatArray) -> FloatArray:
    """Five grades."""
    return np.digitize(responses, CUTS) + 1.0


def loading(fit: ConfirmatoryFit) -> tuple[float, float, float]:
    """Standardised loading of the second item in the first group, its standard error, and degrees of freedom."""
    found = next(p for p in fit.parameters if p.kind is Kind.LOADING and p.right == "a2")
    return found.standardised, found.standardised_se, found.df


@cache
def truths() -> dict[str, float]:
    """The same numbers of 300,000 people; the shift is planted."""
    responses, _, _ = people(np.random.default_rng(1), MANY)
    plain = validity.cfa(validity.moments(responses, NAMES), BLOCKS)
    ordered = validity.cfa(validity.ordered_moments(graded(responses), NAMES), BLOCKS)
    return {
        "loading": loading(plain)[0],
        "graded loading": loading(ordered)[0],
        "omega": validity.convergence(plain).factors[0].omega,
        "htmt": validity.htmt(validity.moments(responses, NAMES), BLOCKS).pairs[0].ratio,
        "shift": SHIFT,
    }


def one_draw(rng: np.random.Generator) -> tuple[Drawn, dict[str, float]]:
    """Truth, value, standard error and limits by method; p values by test, all of true hypotheses."""
    responses, language, design = sample(rng)
    state = validity.design_moments(responses, NAMES, design=design)
    groups = validity.design_moments(responses, NAMES, design=design, groups=language)
    ordered = validity.ordered_moments(graded(responses), NAMES, design=design)
    plain, steps = validity.cfa(state, BLOCKS), validity.cfa(ordered, BLOCKS)
    metric = validity.cfa(groups, BLOCKS, equal=["loadings"])
    scalar = validity.cfa(groups, BLOCKS, equal=["loadings", "intercepts"])
    mean = next(p for p in scalar.parameters if p.kind is Kind.MEAN and p.is_free)
    quality, ratio = validity.convergence(plain).factors[0], validity.htmt(state, BLOCKS).pairs[0]
    sign = 1.0 if mean.group == "1.0" else -1.0
    drawn = {
        "loading, mlr by design": ("loading", *limits(*loading(plain))),
        "loading of grades, wlsmv by design": ("graded loading", *limits(*loading(steps))),
        "factor mean of a language": ("shift", *limits(sign * mean.estimate, mean.se, mean.df)),
        "composite reliability": ("omega", *limits(quality.omega, quality.omega_se, state.df)),
        "htmt": ("htmt", *limits(ratio.ratio, ratio.se, state.df)),
    }
    tests = {
        "model, mlr by design": plain.test.scaled_p_value,
        "model of grades, wlsmv by design": steps.test.scaled_p_value,
        "scalar against metric, 2001": validity.difference(scalar, metric).p_value,
        "scalar against metric, 2000": validity.difference(scalar, metric, method="satorra-2000").p_value,
        "model, normal theory with weights": normal_theory(responses, design),
    }
    return drawn, tests


def normal_theory(responses: FloatArray, design: BoundDesign) -> float:
    """What a test that knows weights but neither clusters nor their spread says."""
    state = validity.moments(responses, NAMES, weights=design.weights)
    return validity.cfa(state, BLOCKS).test.p_value


def limits(value: float, se: float, df: float) -> tuple[float, float, float, float]:
    """Value, standard error and 95 % limits."""
    from scipy.special import stdtrit

    half = float(stdtrit(df, 0.975)) * se
    return value, se, value - half, value + half


def run(draws: int, seed: int) -> tuple[list[Covered], dict[str, float]]:
    """Coverage of every method, and how often each test of a true hypothesis rejects at 5 %."""
    rng = np.random.default_rng(seed)
    found = [one_draw(rng) for _ in range(draws)]
    sizes = {name: float(np.mean([tests[name] < 0.05 for _, tests in found])) for name in found[0][1]}
    return counted(truths(), [drawn for drawn, _ in found]), sizes


def size_table(sizes: dict[str, float]) -> str:
    """Rejections as a table."""
    lines = ["| test of a true hypothesis | rejected at 5 % |", "|---|---:|"]
    return "\n".join(lines + [f"| {name} | {100 * share:.1f} % |" for name, share in sizes.items()])


if __name__ == "__main__":
    covered, rejected = run(int(sys.argv[1]), seed=1)
    sys.stdout.write(f"{markdown(covered)}\n\n{size_table(rejected)}\n")
