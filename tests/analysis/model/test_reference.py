"""Regressions against R survey: ref07 of the shared values, and the cases of own/models."""

from typing import Any

import numpy as np
import pytest

from analysis import model
from analysis._types import FloatArray
from tests.analysis.own_cases import design, expected
from tests.analysis.reference_cases import case, citizens, labels, numbers

OWN = expected("models")
TEXT = ("age", "sex", "urban", "region")


def variables(*names: str) -> model.Regressors:
    return model.regressors({name: labels(name) if name in TEXT else numbers(name) for name in names})


def response(name: str) -> FloatArray:
    overall, wait = numbers("overall"), numbers("wait")
    made = {
        "satisfied": np.where(np.isnan(overall), np.nan, overall >= 7),
        "wait1": wait + 1,
        "share": overall / 10,
    }
    return made[name] if name in made else numbers(name)


GLMS: dict[str, tuple[str, tuple[str, ...], str, dict[str, Any]]] = {
    "gaussian_fpc": ("overall", ("age", "sex", "edu", "wait"), "fpc", {}),
    "gaussian_srs": ("overall", ("region", "wait"), "srs", {}),
    "binomial_fpc": ("satisfied", ("region", "edu"), "fpc", {"family": "binomial"}),
    "binomial_domain": ("satisfied", ("age", "wait"), "nofpc", {"family": "quasibinomial"}),
    "probit": ("used", ("age", "edu"), "nofpc", {"family": "binomial", "link": "probit"}),
    "cloglog": ("used", ("age", "edu"), "nofpc", {"family": "binomial", "link": "cloglog"}),
    "cauchit": ("used", ("age", "edu"), "nofpc", {"family": "binomial", "link": "cauchit"}),
    "shares": ("share", ("urban", "edu"), "nofpc", {"family": "quasibinomial"}),
    "poisson": ("wait", ("age", "urban"), "nofpc", {"family": "poisson"}),
    "gamma": ("wait1", ("age", "urban"), "nofpc", {"family": "gamma"}),
    "gamma_log": ("wait1", ("age", "urban"), "nofpc", {"family": "gamma", "link": "log"}),
    "quasi": ("wait1", ("edu",), "nofpc", {"family": "quasi", "link": "log", "variance": "mu^2"}),
    "jkn": ("used", ("age", "edu"), "jkn", {"family": "binomial"}),
    "raked": ("overall", ("age", "edu"), "raked", {}),
}


@pytest.mark.parametrize("name", GLMS)
def test_glm_as_r_has_it(name: str) -> None:
    y, x, under, options = GLMS[name]
    domain = labels("sex") == "f" if name == "binomial_domain" else None
    found = model.glm(response(y), variables(*x), design=design(under), domain=domain, **options)
    wanted = OWN[name]
    assert list(found.names) == wanted["names"]
    np.testing.assert_allclose(found.coefficients, wanted["coef"], rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(found.se, wanted["se"], rtol=1e-6)
    np.testing.assert_allclose(found.deviance, wanted["deviance"], rtol=1e-8)
    if (
        found.n == design(under).n and under != "jkn"
    ):  # with missing answers R scales it by two means of the weights
        np.testing.assert_allclose(found.dispersion, wanted["dispersion"], rtol=1e-7)
    assert found.n == wanted["n"]
    if name == "gaussian_srs":  # R forgets the 31 rows with a missing answer, for us the design keeps them
        assert found.df_residual == wanted["df"] + 31
    else:
        assert found.df_residual == wanted["df"]
    assert found.converged
    assert found.status == ()


def test_an_offset() -> None:
    found = model.glm(
        numbers("wait"),
        variables("urban"),
        design=design("nofpc"),
        family="poisson",
        offset=np.log(numbers("edu") + 1),
    )
    np.testing.assert_allclose(found.coefficients, OWN["poisson_offset"]["coef"], rtol=1e-8)
    np.testing.assert_allclose(found.se, OWN["poisson_offset"]["se"], rtol=1e-7)


def test_a_formula_with_an_interaction() -> None:
    table = {name: labels(name) for name in ("age", "sex")} | {"overall": numbers("overall")}
    y, x = model.formula("overall ~ age * sex", table)
    found = model.glm(y, x, design=design("nofpc"))
    wanted = OWN["gaussian_interaction"]
    assert list(found.names) == wanted["names"]
    np.testing.assert_allclose(found.coefficients, wanted["coef"], rtol=1e-8)
    np.testing.assert_allclose(found.se, wanted["se"], rtol=1e-7)
    assert x.terms["age:sex"] == (5, 6, 7)


def test_ref07() -> None:
    shared, under = case("ref07"), citizens()
    linear = model.glm(numbers("overall"), variables("age", "sex", "edu"), design=under)
    logit = model.glm(numbers("used"), variables("age", "edu"), design=under, family="quasibinomial")
    for key, found in (("linear", linear), ("logit", logit)):
        for place, name in enumerate(found.names):
            shared.agree(found.coefficients[place], f"{key}_coef", name)
            shared.agree(found.se[place], f"{key}_se", name)
        assert list(shared.expected[f"{key}_coef"]) == list(found.names)
    shared.agree(linear.df_residual, "df_resid")
    wald = model.term_test(linear, "age")
    shared.agree(wald.statistic, "wald_F")
    shared.agree(wald.df[0], "wald_df")
    shared.agree(wald.df[1], "wald_ddf")
    shared.agree(wald.p, "wald_p")
    ordered = model.ordered_logit(numbers("q1"), variables("edu", "urban"), design=under)
    for place, name in enumerate(ordered.names):
        kind = "zeta" if "|" in name else "coef"
        shared.agree(ordered.coefficients[place], "ologit", kind, name)
        shared.agree(ordered.se[place], "ologit", "se", name)
    assert len(shared.expected["ologit"]["se"]) == len(ordered.names)


ORDERED: dict[str, tuple[str, tuple[str, ...], str, str]] = {
    "ordered": ("q1", ("edu", "urban"), "nofpc", "logit"),
    "ordered_fpc": ("q5", ("age", "sex"), "fpc", "logit"),
    "ordered_probit": ("q2", ("edu", "age"), "nofpc", "probit"),
    "ordered_loglog": ("q2", ("edu", "urban"), "nofpc", "loglog"),
    "ordered_domain": ("q3", ("edu",), "nofpc", "logit"),
}


@pytest.mark.parametrize("name", ORDERED)
def test_ordered_regression_as_r_has_it(name: str) -> None:
    """R differentiates its Hessian numerically, so its standard errors hold to three or four digits."""
    y, x, under, link = ORDERED[name]
    domain = labels("urban") == "village" if name == "ordered_domain" else None
    found = model.ordered_logit(numbers(y), variables(*x), design=design(under), link=link, domain=domain)
    wanted = OWN[name]
    assert list(found.names) == wanted["names"]
    np.testing.assert_allclose(found.coefficients, wanted["coef"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.se, wanted["se"], rtol=2e-3)
    if domain is None:
        assert found.df_residual == wanted["df"]
    else:  # R counts the PSUs of the subset only; a domain never cuts the design
        assert found.df_residual == design(under).df - 1


@pytest.mark.parametrize(
    ("name", "y", "x", "term", "under", "family"),
    [
        ("region", "overall", ("region", "edu"), "region", "fpc", "gaussian"),
        ("logit", "used", ("age", "edu"), "age", "nofpc", "binomial"),
    ],
)
def test_terms_by_wald_and_likelihood(
    name: str, y: str, x: tuple[str, ...], term: str, under: str, family: str
) -> None:
    larger = model.glm(numbers(y), variables(*x), design=design(under), family=family)
    smaller = model.glm(numbers(y), variables("edu"), design=design(under), family=family)
    wald, wanted = model.term_test(larger, term), OWN[f"wald_{name}"]
    np.testing.assert_allclose((wald.statistic, wald.p), (wanted["F"], wanted["p"]), rtol=1e-8)
    assert wald.df == (wanted["df"], wanted["ddf"])
    ratio, wanted = model.likelihood_ratio_test(smaller, larger), OWN[f"lrt_{name}"]
    np.testing.assert_allclose(ratio.statistic, wanted["chisq"], rtol=1e-8)
    np.testing.assert_allclose(ratio.p, wanted["p"], rtol=1e-6)
    assert ratio.df == (wanted["df"], wanted["ddf"])
    working, other = model.working_wald_test(larger, term), OWN[f"working_{name}"]
    np.testing.assert_allclose(working.statistic, other["chisq"], rtol=1e-7)
    np.testing.assert_allclose(working.p, other["p"], rtol=1e-6)
    matched = model.likelihood_ratio_test(smaller, larger, approximation="satterthwaite")
    np.testing.assert_allclose(matched.p, wanted["satterthwaite"], rtol=1e-7)


def test_a_single_coefficient_by_likelihood() -> None:
    larger = model.glm(numbers("used"), variables("age", "edu"), design=design("nofpc"), family="binomial")
    smaller = model.glm(
        numbers("used"),
        variables("age"),
        design=design("nofpc"),
        family="binomial",
        domain=np.isfinite(numbers("edu")),
    )
    found, wanted = model.likelihood_ratio_test(smaller, larger), OWN["lrt_one"]
    np.testing.assert_allclose(found.p, wanted["p"], rtol=1e-5)
    exact = model.likelihood_ratio_test(smaller, larger, approximation="integration")
    assert exact.p == pytest.approx(found.p, rel=0.1)
