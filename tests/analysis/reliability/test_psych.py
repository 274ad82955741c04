"""Coefficients and factors against psych and GPArotation (R): own/reliability and own/factors."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import reliability
from analysis._types import FloatArray
from analysis.reliability import Extract, Moments, Rotate, moments, moments_of, pairwise_moments
from analysis.reliability.rotation import rotated
from tests.analysis.reference_cases import REFERENCE, numbers

PSYCH: dict[str, Any] = json.loads((REFERENCE / "own/reliability/psych-alpha-omega.json").read_text())
FACTORS: dict[str, Any] = json.loads((REFERENCE / "own/factors/psych-efa.json").read_text())


def items() -> FloatArray:
    return np.column_stack([numbers(f"q{item}") for item in range(1, 10)])


def complete(count: int = 9) -> FloatArray:
    rows = items()
    return rows[np.isfinite(rows).all(axis=1)][:, :count]


def test_alpha_with_pairwise_missing() -> None:
    wanted, state = PSYCH["pairwise"], pairwise_moments(items())
    np.testing.assert_allclose(state.covariance, wanted["covariance"], rtol=1e-9)
    np.testing.assert_allclose(state.correlation, wanted["correlation"], rtol=1e-9)
    found, detail = reliability.alpha(state), reliability.item_diagnostics(state)
    assert found.value == pytest.approx(wanted["raw_alpha"], rel=1e-9)
    assert found.standardised == pytest.approx(wanted["std_alpha"], rel=1e-9)
    assert found.average_correlation == pytest.approx(wanted["average_r"], rel=1e-9)
    np.testing.assert_allclose(detail.alpha_if_dropped, wanted["drop"], rtol=1e-9)
    np.testing.assert_allclose(detail.item_rest, wanted["item_rest"], rtol=1e-9)


def test_alpha_and_item_statistics_of_complete_rows() -> None:
    wanted, state = PSYCH["whole"], moments(complete(5))
    found, detail = reliability.alpha(state), reliability.item_diagnostics(state)
    for name, value in {
        "raw_alpha": found.value,
        "std.alpha": found.standardised,
        "G6(smc)": found.lambda6,
        "average_r": found.average_correlation,
        "median_r": found.median_correlation,
        "S/N": found.signal_to_noise,
        "ase": found.se,
    }.items():
        assert value == pytest.approx(wanted[name], rel=1e-9), name
    columns = {
        "raw.r": detail.item_total,
        "std.r": detail.standardised_item_total,
        "r.cor": detail.item_total_smc,
        "r.drop": detail.item_rest,
        "mean": detail.mean,
        "sd": detail.sd,
    }
    for name, values in columns.items():
        np.testing.assert_allclose(values, [row[name] for row in wanted["items"]], rtol=1e-9, err_msg=name)
    dropped = {
        "raw_alpha": detail.alpha_if_dropped,
        "std.alpha": detail.standardised_if_dropped,
        "average_r": detail.correlation_if_dropped,
    }
    for name, values in dropped.items():
        np.testing.assert_allclose(values, [row[name] for row in wanted["drop"]], rtol=1e-9, err_msg=name)
    shares = reliability.response_shares(complete(5), low=1, high=5)
    np.testing.assert_allclose(shares.shares, wanted["frequencies"], rtol=1e-9)
    np.testing.assert_allclose(shares.floor, np.array(wanted["frequencies"])[:, 0], rtol=1e-9)
    np.testing.assert_allclose(shares.difficulty, (detail.mean - 1) / 4, rtol=1e-9)


def test_keys_are_declared_and_never_guessed() -> None:
    turned = complete(5)
    turned[:, 1] = 6 - turned[:, 1]
    keyed = reliability.alpha(moments(turned, keys=[1, -1, 1, 1, 1]))
    assert keyed.value == pytest.approx(PSYCH["keyed"], rel=1e-9)
    plain = reliability.alpha(moments(turned, names=list("abcde")))
    assert plain.value < keyed.value
    assert [(item.code, item.context) for item in plain.status] == [("negative_item_rest", {"items": "b"})]
    pair = pairwise_moments(turned, keys=[1, -1, 1, 1, 1])
    assert reliability.alpha(pair).value == pytest.approx(PSYCH["keyed"], rel=1e-9)
    np.testing.assert_allclose(pair.correlation, pairwise_moments(turned).keyed([1, -1, 1, 1, 1]).correlation)


def test_guttman_bounds() -> None:
    found = reliability.guttman_lambdas(moments(complete(6)))
    for number in range(1, 7):
        wanted = PSYCH["guttman"][f"lambda.{number}"]
        assert getattr(found, f"lambda{number}") == pytest.approx(wanted, rel=1e-9)
    raw = reliability.guttman_lambdas(moments(complete(6)), standardised=False)
    assert raw.lambda3 == pytest.approx(reliability.alpha(moments(complete(6))).value, rel=1e-12)
    assert raw.lambda1 < raw.lambda3 <= raw.lambda2
    assert raw.lambda6 == pytest.approx(found.lambda6, abs=0.01)


def test_omega_details_and_the_two_group_constraints() -> None:
    wanted, found = PSYCH["omega"], reliability.omega(moments(complete()))
    assert found.limit == pytest.approx(wanted["limit"], abs=2e-5)
    assert found.explained_common_variance == pytest.approx(wanted["ecv"], abs=2e-5)
    np.testing.assert_allclose(found.general, wanted["general"], atol=2e-5)
    np.testing.assert_allclose(found.uniqueness, wanted["u2"], atol=2e-5)
    by_total = np.array(wanted["groups"])[1:]
    order = np.argsort(-by_total[:, 0])
    own = np.argsort(-found.subscales[:, 0])
    np.testing.assert_allclose(found.subscales[own], by_total[order], atol=2e-5)
    for constraint, numbers_ in PSYCH["two"].items():
        two = reliability.omega(moments(complete(6)), groups=2, constraint=constraint)
        assert two.hierarchical == pytest.approx(numbers_["omega_h"], abs=2e-5)
        assert two.total == pytest.approx(numbers_["omega_t"], abs=2e-5)
        assert two.limit == pytest.approx(numbers_["limit"], abs=2e-5)
    one = reliability.omega(moments(complete(4)), groups=1)
    assert one.total == pytest.approx(PSYCH["one"], abs=1e-5)
    assert np.isnan(one.hierarchical)


@pytest.mark.parametrize(
    ("name", "extract", "rotate"),
    [("minres", "minres", "oblimin"), ("ml", "ml", "oblimin"), ("minres_varimax", "minres", "varimax")],
)
def test_factor_solutions(name: str, extract: str, rotate: str) -> None:
    wanted, found = FACTORS[name], reliability.efa(moments(complete()), 3, extract=extract, rotate=rotate)
    # psych stops varimax early: its loadings move in the fourth digit
    compared = reliability.congruence(found.loadings, wanted["loadings"])
    np.testing.assert_allclose(compared.matched, 1.0, atol=1e-6)
    np.testing.assert_allclose(found.communality, wanted["communality"], atol=1e-5)
    fit = {"chi": found.fit.chi_square, "dof": found.fit.df, "p": found.fit.p_value, "tli": found.fit.tli}
    fit |= {"rmsea": found.fit.rmsea, "rms": found.fit.srmr, "bic": found.fit.bic}
    for key, value in fit.items():
        assert value == pytest.approx(wanted[key], rel=1e-5), key
    if rotate == "oblimin":
        match = compared.match
        np.testing.assert_allclose(found.loadings, np.array(wanted["loadings"])[:, match], atol=5e-5)
        np.testing.assert_allclose(
            found.correlations, np.array(wanted["phi"])[np.ix_(match, match)], atol=5e-5
        )


def test_maximum_likelihood_agrees_with_factanal() -> None:
    found = reliability.efa(moments(complete()), 3, extract="ml", rotate="none")
    np.testing.assert_allclose(found.uniqueness, FACTORS["uniqueness"], atol=2e-6)
    assert found.fit.chi_square == pytest.approx(FACTORS["ml_chi"], rel=1e-8)
    assert (found.fit.df, found.fit.p_value) == pytest.approx((FACTORS["ml_dof"], FACTORS["ml_p"]))


@pytest.mark.parametrize(
    ("name", "way", "options"),
    [
        ("varimax", Rotate.VARIMAX, {"normalise": True}),
        ("varimax_raw", Rotate.VARIMAX, {"normalise": False}),
        ("quartimax", Rotate.QUARTIMAX, {"normalise": False}),
        ("oblimin", Rotate.OBLIMIN, {"normalise": False}),
        ("oblimin", Rotate.QUARTIMIN, {"normalise": False}),
        ("oblimin_half", Rotate.OBLIMIN, {"normalise": False, "gamma": -0.5}),
        ("oblimin_kaiser", Rotate.OBLIMIN, {"normalise": True}),
        ("geomin", Rotate.GEOMIN, {"normalise": False}),
        ("promax", Rotate.PROMAX, {"normalise": True}),
    ],
)
def test_rotations(name: str, way: Rotate, options: dict[str, Any]) -> None:
    found = rotated(np.array(FACTORS["given"]), way, **options)
    assert found.is_converged
    match = reliability.congruence(found.pattern, FACTORS[name]["loadings"]).match
    np.testing.assert_allclose(
        np.abs(found.pattern), np.abs(np.array(FACTORS[name]["loadings"])[:, match]), atol=1e-6
    )
    np.testing.assert_allclose(
        np.abs(found.correlations), np.abs(np.array(FACTORS[name]["phi"])[np.ix_(match, match)]), atol=1e-6
    )


def test_random_starts_never_end_higher() -> None:
    given = np.array(FACTORS["given"])
    one = rotated(given, Rotate.GEOMIN, normalise=False)
    many = rotated(given, Rotate.GEOMIN, normalise=False, starts=5, seed=2)
    assert many.criterion <= one.criterion + 1e-10


def test_velicers_map_adequacy_and_congruence() -> None:
    found = reliability.minimum_average_partial(moments(complete()))
    np.testing.assert_allclose(found.squared[1:8], FACTORS["map"][:7], rtol=1e-8)
    five = moments(complete(5))
    np.testing.assert_allclose(reliability.kmo(five).items, FACTORS["kmo"], rtol=1e-9)
    assert reliability.bartlett(five).chi_square == pytest.approx(FACTORS["bartlett"], rel=1e-9)
    first = np.array(FACTORS["given"])
    second = rotated(first, Rotate.OBLIMIN, normalise=False).pattern
    compared = reliability.congruence(first, second).coefficients
    np.testing.assert_allclose(np.abs(compared), np.abs(FACTORS["congruence"]), atol=2e-3)


def test_a_heywood_case_is_a_status_and_names_the_item() -> None:
    found = reliability.efa(moments_of(FACTORS["heywood_in"], n=100), 1, extract="ml")
    np.testing.assert_allclose(found.uniqueness, FACTORS["heywood"], atol=1e-4)
    assert [(item.code, item.context) for item in found.status] == [("heywood", {"items": "1"})]
    for extract in (Extract.MINRES, Extract.PA):
        again = reliability.efa(moments_of(FACTORS["heywood_in"], n=100), 1, extract=extract)
        assert again.status[0].code == "heywood"


def test_principal_axis_ends_where_minres_does() -> None:
    state: Moments = moments(complete())
    axis = reliability.efa(state, 3, extract="pa")
    least = reliability.efa(state, 3, extract="minres")
    np.testing.assert_allclose(axis.communality, least.communality, atol=1e-5)
