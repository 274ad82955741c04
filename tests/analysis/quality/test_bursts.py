"""Bursts of answers from one place in a short time: planted ones are found, busy hours are none."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import quality
from analysis.errors import InvalidInput
from analysis.quality import QualityError


def test_a_burst_is_found_with_its_rows() -> None:
    rng = np.random.default_rng(1)
    place = rng.choice([f"hall {k}" for k in range(20)], 2_000)
    slot = rng.choice([f"{h:02d}:00" for h in range(8, 18)], 2_000, p=np.r_[np.full(8, 0.05), 0.3, 0.3])
    place[:40], slot[:40] = "hall 3", "09:00"
    found = quality.bursts(place, slot)
    assert [(burst.place, burst.slot) for burst in found.found] == [("hall 3", "09:00")]
    (burst,) = found.found
    assert set(range(40)) <= set(burst.rows.tolist())
    assert burst.seen == len(burst.rows)
    assert burst.expected < 10
    assert found.to_rows()[0]["place"] == "hall 3"
    assert found.cells == 200


def test_busy_places_and_busy_hours_are_no_bursts() -> None:
    rng = np.random.default_rng(2)
    flagged = 0
    for _ in range(200):
        place = rng.choice(list("abcdef"), 600, p=[0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
        slot = rng.choice([str(k) for k in range(30)], 600, p=np.r_[np.full(29, 0.5 / 29), 0.5])
        flagged += bool(quality.bursts(place, slot).found)
    assert flagged <= 4


def test_unknown_places_and_times_are_passed_over() -> None:
    found = quality.bursts(["a", None, "b"], ["1", "1", None])
    assert (found.found, found.cells) == ((), 1)
    assert quality.bursts([], []).cells == 0


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="slot"):
        quality.bursts(["a"], ["1", "2"])
    with pytest.raises(QualityError, match="at least 2"):
        quality.bursts(["a"], ["1"], least=1)
    with pytest.raises(QualityError, match="between 0 and 1"):
        quality.bursts(["a"], ["1"], p=5)
