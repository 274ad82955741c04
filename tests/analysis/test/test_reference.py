"""Tests of hypotheses against R survey: ref05 and ref07 of the shared values, and the cases of own/tests."""

from typing import Any

import numpy as np
import pytest

from analysis import test as tests_of  # under another name, so that pytest does not collect it
from analysis._tails import weighted_tail
from analysis.design import BoundDesign
from analysis.estimate import cell_table
from analysis.test import _rao_scott
from tests.analysis.own_cases import design, expected, sparse
from tests.analysis.reference_cases import case, citizens, labels, numbers

OWN = expected("tests")


def column(name: str, of: str) -> Any:
    if of == "sparse":
        return sparse(name)
    if of == "nhanes":
        return labels(name, "nhanes.csv")
    if name == "high":
        overall = numbers("overall")
        return np.where(np.isnan(overall), np.nan, overall >= 7)
    return numbers(name) if (name[0] in "qow" and name != "region") or name == "edu" else labels(name)


TABLES = {
    "nhanes": ("nhanes", "race", "agecat"),
    "fpc": ("fpc", "q1", "region"),
    "nofpc": ("nofpc", "q1", "age"),
    "srs": ("srs", "urban", "sex"),
    "strat": ("strat", "q2", "urban"),
    "sparse": ("sparse", "a", "b"),
    "jkn": ("jkn", "q1", "age"),
    "domain": ("nofpc", "q1", "age"),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("correction", ["F", "Chisq", "Wald", "adjWald"])
def test_independence_as_r_has_it(name: str, correction: str) -> None:
    under, rows, columns = TABLES[name]
    domain = labels("sex") == "f" if name == "domain" else None
    found = tests_of.independence(
        column(rows, under),
        column(columns, under),
        design=design(under),
        correction=correction,
        domain=domain,
    )
    wanted = OWN["independence"][name][correction]
    np.testing.assert_allclose(found.statistic, wanted["statistic"], rtol=1e-8)
    np.testing.assert_allclose(found.p, wanted["p"], rtol=1e-6)
    np.testing.assert_allclose(found.df, np.atleast_1d(wanted["df"]), rtol=1e-8)


@pytest.mark.parametrize("name", ["nhanes", "fpc", "sparse", "srs", "nofpc"])
def test_the_saddlepoint_differs_from_r_only_by_its_whole_denominator(name: str) -> None:
    """R writes -x / ddf once for each *whole* degree of freedom of the denominator; ours may be a fraction."""
    under, rows, columns = TABLES[name]
    table = cell_table.cell_table(column(rows, under), column(columns, under), design=design(under))
    totals = cell_table.totals_covariance(table, design(under))
    effects = _rao_scott.design_effects(
        table.shares, _rao_scott.share_covariance(table.totals, totals), n=table.rows_of_data
    )
    ddf = effects.trace**2 / effects.trace_of_square * design(under).df
    x2, whole = _rao_scott.pearson(table.shares, n=table.rows_of_data), np.floor(ddf)
    as_r = weighted_tail(x2 * whole / ddf, effects.eigenvalues, ddf=whole)
    assert as_r == pytest.approx(OWN["independence"][name]["saddlepoint"]["p"], rel=1e-5)
    ours = tests_of.independence(
        column(rows, under), column(columns, under), design=design(under), correction="saddlepoint"
    )
    assert ours.p == pytest.approx(weighted_tail(x2, effects.eigenvalues, ddf=ddf), rel=1e-9)


@pytest.mark.parametrize("correction", ["F", "Chisq", "Wald", "adjWald"])
def test_raked_weights_carry_their_residuals_into_the_test(correction: str) -> None:
    """R's calibrate(calfun = "raking"): residuals with the starting weights, as ours; R's rake() differs."""
    found = tests_of.independence(numbers("q1"), labels("age"), design=design("raked"), correction=correction)
    wanted = OWN["independence"]["raked"][correction]
    np.testing.assert_allclose(found.statistic, wanted["statistic"], rtol=1e-7)
    np.testing.assert_allclose(found.p, wanted["p"], rtol=1e-6)


@pytest.mark.parametrize("which", ["nhanes", "citizens"])
@pytest.mark.parametrize("correction", ["F", "Chisq", "Wald", "adjWald"])
def test_ref05(which: str, correction: str) -> None:
    shared = case("ref05")
    if which == "nhanes":
        rows, columns, under = column("race", "nhanes"), column("hi_chol", "nhanes"), design("nhanes")
        columns = numbers("hi_chol", "nhanes.csv")
    else:
        rows, columns, under = labels("urban"), column("high", ""), citizens(fpc=True)
    found = tests_of.independence(rows, columns, design=under, correction=correction)
    shared.agree(found.statistic, which, correction, "statistic")
    shared.agree(found.p, which, correction, "p")
    df = shared.expected[which][correction]["df"]
    np.testing.assert_allclose(found.df, np.atleast_1d(df), rtol=1e-6)


def test_ref07_t_test() -> None:
    shared = case("ref07")
    found = tests_of.t_test(numbers("overall"), citizens(), by=labels("urban"))
    assert found.estimate is not None
    shared.agree(found.estimate.value, "t_diff")
    shared.agree(found.statistic, "t_stat")
    shared.agree(found.df[0], "t_df")
    shared.agree(found.p, "t_p")


T_TESTS: dict[str, tuple[str, str, str]] = {
    "nofpc": ("nofpc", "overall", "sex"),
    "fpc": ("fpc", "wait", "urban"),
    "sparse": ("sparse", "y", "g"),
    "srs": ("srs", "overall", "urban"),
    "jkn": ("jkn", "overall", "sex"),
}


@pytest.mark.parametrize("name", T_TESTS)
def test_t_of_two_groups(name: str) -> None:
    under, y, by = T_TESTS[name]
    found = tests_of.t_test(column(y, under), design(under), by=column(by, under))
    wanted = OWN["t"][name]
    assert found.estimate is not None
    np.testing.assert_allclose(found.estimate.value, wanted["estimate"], rtol=1e-9)
    np.testing.assert_allclose(found.statistic, wanted["t"], rtol=1e-8)
    np.testing.assert_allclose(found.p, wanted["p"], rtol=1e-7)
    np.testing.assert_allclose(found.df, wanted["df"])
    np.testing.assert_allclose(found.estimate.ci(), wanted["ci"], rtol=1e-7)


def test_t_of_one_mean_and_of_pairs() -> None:
    """R takes one degree of freedom less for a single mean than the design has; `df` gives R's number."""
    one = tests_of.t_test(numbers("wait"), design("nofpc"), null=30.0)
    np.testing.assert_allclose(one.statistic, OWN["t"]["one"]["t"], rtol=1e-9)
    assert one.df == (30.0,)
    as_r = tests_of.t_test(numbers("wait"), design("nofpc"), null=30.0, df=29)
    np.testing.assert_allclose(as_r.p, OWN["t"]["one"]["p"], rtol=1e-8)
    pairs = tests_of.t_test(numbers("q1"), design("nofpc"), paired_with=numbers("q2"), df=29)
    np.testing.assert_allclose(
        (pairs.statistic, pairs.p), (OWN["t"]["paired"]["t"], OWN["t"]["paired"]["p"]), rtol=1e-8
    )


RANKS = {
    "nofpc_two": ("nofpc", "wait", "urban"),
    "nofpc_many": ("nofpc", "overall", "edu"),
    "fpc_two": ("fpc", "overall", "sex"),
    "sparse_two": ("sparse", "y", "g"),
    "sparse_many": ("sparse", "y", "b"),
    "srs_two": ("srs", "overall", "sex"),
    "srs_many": ("srs", "overall", "age"),
    "jkn_two": ("jkn", "overall", "sex"),
}


@pytest.mark.parametrize("name", RANKS)
@pytest.mark.parametrize("score", ["wilcoxon", "vanderWaerden", "median"])
def test_rank_tests_with_the_ties_of_r(name: str, score: str) -> None:
    under, y, by = RANKS[name]
    found = tests_of.rank_test(
        column(y, under), column(by, under), design=design(under), test=score, ties="row-order"
    )
    wanted = OWN["rank"][name][score]
    if "t" in wanted:
        np.testing.assert_allclose(found.statistic, wanted["t"], rtol=1e-8)
        assert found.df == (wanted["df"],)
    else:
        np.testing.assert_allclose(found.details["x2"], wanted["x2"], rtol=1e-8)
        assert found.df == (wanted["df"], wanted["ddf"])
    np.testing.assert_allclose(found.p, wanted["p"], rtol=1e-7)


def test_midranks_do_not_depend_on_the_order_of_rows() -> None:
    """Why `midrank` is the default: R's rank of ties changes when the rows are sorted differently."""
    y, by, under = numbers("overall"), labels("urban"), design("nofpc")
    turned = BoundDesign(
        weights=under.weights[::-1], strata=labels("region")[::-1], psu=labels("township")[::-1]
    )
    for ties, same in (("midrank", True), ("row-order", False)):
        first = tests_of.rank_test(y, by, design=under, ties=ties)
        second = tests_of.rank_test(y[::-1], by[::-1], design=turned, ties=ties)
        assert (abs(first.statistic - second.statistic) < 1e-9) is same


@pytest.mark.parametrize(("name", "by"), [("urban", "urban"), ("sex", "sex")])
def test_standardised_difference(name: str, by: str) -> None:
    wanted = OWN["effects"][name]
    d = tests_of.cohen_d(numbers("overall"), labels(by), design=design("nofpc"))
    np.testing.assert_allclose((d.value, d.se), (wanted["d"], wanted["se"]), rtol=1e-8)
    g = tests_of.hedges_g(numbers("overall"), labels(by), design=design("nofpc"))
    np.testing.assert_allclose(g.value, wanted["g"], rtol=1e-8)
    assert d.estimate.n == wanted["n"]


@pytest.mark.parametrize(("name", "rows", "columns"), [("two", "urban", "high"), ("two_sex", "sex", "used")])
def test_odds_ratio_and_cramer_v(name: str, rows: str, columns: str) -> None:
    wanted = OWN["effects"][name]
    second = numbers("used") if columns == "used" else column("high", "")
    odds = tests_of.odds_ratio(labels(rows), second, design=design("nofpc"))
    np.testing.assert_allclose((odds.value, odds.se), (wanted["log_odds"], wanted["log_odds_se"]), rtol=1e-8)
    assert odds.to_rows()[0]["ratio"] == pytest.approx(np.exp(wanted["log_odds"]))
    v = tests_of.cramer_v(labels(rows), second, design=design("nofpc"))
    np.testing.assert_allclose((v.value, v.se), (wanted["v"], wanted["v_se"]), rtol=1e-7)


def test_pairwise_means() -> None:
    wanted = OWN["pairwise"]
    for adjust in ("holm", "bh", "bonferroni", "tukey"):
        found = tests_of.pairwise_means(
            numbers("overall"), labels("age"), design=design("nofpc"), adjust=adjust
        )
        key = {"bh": "BH"}.get(adjust, adjust)
        np.testing.assert_allclose(found.p_adjusted, _in_our_order(wanted[key]), rtol=1e-6)
    np.testing.assert_allclose(found.difference, _in_our_order(wanted["difference"]), rtol=1e-8)
    np.testing.assert_allclose(found.se, _in_our_order(wanted["se"]), rtol=1e-8)
    np.testing.assert_allclose(
        found.ci_high - found.difference, _in_our_order(wanted["tukey_half"]), rtol=1e-5
    )
    assert found.df == wanted["df"]


def _in_our_order(values: list[float]) -> list[float]:
    """R's contrasts are 2-1, 3-1, 4-1, 3-2, 4-2, 4-3, which is the order of all pairs."""
    return values


def test_adjusted_p_values_of_ref15() -> None:
    shared = case("ref15")
    for method, key in (
        ("holm", "holm"),
        ("hochberg", "hochberg"),
        ("hommel", "hommel"),
        ("BH", "BH"),
        ("BY", "BY"),
    ):
        shared.agree(tests_of.adjust(shared.expected["p_in"], method=method), key)
