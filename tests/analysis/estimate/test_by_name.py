"""Estimators on the columns of a bound design: the reference cases as a statistician would write them."""

import csv
from typing import Any

import numpy as np
import pytest

from analysis import estimate, replicates
from analysis._types import Centre
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.estimate.means import mean as kernel
from analysis.survey_design import SurveyDesign
from tests.analysis.reference_cases import REFERENCE, case, citizens

DECLARED = SurveyDesign(weights="pw", strata="region", psu="township")


def read(file: str) -> dict[str, list[str]]:
    """A data file as columns of text, as a careless reader would hand them over."""
    with (REFERENCE / "data" / file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {name: [row[name] for row in rows] for name in rows[0]}


CITIZENS = read("citizens.csv")


@pytest.fixture(scope="module")
def design() -> BoundDesign:
    return DECLARED.bind(CITIZENS)


def test_ref01_by_name() -> None:
    reference = case("ref01")
    with_fpc = SurveyDesign(weights="pw", strata="region", psu="township", fpc="n_townships").bind(CITIZENS)
    found = estimate.mean(with_fpc, ["overall", "edu"])
    reference.agree(found["overall"].value, "mean", "overall")
    reference.agree(found["edu"].se, "se_with_fpc", "edu")
    reference.agree(found["overall"].deff, "deff", "overall")
    reference.agree(estimate.total(with_fpc, "used")["used"].se, "total_used_se")
    reference.agree(estimate.ratio(with_fpc, "wait", "edu")["wait"].se, "ratio_se")
    reference.agree(estimate.mean(with_fpc, "wait")["wait"].se, "wait_se")


def test_ref02_domains_and_contrast_by_name() -> None:
    reference = case("ref02")
    nhanes = SurveyDesign(weights="wtmec2yr", strata="sdmvstra", psu="sdmvpsu").bind(read("nhanes.csv"))
    by_race = estimate.mean(nhanes, "hi_chol", by="race", cov=True)
    for label, value in reference.expected["by_race"].items():
        assert by_race[label].value == pytest.approx(value, rel=1e-6)
        assert by_race[label].se == pytest.approx(reference.expected["by_race_se"][label], rel=1e-6)
    reference.agree(by_race.contrast("1", "2").value, "diff_1_2")
    reference.agree(by_race.contrast({"1": 1.0, "2": -1.0}).se, "diff_1_2_se")
    crossed = estimate.mean(nhanes, "hi_chol", by=["riagendr", "agecat"])
    for label, value in reference.expected["by_sex_age_se"].items():
        assert crossed[label].se == pytest.approx(value, rel=1e-6)


def test_ref06_replicates_by_name() -> None:
    reference = case("ref06")
    plain = DECLARED.bind(CITIZENS)
    with_fpc = SurveyDesign(weights="pw", strata="region", psu="township", fpc="n_townships").bind(CITIZENS)
    jkn = replicates.jackknife(plain)
    reference.agree(estimate.mean(jkn, "overall")["overall"].value, "mean")
    reference.agree(estimate.mean(jkn, "overall")["overall"].se, "jkn_se")
    reference.agree(estimate.ratio(jkn, "overall", "edu")["overall"].se, "jkn_ratio_se")
    reference.agree(
        estimate.mean(replicates.jackknife(with_fpc), "overall", cov=True)["overall"].se, "jkn_se_fpc"
    )
    reference.agree(jkn.df, "df")
    assert jkn.replicates is not None
    reference.agree(jkn.replicates.n_replicates, "replicates")


def delivered(centre: Centre) -> BoundDesign:
    """The bootstrap multipliers that came with the data, one per township and replicate."""
    towns = read("citizens_boot_townships.csv")
    columns = [name for name in towns if name not in ("region", "township")]
    place = {town: number for number, town in enumerate(towns["township"])}
    multipliers = np.array([[float(value) for value in towns[name]] for name in columns]).T
    units = np.array([place[town] for town in CITIZENS["township"]])
    return replicates.given(
        DECLARED.bind(CITIZENS), multipliers, method="bootstrap", combined=False, units=units, centre=centre
    )


def test_ref06_given_bootstrap_by_name() -> None:
    reference = case("ref06")
    mse, about_mean = delivered(Centre.ESTIMATE), delivered(Centre.REPLICATES)
    reference.agree(estimate.mean(mse, "overall")["overall"].se, "boot_se_mse")
    reference.agree(estimate.mean(about_mean, "overall")["overall"].se, "boot_se")
    reference.agree(estimate.total(mse, "used")["used"].se, "boot_total_se_mse")
    by = estimate.mean(mse, "overall", by=["urban", "sex"])
    for label, se in reference.expected["boot_by_se_mse"].items():
        assert by[label].se == pytest.approx(se, rel=1e-6)
        assert by[label].value == pytest.approx(reference.expected["boot_by"][label], rel=1e-6)


def test_combined_columns_of_replicate_weights_are_the_same_design() -> None:
    multipliers = delivered(Centre.ESTIMATE)
    assert multipliers.replicates is not None
    weights = np.array(list(multipliers.replicates.weights(multipliers.weights)))
    table = CITIZENS | {f"rep{number}": column for number, column in enumerate(weights)}
    declared = SurveyDesign(
        weights="pw",
        strata="region",
        psu="township",
        replicate_weights="rep*",
        replicate_method="bootstrap",
        replicate_centre="estimate",
    )
    again = declared.bind(table)
    assert again.replicates is not None
    assert again.replicates.factors.shape == (40, 36)  # kept once per township, not once per person
    assert again.df == multipliers.df
    assert estimate.mean(again, "wait")["wait"].se == pytest.approx(
        estimate.mean(multipliers, "wait")["wait"].se, rel=1e-12
    )


def test_shares_of_levels_and_of_the_top_boxes(design: BoundDesign) -> None:
    levels = estimate.proportion(design, "q7")
    assert sum(one.estimate.value for one in levels) == pytest.approx(1.0)
    top = estimate.proportion(design, "q7", top=2, interval="beta")
    named = estimate.proportion(design, "q7", values=[4, 5], interval="beta")
    assert top.named[0].estimate.value == named.named[0].estimate.value
    assert top.named[0].estimate.value == pytest.approx(levels["4"].value + levels["5"].value)
    low, high = top.named[0].estimate.ci()
    assert 0 < low < top.named[0].estimate.value < high < 1


def test_variance_of_a_variable(design: BoundDesign) -> None:
    kernel_design = citizens()
    found = estimate.variance(design, "overall")["overall"]
    y = np.array([float(value or "nan") for value in CITIZENS["overall"]])
    centre = kernel(y, kernel_design).value
    assert found.value == pytest.approx(
        float(np.average((y - centre) ** 2, weights=kernel_design.weights)) * len(y) / (len(y) - 1)
    )
    jackknife = estimate.variance(replicates.jackknife(design), "overall")["overall"]
    assert jackknife.se == pytest.approx(found.se, rel=0.05)


def test_a_domain_without_answers_is_listed_and_gets_no_number(design: BoundDesign) -> None:
    unasked = CITIZENS | {
        "late": [
            value if sex == "f" else "" for value, sex in zip(CITIZENS["q1"], CITIZENS["sex"], strict=True)
        ]
    }
    found = estimate.mean(DECLARED.bind(unasked), "late", by="sex")
    assert [one.labels for one in found] == [("f",)]
    assert found.empty == (("late", (("sex", "m"),)),)


def test_answers_may_stay_one_byte_each_with_a_code_for_missing() -> None:
    coded = {
        name: np.array([int(value or -9) for value in CITIZENS[name]], dtype=np.int8) for name in ("q1", "q2")
    }
    table = {name: CITIZENS[name] for name in ("pw", "region", "township", "sex")} | coded
    found = estimate.mean(DECLARED.bind(table, missing=-9), ["q1", "q2"], by="sex")
    plain = estimate.mean(DECLARED.bind(CITIZENS), ["q1", "q2"], by="sex")
    np.testing.assert_allclose(found.values, plain.values)
    np.testing.assert_allclose(found.se, plain.se)
    shares = estimate.proportion(DECLARED.bind(table, missing=-9), "q1")
    assert "-9" not in [one.part for one in shares]


def test_rows_are_tidy_and_shown_as_a_table(design: BoundDesign) -> None:
    found = estimate.mean(design, ["q1", "q2"], by="sex", where={"urban": ["town"]})
    rows = found.to_rows()
    assert [(row["item"], row["sex"]) for row in rows] == [("q1", "f"), ("q1", "m"), ("q2", "f"), ("q2", "m")]
    assert found._repr_html_().count("<tr>") == 5
    assert found.version
    assert found.definition == "estimate.mean"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda design: estimate.mean(design, "q99"), "unknown_column"),
        (lambda design: estimate.mean(design, "sex"), "not_a_number_at"),
        (lambda design: estimate.proportion(design, "q1", values=["7"]), "bad_option"),
        (lambda design: estimate.mean(citizens(), "q1"), "no_table"),
        (lambda design: estimate.quantile(design, "wait", [0.5], rule="linear"), "bad_option"),
    ],
)
def test_what_cannot_be_is_refused_by_name(design: BoundDesign, call: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        call(design)
    assert refused.value.code == code


def test_contrasts_need_their_covariance(design: BoundDesign) -> None:
    with pytest.raises(EstimationError) as refused:
        estimate.mean(design, "q1", by="sex").contrast("f", "m")
    assert refused.value.code == "no_covariance"
