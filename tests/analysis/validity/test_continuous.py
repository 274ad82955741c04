"""Factor models of continuous items against lavaan, semTools and survey (R): the numbers of own/validity/continuous."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import reliability, validity
from analysis.design import BoundDesign
from analysis.validity import GroupedMoments, Kind, ValidityError
from tests.analysis.reference_cases import labels, numbers
from tests.analysis.validity.lavaan import BLOCKS, ITEMS, agree, answers, complete, output

REF = output("continuous")
LEVELS = [
    (),
    ("loadings",),
    ("loadings", "intercepts"),
    ("loadings", "intercepts", "residuals"),
    ("loadings", "intercepts", "residuals", "means"),
]


@pytest.fixture(scope="module")
def plain() -> GroupedMoments:
    y, _ = complete("age")
    return validity.moments(y, ITEMS, spread=True)


@pytest.fixture(scope="module")
def ages() -> GroupedMoments:
    y, age = complete("age")
    return validity.moments(y, ITEMS, groups=age, spread=True)


@pytest.fixture(scope="module")
def weighted() -> GroupedMoments:
    return validity.moments(answers(), ITEMS, weights=numbers("pw"), spread=True)


def test_one_factor_of_three_items_fits_exactly(plain: GroupedMoments) -> None:
    fit = validity.cfa(plain, {"f": ITEMS[:3]}, robust="none", means=False)
    agree(fit, {"parameters": REF["one_factor_3"]["parameters"]})
    assert fit.test.df == 0
    assert fit.test.chi_square == pytest.approx(0, abs=1e-8)
    assert np.isnan(fit.test.p_value)
    assert (fit.measures.cfi, fit.measures.tli, fit.measures.rmsea) == (1.0, 1.0, 0.0)
    assert not fit.status


@pytest.mark.parametrize(
    ("case", "blocks", "options"),
    [
        ("one_factor_4", {"f": ["q1", "q2", "q4", "q7"]}, {}),
        ("one_factor_4_std", {"f": ["q1", "q2", "q4", "q7"]}, {"identify": "std.lv", "means": True}),
        ("two_factors", {"a": ITEMS[:3], "b": ITEMS[3:5]}, {}),
        (
            "cross_and_pair",
            {"staff": [*ITEMS[:3], "q6"], "process": ITEMS[3:6], "outcome": ITEMS[6:]},
            {"residual_pairs": [("q1", "q9")]},
        ),
    ],
)
def test_normal_theory(plain: GroupedMoments, case: str, blocks: dict[str, list[str]], options: dict) -> None:
    agree(validity.cfa(plain, blocks, robust="none", **options), REF[case])


def test_robust_and_weighted(plain: GroupedMoments, weighted: GroupedMoments) -> None:
    agree(validity.cfa(plain, BLOCKS, robust="mlm"), REF["mlm"])
    agree(validity.cfa(weighted, BLOCKS), REF["mlr_weights"])
    groups = validity.moments(answers(), ITEMS, groups=labels("urban"), weights=numbers("pw"), spread=True)
    agree(validity.cfa(groups, BLOCKS, equal=LEVELS[2]), REF["mlr_weights_groups"])


@pytest.mark.parametrize("level", range(5))
def test_four_unequal_groups(ages: GroupedMoments, level: int) -> None:
    fit = validity.cfa(ages, BLOCKS, equal=LEVELS[level], robust="none")
    assert list(fit.groups) == REF["age"][level]["groups"]
    agree(fit, REF["age"][level])
    for robust in ("mlr", "mlm"):
        if level < 4:
            found = validity.cfa(ages, BLOCKS, equal=LEVELS[level], robust=robust)
            agree(found, REF[f"age_{robust}"][level], se_rel=5e-4)


@pytest.mark.parametrize(
    ("case", "robust", "method"),
    [
        ("age_differences", "none", None),
        ("age_mlr_2001", "mlr", None),
        ("age_mlr_2000", "mlr", "satorra-2000"),
        ("age_mlm_2001", "mlm", "satorra-bentler-2001"),
        ("age_mlm_2010", "mlm", "satorra-bentler-2010"),
        ("age_mlm_2000", "mlm", "satorra-2000"),
    ],
)
def test_differences(ages: GroupedMoments, case: str, robust: str, method: str | None) -> None:
    fits = [validity.cfa(ages, BLOCKS, equal=level, robust=robust) for level in LEVELS[:4]]
    found = [validity.difference(fits[k + 1], fits[k], method=method) for k in range(3)]
    np.testing.assert_allclose([test.chi_square for test in found], REF[case]["chisq"], rtol=2e-4)
    np.testing.assert_allclose([test.p_value for test in found], REF[case]["p"], rtol=1e-3)
    assert [test.df for test in found] == REF[case]["df"]


def test_difference_of_2010_with_casewise_scores(ages: GroupedMoments) -> None:
    wide, narrow = (validity.cfa(ages, BLOCKS, equal=level, robust="mlr") for level in LEVELS[:2])
    found = validity.difference(narrow, wide, method="satorra-bentler-2010")
    assert found.chi_square == pytest.approx(REF["age_mlr_2010"]["chisq"], rel=1e-5)
    # Where factor means change places lavaan copies parameters and we do not; the tests stay close.
    scalar = validity.cfa(ages, BLOCKS, equal=LEVELS[2], robust="mlr")
    ways = [
        validity.difference(scalar, narrow, method=f"satorra-bentler-{year}").chi_square
        for year in (2001, 2010)
    ]
    assert ways[1] == pytest.approx(ways[0], rel=0.05)


def test_modification_indices(plain: GroupedMoments) -> None:
    fit = validity.cfa(plain, BLOCKS, robust="none", means=False)
    found = {(entry.left, entry.right): entry for entry in validity.modification_indices(fit).entries}
    rows = REF["indices"]
    assert len(rows["mi"]) == len(found)
    for place in range(len(rows["mi"])):
        left, right = rows["lhs"][place], rows["rhs"][place]
        entry = found.get((left, right)) or found[right, left]
        assert entry.index == pytest.approx(rows["mi"][place], rel=1e-3, abs=1e-4)
        assert entry.change == pytest.approx(rows["epc"][place], rel=1e-3, abs=1e-4)
        assert entry.standardised_change == pytest.approx(rows["sepc.all"][place], rel=1e-3, abs=1e-4)


def test_release_tests(ages: GroupedMoments) -> None:
    fit = validity.cfa(ages, BLOCKS, equal=LEVELS[2], robust="none")
    found = {(test.kind.value, test.name): test for test in validity.release_tests(fit)}
    names = {"=~": "loading", "~1": "intercept"}
    for row in REF["release"]:
        test = found[names[row["op"]], row["item"]]
        assert test.chi_square == pytest.approx(row["chisq"], rel=2e-3, abs=1e-4)
        assert test.df == row["df"]
        assert test.p_value == pytest.approx(row["p"], rel=2e-3)


def test_partial_invariance_frees_what_was_named() -> None:
    y, urban = complete("urban")
    state = validity.moments(y, ITEMS, groups=urban)
    fit = validity.cfa(state, BLOCKS, equal=LEVELS[2], released=[(Kind.INTERCEPT, "q6")])
    agree(fit, REF["partial"])


def test_standard_errors_of_the_design() -> None:
    design = BoundDesign(weights=numbers("pw"), strata=labels("region"), psu=labels("township"))
    fit = validity.cfa(validity.design_moments(answers(), ITEMS, design=design), BLOCKS, means=True)
    ops = {"=~": Kind.LOADING, "~1": Kind.INTERCEPT}
    wanted = REF["design"]
    for name, est, se in zip(wanted["names"], wanted["est"], wanted["se"], strict=True):
        op = next(op for op in ("=~", "~~", "~1") if op in name)
        left, right = name.split(op)
        found = next(
            p for p in fit.parameters if p.kind is ops.get(op, p.kind) and {p.left, p.right} == {left, right}
        )
        assert found.estimate == pytest.approx(est, rel=1e-4)
        assert found.se == pytest.approx(se, rel=2e-4), name
        assert found.df == design.df


def test_reliability_and_variance_extracted(plain: GroupedMoments) -> None:
    fit = validity.cfa(plain, BLOCKS, robust="none", means=False)
    rows = {name: place for place, name in enumerate(REF["reliability_rows"])}
    for factor in validity.convergence(fit).factors:
        wanted = REF["reliability"][factor.factor]
        assert factor.omega == pytest.approx(wanted[rows["omega"]], rel=1e-5)
        assert factor.omega_observed == pytest.approx(wanted[rows["omega3"]], rel=1e-5)
        assert factor.ave == pytest.approx(wanted[rows["avevar"]], rel=1e-5)
        assert factor.fornell_larcker
    for item, share in fit.r_squared().items():
        assert share == pytest.approx(REF["r2"][item], rel=1e-4)
    np.testing.assert_allclose(fit.residual_correlations(), REF["std_residual"], atol=2e-6)


def test_htmt(plain: GroupedMoments) -> None:
    for form in ("htmt", "htmt2"):
        found = validity.htmt(plain, BLOCKS, form=form)
        np.testing.assert_allclose(found.matrix, np.array(REF[form]), rtol=1e-9)
    assert all(0 < pair.se < 0.1 and pair.upper < 0.85 for pair in found.pairs)


def test_a_printed_covariance_matrix_is_enough() -> None:
    names = ["a", "b", "c", "d", "e"]
    state = validity.from_covariance(names, REF["summary_covariance"], n=301)
    agree(validity.cfa(state, {"f": names[:3], "g": names[3:]}), REF["summary"])
    with pytest.raises(ValidityError, match=r'not symmetric, or not finite, at "a" and "b"'):
        validity.from_covariance(["a", "b"], [[1, 0.2], [0.4, 1]], n=30)


def test_sums_of_other_rooms_are_enough(ages: GroupedMoments) -> None:
    y, age = complete("age")
    sums = {label: reliability.moments(y[age == label]) for label in ages.groups}
    one = validity.cfa(validity.from_sums(ITEMS, sums), BLOCKS, equal=["loadings"])
    two = validity.cfa(ages, BLOCKS, equal=["loadings"], robust="none")
    assert one.test.chi_square == pytest.approx(two.test.chi_square, rel=1e-9)
    merged = validity.from_covariance(
        ITEMS, ages.covariance[0], n=int(ages.n[0]), mean=ages.mean[0], group="x", divisor="n"
    ).merge(
        validity.from_covariance(
            ITEMS, ages.covariance[1], n=int(ages.n[1]), mean=ages.mean[1], group="y", divisor="n"
        )
    )
    assert merged.groups == ("x", "y")
    with pytest.raises(ValidityError, match="at least one group"):
        validity.from_sums(ITEMS, {})
