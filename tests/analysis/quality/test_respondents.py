"""The one door to answer quality, and what flags do to the estimates."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import quality, replicates
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate.means import mean
from analysis.quality import QualityError

NAN = np.nan


def attentive(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers to four scales of five items, the last two of each worded the other way, and seconds per item."""
    trait = rng.normal(size=(n, 4)) + 0.5 * rng.normal(size=(n, 1))
    answers = 3.2 + trait[:, np.arange(20) // 5] + rng.normal(0, 0.6, (n, 20))
    reverse = np.isin(np.arange(20) % 5, (3, 4))
    answers[:, reverse] = 6.0 - answers[:, reverse]
    times = np.exp(1.5 - rng.normal(0, 0.3, (n, 1)) + rng.normal(0, 0.4, (n, 20)))
    return np.clip(np.round(answers), 1, 5), times


def test_the_careless_are_found_and_the_attentive_are_not() -> None:
    rng = np.random.default_rng(11)
    answers, times = attentive(rng, 600)
    answers[:10], times[:10] = 4.0, times[:10] / 10.0  # straight through, in no time
    answers[10:20], times[10:20] = rng.integers(1, 6, (10, 20)), times[10:20] / 10.0  # at random, in no time
    found = quality.respondents(answers, times)
    assert found.is_flagged[:20].all()
    assert found.is_flagged[20:].mean() < 0.02
    assert found.status == ()
    assert {index.name for index in found.indices} == {
        "longest_run",
        "inter_item_sd",
        "synonyms",
        "antonyms",
        "person_total",
        "mahalanobis_p",
        "percent_match",
        "speed_z",
        "seconds_per_item",
    }
    assert found["longest_run"].is_flagged[:10].all()
    rows = found.to_rows()
    assert rows[-1]["index"] == "combined"
    assert rows[-1]["flagged"] == int(found.is_flagged.sum())
    with pytest.raises(InvalidInput, match="longest_run"):
        found["nonsense"]


def test_one_family_alone_is_no_combined_flag() -> None:
    rng = np.random.default_rng(12)
    answers, _ = attentive(rng, 300)
    answers[:5] = 5.0  # satisfied with everything: two indices, one family
    found = quality.respondents(answers, duplicates=False)
    assert found["longest_run"].is_flagged[:5].all()
    assert (found.families_flagged[:5] == 1).all()
    assert not found.is_flagged[:5].any()


def test_what_cannot_be_computed_is_said() -> None:
    rng = np.random.default_rng(13)
    answers = rng.integers(1, 6, (100, 12)).astype(float)
    found = quality.respondents(answers, seconds=np.full(100, 300.0), scales=["a"] * 6 + ["b"] * 6)
    assert [status.context["index"] for status in found.status] == ["synonyms", "antonyms", "even_odd"]
    assert "scales" in found.status[2].message("en")
    assert "量表" in found.status[2].message("zh")
    assert not found["seconds_per_item"].is_flagged.any()
    with pytest.raises(InvalidInput, match="times"):
        quality.respondents(answers, np.ones((99, 12)) + rng.random((99, 12)))


def design(rng: np.random.Generator) -> BoundDesign:
    return BoundDesign(weights=rng.uniform(1, 3, 400), strata=np.arange(400) // 100, psu=np.arange(400) // 10)


def test_effects_are_the_difference_of_two_domains() -> None:
    rng = np.random.default_rng(14)
    sample = design(rng)
    y = rng.normal(70, 20, (400, 2))
    y[::7, 1] = NAN
    flagged = rng.random(400) < 0.1
    found = quality.effects_of(y, flagged, design=sample, items=["a", "b"], flag="fast")
    for k in range(2):
        everybody, rest = mean(y[:, k], sample), mean(y[:, k], sample, domain=~flagged)
        assert found.with_all[k] == pytest.approx(everybody.value, rel=1e-12)
        assert found.without[k] == pytest.approx(rest.value, rel=1e-12)
        assert found.with_all_se[k] == pytest.approx(everybody.se, rel=1e-9)
        assert found.without_se[k] == pytest.approx(rest.se, rel=1e-9)
        assert everybody.influence is not None
        assert rest.influence is not None
        own = np.sqrt(sample.variance(rest.influence - everybody.influence))
        assert found.se[k] == pytest.approx(own, rel=1e-9)
        assert found.se[k] < 0.6 * np.hypot(everybody.se, rest.se)
    rows = found.to_rows()
    assert [row["item"] for row in rows] == ["a", "b"]
    assert rows[0]["n_flagged"] == int(flagged.sum())
    low, high = found.ci()
    assert (low < found.difference).all()
    assert (found.difference < high).all()


def test_nobody_flagged_moves_nothing() -> None:
    rng = np.random.default_rng(15)
    sample = design(rng)
    found = quality.effects_of(rng.random(400), np.zeros(400, dtype=bool), design=sample)
    assert found.difference.tolist() == [0.0]
    assert found.se.tolist() == [0.0]
    assert np.isnan(found.p_value[0])


def test_everybody_flagged_is_refused_by_name() -> None:
    rng = np.random.default_rng(16)
    with pytest.raises(QualityError, match=r'"fast".*"overall"'):
        quality.effects_of(
            rng.random(400), np.ones(400, dtype=bool), design=design(rng), items=["overall"], flag="fast"
        )
    with pytest.raises(QualityError, match="2 names"):
        quality.effects_of(
            rng.random((400, 2)), np.zeros(400, dtype=bool), design=design(rng), items=["a", "b", "c"]
        )


def test_effects_of_every_index() -> None:
    rng = np.random.default_rng(17)
    answers, times = attentive(rng, 400)
    times[:12] /= 12.0
    found = quality.respondents(answers, times, duplicates=False)
    effects = found.effects(answers.mean(axis=1), design=design(rng), items=["mean"])
    assert effects[0].flag == "combined"
    assert {effect.flag for effect in effects} == {"combined", *(index.name for index in found.indices)}


def test_the_se_of_a_difference_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(18)
    differences, errors = [], []
    for _ in range(400):
        sample = BoundDesign(weights=np.ones(200))
        careless = rng.random(200) < 0.15
        y = np.where(careless, rng.normal(80, 10, 200), rng.normal(70, 20, 200))
        found = quality.effects_of(y, careless, design=sample)
        differences.append(found.difference[0])
        errors.append(found.se[0])
    assert np.mean(errors) == pytest.approx(np.std(differences), rel=0.12)


def test_effects_run_on_replicate_designs() -> None:
    rng = np.random.default_rng(19)
    sample = design(rng)
    y = rng.normal(70, 20, (400, 3))
    flagged = rng.random(400) < 0.1
    taylor = quality.effects_of(y, flagged, design=sample)
    jack = quality.effects_of(y, flagged, design=replicates.jkn(sample))
    np.testing.assert_allclose(jack.difference, taylor.difference, rtol=1e-12)
    np.testing.assert_allclose(jack.se, taylor.se, rtol=0.05)
    np.testing.assert_allclose(jack.with_all_se, taylor.with_all_se, rtol=0.05)
