"""Proportions near 0 and 1, and what is refused."""

import numpy as np
import pytest

from analysis._types import Interval
from analysis.design import BoundDesign
from analysis.errors import EstimationError, InvalidInput
from analysis.estimate.proportions import proportion


def simple(n: int) -> BoundDesign:
    return BoundDesign(weights=np.ones(n))


@pytest.mark.parametrize(("hits", "low", "high"), [(14, 0.085263, 0.221372), (3, 0.010255, 0.084519)])
def test_wilson_of_a_simple_random_sample_is_the_textbook_one(hits: int, low: float, high: float) -> None:
    found = proportion(np.arange(100) < hits, simple(100), interval=Interval.WILSON)
    assert found.ci() == pytest.approx((low, high), abs=5e-7)


@pytest.mark.parametrize("interval", list(Interval))
def test_nobody_or_everybody_still_has_an_interval(interval: Interval) -> None:
    none = proportion(np.zeros(50), simple(50), interval=interval)
    assert [item.code for item in none.status] == ["no_variation"]
    assert none.se == 0.0
    if interval is Interval.T:
        assert none.ci() == (0.0, 0.0)
        return
    low, high = none.ci()
    assert low == 0.0
    assert 0.03 < high < 0.10
    mirrored = proportion(np.ones(50), simple(50), interval=interval).ci()
    assert mirrored == pytest.approx((1.0 - high, 1.0))


def test_beta_of_none_is_the_exact_binomial_limit() -> None:
    found = proportion(np.zeros(50), simple(50), interval=Interval.BETA)
    assert found.ci()[1] == pytest.approx(1 - 0.025 ** (1 / 50))


def test_intervals_never_leave_zero_to_one() -> None:
    answers = np.zeros(40)
    answers[0] = 1
    for interval in set(Interval) - {Interval.T}:
        low, high = proportion(answers, simple(40), interval=interval).ci(0.999)
        assert 0.0 <= low <= 1 / 40 <= high <= 1.0


def test_only_zero_and_one_make_a_proportion() -> None:
    with pytest.raises(InvalidInput) as refusal:
        proportion([0, 1, 5, 1], simple(4))
    assert refusal.value.code == "not_a_share"
    assert refusal.value.context["row"] == 3


def test_a_domain_without_answers_is_refused() -> None:
    with pytest.raises(EstimationError, match="no valid answer"):
        proportion([np.nan, 1.0], simple(2), domain=np.array([True, False]))
