"""The area-level model: reference values, its own laws, bad input and what rows always say."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import smallarea
from analysis._types import FloatArray
from analysis.errors import AnalysisError
from tests.analysis.reference_cases import REFERENCE, case, labels, numbers

OWN = json.loads((REFERENCE / "own" / "smallarea" / "fay_herriot.json").read_text(encoding="utf-8"))


def column(name: str) -> FloatArray:
    return numbers(name, "areas.csv")


def fit(method: str, direct: FloatArray | None = None) -> smallarea.AreaFit:
    return smallarea.fay_herriot(
        column("direct") if direct is None else direct,
        column("psi"),
        covariates=np.column_stack([column("x1"), column("x2")]),
        method=method,
        areas=labels("county", "areas.csv").tolist(),
        names=("x1", "x2"),
    )


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_ref12(method: str) -> None:
    reference, found = case("ref12"), fit(method.lower())
    reference.agree(found.area_variance, method, "refvar")
    reference.agree(found.coefficients, method, "beta")
    reference.agree(found.estimate, method, "eblup")
    reference.agree(found.mse, method, "mse")


@pytest.mark.parametrize("method", ["reml", "ml", "fh", "pr"])
def test_metafor_agrees(method: str) -> None:
    expected, found = OWN["full"][method], fit(method)
    np.testing.assert_allclose(found.area_variance, expected["area_variance"], rtol=1e-7)
    np.testing.assert_allclose(found.coefficients, expected["beta"], rtol=1e-7)
    np.testing.assert_allclose(found.coefficient_covariance, expected["covariance"], rtol=1e-6)
    np.testing.assert_allclose(found.estimate, expected["eblup"], rtol=1e-8)
    np.testing.assert_allclose(found.mse, expected["mse"], rtol=1e-6)
    np.testing.assert_allclose(found.log_likelihood, expected["log_likelihood"], rtol=1e-9)


def test_information_criteria_count_the_variance_as_a_parameter() -> None:
    found = fit("ml")
    assert found.aic == pytest.approx(2 * 4 - 2 * found.log_likelihood)
    assert found.bic == pytest.approx(np.log(36) * 4 - 2 * found.log_likelihood)


@pytest.mark.parametrize("method", ["reml", "ml", "fh", "pr"])
def test_no_variance_between_areas_is_a_status(method: str) -> None:
    found = fit(method, np.array(OWN["flat_direct"]))
    assert found.area_variance == OWN["zero"][method]["area_variance"] == 0.0
    np.testing.assert_allclose(found.coefficients, OWN["zero"][method]["beta"], rtol=1e-9)
    assert "zero_area_variance" in [item.code for item in found.status]
    assert "0" in found.status[0].message("en")
    np.testing.assert_allclose(found.estimate, found.synthetic)
    assert (found.synthetic_share == 1.0).all()
    assert (found.mse > 0.0).all()


def test_the_likelihood_is_at_its_highest() -> None:
    """A blind search over a fine grid finds nothing better, also where there are two local maxima."""
    psi = np.array([0.01, 0.01, 0.01, 30.0, 30.0, 30.0, 30.0])
    y = np.array([0.0, 0.4, -0.5, 12.0, -14.0, 20.0, -18.0])
    found = smallarea.fay_herriot(y, psi, method="ml")

    def height(between: float) -> float:
        v = between + psi
        centre = (y / v).sum() / (1 / v).sum()
        return float(-0.5 * (np.log(2 * np.pi * v) + (y - centre) ** 2 / v).sum())

    best = max(height(a) for a in np.append(0.0, np.geomspace(1e-6, 1e4, 20_000)))
    assert found.log_likelihood == pytest.approx(height(found.area_variance), rel=1e-12)
    assert found.log_likelihood >= best - 1e-9


def test_areas_without_a_sample_are_synthetic() -> None:
    direct = column("direct").copy()
    direct[[3, 10]] = np.nan
    found = fit("reml", direct)
    kept = np.isfinite(direct)
    alone = smallarea.fay_herriot(
        direct[kept],
        column("psi")[kept],
        covariates=np.column_stack([column("x1"), column("x2")])[kept],
    )
    np.testing.assert_allclose(found.estimate[kept], alone.estimate)
    x = np.array([1.0, column("x1")[3], column("x2")[3]])
    assert found.estimate[3] == pytest.approx(float(x @ alone.coefficients))
    assert found.mse[3] == pytest.approx(alone.area_variance + x @ alone.coefficient_covariance @ x)
    row = found.to_rows()[3]
    assert (row["direct"], row["synthetic_share"], row["sampled"]) == (None, 1.0, 0)
    assert "some_areas_without_sample" in str(row["status"])


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    method=st.sampled_from(["reml", "ml", "fh", "pr"]),
    scale=st.sampled_from([0.01, 100.0]),
)
def test_units_and_place_do_not_matter(seed: int, method: str, scale: float) -> None:
    rng = np.random.default_rng(seed)
    psi, x = rng.uniform(1, 9, 15), rng.normal(size=15)
    y = 50 + 2 * x + rng.normal(size=15) * np.sqrt(psi + 3)
    plain = smallarea.fay_herriot(y, psi, covariates=x, method=method)
    moved = smallarea.fay_herriot(scale * (y + 7), scale**2 * psi, covariates=x, method=method)
    np.testing.assert_allclose(moved.estimate, scale * (plain.estimate + 7), rtol=1e-6)
    np.testing.assert_allclose(moved.mse, scale**2 * plain.mse, rtol=1e-5)
    assert ((plain.gamma >= 0) & (plain.gamma < 1)).all()
    # Every estimate lies between the direct and the synthetic one.
    assert ((plain.estimate - y) * (plain.estimate - plain.synthetic) <= 1e-9).all()


X = np.column_stack([np.arange(6.0), np.ones(6)])
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"variance": [1, 1, 0, 1, 1, 1]}, "variance_not_positive", "c"),
    ({"variance": [1, 1, np.nan, 1, 1, 1]}, "variance_missing", "c"),
    ({"covariates": X, "names": ("a", "b")}, "constant_covariate", "b"),
    (
        {"covariates": np.column_stack([X[:, 0], 2 * X[:, 0]]), "names": ("a", "b")},
        "collinear",
        "b",
    ),
    ({"covariates": [1, 2, np.nan, 4, 5, 6], "names": ("income",)}, "covariate_missing", "income"),
    ({"covariates": np.eye(6)[:, :5]}, "too_few_areas", "6"),
    ({"direct": [np.nan] * 6}, "too_few_areas", "0"),
    ({"areas": ["a", "b", "c", "d", "e", "a"]}, "area_twice", "a"),
    ({"method": "eb"}, "bad_option", "eb"),
    ({"direct": ["x"] * 6}, "not_numeric", "direct"),
    ({"direct": [3, 5, np.inf, 6, 8, 7]}, "not_finite", "row 3"),
    ({"variance": [1.0]}, "wrong_shape", "variance"),
]


@pytest.mark.parametrize(("change", "code", "named"), BAD)
def test_refusals_name_what_is_wrong(change: dict[str, Any], code: str, named: str) -> None:
    given: dict[str, Any] = {
        "direct": [3, 5, 4, 6, 8, 7],
        "variance": [1, 1, 1, 1, 1, 1],
        "areas": list("abcdef"),
    } | change
    with pytest.raises(AnalysisError) as caught:
        smallarea.fay_herriot(given.pop("direct"), given.pop("variance"), **given)
    assert caught.value.code == code
    assert named in caught.value.message("en")
    assert caught.value.message("zh")


def test_every_row_shows_the_synthetic_share() -> None:
    found = fit("reml")
    for row, gamma in zip(found.to_rows(), found.gamma, strict=True):
        assert row["synthetic_share"] == pytest.approx(1 - gamma)
        assert row["definition"] == "smallarea.fay_herriot"
    assert "<table>" in found._repr_html_()


def test_diagnostics() -> None:
    found = fit("reml")
    report = smallarea.diagnose(found)
    assert report.leverage.sum() == pytest.approx(3.0)
    # Cook's distance by leaving the area out, with the variance between areas held.
    weights = 1 / (found.area_variance + found.variance)
    x = found.covariates
    for place in (0, 17):
        rest = np.arange(36) != place
        xw = (x * weights[:, None])[rest].T
        without = np.linalg.solve(xw @ x[rest], xw @ found.direct[rest])
        gap = found.coefficients - without
        expected = gap @ np.linalg.solve(found.coefficient_covariance, gap) / 3
        assert report.cook[place] == pytest.approx(float(expected))
    assert 0 < report.normality_p < 1
    assert 0 < report.agreement_p <= 1
    assert report.to_rows()[0]["gamma"] == pytest.approx(float(found.gamma[0]))
