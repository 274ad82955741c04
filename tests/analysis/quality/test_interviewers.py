"""The interviewer effect equals a mixed model's, and names the one who stands out."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from analysis.quality.interviewers import interviewer_effects


def cases(seed: int, *, between: float, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    who = rng.integers(0, 30, 2400)
    area = rng.choice(["a", "b", "c"], 2400)
    effects = rng.normal(0, between, 30)
    effects[16] += shift
    level = effects[who] + np.where(area == "b", 5.0, 0.0) + rng.normal(0, 15, 2400)
    return level, np.array([f"T{k + 1:02d}" for k in who]), area


def test_variance_components_equal_those_of_statsmodels() -> None:
    level, who, area = cases(5, between=4.0)
    ours = interviewer_effects(level, who, factors={"area": area})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import statsmodels.api as sm

        design = np.column_stack([np.ones(2400), area == "b", area == "c"]).astype(float)
        theirs = sm.MixedLM(level, design, groups=who).fit(reml=True)
    assert ours.variance_between == pytest.approx(float(theirs.cov_re[0, 0]), rel=1e-3)
    assert ours.variance_within == pytest.approx(float(theirs.scale), rel=1e-4)
    predicted = {name: float(np.asarray(effect)[0]) for name, effect in theirs.random_effects.items()}
    for effect in ours.effects:
        assert effect.predicted == pytest.approx(predicted[effect.interviewer], abs=1e-2)


def test_without_an_effect_nobody_is_flagged() -> None:
    for seed in range(5):
        level, who, area = cases(seed, between=0.0)
        result = interviewer_effects(level, who, factors={"area": area})
        assert result.icc < 0.02
        assert not any(effect.is_flagged for effect in result.effects)


def test_the_one_who_stands_out_comes_first() -> None:
    level, who, area = cases(6, between=0.0, shift=11.0)
    result = interviewer_effects(level, who, factors={"area": area})
    first, second = result.effects[:2]
    assert (first.interviewer, first.is_flagged, second.is_flagged) == ("T17", True, False)
    assert first.deviation == pytest.approx(11.0, abs=4 * first.se)
    assert 0 < first.predicted < first.deviation


def test_missing_levels_and_small_loads_are_passed_over() -> None:
    level, who, area = cases(7, between=0.0)
    level[who == "T01"] = np.nan
    level[:3], who[:3] = 90.0, "T99"
    result = interviewer_effects(level, who, factors={"area": area})
    names = {effect.interviewer: effect for effect in result.effects}
    assert "T01" not in names
    assert names["T99"].n == 3
    assert names["T99"].deviation > 50
    assert not names["T99"].is_flagged
