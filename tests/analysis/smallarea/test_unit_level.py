"""The unit-level model: nlme as reference, finite populations, bootstrap, laws and refusals."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import smallarea
from analysis.errors import AnalysisError
from tests.analysis.reference_cases import REFERENCE, labels, numbers

OWN = json.loads((REFERENCE / "own" / "smallarea" / "nested_error.json").read_text(encoding="utf-8"))
TOWNS = OWN["towns"]
MEANS = np.array(OWN["means"])


def fit(method: str = "reml", **options: Any) -> smallarea.UnitFit:
    given: dict[str, Any] = {
        "areas": TOWNS,
        "covariates": np.column_stack([numbers("wait"), numbers("used")]),
        "population_means": MEANS,
        "names": ("wait", "used"),
    } | options
    return smallarea.battese_harter_fuller(numbers("overall"), labels("township"), method=method, **given)


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_nlme_agrees(method: str) -> None:
    expected, found = OWN["fits"][method], fit(method.lower())
    np.testing.assert_allclose(found.coefficients, expected["beta"], rtol=1e-5)
    np.testing.assert_allclose(found.between, expected["between"], rtol=1e-4)
    np.testing.assert_allclose(found.within, expected["within"], rtol=1e-5)
    np.testing.assert_allclose(found.estimate, expected["eblup"], rtol=1e-5)
    np.testing.assert_allclose(found.mse, expected["mse"], rtol=1e-4)
    if method == "ML":
        np.testing.assert_allclose(found.log_likelihood, expected["log_likelihood"], rtol=1e-9)


def test_the_example_of_battese_harter_and_fuller() -> None:
    """Their corn data; the paper's own estimates are s_v = 140 and s_e = 147."""
    folder = REFERENCE / "own" / "smallarea"
    expected = json.loads((folder / "corn.json").read_text(encoding="utf-8"))
    rows = np.delete(np.genfromtxt(folder / "corn.csv", delimiter=",", skip_header=1), 32, axis=0)
    found = smallarea.battese_harter_fuller(
        rows[:, 1],
        rows[:, 0].astype(int),
        areas=range(1, 13),
        covariates=rows[:, 2:],
        population_means=expected["pixels"],
    )
    assert (round(found.between), round(found.within)) == (140, 147)
    np.testing.assert_allclose(found.coefficients, expected["beta"], rtol=1e-5)
    np.testing.assert_allclose(found.estimate, expected["eblup"], rtol=1e-5)


def test_no_nearby_variances_are_likelier() -> None:
    best = fit("ml")
    y, x = numbers("overall"), np.column_stack([numbers("wait"), numbers("used")])
    used = np.isfinite(y) & np.isfinite(x).all(axis=1)
    same = (labels("township")[used][:, None] == labels("township")[used][None, :]).astype(float)
    matrix = np.column_stack([np.ones(used.sum()), x[used]])

    def height(between: float, within: float) -> float:
        v = between * same + within * np.eye(len(same))
        half = np.linalg.solve(v, matrix)
        r = y[used] - matrix @ np.linalg.solve(matrix.T @ half, half.T @ y[used])
        full = np.linalg.slogdet(v)[1] + r @ np.linalg.solve(v, r) + len(r) * np.log(2 * np.pi)
        return float(-0.5 * full)

    top = height(best.between, best.within)
    assert best.log_likelihood == pytest.approx(top, rel=1e-10)
    assert top > height(best.between * 1.02, best.within)
    assert top > height(best.between * 0.98, best.within)


def test_bootstrap_and_formula_agree() -> None:
    formula = fit()
    drawn = fit(mse="bootstrap", draws=300, seed=4)
    assert np.mean(drawn.mse / formula.mse) == pytest.approx(1.0, abs=0.1)
    again = fit(mse="bootstrap", draws=300, seed=4)
    np.testing.assert_array_equal(drawn.mse, again.mse)
    assert (drawn.seed, formula.seed) == (4, None)


def test_a_population_seen_whole_has_no_error() -> None:
    y, x = numbers("overall"), np.column_stack([numbers("wait"), numbers("used")])
    used = np.isfinite(y) & np.isfinite(x).all(axis=1)
    inside = [used & (labels("township") == town) for town in TOWNS]
    sizes = np.array([rows.sum() for rows in inside], dtype=float)
    means = np.array([x[rows].mean(axis=0) for rows in inside])
    found = fit(population_means=means, population_sizes=sizes)
    np.testing.assert_allclose(found.estimate, [y[rows].mean() for rows in inside])
    np.testing.assert_allclose(found.mse, 0.0, atol=1e-12)
    large = fit(population_sizes=sizes * 1e7)
    np.testing.assert_allclose(large.estimate, fit().estimate, rtol=1e-5)
    np.testing.assert_allclose(large.mse, fit().mse, rtol=1e-4)


def test_a_town_without_a_sample_is_synthetic() -> None:
    found = fit(areas=[*TOWNS, "z01"], population_means=np.vstack([MEANS, [30.0, 0.5]]))
    assert found.estimate[-1] == pytest.approx(found.coefficients @ [1.0, 30.0, 0.5])
    row = found.to_rows()[-1]
    assert (row["n"], row["synthetic_share"]) == (0, 1.0)
    assert found.status[0].code == "some_areas_without_sample"
    assert found.units_left_out == int((~np.isfinite(numbers("wait") * numbers("overall"))).sum())


def test_areas_may_agree_in_their_population_means() -> None:
    same = fit(population_means=np.tile([25.0, 0.5], (36, 1)))
    assert np.ptp(same.synthetic) == pytest.approx(0.0)
    assert np.ptp(same.estimate) > 0


def test_no_variance_between_areas_is_a_status() -> None:
    y = np.tile([1.0, 2.0, 3.0, 4.0], 6)
    found = smallarea.battese_harter_fuller(y, np.repeat(list("abcdef"), 4), areas=list("abcdef"))
    assert found.between == 0.0
    assert found.status[0].code == "zero_area_variance"
    np.testing.assert_allclose(found.estimate, 2.5)
    low, high = found.ci()
    assert (low < high).all()


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"areas": TOWNS[:-1], "population_means": MEANS[:-1]}, "area_unknown", TOWNS[-1]),
        ({"population_sizes": np.ones(36)}, "population_too_small", "a01"),
        ({"population_means": MEANS[:, :1], "names": None}, "wrong_shape", "population_means"),
        ({"population_means": np.where(MEANS == 20.5, np.nan, MEANS)}, "covariate_missing", "wait"),
        ({"mse": "jackknife"}, "bad_option", "jackknife"),
        ({"draws": 1}, "bad_option", "draws"),
        ({"covariates": [["x", "y"]] * 1116}, "not_numeric", "covariates"),
    ],
)
def test_refusals_name_what_is_wrong(change: dict[str, Any], code: str, named: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        fit(**change)
    assert caught.value.code == code
    assert named in caught.value.message("en")


def test_data_without_a_model_are_refused() -> None:
    with pytest.raises(AnalysisError, match="single unit"):
        smallarea.battese_harter_fuller([1.0, 2.0, 4.0], list("abc"), areas=list("abc"))
    with pytest.raises(AnalysisError, match="vary"):
        smallarea.battese_harter_fuller(np.ones(6), list("aabbcc"), areas=list("abc"))
    with pytest.raises(AnalysisError, match="carry"):
        smallarea.battese_harter_fuller([1.0, 2.0], list("aa"), areas=["a"])
