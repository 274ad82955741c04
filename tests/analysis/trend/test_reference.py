"""Trends against base R and R survey: ref15 of the shared values, and the cases of own/trend."""

from typing import Any

import numpy as np
import pytest

from analysis import trend
from analysis.estimate.comparisons import contrast
from analysis.estimate.means import mean
from tests.analysis.own_cases import design, expected
from tests.analysis.reference_cases import case, labels, numbers

OWN = expected("trend")


def series(column: str) -> Any:
    return numbers(column, "series.csv")


def test_ref15() -> None:
    shared = case("ref15")
    found = trend.mann_kendall(series("score"))
    shared.agree(found.details["S"], "S")
    shared.agree(found.details["var_S"], "var_S")
    shared.agree(found.statistic, "Z")
    shared.agree(found.p, "p")
    shared.agree(trend.theil_sen(series("score"), times=series("quarter")).slope, "theil_sen")
    shares = trend.cochran_armitage(series("top2"), series("n"))
    shared.agree(shares.statistic, "prop_chisq")
    shared.agree(shares.p, "prop_p")


@pytest.mark.parametrize(
    ("name", "kind"), [("line", None), ("both", "both"), ("level", "level"), ("slope", "slope")]
)
def test_weighted_lines_with_breaks(name: str, kind: str | None) -> None:
    wanted = OWN[name]
    options = {"kind": kind, "break_at": OWN["break_at"]} if kind else {}
    for dispersion in ("known", "residual"):
        found = trend.weighted_trend(
            series("quarter"), series("score"), se=OWN["se"], dispersion=dispersion, **options
        )
        np.testing.assert_allclose(found.coefficients, wanted["coef"], rtol=1e-7)
        np.testing.assert_allclose(found.se, wanted[f"se_{dispersion}"], rtol=1e-7)
        np.testing.assert_allclose((found.q, found.q_df), (wanted["q"], wanted["df"]), rtol=1e-8)


def test_points_that_vary_together() -> None:
    found = trend.weighted_trend(series("quarter"), series("score"), covariance=OWN["lag_covariance"])
    np.testing.assert_allclose(found.coefficients, OWN["gls"]["coef"], rtol=1e-8)
    np.testing.assert_allclose(found.se, OWN["gls"]["se"], rtol=1e-8)


def test_ranks_with_ties_and_seasons() -> None:
    found = trend.mann_kendall(OWN["tied"])
    for key in ("S", "var_S", "tau"):
        assert found.details[key] == pytest.approx(OWN["kendall"][key], rel=1e-9)
    seasonal = trend.mann_kendall(OWN["tied"], season=np.arange(24) % 4)
    for key in ("S", "var_S"):
        assert seasonal.details[key] == pytest.approx(OWN["season"][key], rel=1e-9)
    slope = trend.theil_sen(OWN["tied"], times=series("quarter"))
    assert (slope.slope, slope.ci_low, slope.ci_high) == pytest.approx(
        (OWN["sen"]["slope"], OWN["sen"]["low"], OWN["sen"]["high"])
    )


def test_proportions_with_scores() -> None:
    scores = [*range(1, 13), *(2 * place + 12 for place in range(1, 13))]
    found = trend.cochran_armitage(series("top2"), series("n"), scores=scores)
    np.testing.assert_allclose(found.statistic, OWN["proportions"]["chisq"], rtol=1e-9)
    np.testing.assert_allclose(found.p, OWN["proportions"]["p"], rtol=1e-7)


def test_two_waves_in_the_same_townships_and_in_others() -> None:
    """The people of citizens.csv answered q1 in one wave and q2 in the next."""
    under, units, wanted = design("nofpc"), labels("township"), OWN["waves"]
    first, second = mean(numbers("q1"), under), mean(numbers("q2"), under)
    panel = trend.change([first, second], [under, under], links=[units, units])
    apart = trend.change([first, second], [under, under])
    np.testing.assert_allclose([panel.change, apart.change], wanted["slope"], rtol=1e-9)
    np.testing.assert_allclose((panel.se, apart.se), (wanted["panel_se"], wanted["apart_se"]), rtol=1e-8)
    assert (panel.df, apart.df, panel.shared_psu, apart.shared_psu) == (30, 60, 36, 0)
    assert panel.se == pytest.approx(contrast(second, first, design=under).se)
    np.testing.assert_allclose(panel.t, panel.change / panel.se)
    low, high = panel.ci()
    assert low < panel.change < high


def test_pooled_waves() -> None:
    under, units, wanted = design("nofpc"), labels("township"), OWN["waves"]
    panel = trend.pool([under, under], links=[units, units])
    apart = trend.pool([under, under])
    for pooled, name in ((panel, "panel"), (apart, "apart")):
        y = pooled.stack(numbers("q1"), numbers("q2"))
        whole = mean(y, pooled.design)
        np.testing.assert_allclose(whole.value, wanted["panel_mean"], rtol=1e-10)
        np.testing.assert_allclose(whole.se, wanted[f"{name}_mean_se"], rtol=1e-9)
        line = trend.linear_trend(y, pooled.wave, design=pooled.design)
        np.testing.assert_allclose(
            (line.details["slope"], line.details["se"]), (wanted["slope"], wanted[f"{name}_se"]), rtol=1e-8
        )
        assert line.df == (wanted[f"{name}_df"],)
    assert panel.design.weights.sum() == pytest.approx(under.weights.sum())
