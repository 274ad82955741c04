"""Batch rules: nobody hides among fewer than ten, and days are as coarse as that needs."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from survey.ledger.batching import MIN_GROUP, HidingSet, choose, coarse_days

days = st.lists(st.dates().map(str), max_size=80)


def sets(**sizes: int) -> dict[HidingSet, int]:
    return {HidingSet(channel="sample", seal_group=name): size for name, size in sizes.items()}


def names(chosen: tuple[HidingSet, ...]) -> list[str]:
    return [key.seal_group for key in chosen]


def test_ten_make_a_batch_and_nine_wait():
    assert names(choose(sets(a=10, b=9), closing=False, limit=100)) == ["a"]


def test_at_close_the_small_ones_follow():
    assert names(choose(sets(a=10, b=9, c=0), closing=True, limit=100)) == ["a", "b"]


def test_a_large_batch_is_split_between_groups_and_small_ones_come_last():
    sizes = sets(a=60, b=60, c=3)
    assert names(choose(sizes, closing=True, limit=100)) == ["a"]
    assert names(choose(sets(b=60, c=3), closing=True, limit=100)) == ["b", "c"]


def test_a_group_above_the_limit_is_sealed_whole():
    assert names(choose(sets(a=500, b=20), closing=False, limit=100)) == ["a"]


@given(days)
def test_every_stored_day_is_shared_by_ten(found):
    stored = coarse_days(found)
    assert stored.keys() == set(found)
    counts = Counter(stored[day] for day in found)
    assert all(size >= MIN_GROUP for size in counts.values()) or len(counts) == 1 or not counts
    assert all(stored[day] >= day for day in found)


def test_days_that_are_large_enough_stay_exact():
    found = ["2026-09-01"] * 10 + ["2026-09-02"] * 12
    assert coarse_days(found) == {"2026-09-01": "2026-09-01", "2026-09-02": "2026-09-02"}


def test_ten_responses_of_ten_days_share_one():
    found = [f"2026-09-{day:02}" for day in range(1, 11)]
    assert set(coarse_days(found).values()) == {"2026-09-10"}
