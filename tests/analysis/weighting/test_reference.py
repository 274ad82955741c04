"""Post-stratification, raking, regression, logit and trimming against survey (R): ref04."""

import numpy as np
import pytest

from analysis.design import BoundDesign
from analysis.estimate.means import mean
from analysis.weighting.calibrate import Distance, calibrate
from analysis.weighting.diagnose import kish_design_effect
from analysis.weighting.rake import poststratify, rake
from analysis.weighting.trim import trim
from tests.analysis.reference_cases import case, citizens, citizens_margins, labels, numbers

REF04 = case("ref04")
NAMES = ["people", "sexm", "age30-44", "age45-59", "age60+", "urbanvillage"]
TOTALS = [101000, 49000, 28400, 29800, 23200, 55000]


def model() -> np.ndarray:
    sex, age, urban = labels("sex"), labels("age"), labels("urban")
    columns = [sex == "m", age == "30-44", age == "45-59", age == "60+", urban == "village"]
    return np.column_stack([np.ones(len(sex)), *columns]).astype(float)


def by_method(method: str) -> BoundDesign:
    start, margins = citizens(), citizens_margins()
    if method == "poststratified":
        return poststratify(start, margins[1])
    if method == "raked":
        return rake(start, margins)
    if method == "greg":
        return calibrate(start, model(), totals=TOTALS, names=NAMES)
    return calibrate(start, model(), totals=TOTALS, names=NAMES, distance=Distance.LOGIT, bounds=(0.7, 1.4))


@pytest.mark.parametrize("method", ["poststratified", "raked", "greg", "logit"])
def test_weights_and_standard_error(method: str) -> None:
    start = citizens()
    REF04.agree(start.weights.sum(), "start_sum")
    design = by_method(method)
    g, overall = design.weights / start.weights, mean(numbers("overall"), design)
    REF04.agree(design.weights.sum(), method, "sum")
    REF04.agree(g.min(), method, "g_min")
    REF04.agree(g.max(), method, "g_max")
    REF04.agree((g**2).sum(), method, "g_sumsq")
    REF04.agree(overall.value, method, "mean")
    REF04.agree(overall.se, method, "se")
    REF04.agree(kish_design_effect(design.weights), method, "kish_deff")
    step = design.history[-1]
    REF04.agree(step.kish_deff, method, "kish_deff")
    np.testing.assert_allclose(step.g_weights, g, rtol=1e-14)
    assert step.converged
    assert step.failed == ()


def test_raking_by_fitting_equals_raking_by_newton_and_names_its_standard_error() -> None:
    fitted = by_method("raked")
    newton = calibrate(citizens(), model(), totals=TOTALS, names=NAMES, distance=Distance.RAKING)
    apart = np.abs(fitted.weights - newton.weights).max()
    assert apart < 1e-6
    REF04.agree(apart, "raked_by_rake", "max_weight_difference")
    # survey's rake object uses plain means inside the margins; the case allows for that difference
    REF04.agree(mean(numbers("overall"), fitted).se, "raked_by_rake", "se")
    assert mean(numbers("overall"), newton).se == pytest.approx(mean(numbers("overall"), fitted).se)


def test_trimmed_weights() -> None:
    cut = trim(by_method("raked"), upper=150.0)
    REF04.agree(cut.weights.sum(), "trimmed", "sum")
    REF04.agree(cut.weights.max(), "trimmed", "max")
    REF04.agree(int((np.abs(cut.weights - 150) < 1e-9).sum()), "trimmed", "n_at_bound")
    REF04.agree(mean(numbers("overall"), cut).value, "trimmed", "mean")
    assert [item.code for item in cut.history[-1].status] == ["weights_trimmed", *["margin_undone"] * 3]
    assert cut.history[-1].failed == ("sex", "age", "urban")
