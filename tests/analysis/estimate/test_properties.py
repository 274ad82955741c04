"""What must hold for any data: scale, order, domains, contrasts; and coverage in a stratified sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis._types import FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.errors import EstimationError
from analysis.estimate.comparisons import combine, contrast, covariance
from analysis.estimate.means import mean, total
from analysis.estimate.proportions import proportion
from analysis.estimate.ratios import ratio
from analysis.results import Estimate

# the same examples on every machine, and no deadline on a busy one
steady = settings(deadline=None, derandomize=True, max_examples=60)
Sample = tuple[FloatArray, FloatArray, IntArray, IntArray]


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    """Answers, weights, strata and clusters of 8 to 60 people, at least two clusters in each stratum."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(8, 60))
    strata = np.arange(n) % draw(st.integers(1, 2))
    clusters = (np.arange(n) // 2) % draw(st.integers(2, 4))
    answers = rng.integers(1, 6, n).astype(float)
    answers[rng.random(n) < draw(st.sampled_from([0.0, 0.2]))] = np.nan
    answers[0] = 3.0
    return answers, rng.uniform(0.2, 5.0, n), strata, clusters


def design_of(sample: Sample, order: IntArray | slice = slice(None), scale: float = 1.0) -> BoundDesign:
    _, weights, strata, clusters = sample
    return BoundDesign(weights=weights[order] * scale, strata=strata[order], psu=clusters[order])


@steady
@given(samples(), st.floats(0.01, 1000.0))
def test_the_scale_of_the_weights_does_not_matter_for_a_mean(sample: Sample, scale: float) -> None:
    plain, scaled = mean(sample[0], design_of(sample)), mean(sample[0], design_of(sample, scale=scale))
    assert scaled.value == pytest.approx(plain.value)
    assert scaled.se == pytest.approx(plain.se, abs=1e-12)
    assert scaled.n_effective == pytest.approx(plain.n_effective)


@steady
@given(samples(), st.floats(-50, 50), st.floats(0.1, 50))
def test_a_mean_moves_and_stretches_with_the_answers(sample: Sample, shift: float, stretch: float) -> None:
    design = design_of(sample)
    plain, moved = mean(sample[0], design), mean(shift + stretch * sample[0], design)
    assert moved.value == pytest.approx(shift + stretch * plain.value)
    assert moved.se == pytest.approx(stretch * plain.se, abs=1e-9)


@steady
@given(samples(), st.integers(0, 2**32 - 1))
def test_the_order_of_the_rows_does_not_matter(sample: Sample, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(sample[0].shape[0])
    plain, mixed = mean(sample[0], design_of(sample)), mean(sample[0][order], design_of(sample, order))
    assert mixed.value == pytest.approx(plain.value)
    assert mixed.se == pytest.approx(plain.se, abs=1e-12)


@steady
@given(samples())
def test_a_missing_answer_is_a_domain_and_the_design_stays(sample: Sample) -> None:
    answers, design = sample[0], design_of(sample)
    known = np.isfinite(answers)
    left_out = mean(answers, design)
    named = mean(np.nan_to_num(answers), design, domain=known)
    as_ratio = ratio(np.where(known, answers, 0.0), known.astype(float), design=design)
    for other in (named, as_ratio):
        assert other.value == pytest.approx(left_out.value)
        assert other.se == pytest.approx(left_out.se, abs=1e-12)
    assert left_out.df == named.df == design.df


@steady
@given(samples())
def test_domains_add_up_to_the_whole(sample: Sample) -> None:
    answers, design = sample[0], design_of(sample)
    odd = np.arange(answers.shape[0]) % 2 == 1
    parts = [total(np.nan_to_num(answers), design, domain=inside) for inside in (odd, ~odd)]
    whole = total(np.nan_to_num(answers), design)
    summed = combine(parts, [1.0, 1.0], design=design)
    assert summed.value == pytest.approx(whole.value)
    assert summed.se == pytest.approx(whole.se)


@steady
@given(samples())
def test_a_contrast_with_itself_is_certain(sample: Sample) -> None:
    design = design_of(sample)
    found = mean(sample[0], design)
    nothing = contrast(found, found, design=design)
    assert nothing.value == 0.0
    assert nothing.se == pytest.approx(0.0, abs=1e-12)
    matrix = covariance([found, found], design=design)
    np.testing.assert_allclose(matrix, np.full((2, 2), found.se**2), rtol=1e-9, atol=1e-15)


def test_estimates_without_influence_cannot_be_combined() -> None:
    design = BoundDesign(weights=np.ones(4))
    bare = Estimate(value=1.0, se=0.1, df=3.0, n=4, n_effective=4.0, deff=1.0, weight_sum=4.0, method="given")
    with pytest.raises(EstimationError) as refusal:
        combine([bare], [1.0], design=design)
    assert refusal.value.code == "no_influence"


def test_a_ratio_with_nothing_below_does_not_exist() -> None:
    with pytest.raises(EstimationError, match="denominator"):
        ratio([1.0, 2.0], [0.0, 0.0], design=BoundDesign(weights=np.ones(2)))


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """1,000 stratified two-stage samples with unequal weights; 95 % within four simulation errors."""
    rng = np.random.default_rng(20260420)
    size, take = 40, 8  # clusters in the population and in the sample, of each of 4 strata
    level = rng.normal(50, 8, (4, size)) + np.array([[-10.0], [0.0], [5.0], [15.0]])
    people = level[:, :, None] + rng.normal(0, 15, (4, size, 12))
    truth, above = people.mean(), (people > 60).mean()
    strata, clusters = np.repeat(np.arange(4), take * 6), np.repeat(np.arange(4 * take), 6)
    weights = np.full(4 * take * 6, size / take * 2.0)
    fpc = np.full(4 * take * 6, float(size))
    hits = {"mean": 0, "share": 0}
    rounds = 1000
    for _ in range(rounds):
        drawn = np.stack([people[h, rng.permutation(size)[:take]] for h in range(4)])
        answers = rng.permuted(drawn, axis=2)[:, :, :6].reshape(-1)
        design = BoundDesign(weights=weights, strata=strata, psu=clusters, fpc=fpc)
        low, high = mean(answers, design).ci()
        hits["mean"] += low <= truth <= high
        low, high = proportion(answers > 60, design).ci()
        hits["share"] += low <= above <= high
    for name, count in hits.items():
        assert abs(count / rounds - 0.95) < 4 * np.sqrt(0.95 * 0.05 / rounds), (name, count / rounds)
