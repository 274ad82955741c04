"""The coverage simulations run; how often the intervals hold is measured by their command, not here."""

from tests.coverage import ranks, small_areas


def test_two_draws_of_each() -> None:
    for found in (small_areas.run(2, seed=1), ranks.run(2, seed=1)):
        assert len({row["case"] for row in found}) == len(found) > 10
        assert all(0.0 <= float(row["coverage"]) <= 1.0 for row in found)
