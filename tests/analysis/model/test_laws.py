"""What must hold of regressions whatever the data: a mean is a regression, gradients vanish, refusals by name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import model
from analysis import test as tests_of
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.estimate.means import mean
from analysis.model.errors import ModelError
from tests.analysis.own_cases import design
from tests.analysis.reference_cases import labels, numbers


def invented(seed: int, *, n: int = 400) -> tuple[np.ndarray, np.ndarray, BoundDesign]:
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
    X[rng.random(n) < 0.05, 0] = np.nan
    y = rng.integers(1, 6, n) + (np.nan_to_num(X[:, 0]) > 1)
    made = BoundDesign(weights=rng.uniform(0.3, 4, n), strata=np.arange(n) % 4, psu=np.arange(n) // 10)
    return y.astype(float), X, made


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_weighted_scores_vanish_and_the_influence_adds_up_to_nothing(seed: int) -> None:
    y, X, made = invented(seed)
    fits = [
        model.glm(y, X, design=made),
        model.glm(y > 3, X, design=made, family="binomial"),
        model.glm(y, X, design=made, family="poisson"),
        model.ordered_logit(y, X, design=made),
    ]
    for fit in fits:
        assert fit.converged
        scale = np.abs(fit.influence).sum(axis=0)
        np.testing.assert_allclose(fit.influence.sum(axis=0) / scale, 0.0, atol=1e-9)


@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100.0))
@settings(max_examples=10, deadline=None)
def test_the_scale_of_weights_and_columns(seed: int, factor: float) -> None:
    y, X, made = invented(seed)
    other = BoundDesign(weights=made.weights * factor, strata=np.arange(400) % 4, psu=np.arange(400) // 10)
    for fit in (model.glm, model.ordered_logit):
        first = fit(y, X, design=made)
        second = fit(y, X * [factor, 1.0] + [1000.0, 0.0], design=other)
        place = first.names.index("x1")
        np.testing.assert_allclose(second.t[place], first.t[place], rtol=1e-5)


def test_the_influence_is_the_derivative_by_the_weight() -> None:
    y, X, made = invented(5)
    for fit in (
        lambda w: model.glm(y > 3, X, design=w, family="binomial", link="probit"),
        lambda w: model.ordered_logit(y, X, design=w),
    ):
        base = fit(made)
        for row in (0, 7, 200):
            weights = made.weights.copy()
            step = 1e-4 * weights[row]
            weights[row] += step
            moved = fit(BoundDesign(weights=weights, strata=made.strata, psu=made.psu))
            change = (moved.coefficients - base.coefficients) / step * made.weights[row]
            # the sandwich of a non-canonical link has the expected information, as R's has
            np.testing.assert_allclose(change, base.influence[row], rtol=0.15, atol=2e-5)


def test_a_regression_on_nothing_is_the_mean_and_on_a_group_the_t_test() -> None:
    under = design("fpc")
    alone = model.glm(
        numbers("overall"),
        model.Regressors(columns=np.ones((under.n, 1)), names=("(Intercept)",), terms={}),
        design=under,
    )
    plain = mean(numbers("overall"), under)
    np.testing.assert_allclose((alone.coefficients[0], alone.se[0]), (plain.value, plain.se), rtol=1e-10)
    groups = model.glm(numbers("overall"), model.regressors({"sex": labels("sex")}), design=under)
    t = tests_of.t_test(numbers("overall"), under, by=labels("sex"))
    np.testing.assert_allclose((groups.t[1], groups.p[1]), (t.statistic, t.p), rtol=1e-9)


def test_replicates_refit_the_model() -> None:
    x = model.regressors({"edu": numbers("edu")})
    linear = model.ordered_logit(numbers("q1"), x, design=design("nofpc"))
    again = model.ordered_logit(numbers("q1"), x, design=design("jkn"))
    np.testing.assert_allclose(again.coefficients, linear.coefficients, rtol=1e-9)
    np.testing.assert_allclose(again.se, linear.se, rtol=0.05)
    assert again.method == "ordered logit, JKn"


def test_columns_far_from_zero_lose_no_digits() -> None:
    year = 2019.0 + np.arange(1116) % 7
    first = model.glm(numbers("overall"), year, design=design("nofpc"), names=["year"])
    second = model.glm(numbers("overall"), year * 31_557_600.0, design=design("nofpc"), names=["seconds"])
    np.testing.assert_allclose(first.t[1], second.t[1], rtol=1e-8)


def test_a_column_that_repeats_others_is_named() -> None:
    edu = numbers("edu")
    with pytest.raises(ModelError, match='Column "double" is a linear combination'):
        model.glm(
            numbers("overall"), model.regressors({"edu": edu, "double": 2 * edu - 1}), design=design("nofpc")
        )
    with pytest.raises(ModelError, match='Column "zero" is a linear combination'):
        model.ordered_logit(
            numbers("q1"), model.regressors({"edu": edu, "zero": np.zeros_like(edu)}), design=design("nofpc")
        )
    with pytest.raises(ModelError, match='Column "age60\\+"'):
        model.glm(
            numbers("overall"),
            model.regressors({"age": labels("age")}),
            design=design("nofpc"),
            domain=labels("age") != "60+",
        )


def test_separation_is_a_status_that_names_the_column() -> None:
    used, age, edu = numbers("used"), labels("age"), numbers("edu")
    fit = model.glm(
        np.where(age == "60+", 0.0, used),
        model.regressors({"edu": edu, "age": age}),
        design=design("nofpc"),
        family="binomial",
    )
    assert [item.code for item in fit.status] == ["separation"]
    assert fit.status[0].context == {"column": "age60+"}
    assert model.working_wald_test(fit, "age").status == fit.status
    assert not fit.converged
    whole = model.glm(
        edu > 2,
        model.regressors({"age": age, "edu": edu}),
        design=design("nofpc"),
        family="binomial",
        domain=np.isfinite(edu),
    )
    assert whole.status[0].context == {"column": "edu"}
    ordered = model.ordered_logit(
        np.where(age == "60+", 5.0, np.minimum(numbers("q1"), 4.0)),
        model.regressors({"age": age}),
        design=design("nofpc"),
    )
    assert ordered.status[0].context == {"column": "age60+"}


def test_too_few_iterations_are_a_status() -> None:
    x = model.regressors({"age": labels("age")})
    fit = model.glm(numbers("used"), x, design=design("nofpc"), family="binomial", max_iterations=1)
    assert [item.message() for item in fit.status] == ["Not converged after 1 iterations."]
    ordered = model.ordered_logit(numbers("q1"), x, design=design("nofpc"), max_iterations=1)
    assert [item.code for item in ordered.status] == ["not_converged"]


def test_refusals_name_what_is_wrong() -> None:
    plain, x = design("nofpc"), model.regressors({"edu": numbers("edu")})
    with pytest.raises(
        ModelError, match=r"q1: row \d+ holds [2-5].0, outside the range of the binomial family"
    ):
        model.glm(numbers("q1"), x, design=plain, family="binomial", name="q1")
    with pytest.raises(ModelError, match="range of the gamma family"):
        model.glm(numbers("wait") * 0 - 1, x, design=plain, family="gamma")
    with pytest.raises(ModelError, match="every valid value in the domain is 1"):
        model.glm(np.ones(plain.n), x, design=plain)
    with pytest.raises(ModelError, match="at least three levels, found 2"):
        model.ordered_logit(numbers("used"), x, design=plain)
    with pytest.raises(ModelError, match="Only 2 complete rows for 3"):
        model.glm(
            np.arange(float(plain.n)),
            model.regressors({"edu": numbers("edu"), "wait": numbers("wait")}),
            design=plain,
            domain=np.arange(plain.n) < 2,
        )
    with pytest.raises(ModelError, match='no term "sex"'):
        model.term_test(model.glm(numbers("overall"), x, design=plain), "sex")
    with pytest.raises(ModelError, match="needs a variance function"):
        model.glm(numbers("overall"), x, design=plain, family="quasi")
    with pytest.raises(InvalidInput, match="link"):
        model.glm(numbers("used"), x, design=plain, family="binomial", link="inverse")
    with pytest.raises(InvalidInput, match="family"):
        model.glm(numbers("used"), x, design=plain, family="tweedie")
    with pytest.raises(EstimationError, match="wait: no valid answer"):
        model.glm(np.full(plain.n, np.nan), x, design=plain, name="wait")
    with pytest.raises(InvalidInput, match="X: holds a value that is no number"):
        model.glm(numbers("used"), labels("age"), design=plain)
    with pytest.raises(ModelError, match="cannot be used"):
        model.formula("overall ~ nobody", {"overall": numbers("overall")})
    with pytest.raises(ModelError, match="different rows"):
        model.likelihood_ratio_test(
            model.glm(numbers("overall"), x, design=plain, domain=labels("sex") == "f"),
            model.glm(
                numbers("overall"),
                model.regressors({"edu": numbers("edu"), "age": labels("age")}),
                design=plain,
            ),
        )


def test_no_degrees_of_freedom_left_has_no_p() -> None:
    few = BoundDesign(weights=np.ones(40), psu=np.arange(40) // 10)
    rng = np.random.default_rng(2)
    fit = model.glm(rng.normal(size=40), rng.normal(size=(40, 4)), design=few)
    assert fit.df_residual == -1
    assert np.isnan(fit.p).all()
    assert fit.to_rows()[0]["p"] is None
    assert np.isnan(model.term_test(fit, "x1").p)
