"""The statistician's face of ranks: marginal, one-sided and bootstrap sets, top k, bands; mvtnorm as reference."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import rank
from analysis._types import FloatArray
from analysis.errors import InvalidInput
from tests.analysis.reference_cases import REFERENCE, case, labels, numbers

OWN = json.loads((REFERENCE / "own" / "rank" / "critical_values.json").read_text(encoding="utf-8"))
X, COV = np.array(OWN["x"]), np.array(OWN["cov"])


def invented(seed: int, p: int = 7) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(p, p)) / np.sqrt(p)
    return rng.normal(70, 3, p), root @ root.T + 0.3 * np.eye(p)


def test_ref13_by_the_public_name() -> None:
    reference = case("ref13")
    found = rank.klein_sets(
        numbers("direct", "areas.csv"),
        np.sqrt(numbers("psi", "areas.csv")) / 3,
        units=labels("county", "areas.csv"),
    )
    reference.agree(found.critical_value, "z")
    reference.agree(found.rank, "rank")
    reference.agree(found.best, "best")
    reference.agree(found.worst, "worst")
    assert found.to_rows()[9]["unit"] == "C10"


def test_critical_values_are_those_of_the_normal_law() -> None:
    joint = rank.sets(X, COV, method="max_t", draws=200_000, seed=2)
    assert joint.critical_value == pytest.approx(OWN["joint"], abs=0.015)
    marginal = rank.marginal_sets(X, COV, method="max_t", draws=200_000, seed=2)
    np.testing.assert_allclose(marginal.critical_value, OWN["marginal"], atol=0.015)
    best = rank.marginal_sets(X, COV, method="max_t", side="best", draws=200_000, seed=2)
    np.testing.assert_allclose(best.critical_value, OWN["best"], atol=0.015)


def test_probability_of_the_top_two() -> None:
    found = rank.top_probabilities(X, COV, k=2, draws=200_000, seed=1)
    np.testing.assert_allclose(found.top, OWN["top2"], atol=0.005)
    np.testing.assert_allclose(found.probability.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.probability.sum(axis=1), 1.0)
    assert found.top.sum() == pytest.approx(2.0)
    from scipy import stats

    gap = (X[0] - X[3]) / np.sqrt(COV[0, 0] + COV[3, 3] - 2 * COV[0, 3])
    assert found.above[0, 3] == pytest.approx(stats.norm.cdf(gap), abs=0.005)
    assert found.expected_rank[0] == pytest.approx(1 + (1 - found.above[0]).sum() - 1.0)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9_999), method=st.sampled_from(["bonferroni", "max_t", "stepwise"]))
def test_a_set_for_one_unit_is_never_wider_than_one_for_all(seed: int, method: str) -> None:
    x, cov = invented(seed)
    joint = rank.sets(x, cov, method=method, draws=1_000)
    alone = rank.marginal_sets(x, cov, method=method, draws=1_000)
    assert (alone.low >= joint.low).all()
    assert (alone.high <= joint.high).all()
    best = rank.marginal_sets(x, cov, method=method, side="best", draws=1_000)
    worst = rank.marginal_sets(x, cov, method=method, side="worst", draws=1_000)
    assert (best.low >= alone.low).all()
    assert (worst.high <= alone.high).all()
    assert (best.high == len(x)).all()
    assert (worst.low == 1).all()


def test_bootstrap_sets_are_the_normal_ones_when_the_errors_are_normal() -> None:
    x, cov = invented(4)
    replicates = np.random.default_rng(8).multivariate_normal(x, cov, size=4_000)
    drawn = rank.bootstrap_rank_sets(x, replicates, method="max_t")
    normal = rank.sets(x, cov, method="max_t", draws=40_000)
    assert drawn.critical_value == pytest.approx(normal.critical_value, abs=0.1)
    assert np.abs(drawn.low - normal.low).max() <= 1
    alone = rank.bootstrap_marginal_sets(x, replicates)
    assert (alone.low >= drawn.low).all()
    top = rank.bootstrap_top_probabilities(x, replicates, k=1)
    smooth = rank.top_probabilities(x, cov, k=1, draws=40_000)
    np.testing.assert_allclose(top.top, smooth.top, atol=0.03)
    assert drawn.seed is None


def test_the_best_units_may_be_more_than_k() -> None:
    sets = rank.sets([80.0, 79.8, 79.6, 70.0], [0.1] * 4, units=["a", "b", "c", "d"])
    assert sets.possibly_in_top(1).tolist() == [True, True, True, False]
    assert sets.wholly_in_top(3).tolist() == [True, True, True, False]
    assert [row["unit"] for row in sets.to_rows()] == ["a", "b", "c", "d"]
    assert sets.to_rows()[3]["definition"] == "rank.sets"
    assert "<table>" in sets._repr_html_()


def test_bands_know_that_the_mean_is_made_of_the_units() -> None:
    x, cov = invented(2, p=5)
    shares = np.array([0.4, 0.3, 0.1, 0.1, 0.1])
    found = rank.band_units(x, cov, shares=shares, joint=False)
    contrast = np.eye(5)[2] - shares
    assert found.reference == pytest.approx(shares @ x)
    assert found.se[2] == pytest.approx(np.sqrt(contrast @ cov @ contrast))
    assert found.low[2] == pytest.approx(found.difference[2] - 1.959964 * found.se[2], rel=1e-6)
    joint = rank.band_units(x, cov, shares=shares)
    assert (joint.low < found.low).all()
    fixed = rank.band_units([60.0, 70.0, 80.0], [1.0, 1.0, 1.0], reference=70.0)
    assert [b.value for b in fixed.bands] == ["below", "within", "above"]
    assert fixed.to_rows()[0]["band"] == "below"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("top_probabilities", {"k": 0}, "k"),
        ("top_probabilities", {"k": 3}, "k"),
        ("marginal_sets", {"side": "left"}, "side"),
        ("sets", {"units": ["a"]}, "units"),
        ("sets", {"method": "max_t", "draws": 1}, "draws"),
        ("sets", {"level": 1.2}, "level"),
        ("band_units", {"shares": [0.0, 0.0]}, "shares"),
        ("band_units", {"shares": [1.0, 1.0], "reference": 3.0}, "reference"),
    ],
)
def test_refusals(name: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        getattr(rank, name)([1.0, 2.0], [1.0, 1.0], **options)


@pytest.mark.parametrize(
    ("covariance", "code"),
    [
        ([[1.0, 0.2], [0.3, 1.0]], "not_symmetric"),
        ([[1.0, 1.2], [1.2, 1.0]], "impossible_correlation"),
        ([[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]], "not_a_covariance"),
    ],
)
def test_a_matrix_that_is_no_covariance_tells_nobody_apart(covariance: Any, code: str) -> None:
    with pytest.raises(rank.RankError) as caught:
        rank.sets(np.arange(len(covariance)) * 1.0, covariance)
    assert caught.value.code == code
    assert caught.value.message("zh")


def test_replicates_must_fit() -> None:
    with pytest.raises(InvalidInput, match="replicates"):
        rank.bootstrap_rank_sets([1.0, 2.0], np.ones((5, 3)))
    with pytest.raises(InvalidInput, match="replicates"):
        rank.bootstrap_rank_sets([1.0, 2.0], [[1.0, 2.0], [np.nan, 1.0]])
    with pytest.raises(InvalidInput, match="estimates"):
        rank.sets(["a", "b"], [1.0, 1.0])
