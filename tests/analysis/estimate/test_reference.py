"""Means, totals, ratios, domains, quantiles and proportions against survey (R): ref01, ref02, ref03, ref14."""

import numpy as np
import pytest

from analysis._types import Interval
from analysis.design import BoundDesign
from analysis.estimate.comparisons import contrast
from analysis.estimate.domains import means
from analysis.estimate.means import mean, total
from analysis.estimate.proportions import proportion
from analysis.estimate.quantiles import quantile
from analysis.estimate.ratios import ratio
from tests.analysis.reference_cases import case, citizens, labels, numbers

REF01, REF02, REF03, REF14 = case("ref01"), case("ref02"), case("ref03"), case("ref14")


@pytest.mark.parametrize("item", ["overall", "edu"])
def test_mean_in_a_two_stage_sample(item: str) -> None:
    with_fpc, without = citizens(fpc=True), citizens()
    found = mean(numbers(item), with_fpc)
    REF01.agree(found.value, "mean", item)
    REF01.agree(found.se, "se_with_fpc", item)
    REF01.agree(found.deff, "deff", item)
    REF01.agree(found.ci()[0], "ci_low", item)
    REF01.agree(found.ci()[1], "ci_high", item)
    REF01.agree(mean(numbers(item), without).se, "se_without", item)
    REF01.agree(found.df, "df")
    REF01.agree(found.n, "n")


def test_total_ratio_and_missing_values() -> None:
    design = citizens(fpc=True)
    used = total(numbers("used"), design)
    REF01.agree(used.value, "total_used")
    REF01.agree(used.se, "total_used_se")
    wait = mean(numbers("wait"), design)
    REF01.agree(wait.n, "wait_n")
    REF01.agree(wait.value, "wait_mean")
    REF01.agree(wait.se, "wait_se")
    REF01.agree(wait.df, "df")
    per_level = ratio(numbers("wait"), numbers("edu"), design=design)
    REF01.agree(per_level.value, "ratio_wait_edu")
    REF01.agree(per_level.se, "ratio_se")


@pytest.fixture(scope="module")
def nhanes() -> BoundDesign:
    file = "nhanes.csv"
    return BoundDesign(
        weights=numbers("wtmec2yr", file), strata=labels("sdmvstra", file), psu=labels("sdmvpsu", file)
    )


def test_the_design_of_nhanes(nhanes: BoundDesign) -> None:
    REF02.agree(nhanes.n, "n")
    REF02.agree(nhanes.layout.n_psu, "psu")
    REF02.agree(nhanes.layout.n_strata, "strata")
    REF02.agree(nhanes.df, "df")


def test_domains_one_by_one_and_all_at_once(nhanes: BoundDesign) -> None:
    cholesterol = numbers("hi_chol", "nhanes.csv")
    overall = mean(cholesterol, nhanes)
    REF02.agree(overall.value, "mean")
    REF02.agree(overall.se, "se")
    race = numbers("race", "nhanes.csv").astype(int)
    crossed = [
        f"{sex}.{age}"
        for sex, age in zip(labels("riagendr", "nhanes.csv"), labels("agecat", "nhanes.csv"), strict=True)
    ]
    for key, code in (("by_race", race.astype(str)), ("by_sex_age", np.array(crossed))):
        names, place = np.unique(code, return_inverse=True)
        fast = means(cholesterol[:, None], nhanes, by=place)
        for index, name in enumerate(names):
            one = mean(cholesterol, nhanes, domain=code == name)
            for estimate in (one, fast.estimate(index, 0)):
                REF02.agree(estimate.value, key, str(name))
                REF02.agree(estimate.se, f"{key}_se", str(name))
    first, second = (mean(cholesterol, nhanes, domain=race == code) for code in (1, 2))
    difference = contrast(first, second, design=nhanes)
    REF02.agree(difference.value, "diff_1_2")
    REF02.agree(difference.se, "diff_1_2_se")


def test_cutting_rows_would_have_given_another_standard_error() -> None:
    inside = np.isin(labels("township"), ["a01", "a02", "a03", "b01", "b02", "c01", "c02"])
    cut = BoundDesign(
        weights=numbers("pw")[inside], strata=labels("region")[inside], psu=labels("township")[inside]
    )
    kept, wrong = mean(numbers("overall"), citizens(), domain=inside), mean(numbers("overall")[inside], cut)
    assert wrong.value == pytest.approx(kept.value)
    assert abs(wrong.se / kept.se - 1) > 0.2
    assert (wrong.df, kept.df) == (4, 30)


def test_quantiles_with_woodruff_intervals() -> None:
    found = quantile(numbers("wait"), citizens(), probabilities=[0.1, 0.5, 0.9])
    for one in found:
        key = f"{one.probability:g}"
        REF03.agree(one.value, "quantile", key)
        REF03.agree(one.ci_low, "ci_low", key)
        REF03.agree(one.ci_high, "ci_high", key)
        REF03.agree(one.se, "se", key)
        REF03.agree(one.df, "df")


def test_shares_net_score_and_scores() -> None:
    design, q7 = citizens(), numbers("q7")
    top2, bottom2 = ((q7 >= 4).astype(float), (q7 <= 2).astype(float))
    top2[np.isnan(q7)] = bottom2[np.isnan(q7)] = np.nan
    variables = {"top2": top2, "bottom2": bottom2, "net": top2 - bottom2, "score": (q7 - 1) / 4 * 100}
    for name, values in variables.items():
        found = mean(values, design)
        REF14.agree(found.n, "n")
        REF14.agree(found.value, "value", name)
        REF14.agree(found.se, "se", name)
    net = contrast(proportion(top2, design), proportion(bottom2, design), design=design)
    REF14.agree(net.se, "se", "net")


@pytest.mark.parametrize(
    ("interval", "key"),
    [
        (Interval.LOGIT, "logit"),
        (Interval.BETA, "beta"),
        (Interval.ARCSINE, "asin"),
        (Interval.LIKELIHOOD, "likelihood"),
        (Interval.T, "mean"),
    ],
)
def test_five_intervals_of_a_proportion(interval: Interval, key: str) -> None:
    q7 = numbers("q7")
    low, high = proportion(np.where(np.isnan(q7), np.nan, q7 >= 4), citizens(), interval=interval).ci()
    REF14.agree(low, "ci", "low", key)
    REF14.agree(high, "ci", "high", key)
