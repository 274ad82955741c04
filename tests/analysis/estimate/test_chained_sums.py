"""Domain means after several weighting steps: the variances from sums are those of influence values of rows."""

import numpy as np
import pytest

from analysis import weighting as weight
from analysis.design import BoundDesign
from analysis.estimate import _linear_sums
from analysis.estimate.domains import means
from analysis.weighting import (
    Calibrate,
    Chain,
    Nonresponse,
    Rake,
    ResponsePropensity,
    Trim,
    UnknownEligibility,
)
from analysis.weighting.steps import Declared
from tests.analysis.weighting.sample import drawn

SAMPLE = drawn(n=900, seed=12)
SEX, REGION = {"f": 4300.0, "m": 4500.0}, {"north": 4400.0, "south": 4400.0}
RESOLVED = UnknownEligibility("status", ["region"])
CHAINS: dict[str, list[Declared]] = {
    "classes": [RESOLVED, Nonresponse("status", ["region", "sex"])],
    "classes, raked": [RESOLVED, Nonresponse("status", ["sex"]), Rake({"sex": SEX, "region": REGION})],
    "propensity, raked, trimmed, calibrated": [
        RESOLVED,
        ResponsePropensity("status", ["sex", "region"]),
        Rake({"sex": SEX, "region": REGION}),
        Trim(over_mean=1.5),
        Calibrate({"sex": SEX}),
    ],
    "raked and trimmed": [Rake({"sex": SEX}), Trim(over_mean=1.3)],
}
DESIGNS = {
    "clusters": SAMPLE.design,
    "elements": BoundDesign(weights=SAMPLE.weights, strata=SAMPLE.strata),
    "elements, adjusted": BoundDesign(
        weights=SAMPLE.weights,
        strata=np.where(np.arange(900) == 7, "alone", SAMPLE.strata),
        lonely="adjust",  # type: ignore[arg-type]  # a member of Lonely by its value
    ),
}


@pytest.mark.parametrize("steps", CHAINS)
@pytest.mark.parametrize("design", DESIGNS)
def test_tables_of_a_chain_give_the_variances_of_rows(
    monkeypatch: pytest.MonkeyPatch, steps: str, design: str
) -> None:
    weighted = Chain(steps=CHAINS[steps]).bind(SAMPLE.columns).apply(DESIGNS[design])
    y = np.where(SAMPLE.status == "respondent", np.round(SAMPLE.y), np.nan)
    items = np.column_stack([y, (y > 60).astype(float), SAMPLE.y])
    by = np.random.default_rng(0).integers(-1, 6, 900)
    by[by == 4] = 3  # a domain that is empty
    found = means(items, weighted, by=by, n_domains=6)
    assert _linear_sums.plan(weighted, by, 6).chain is not None
    monkeypatch.setattr(_linear_sums, "chained", lambda *_, **__: None)
    wanted = means(items, weighted, by=by, n_domains=6)
    np.testing.assert_allclose(found.se, wanted.se, rtol=1e-9)
    np.testing.assert_allclose(found.value, wanted.value, rtol=1e-12)


def test_a_model_on_numbers_goes_by_rows() -> None:
    step = ResponsePropensity("status", ["age"])
    weighted = Chain(steps=[RESOLVED, step]).bind(SAMPLE.columns).apply(SAMPLE.design)
    assert _linear_sums.plan(weighted, np.zeros(900, dtype=np.int64), 1).chain is None
    assert weight.kish_design_effect(weighted.weights) > 1.0
