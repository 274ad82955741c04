"""Marginal effects of the ordered logit: R's survey by the delta method, the jackknife, refusals."""

import json

import numpy as np
import pytest

from analysis import drivers, replicates
from analysis._types import FloatArray
from analysis.errors import AnalysisError
from analysis.model import glm, ordered_logit
from tests.analysis.reference_cases import REFERENCE, citizens, numbers

OWN = json.loads((REFERENCE / "own" / "drivers" / "effects.json").read_text(encoding="utf-8"))
NAMES = ("q4", "used", "wait")


def columns() -> FloatArray:
    return np.column_stack([numbers(name) for name in NAMES])


def test_svyolr_agrees() -> None:
    fitted = ordered_logit(numbers("q1"), columns(), design=citizens(), names=NAMES)
    found = drivers.marginal_effects(
        fitted, columns(), design=citizens(), discrete=["used"], conditional=True
    )
    np.testing.assert_allclose(found.effect, OWN["effect"], rtol=2e-4)
    np.testing.assert_allclose(found.se, OWN["se"], rtol=2e-3)
    np.testing.assert_allclose(found.effect.sum(axis=1), 0.0, atol=1e-12)
    assert found.answers == ("1", "2", "3", "4", "5")
    rows = found.to_rows()
    assert (rows[0]["driver"], rows[0]["change"], rows[5]["change"]) == ("q4", "per unit", "0 to 1")


def test_the_unconditional_error_is_that_of_refitting() -> None:
    design = citizens()
    fitted = ordered_logit(numbers("q1"), columns(), design=design, names=NAMES)
    found = drivers.marginal_effects(fitted, columns(), design=design, discrete=["used"])
    jackknife = replicates.jkn(design)

    def again(weights: FloatArray) -> FloatArray:
        from analysis.design import BoundDesign

        one = BoundDesign(weights=weights)
        refit = ordered_logit(numbers("q1"), columns(), design=one, names=NAMES)
        return drivers.marginal_effects(refit, columns(), design=one, discrete=["used"]).effect.ravel()

    spread = jackknife.covariance_of(again, influence=np.zeros((design.n, 15)))
    np.testing.assert_allclose(found.se.ravel(), np.sqrt(np.diag(spread)), rtol=0.08)
    shares = [found.ci()[0].min(), found.ci()[1].max()]
    assert shares[0] < 0 < shares[1]


def test_refusals() -> None:
    design = citizens()
    fitted = ordered_logit(numbers("q1"), columns(), design=design, names=NAMES)
    with pytest.raises(AnalysisError, match='"sex"'):
        drivers.marginal_effects(fitted, columns(), design=design, discrete=["sex"])
    with pytest.raises(AnalysisError, match="X"):
        drivers.marginal_effects(fitted, columns()[:, :2], design=design)
    plain = glm(numbers("overall"), columns(), design=design, names=NAMES)
    with pytest.raises(AnalysisError, match="thresholds"):
        drivers.marginal_effects(plain, columns(), design=design)
