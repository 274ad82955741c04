"""What every step does to influence values is the derivative of the estimate with respect to the starting weights."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.columns import columns_of
from analysis.design import BoundDesign
from analysis.estimate.means import mean
from analysis.replicates.jackknife import jk1, jkn
from analysis.weighting import (
    Calibrate,
    CalibrateToReference,
    Chain,
    Nonresponse,
    PostStratify,
    PseudoMethod,
    PseudoWeights,
    ResponsePropensity,
    UnknownEligibility,
)
from analysis.weighting.chain import BoundChain
from analysis.weighting.steps import Declared
from tests.analysis.weighting.sample import drawn, streams

DRAWN, STREAMS = drawn(n=120), streams(size=3000, share=-3.0, drawn_size=110)
RESOLVED: list[Declared] = [UnknownEligibility("status", ["region"])]
CHAINS: dict[str, list[Declared]] = {
    "unknown eligibility": RESOLVED,
    "classes": [*RESOLVED, Nonresponse("status", ["region", "sex"])],
    "propensity": [*RESOLVED, ResponsePropensity("status", ["sex", "age"])],
    "poststratified": [*RESOLVED, Nonresponse("status"), PostStratify("sex", {"f": 700.0, "m": 500.0})],
    "greg": [
        *RESOLVED,
        ResponsePropensity("status", ["sex"]),
        Calibrate({"sex": {"f": 700.0, "m": 500.0}, "age": 58_000.0}),
    ],
}


def derivative(total: Callable[[NDArray[np.float64]], float], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Central differences of `total` by every weight, times the weight."""
    found = np.zeros(at.shape[0])
    for row in range(at.shape[0]):
        step = 1e-4 * at[row]
        up, down = at.copy(), at.copy()
        up[row] += step
        down[row] -= step
        found[row] = at[row] * (total(up) - total(down)) / (2 * step)
    return found


def check(chain: BoundChain, design: BoundDesign, y: NDArray[np.float64]) -> None:
    weighted = chain.apply(design)
    np.testing.assert_allclose(weighted.weights, chain.weights(design.weights), rtol=1e-12)
    carried = weighted.carry((weighted.weights * y)[:, None])[:, 0]
    wanted = derivative(lambda start: float(chain.weights(start) @ y), design.weights)
    np.testing.assert_allclose(carried, wanted, atol=2e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_carried_by_its_exact_derivative(name: str) -> None:
    check(Chain(steps=CHAINS[name]).bind(DRAWN.columns), DRAWN.design, DRAWN.y)


@pytest.mark.parametrize("method", ["chen-li-wu", "adjusted-logistic", "elliott-valliant"])
def test_pseudo_weights_are_carried_by_their_exact_derivative(method: str) -> None:
    step = PseudoWeights(["sex", "age"], reference=STREAMS.reference_design, method=method)  # type: ignore[arg-type]
    y = np.asarray(STREAMS.volunteers["y"], dtype=np.float64)
    check(Chain(steps=[step]).bind(STREAMS.volunteers), STREAMS.design, y)


@pytest.mark.parametrize("on", [["sex", "age"], ["sex"]], ids=["numbers", "categories"])
@pytest.mark.parametrize("method", ["chen-li-wu", "adjusted-logistic", "calibration"])
def test_the_reference_adds_the_variance_of_its_own_sampling(method: str, on: list[str]) -> None:
    """The estimate as a function of the reference's weights, differentiated by every one of them."""
    y = np.asarray(STREAMS.volunteers["y"], dtype=np.float64)

    def chain(weights: NDArray[np.float64]) -> BoundChain:
        reference = BoundDesign(weights=weights).with_columns(columns_of(STREAMS.reference))
        step: Declared
        if method == "calibration":
            step = CalibrateToReference(on, reference=reference)
        else:
            step = PseudoWeights(on, reference=reference, method=method)  # type: ignore[arg-type]
        return Chain(steps=[step]).bind(STREAMS.volunteers)

    start = np.full(len(y), STREAMS.reference_weights.sum() / len(y))
    if method != "calibration":
        start = np.ones(len(y))
    design = BoundDesign(weights=start)
    weighted = chain(STREAMS.reference_weights).apply(design)
    influence = (weighted.weights * y)[:, None]
    added = weighted.calibrations[0].outside(influence)
    assert added is not None
    by_weight = derivative(lambda d: float(chain(d).weights(start) @ y), STREAMS.reference_weights)
    wanted = BoundDesign(weights=STREAMS.reference_weights).variance(by_weight)
    assert added[0, 0] == pytest.approx(wanted, rel=1e-4)
    whole = weighted.covariance(influence)[0, 0]
    assert whole == pytest.approx(design.variance(weighted.carry(influence)) + wanted, rel=1e-4)


def test_the_reference_of_unweighted_models_adds_what_its_jackknife_says() -> None:
    """These models count the rows of the reference, so a row is left out rather than its weight changed."""
    y = np.asarray(STREAMS.volunteers["y"], dtype=np.float64)
    m, ones = len(STREAMS.reference_weights), np.ones(len(y))

    def total(rows: NDArray[np.bool_]) -> float:
        table = {name: values[rows] for name, values in STREAMS.reference.items()}
        reference = BoundDesign(weights=STREAMS.reference_weights[rows]).with_columns(columns_of(table))
        step = PseudoWeights(["sex", "age"], reference=reference, method=PseudoMethod.ELLIOTT_VALLIANT)
        return float(Chain(steps=[step]).bind(STREAMS.volunteers).weights(ones) @ y)

    left_out = np.array([total(np.arange(m) != row) for row in range(m)])
    wanted = m / (m - 1) * float(((left_out - left_out.mean()) ** 2).sum())
    step = PseudoWeights(
        ["sex", "age"], reference=STREAMS.reference_design, method=PseudoMethod.ELLIOTT_VALLIANT
    )
    weighted = Chain(steps=[step]).bind(STREAMS.volunteers).apply(STREAMS.design)
    added = weighted.calibrations[0].outside((weighted.weights * y)[:, None])
    assert added is not None
    assert added[0, 0] == pytest.approx(wanted, rel=0.05)


REPEATED: list[Declared] = [
    *RESOLVED,
    ResponsePropensity("status", ["sex", "age"], weighted=False),
    Calibrate({"sex": {"f": 700.0, "m": 500.0}, "age": 58_000.0}),
]


@pytest.mark.parametrize("steps", [*CHAINS.values(), REPEATED], ids=[*CHAINS, "unweighted model"])
def test_replicates_that_repeat_the_chain_agree_with_the_linearised_variance(steps: list[Declared]) -> None:
    sample = drawn(n=1200, seed=6)
    totals = {"f": 6000.0, "m": 6000.0}
    grown = [PostStratify("sex", totals) if isinstance(step, PostStratify) else step for step in steps]
    grown = [
        Calibrate({"sex": totals, "age": 590_000.0}) if isinstance(step, Calibrate) else step
        for step in grown
    ]
    chain = Chain(steps=grown).bind(sample.columns)
    linear = mean(sample.y, chain.apply(sample.design))
    repeated = mean(sample.y, chain.apply(jkn(sample.design)))
    assert repeated.value == pytest.approx(linear.value, rel=1e-12)
    assert repeated.se == pytest.approx(linear.se, rel=0.05)
    before_or_after = mean(sample.y, jkn(chain.apply(sample.design)))
    assert before_or_after.se == pytest.approx(repeated.se, rel=1e-10)


def test_replicates_add_the_sampling_of_the_reference() -> None:
    y = np.asarray(STREAMS.volunteers["y"], dtype=np.float64)
    chain = Chain(steps=[PseudoWeights(["sex", "age"], reference=STREAMS.reference_design)]).bind(
        STREAMS.volunteers
    )
    linear, repeated = mean(y, chain.apply(STREAMS.design)), mean(y, chain.apply(jk1(STREAMS.design)))
    assert repeated.se == pytest.approx(linear.se, rel=0.03)
