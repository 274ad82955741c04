"""Polyserial correlation against lavaan, by design, and what it refuses."""

import json
from typing import Any

import numpy as np
import pytest

from analysis import replicates
from analysis._types import FloatArray
from analysis.correlation import CorrelationError, polyserial
from analysis.design import BoundDesign
from tests.analysis.reference_cases import REFERENCE, numbers

LAVAAN: dict[str, Any] = json.loads((REFERENCE / "own/polychoric/lavaan-polyserial.json").read_text())


def pair(item: str) -> tuple[FloatArray, FloatArray]:
    """The continuous and the ordinal variable, complete on all three columns as the reference is."""
    x, q1, q3 = (numbers(column) for column in ("overall", "q1", "q3"))
    complete = np.isfinite(x) & np.isfinite(q1) & np.isfinite(q3)
    y = q1 if item == "q1" else (q3 > 3).astype(float)
    return x[complete], y[complete]


@pytest.mark.parametrize("item", ["q1", "q3"])
def test_correlation_and_thresholds_of_lavaan(item: str) -> None:
    wanted, found = LAVAAN[item], polyserial(*pair(item))
    assert found.n == wanted["n"]
    x = pair(item)[0]
    variance = float(x.var())
    # lavaan's parameter is the covariance with a variable of variance 1
    assert found.correlation == pytest.approx(wanted["correlation"] / np.sqrt(variance), abs=2e-6)
    np.testing.assert_allclose(found.thresholds, wanted["thresholds"], atol=1e-6)


@pytest.mark.parametrize("item", ["q1", "q3"])
def test_error_where_the_continuous_variable_is_not_normal(item: str) -> None:
    """The bootstrap is the judge; lavaan's error takes the spread of a normal variance from the same data."""
    x, y = pair(item)
    rng = np.random.default_rng(1)
    draws = [rng.integers(0, len(x), len(x)) for _ in range(200)]
    spread = np.std([polyserial(x[rows], y[rows]).correlation for rows in draws])
    assert polyserial(x, y).se == pytest.approx(spread, rel=0.15)


def test_by_design_and_in_a_domain() -> None:
    x, y = pair("q1")
    design = BoundDesign(weights=np.ones(len(x)), psu=np.arange(len(x)) % 100)
    linear, repeated = polyserial(x, y, design=design), polyserial(x, y, design=replicates.jk1(design))
    assert linear.correlation == repeated.correlation == polyserial(x, y).correlation
    assert repeated.se == pytest.approx(linear.se, rel=0.1)
    half = np.arange(len(x)) < 500
    assert polyserial(x, y, domain=half).correlation == polyserial(x[half], y[half]).correlation
    low, high = linear.ci()
    assert low < linear.correlation < high
    assert linear.to_rows()[0]["n"] == len(x)


def test_refusals() -> None:
    x, y = pair("q1")
    with pytest.raises(CorrelationError, match="continuous"):
        polyserial(np.ones(len(y)), y)
    with pytest.raises(CorrelationError, match="one category only"):
        polyserial(x, np.ones(len(x)))
    with pytest.raises(CorrelationError, match="no valid answer"):
        polyserial(np.full(len(y), np.nan), y)
