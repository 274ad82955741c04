"""Laws that hold for any data: totals met, bounds kept, sums kept, order of rows without meaning."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import weighting as weight
from analysis.design import BoundDesign
from analysis.weighting._cutting import cut
from analysis.weighting._labels import coded, crossed
from tests.analysis.weighting.sample import drawn

steady = settings(deadline=None, derandomize=True, max_examples=25)
seeds = st.integers(0, 2**32 - 1)


@steady
@given(seeds, st.sampled_from(list(weight.Distance)))
def test_calibration_meets_every_total_inside_its_bounds(seed: int, distance: weight.Distance) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 200))
    x = np.column_stack([np.ones(n), rng.integers(0, 2, n), rng.normal(50, 10, n)])
    d, bounds = rng.uniform(1, 4, n), (0.4, 2.5)
    totals = x.T @ (d * rng.uniform(0.75, 1.6, n))
    names = ["people", "kind", "age"]
    found = weight.calibrate(
        BoundDesign(weights=d), x, totals=totals, names=names, distance=distance, bounds=bounds
    )
    step = found.history[-1]
    assert step.converged
    np.testing.assert_allclose(x.T @ found.weights, totals, rtol=1e-8)
    assert step.g_weights.min() >= bounds[0] - 1e-12
    assert step.g_weights.max() <= bounds[1] + 1e-12
    order = rng.permutation(n)
    mixed = weight.calibrate(
        BoundDesign(weights=d[order]), x[order], totals=totals, names=names, distance=distance, bounds=bounds
    )
    np.testing.assert_allclose(mixed.weights, found.weights[order], rtol=1e-6)


@steady
@given(seeds)
def test_units_of_measurement_do_not_matter_to_calibration(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(80), rng.normal(50, 10, 80)])
    design = BoundDesign(weights=rng.uniform(1, 4, 80))
    totals = x.T @ (design.weights * rng.uniform(0.8, 1.3, 80))
    scale = np.array([1.0, 1e6])
    plain = weight.calibrate(design, x, totals=totals, names=["n", "x"], distance=weight.Distance.RAKING)
    large = weight.calibrate(
        design, x * scale, totals=totals * scale, names=["n", "x"], distance=weight.Distance.RAKING
    )
    np.testing.assert_allclose(large.weights, plain.weights, rtol=1e-8)


@steady
@given(st.integers(0, 10_000), st.booleans())
def test_adjustments_for_response_keep_what_they_hand_on(seed: int, by_class: bool) -> None:
    sample = drawn(n=320, seed=seed)
    known = weight.unknown_eligibility(sample.design, sample.status, classes=[sample.region])
    for region in ("north", "south"):
        inside = sample.region == region
        np.testing.assert_allclose(known.weights[inside].sum(), sample.weights[inside].sum())
    classes = [sample.region] if by_class else []
    answered = weight.nonresponse(known, sample.status, classes=classes)
    eligible = np.isin(sample.status, ["respondent", "nonrespondent"])
    np.testing.assert_allclose(answered.weights.sum(), known.weights[eligible].sum())
    assert not answered.weights[sample.status != "respondent"].any()


@steady
@given(seeds, st.floats(1.2, 4.0), st.booleans())
def test_trimming_keeps_the_sum_and_the_limit(seed: int, limit: float, zeros: bool) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(0, 0.9, 200)
    if zeros:
        weights[:20] = 0.0
    mean = weights[weights > 0].mean()
    held = cut(weights, lower=0.2 * mean, upper=limit * mean)
    np.testing.assert_allclose(held.sum(), weights.sum())
    assert held.max() <= limit * mean * (1 + 1e-8)
    assert held[weights > 0].min() >= 0.2 * mean * (1 - 1e-8)
    assert not held[weights == 0].any()


@steady
@given(seeds, st.sampled_from(["int8", "int64", "text", "rare text", "wide"]))
def test_coded_labels_are_the_labels(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 400)) if kind != "rare text" else 9000
    values = rng.integers(-3, 5, n)
    columns: dict[str, Any] = {
        "int8": values.astype(np.int8),
        "int64": values * 10**9,
        "text": np.char.add("k", values.astype(str)),
        "rare text": np.where(np.arange(n) == 4097, "once", "often"),
        "wide": rng.integers(0, 10**6, n),
    }
    column = columns[kind]
    kinds, code = coded(column)
    assert [kinds[place] for place in code] == [str(value) for value in column]
    assert len(set(kinds)) == len(kinds) == len(np.unique(column))
    both, pair = crossed([(kinds, code), coded(values)])
    assert [both[place] for place in pair] == [(str(a), str(b)) for a, b in zip(column, values, strict=True)]
