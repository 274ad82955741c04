"""Key drivers and importance against performance: R by full enumeration, laws, replicates, refusals."""

import json
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import drivers, replicates
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.drivers._decompose import johnson, lmg, r_squared
from analysis.errors import AnalysisError
from analysis.estimate.means import mean
from tests.analysis.reference_cases import REFERENCE, citizens, numbers

OWN = json.loads((REFERENCE / "own" / "drivers" / "importance.json").read_text(encoding="utf-8"))
ITEMS: list[str] = OWN["items"]


def found(method: str, design: BoundDesign | None = None, **options: Any) -> drivers.KeyDrivers:
    return drivers.key_drivers(
        numbers("overall"),
        np.column_stack([numbers(item) for item in ITEMS]),
        design=design or citizens(),
        names=ITEMS,
        method=method,
        **options,
    )


@pytest.mark.parametrize("method", ["lmg", "johnson"])
def test_r_agrees_to_the_last_digit(method: str) -> None:
    result = found(method)
    np.testing.assert_allclose(result.importance, [OWN[method][item] for item in ITEMS], rtol=1e-9)
    assert result.r_squared == pytest.approx(OWN["r_squared"], rel=1e-10)
    jackknifed = found(method, replicates.jkn(citizens(), centre="estimate"))  # type: ignore[arg-type]
    expected = [OWN[f"{method}_jkn"][item] for item in ITEMS]
    np.testing.assert_allclose(jackknifed.importance_se, expected, rtol=1e-6)
    # Linearisation and jackknife are two estimates of the same error.
    large = result.importance > 0.01
    np.testing.assert_allclose(result.importance_se[large], np.array(expected)[large], rtol=0.03)


def test_a_replicate_without_an_answer_is_named() -> None:
    """The driver varies in one cluster alone, so the replicate that drops it has no importance."""
    rng = np.random.default_rng(4)
    psu = np.repeat(np.arange(8), 12)
    x = np.column_stack([rng.normal(size=96), np.where(psu == 3, rng.integers(0, 2, 96), 0.0)])
    design = BoundDesign(weights=np.ones(96), psu=psu)
    y = x.sum(axis=1) + rng.normal(size=96)
    with pytest.raises(AnalysisError, match="replicate 4"):
        drivers.key_drivers(y, x, design=replicates.jk1(design), names=["a", "b"], method="johnson")


def correlations(seed: int, k: int) -> FloatArray:
    rng = np.random.default_rng(seed)
    return np.asarray(
        np.corrcoef(rng.normal(size=(40, k + 1)) @ rng.normal(size=(k + 1, k + 1)), rowvar=False)
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 9_999), k=st.integers(2, 5))
def test_shares_sum_to_r_squared_and_lmg_is_the_mean_over_orders(seed: int, k: int) -> None:
    matrix = correlations(seed, k)
    shares = lmg(matrix)
    assert shares.sum() == pytest.approx(r_squared(matrix))
    assert johnson(matrix).sum() == pytest.approx(r_squared(matrix))
    assert (shares > -1e-12).all()
    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        before = 0.0
        for place, driver in enumerate(order):
            chosen = [*order[: place + 1], k]
            after = r_squared(matrix[np.ix_(chosen, chosen)])
            gains[driver] += after - before
            before = after
    np.testing.assert_allclose(shares, gains / len(orders), atol=1e-10)


def test_unrelated_drivers_carry_their_own_r_squared() -> None:
    matrix = np.eye(4)
    matrix[:3, 3] = matrix[3, :3] = 0.5, 0.3, -0.4
    np.testing.assert_allclose(lmg(matrix), [0.25, 0.09, 0.16])
    np.testing.assert_allclose(johnson(matrix), [0.25, 0.09, 0.16])


def test_units_of_measurement_do_not_matter() -> None:
    plain = found("lmg")
    moved = drivers.key_drivers(
        -3 * numbers("overall") + 1,
        np.column_stack([numbers(item) for item in ITEMS]) * [1, 10, 0.1, -1, 5],
        design=citizens(),
        names=ITEMS,
    )
    np.testing.assert_allclose(moved.importance, plain.importance, rtol=1e-9)
    np.testing.assert_allclose(moved.importance_se, plain.importance_se, rtol=1e-5)


def test_rows_come_largest_first_with_shares_and_limits() -> None:
    rows = found("lmg").to_rows()
    assert [row["driver"] for row in rows][:3] == ["q1", "q4", "q7"]
    assert sum(float(row["share"] or 0) for row in rows) == pytest.approx(1.0)
    assert rows[0]["ci_low"] < rows[0]["importance"] < rows[0]["ci_high"]  # type: ignore[operator]
    assert rows[0]["definition"] == "drivers.lmg"


def test_a_domain_keeps_the_design() -> None:
    inside = found("johnson", domain=numbers("q9") >= 3)
    assert inside.raw.named[0].estimate.df == citizens().df
    assert inside.raw.named[0].estimate.n < found("johnson").raw.named[0].estimate.n


def placed(**options: Any) -> drivers.ImportancePerformance:
    design = citizens()
    key = found("lmg")
    return drivers.importance_performance(
        [one.estimate for one in key.raw.named[: len(ITEMS)]],
        [mean(25 * (numbers(item) - 1), design) for item in ITEMS],
        design=design,
        names=ITEMS,
        **options,
    )


def test_quadrants_are_probabilities_and_agree_with_draws() -> None:
    result = placed()
    np.testing.assert_allclose(result.quadrant.sum(axis=1), 1.0, atol=1e-9)
    assert result.cut_importance == pytest.approx(result.importance.mean())
    rng = np.random.default_rng(1)
    values = np.concatenate([result.importance, result.performance])
    draws = rng.multivariate_normal(values, result.covariance, size=100_000)
    gap = (
        draws
        - np.repeat(
            [[1, 0], [0, 1]] @ np.array([draws[:, :5].mean(axis=1), draws[:, 5:].mean(axis=1)]), 5, axis=0
        ).T
    )
    high, good = gap[:, :5] > 0, gap[:, 5:] > 0
    expected = np.column_stack(
        [(high & good).mean(0), (high & ~good).mean(0), (~high & ~good).mean(0), (~high & good).mean(0)]
    )
    np.testing.assert_allclose(result.quadrant, expected, atol=0.006)


def test_the_ellipse_is_where_the_distance_is_the_quantile() -> None:
    from scipy import stats

    result = placed(cuts=(0.1, 60.0))
    border = result.ellipse("q4") - [result.importance[1], result.performance[1]]
    both = result.covariance[np.ix_([1, 6], [1, 6])]
    distance = np.einsum("ni,ij,nj->n", border, np.linalg.inv(both), border)
    df = citizens().df
    np.testing.assert_allclose(distance, 2 * df / (df - 1) * stats.f.ppf(0.95, 2, df - 1), rtol=1e-6)
    assert (result.cut_importance, result.cut_performance) == (0.1, 60.0)
    row = result.to_rows()[1]
    assert row["likeliest"] in drivers.QUADRANTS


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"names": ["a"], "drivers": np.ones((1116, 1))}, "too_few_drivers", "1"),
        ({"names": ["a", "a"]}, "name_twice", "a"),
        ({"drivers": np.column_stack([numbers("q1"), 2 * numbers("q1")])}, "collinear", "b"),
        ({"drivers": np.column_stack([numbers("q1"), np.ones(1116)])}, "constant_column", "b"),
        ({"drivers": [["x", "y"]] * 1116}, "not_numeric", "drivers"),
        ({"drivers": np.ones((3, 2))}, "wrong_shape", "drivers"),
        ({"outcome": np.full(1116, np.nan)}, "empty_domain", "a"),
        ({"method": "beta"}, "bad_option", "beta"),
        (
            {
                "names": [str(i) for i in range(13)],
                "drivers": np.random.default_rng(0).normal(size=(1116, 13)),
            },
            "too_many_drivers",
            "13",
        ),
    ],
)
def test_refusals(change: dict[str, Any], code: str, named: str) -> None:
    given: dict[str, Any] = {
        "outcome": numbers("overall"),
        "drivers": np.column_stack([numbers("q1"), numbers("q2")]),
        "names": ["a", "b"],
    } | change
    with pytest.raises(AnalysisError) as caught:
        drivers.key_drivers(given.pop("outcome"), given.pop("drivers"), design=citizens(), **given)
    assert caught.value.code == code
    assert named in caught.value.message("en")


def test_nearly_collinear_drivers_are_a_status() -> None:
    x = numbers("q1")
    rng = np.random.default_rng(0)
    near = np.column_stack([x, x + 0.01 * rng.normal(size=len(x))])
    result = drivers.key_drivers(
        numbers("overall"), near, design=citizens(), names=["a", "b"], method="johnson"
    )
    assert result.status[-1].code == "nearly_collinear"
    assert "related" in result.status[-1].message("en")
