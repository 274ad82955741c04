"""What must hold of trends whatever the data: covariances stay positive, overlap only where units are shared."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import trend
from analysis.design import BoundDesign
from analysis.errors import DesignError, InvalidInput
from analysis.estimate.means import mean
from analysis.trend.errors import TrendError
from tests.analysis.own_cases import design
from tests.analysis.reference_cases import labels, numbers


def wave(seed: int, units: np.ndarray, *, size: int = 4) -> tuple[np.ndarray, BoundDesign, np.ndarray]:
    """Answers, design and links of a wave that went to these units (the first half of all in stratum a)."""
    rng = np.random.default_rng(seed)
    psu = np.repeat(units, size)
    y = rng.normal(size=psu.size) + np.sin(psu)
    made = BoundDesign(
        weights=rng.uniform(0.5, 2, psu.size),
        strata=np.where(psu < 50, "a", "b"),
        psu=psu,
        lonely="certainty",
    )
    return y, made, psu


@given(seed=st.integers(0, 10_000), waves=st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_the_covariance_of_rotating_waves_is_never_negative(seed: int, waves: int) -> None:
    rng = np.random.default_rng(seed)
    made = [wave(seed + place, rng.choice(100, 24, replace=False)) for place in range(waves)]
    found = trend.wave_covariance(
        [mean(y, under) for y, under, _ in made],
        [under for _, under, _ in made],
        links=[links for _, _, links in made],
    )
    assert np.linalg.eigvalsh(found.covariance).min() >= -1e-12
    np.testing.assert_allclose(
        np.diag(found.covariance), [mean(y, under).se ** 2 for y, under, _ in made], rtol=1e-10
    )
    assert found.df <= sum(under.df for _, under, _ in made)
    assert len(found.to_rows()) == waves * (waves + 1) // 2


def test_waves_without_shared_units_do_not_covary() -> None:
    made = [wave(1, np.arange(40, 60)), wave(2, np.arange(60, 80))]
    found = trend.change(
        [mean(y, under) for y, under, _ in made],
        [under for _, under, _ in made],
        links=[links for _, _, links in made],
    )
    assert (found.correlation, found.shared_psu) == (0.0, 0)
    assert found.to_rows()[0]["shared_psu"] == 0


def test_people_may_be_linked_where_rows_are_units() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(size=200)
    under = BoundDesign(weights=np.ones(200))
    person = np.arange(200)
    order = rng.permutation(200)
    both = [mean(y, under), mean(y[order] + 0.5, under)]
    found = trend.change(both, [under, under], links=[person, person[order]])
    assert found.correlation == pytest.approx(1.0)
    assert found.se == pytest.approx(0.0, abs=1e-8)
    assert found.change == pytest.approx(0.5)


def test_rotation_groups_become_strata() -> None:
    first, second = wave(1, np.arange(40, 60)), wave(2, np.arange(44, 64))
    pooled = trend.pool([first[1], second[1]], links=[first[2], second[2]])
    assert sorted(set(pooled.design.layout.labels)) == [
        "a | wave 1",
        "a | wave 1+2",
        "b | wave 1+2",
        "b | wave 2",
    ]
    assert pooled.design.layout.n_psu == 24
    with pytest.raises(DesignError, match=r"b \| wave 2"):
        trend.pool(
            [first[1], wave(2, np.arange(42, 61))[1]],
            links=[first[2], wave(2, np.arange(42, 61))[2]],
            lonely="refuse",
        )


def test_pooled_waves_carry_their_weighting() -> None:
    raked = design("raked")
    pooled = trend.pool([raked, raked])
    y = numbers("overall")
    one = mean(y, raked)
    both = mean(pooled.stack(y, y), pooled.design)
    assert both.value == pytest.approx(one.value)
    assert both.se == pytest.approx(one.se / np.sqrt(2.0))
    fpc = trend.pool([design("fpc"), design("fpc")], links=[labels("township")] * 2)
    assert mean(fpc.stack(y, y), fpc.design).se == pytest.approx(mean(y, design("fpc")).se)


def test_waves_that_cannot_be_linked_are_refused_by_name() -> None:
    y, under, links = wave(1, np.arange(40, 60))
    pair, both = [mean(y, under)] * 2, [under, under]
    with pytest.raises(TrendError, match="one primary sampling unit has two links"):
        trend.change(pair, both, links=[links, np.arange(links.size)])
    with pytest.raises(TrendError, match='the link "7" occurs in more than one'):
        trend.change(pair, both, links=[links, np.full(links.size, 7)])
    with pytest.raises(TrendError, match="2 designs and 1 link columns"):
        trend.change(pair, both, links=[links])
    with pytest.raises(TrendError, match="2 designs and 1 estimates"):
        trend.wave_covariance(pair[:1], both)
    with pytest.raises(TrendError, match="wave 2 \\(replicate weights\\)"):
        trend.pool([design("nofpc"), design("jkn")])
    with pytest.raises(TrendError, match='in stratum "b" in one wave and in "a"'):
        trend.pool(both, links=[links, links[::-1]])
    with pytest.raises(InvalidInput, match="estimates"):
        trend.change([*pair, pair[0]], [*both, under])


def test_a_series_without_a_trend_to_estimate_is_refused() -> None:
    t = np.arange(6.0)
    with pytest.raises(TrendError, match="Only 2 valid points; this needs at least 3"):
        trend.mann_kendall([1.0, 2.0, np.nan])
    with pytest.raises(TrendError, match="all values are equal"):
        trend.mann_kendall(np.ones(6))
    with pytest.raises(TrendError, match="times: all values are equal"):
        trend.theil_sen(t, times=np.ones(6))
    with pytest.raises(TrendError, match=r"Point 3 has standard error 0\.0"):
        trend.weighted_trend(t, t, se=[1, 1, 0, 1, 1, 1])
    with pytest.raises(TrendError, match=r"break at 5\.0 to estimate slope_change"):
        trend.weighted_trend(t, t, se=np.ones(6), break_at=5.0)
    with pytest.raises(TrendError, match=r"break at 9\.0 to estimate level_change"):
        trend.weighted_trend(t, t, se=np.ones(6), break_at=9.0, kind="level")
    with pytest.raises(TrendError, match="not positive definite"):
        trend.weighted_trend(t, t, covariance=np.ones((6, 6)))
    with pytest.raises(InvalidInput, match="se, covariance"):
        trend.weighted_trend(t, t)
    with pytest.raises(TrendError, match=r"Group 2 has 5\.0 events among 4\.0 people"):
        trend.cochran_armitage([1, 5, 2], [4, 4, 4])
    with pytest.raises(TrendError, match="events: all values are equal"):
        trend.cochran_armitage([0, 0, 0], [4, 4, 4])


def test_missing_points_are_left_out() -> None:
    t, y = np.arange(10.0), np.array([1, 3, np.nan, 4, 6, 5, np.nan, 8, 9, 12.0])
    known = np.isfinite(y)
    assert trend.theil_sen(y, times=t).slope == trend.theil_sen(y[known], times=t[known]).slope
    assert trend.mann_kendall(y).statistic == trend.mann_kendall(y[known]).statistic
    first = trend.weighted_trend(t, y, se=np.ones(10))
    second = trend.weighted_trend(t[known], y[known], se=np.ones(8))
    np.testing.assert_allclose(first.coefficients, second.coefficients)
    assert first.points == 8


def test_the_order_of_time_counts_not_the_order_of_rows() -> None:
    y = np.array([3.0, 1.0, 2.0, 5.0, 4.0, 9.0, 7.0, 8.0])
    turned = trend.mann_kendall(y[::-1], times=np.arange(8.0)[::-1])
    assert turned.details == trend.mann_kendall(y).details


def test_what_a_reader_must_know_is_said() -> None:
    t = np.arange(20.0)
    noisy = trend.weighted_trend(t, t + 5 * np.sin(t / 3), se=np.full(20, 0.5))
    assert [item.code for item in noisy.status] == ["more_noise_than_errors", "autocorrelated"]
    assert [item.code for item in trend.mann_kendall(np.arange(5.0)).status][:1] == ["few_points"]
    assert trend.weighted_trend(t[:2], t[:2], se=np.ones(2)).q_df == 0
