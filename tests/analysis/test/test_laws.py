"""What must hold of tests whatever the data: many items as one by one, domains, families, refusals by name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analysis import test as tests_of
from analysis._tails import Tail, f_tail, weighted_tail
from analysis.design import BoundDesign
from analysis.errors import AnalysisError, EstimationError, InvalidInput
from analysis.estimate.crosstabs import Of, crosstab
from analysis.estimate.proportions import proportion
from analysis.test.errors import HypothesisError
from tests.analysis.own_cases import design, expected, sparse
from tests.analysis.reference_cases import labels, numbers


def invented(seed: int, *, n: int = 300, k: int = 4) -> tuple[np.ndarray, np.ndarray, BoundDesign]:
    rng = np.random.default_rng(seed)
    items = rng.integers(1, 5, (n, k)).astype(np.int8)
    items[rng.random((n, k)) < 0.1] = -9
    by = rng.integers(0, 3, n)
    made = BoundDesign(
        weights=rng.uniform(0.2, 3, n), strata=np.arange(n) % 3, psu=rng.permutation(n) % 24, lonely="adjust"
    )
    return items, by, made


@given(seed=st.integers(0, 10_000), cut=st.booleans())
@settings(max_examples=25, deadline=None)
def test_many_items_equal_one_by_one(seed: int, cut: bool) -> None:
    items, by, made = invented(seed)
    domain = np.random.default_rng(seed).random(len(by)) < 0.8 if cut else None
    many = tests_of.independence_many(items, by, design=made, missing=-9, domain=domain)
    for place in range(items.shape[1]):
        one = (
            tests_of.independence(by, items[:, place], design=made, missing=-9, domain=domain)
            if place
            else None
        )
        single = np.where(items[:, place] == -9, np.nan, items[:, place])
        one = tests_of.independence(by, single, design=made, domain=domain)
        np.testing.assert_allclose(many.statistic[place], one.statistic, rtol=1e-9)
        np.testing.assert_allclose(many.p[place], one.p, rtol=1e-8)
        np.testing.assert_allclose((many.df[place], many.ddf[place]), one.df, rtol=1e-9)
        assert many.n[place] == one.n


def test_many_items_on_every_kind_of_design() -> None:
    items = np.column_stack([numbers("q1"), numbers("q2")])
    for name in ("srs", "fpc", "raked", "jkn"):
        many = tests_of.independence_many(items, labels("age"), design=design(name), names=("q1", "q2"))
        one = tests_of.independence(labels("age"), numbers("q2"), design=design(name))
        np.testing.assert_allclose((many.statistic[1], many.p[1]), (one.statistic, one.p), rtol=1e-9)
    assert [row["item"] for row in many.to_rows()] == ["q1", "q2"]


def test_parts_add_up_to_the_whole() -> None:
    rng = np.random.default_rng(8)
    n, psu = 600, rng.integers(0, 30, 600)
    items = rng.integers(-1, 5, (n, 3)).astype(np.int8)
    by, w = rng.integers(-1, 4, n), rng.uniform(0.5, 2, n)
    psu[:30] = np.arange(30)
    state = None
    for part in np.array_split(rng.permutation(n), 4):
        made = tests_of.cluster_tables(
            items[part], by[part], psu=psu[part], weights=w[part], clusters=30, groups=4, answers=5
        )
        state = made if state is None else state.merge(made)
    assert state is not None
    clusters = BoundDesign(weights=np.ones(30), strata=np.arange(30) % 3)
    for correction in ("F", "Chisq"):
        whole = tests_of.independence_many(
            items,
            by,
            design=BoundDesign(weights=w, strata=psu % 3, psu=psu),
            missing=-1,
            correction=correction,
        )
        added = state.finish(clusters, correction=correction)
        np.testing.assert_allclose(added.p, whole.p, rtol=1e-10)
        np.testing.assert_allclose(added.statistic, whole.statistic, rtol=1e-10)
        assert added.n.tolist() == whole.n.tolist()
    with pytest.raises(InvalidInput, match="item 1: row 1 has code 9"):
        tests_of.cluster_tables([[9]], [0], psu=[0], weights=[1.0], clusters=1, groups=1, answers=5)
    with pytest.raises(InvalidInput, match="clusters"):
        state.finish(BoundDesign(weights=np.ones(4)))


def test_an_item_with_one_answer_has_no_test_and_stops_no_other() -> None:
    items, by, made = invented(3)
    items[:, 1] = 2
    many = tests_of.independence_many(items, by, design=made, missing=-9)
    assert np.isnan(many.p).tolist() == [False, True, False, False]
    assert many.to_rows()[1]["p"] is None


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_levels_and_the_scale_of_weights_change_nothing(seed: int) -> None:
    items, by, made = invented(seed)
    other = BoundDesign(weights=made.weights * 37.5, strata=made.strata, psu=made.psu, lonely="adjust")
    for correction in ("F", "Wald", "adjWald", "lincom"):
        first = tests_of.independence(items[:, 0], by, design=made, correction=correction)
        second = tests_of.independence(
            -items[:, 0].astype(float), 5 - by, design=other, correction=correction
        )
        turned = tests_of.independence(by, items[:, 0], design=made, correction=correction)
        np.testing.assert_allclose([second.p, turned.p], first.p, rtol=1e-6, atol=1e-12)


@given(
    x=st.floats(0.5, 20.0), weight=st.floats(0.2, 5.0), k=st.integers(1, 5), ddf=st.sampled_from([7.0, 40.0])
)
@settings(max_examples=25, deadline=None)
def test_equal_weights_are_an_f_distribution(x: float, weight: float, k: int, ddf: float) -> None:
    exact = f_tail(x / (k * weight), k, ddf)
    almost = weight * (1.0 + 1e-9 * np.arange(k))  # not alike, so that the integral is computed
    for method in (Tail.SATTERTHWAITE, Tail.INTEGRATION):
        assert weighted_tail(x, almost, ddf=ddf, method=method) == pytest.approx(exact, rel=1e-6, abs=1e-8)
    near = weighted_tail(x, np.full(k, weight), ddf=ddf, method=Tail.SADDLEPOINT)
    assert near == pytest.approx(exact, rel=0.15, abs=1e-3)


@pytest.mark.parametrize(
    ("weights", "x", "exact"),
    [
        ((0.6, 0.3, 0.1), 0.1, 0.9458),
        ((0.6, 0.3, 0.1), 0.7, 0.5064),
        ((0.6, 0.3, 0.1), 2.0, 0.1240),
        ((0.6, 0.6, 0.3, 0.3, 0.1, 0.1), 0.2, 0.9936),
        ((0.6, 0.6, 0.3, 0.3, 0.1, 0.1), 2.0, 0.3998),
        ((0.6, 0.6, 0.3, 0.3, 0.1, 0.1), 6.0, 0.0161),
    ],
)
def test_the_sum_of_chi_squares_of_the_paper(weights: tuple[float, ...], x: float, exact: float) -> None:
    """Imhof (1961), table 1, the first two quadratic forms."""
    assert weighted_tail(x, np.array(weights), method=Tail.INTEGRATION) == pytest.approx(exact, abs=6e-5)
    assert weighted_tail(x, np.array(weights), method=Tail.SADDLEPOINT) == pytest.approx(exact, rel=0.06)


def test_empty_cells_are_said() -> None:
    found = tests_of.independence(sparse("a"), sparse("b"), design=design("sparse"))
    assert "zero_cells" in [item.code for item in found.status]
    assert "空单元格" in found.status[-1].message("zh")


def test_a_block_of_empty_cells_leaves_fewer_interactions() -> None:
    """R stops here with a singular matrix; the interactions that no cell can show are left out instead."""
    rng = np.random.default_rng(7)
    rows, columns = rng.integers(0, 4, 240), rng.integers(0, 4, 240)
    columns[(rows < 2) & (columns < 2)] = 2
    made = BoundDesign(weights=np.ones(240), psu=np.arange(240) // 12)
    found = tests_of.independence(rows, columns, design=made, correction="rao-scott-1")
    assert found.df == (8.0,)
    assert "zero_cells" in [item.code for item in found.status]


def test_more_interactions_than_clusters_is_no_wald_test() -> None:
    made = BoundDesign(weights=np.ones(240), psu=np.arange(240) // 60)
    rng = np.random.default_rng(1)
    found = tests_of.independence(
        rng.integers(0, 4, 240), rng.integers(0, 4, 240), design=made, correction="adjusted-wald"
    )
    assert np.isnan(found.p)
    assert found.status[-1].code == "singular_covariance"
    assert found.to_rows()[0]["p"] is None


def test_a_level_outside_the_domain_is_dropped_and_said() -> None:
    found = tests_of.independence(
        labels("age"), labels("sex"), design=design("nofpc"), domain=labels("age") != "60+"
    )
    assert found.status[0].message() == "Levels without any weight in the domain were left out: rows: 60+."


def test_refusals_name_what_is_wrong() -> None:
    sex, y, plain = labels("sex"), numbers("overall"), design("nofpc")
    with pytest.raises(HypothesisError, match='sex: only the level "f"'):
        tests_of.independence(sex, labels("age"), design=plain, domain=sex == "f", names=("sex", "age"))
    with pytest.raises(HypothesisError, match="exactly two levels, found 4"):
        tests_of.t_test(y, plain, by=labels("age"))
    with pytest.raises(HypothesisError, match="every valid value in the domain is 5"):
        tests_of.t_test(np.full(plain.n, 5.0), plain, by=sex)
    apart = np.where(sex == "f", 1.0, 2.0)
    with pytest.raises(HypothesisError, match="score: the standard error is 0"):
        tests_of.t_test(apart, plain, by=sex, name="score")
    with pytest.raises(HypothesisError, match="wilcoxon: the standard error is 0"):
        tests_of.rank_test(apart, sex, design=plain)
    pairs = tests_of.pairwise_means(apart, sex, design=plain)
    assert [item.message() for item in pairs.status] == [
        "1 differences have a standard error of 0 (nothing varies inside their groups), so they have no test."
    ]
    with pytest.raises(HypothesisError, match="every valid value in the domain is 5"):
        tests_of.rank_test(np.full(plain.n, 5.0), sex, design=plain, name="wait")
    with pytest.raises(EstimationError, match="wait: no valid answer"):
        tests_of.t_test(np.full(plain.n, np.nan), plain, name="wait")
    with pytest.raises(EstimationError, match="rows: no valid answer"):
        tests_of.independence(np.full(plain.n, np.nan), sex, design=plain)
    with pytest.raises(InvalidInput, match="y: holds a value that is no number"):
        tests_of.t_test(sex, plain)
    with pytest.raises(InvalidInput, match="rao-scott-2, rao-scott-1"):
        tests_of.independence_many(np.ones((plain.n, 1), dtype=np.int8), sex, design=plain, correction="wald")
    with pytest.raises(InvalidInput, match='"Fisher" is unknown'):
        tests_of.independence(sex, sex, design=plain, correction="Fisher")
    with pytest.raises(EstimationError, match="id x sex: the table has 3600 cells"):
        tests_of.independence(
            np.arange(3600) // 2,
            np.arange(3600) % 2,
            design=BoundDesign(weights=np.ones(3600)),
            names=("id", "sex"),
        )
    two = BoundDesign(weights=np.ones(40), psu=np.arange(40) // 20)
    with pytest.raises(HypothesisError, match="has 1 degrees of freedom and this test needs 3"):
        tests_of.rank_test(np.arange(40.0), np.arange(40) % 3, design=two)
    with pytest.raises(HypothesisError, match="has 0 degrees of freedom"):
        tests_of.t_test(np.arange(40.0), two, by=np.arange(40) % 2)


def test_a_family_takes_what_was_declared_and_nothing_else() -> None:
    declared = tests_of.family("channels", ["app", "desk", "phone"], method="bh")
    told = declared.record("app", 0.01).record("desk", 0.02)
    np.testing.assert_allclose(told.adjusted().p_adjusted, [0.03, 0.03, np.nan])
    assert told.adjusted().to_rows()[2]["p"] is None
    assert declared.recorded == {}
    with pytest.raises(HypothesisError, match='"web" was not declared in the family "channels"'):
        told.record("web", 0.5)
    with pytest.raises(HypothesisError, match="has a p value already"):
        told.record("app", 0.5)
    with pytest.raises(HypothesisError, match="declares the hypothesis"):
        tests_of.family("channels", ["app", "app"])
    with pytest.raises(HypothesisError, match="declares no hypothesis"):
        tests_of.family("channels", [])
    with pytest.raises(HypothesisError, match="must lie between 0 and 1"):
        told.record("phone", 1.2)


def test_adjusted_p_values_as_statsmodels_has_them() -> None:
    names = {
        "holm": "holm",
        "bonferroni": "bonferroni",
        "hochberg": "simes-hochberg",
        "bh": "fdr_bh",
        "by": "fdr_by",
    }
    rng = np.random.default_rng(4)
    for size in (1, 4, 12):
        p = np.round(rng.random(size) ** 3, 2)  # with ties, zeros among them
        for ours, theirs in names.items():
            expected_p = multipletests(p, method=theirs)[1]
            np.testing.assert_allclose(tests_of.adjust(p, method=ours), expected_p, atol=1e-12)
        with_gap = tests_of.adjust([*p, float("nan")])
        np.testing.assert_allclose(with_gap, [*tests_of.adjust(p), np.nan])


def test_a_census_has_no_sampling_error_to_test_against() -> None:
    items, by, made = invented(5)
    whole = BoundDesign(weights=made.weights, psu=made.psu, fpc=np.ones(made.n))
    found = tests_of.independence(items[:, 0], by, design=whole)
    assert np.isnan(found.p)
    assert found.status[-1].code == "singular_covariance"


def test_an_empty_cell_has_no_odds_ratio() -> None:
    first, second = np.tile([0, 0, 1, 1], 50), np.tile([0, 0, 0, 1], 50)
    found = tests_of.odds_ratio(first, second, design=BoundDesign(weights=np.ones(200)))
    assert np.isnan(found.value)
    assert np.isnan(found.se)
    assert found.status[-1].code == "zero_cells"


def test_effect_sizes_on_replicates_are_near_their_linear_errors() -> None:
    y, by = numbers("overall"), labels("urban")
    for function in (tests_of.cohen_d, tests_of.hedges_g):
        linear, again = function(y, by, design=design("nofpc")), function(y, by, design=design("jkn"))
        assert again.value == linear.value
        assert again.se == pytest.approx(linear.se, rel=0.05)
    linear = tests_of.cramer_v(labels("age"), numbers("q1"), design=design("nofpc"))
    again = tests_of.cramer_v(labels("age"), numbers("q1"), design=design("jkn"))
    assert again.se == pytest.approx(linear.se, rel=0.2)


@pytest.mark.parametrize("name", ["fpc", "sparse", "srs", "jkn"])
def test_cross_tables_as_r_has_them(name: str) -> None:
    pairs = {
        "fpc": (labels("age"), numbers("q1")),
        "sparse": (sparse("a"), sparse("b")),
        "srs": (labels("sex"), labels("urban")),
        "jkn": (labels("age"), numbers("q1")),
    }
    wanted = expected("tests")["crosstab"][name]
    found = crosstab(*pairs[name], design=design(name))
    for of, key in ((Of.TOTAL, "share"), (Of.COUNT, "count")):
        # R counts the first variable fastest
        np.testing.assert_allclose(found.value(of)[:-1, :-1].T.ravel(), wanted[key], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            found.se(of)[:-1, :-1].T.ravel(), wanted[f"{key}_se"], rtol=1e-8, atol=1e-12
        )


@pytest.mark.parametrize("name", ["fpc", "jkn"])
def test_row_shares_as_r_has_them(name: str) -> None:
    wanted = expected("tests")["crosstab"][f"{name}_rows"]
    found = crosstab(labels("age"), numbers("q1"), design=design(name))
    np.testing.assert_allclose(found.value(Of.ROW)[:-1, :-1].ravel("F"), np.ravel(wanted["value"]), rtol=1e-9)
    np.testing.assert_allclose(found.se(Of.ROW)[:-1, :-1].ravel("F"), np.ravel(wanted["se"], "F"), rtol=1e-8)


def test_a_cross_table_adds_up() -> None:
    found = crosstab(labels("age"), numbers("q1"), design=design("fpc"), domain=labels("sex") == "f")
    np.testing.assert_allclose(found.value(Of.TOTAL)[:-1, -1].sum(), 1.0)
    np.testing.assert_allclose(found.value(Of.ROW)[:, :-1].sum(axis=1), 1.0)
    np.testing.assert_allclose(found.value(Of.COLUMN)[:-1, :].sum(axis=0), 1.0)
    np.testing.assert_allclose(found.se(Of.ROW)[:, -1], 0.0, atol=1e-12)
    low, high = found.ci(Of.ROW)
    assert np.all(low <= found.value(Of.ROW) + 1e-12)
    assert np.all(high >= found.value(Of.ROW) - 1e-12)
    rows = found.to_rows()
    assert len(rows) == 5 * 6
    assert rows[-1]["n"] == int(found.n[-1, -1])
    assert rows[0]["share_ci_low"] < rows[0]["share"] < rows[0]["share_ci_high"]


def test_a_row_share_is_the_proportion_in_its_domain() -> None:
    under, age, q1 = design("fpc"), labels("age"), numbers("q1")
    found = crosstab(age, q1, design=under, interval="beta")
    low, high = found.ci(Of.ROW, level=0.9)
    for row, label in enumerate(found.row_labels):
        for column in range(5):
            hit = np.where(np.isnan(q1), np.nan, q1 == column + 1)
            one = proportion(hit, under, domain=age == label, interval="beta")
            at = (row, column)
            np.testing.assert_allclose(
                (found.value(Of.ROW)[at], found.se(Of.ROW)[at], low[at], high[at]),
                (one.value, one.se, *one.ci(0.9)),
                rtol=1e-9,
            )


def test_pairs_of_rows_are_tested_as_domains() -> None:
    under, age, q1 = design("nofpc"), labels("age"), numbers("q1")
    found = tests_of.pairwise_independence(age, q1, design=under, adjust_by="bonferroni")
    assert found.pairs[0] == ("18-29", "30-44")
    assert len(found.pairs) == 6
    one = tests_of.independence(age, q1, design=under, domain=(age == "18-29") | (age == "30-44"))
    np.testing.assert_allclose(found.p[0], one.p, rtol=1e-9)
    np.testing.assert_allclose(found.p_adjusted, np.minimum(found.p * 6, 1.0))
    alike = tests_of.pairwise_independence(
        np.arange(60) % 3, np.arange(60) % 3 // 2, design=BoundDesign(weights=np.ones(60))
    )
    assert np.isnan(alike.p[0])
    assert alike.to_rows()[0]["p_adjusted"] is None


def test_missing_text_is_none_nan_or_a_stated_value() -> None:
    answers = np.array(["yes", None, "no", float("nan"), "", "yes"] * 20, dtype=object)
    other = np.array([1, 2, 2, 1, 1, 1] * 20)
    under = BoundDesign(weights=np.ones(120))
    found = crosstab(answers, other, design=under, missing="")
    assert found.row_labels == ("no", "yes")
    assert int(found.n[-1, -1]) == 60


def test_every_refusal_speaks_both_languages() -> None:
    for text in HypothesisError.catalogue.values():
        assert text.zh
        assert text.en
    assert issubclass(HypothesisError, AnalysisError)
