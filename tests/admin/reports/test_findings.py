"""What the headlines say, by hand-made rank sets and intervals: never more than the numbers carry."""

from __future__ import annotations

from typing import Any

from admin.reports import findings
from admin.reports.words import fill, listed, words

GROUP = words("居民", "Residents")


def row(
    name: str, index: float, *, half: float = 1.0, ranks: tuple[int, int] | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": name, "name": words(name, name), "index": index, "low": index - half, "high": index + half,
    }  # fmt: skip
    if ranks:
        found |= {"rank_low": ranks[0], "rank_high": ranks[1]}
    return found


def order(*ranks: tuple[int, int]) -> dict[str, str]:
    rows = [row("ABCDEFGH"[n], 80.0 - n, ranks=each) for n, each in enumerate(ranks)]
    return findings.of_areas(GROUP, rows)


def test_nothing_told_apart_is_a_finding() -> None:
    said = order((1, 3), (1, 3), (1, 3))
    assert "No reliable difference: the 3 cities cannot be put in order." in said["en"]
    assert "没有可靠的差异" in said["zh"]


def test_only_the_last_place_is_certain() -> None:
    said = order((1, 2), (1, 2), (3, 3))
    assert "Only one place is certain (last: C)." in said["en"]
    assert "A and B could each be first." in said["en"]
    assert "最后一名：C" in said["zh"]


def test_all_places_certain_leaves_nothing_open() -> None:
    said = order((1, 1), (2, 2), (3, 3))
    assert "Every place is certain (first: A, second: B and last: C)." in said["en"]
    assert "could" not in said["en"]


def test_many_candidates_are_counted_and_the_two_highest_named() -> None:
    said = order((1, 4), (1, 5), (1, 5), (1, 5), (2, 5))
    assert "4 of the 5 cities could be first; 4 of the 5 cities could be last." in said["en"]
    assert "The two highest, A (80.0) and B (79.0), cannot be told apart." in said["en"]


def test_two_that_are_told_apart_are_never_called_equal() -> None:
    assert "told apart" not in order((1, 1), (2, 5), (2, 5), (2, 5), (2, 5))["en"]


def test_hidden_rows_are_no_part_of_a_headline() -> None:
    hidden = {**row("Z", 0.0), "index": None}
    assert "Z" not in findings.of_areas(GROUP, [row("A", 70), row("B", 60), hidden])["en"]
    assert "too small" in findings.of_areas(GROUP, [row("A", 70), hidden])["en"]


def test_overlapping_intervals_are_no_difference() -> None:
    near, far = [row("A", 70), row("B", 69)], [row("A", 70), row("B", 60)]
    assert findings.of_people(near)["en"] == "No reliable difference between these groups."
    assert "do not overlap" in findings.of_people(far)["en"]
    assert "no reliable difference" in findings.of_parts(GROUP, near)["en"]


def test_a_share_is_never_called_an_index() -> None:
    rows = [{"code": c, "text": words(c, c), "satisfied": s} for c, s in (("R01", 0.5), ("R02", 0.81))]
    said = findings.of_shares(rows)
    assert "81%" in said["en"]
    assert "index" not in said["en"].lower()
    assert "指数" not in said["zh"]


def test_lists_read_like_lists() -> None:
    names = [words("甲", "A"), words("乙", "B"), words("丙", "C")]
    assert listed(names) == words("甲、乙、丙", "A, B and C")
    assert listed(names[:1]) == names[0]
    assert fill("{a}好", "{a} is good", a=names[0]) == words("甲好", "A is good")
