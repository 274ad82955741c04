"""Random orders: decided by the seed, evenly spread, the same for one respondent throughout."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

from survey.instrument.path import PageRef, find_path, is_on_path
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import found, made, section, send, shown, small
from tests.survey.instrument.make import SCALES, build

OPTIONS = "options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B, fixed: true}, {code: c, zh: 丙, en: C}, {code: d, zh: 丁, en: D}, {code: o, zh: 其他, en: Other, other: true}, {code: x, zh: 不知道, en: Unsure, missing: true}]"


def order(compiled: Program, seed: int, item: str = "q") -> str:
    return "".join(option.code for option in shown(compiled, state=AnswerState(seed=seed))[item].options)


def test_options_are_shuffled_evenly_and_some_keep_their_place() -> None:
    compiled = made(f"{{id: q, type: single, order: random, {OPTIONS}}}")
    orders = Counter(order(compiled, seed) for seed in range(3000))
    assert set(orders) == {"{}b{}{}ox".format(*free) for free in permutations("acd")}
    # Six orders, 500 each; five standard errors are 102.
    assert all(abs(number - 500) < 102 for number in orders.values())


def test_half_of_the_respondents_read_the_options_from_the_other_end() -> None:
    compiled = made(*[f"{{id: {name}, type: single, order: reversed_half, {OPTIONS}}}" for name in "pq"])
    seen: Counter[str] = Counter()
    for seed in range(1000):
        first, second = (order(compiled, seed, name) for name in "pq")
        assert first == second  # one direction throughout
        seen[first] += 1
    assert set(seen) == {"abcdox", "dbcaox"}
    assert abs(seen["abcdox"] - 500) < 80


def test_the_order_of_one_seed_never_changes() -> None:
    """Frozen here: another order would break the answers of waves that are under way."""
    compiled = made(f"{{id: q, type: single, order: random, {OPTIONS}}}")
    assert [order(compiled, seed) for seed in (1, 2, 3, 2**52)] == FROZEN


def test_a_scale_of_its_own_points_follows_the_direction_of_the_respondent() -> None:
    points = "options: [{code: 1, zh: 一, en: One}, {code: 2, zh: 二, en: Two}, {code: 9, zh: 不知道, en: Unsure, missing: true}]"
    compiled = made(
        f"{{id: q, type: scale, {points}}}", "{id: n, type: nps}", "{id: s, type: scale, scale: sat5}"
    )
    for seed in range(30):
        one = order(compiled, seed)
        assert one in ("129", "219")
        assert (one == "219") is (order(compiled, seed, "s")[0] == "1")
        assert order(compiled, seed, "n") == "012345678910"
    plain = build(small(f"{{id: q, type: scale, {points}}}"), scales={**SCALES, "presentation": {}}).program
    assert plain
    assert {order(plain, seed) for seed in range(20)} == {"129"}


def shuffled(**more: str) -> list[dict[str, object]]:
    return [
        section("A", "{id: a, type: note}", shuffle=True),
        section("B", "{{id: b, type: note{}}}".format(more.get("b", "")), shuffle=True),
        section("M", "{id: m, type: note}"),
        section("C", "{id: c, type: number}", shuffle=True),
        section("C2", '{id: c2, type: note, show_if: "${c} > 1"}', parent="C"),
        section("Z", "{id: z, type: note}"),
    ]


def test_sections_change_places_and_the_others_stay() -> None:
    compiled = made("{id: s, type: note}", sections=shuffled(), order="random")
    seen: Counter[str] = Counter()
    for seed in range(1200):
        state = AnswerState(seed=seed, answers={"c": "2"})
        keys = [ref.key for ref in find_path(compiled, state).pages]
        assert (keys[0], keys[-1]) == ("S", "Z")
        assert keys[keys.index("C") + 1] == "C2"  # what is nested moves along
        assert all(is_on_path(compiled, PageRef(code=key), state) for key in keys)
        seen["".join(key for key in keys if key in "ABC")] += 1
        # The section between the second and the third keeps its place among the blocks.
        assert [key for key in keys if key != "C2"].index("M") == 3
    assert set(seen) == {"".join(free) for free in permutations("ABC")}
    assert all(abs(number - 200) < 65 for number in seen.values())


def test_without_the_order_of_the_document_nothing_moves() -> None:
    compiled = made("{id: s, type: note}", sections=shuffled())
    assert {
        tuple(ref.key for ref in find_path(compiled, AnswerState(seed=seed)).pages) for seed in range(20)
    } == {("S", "A", "B", "M", "C", "Z")}


def test_sections_in_random_order_cannot_look_at_one_another() -> None:
    def problems(place: int, name: str) -> list[tuple[str, str]]:
        raw = small("{id: s, type: number}", sections=shuffled(), order="random")
        raw["sections"][place]["questions"][0]["show_if"] = f"${{{name}}} > 1"
        return found(build(raw))

    assert problems(4, "s") == []  # what stands before all of them is known to each
    assert problems(5, "c") == []  # nested
    assert problems(6, "c") == []  # what stands after all of them knows each
    raw = small("{id: s, type: note}", sections=shuffled(), order="random")
    raw["sections"][1]["questions"].append({"id": "n", "type": "number", "text": {"zh": "数", "en": "N"}})
    raw["sections"][3]["questions"][0]["show_if"] = "${n} > 1"
    assert found(build(raw)) == [("shuffled_reference", "M")]
    raw["sections"][3]["questions"][0].pop("show_if")
    raw["sections"][4]["questions"][0]["text"]["en"] = "After ${n}"
    assert found(build(raw)) == [("shuffled_reference", "C")]
    raw["order"] = "document"
    assert build(raw).program


def test_screening_counts_in_the_order_of_the_respondent() -> None:
    stop = section(
        "A",
        "{id: a, type: single, options: [{code: y, zh: 是, en: Yes, screen_out: true}, {code: n, zh: 否, en: No}]}",
        shuffle=True,
    )
    other = section("B", "{id: b, type: note}", shuffle=True)
    compiled = made("{id: s, type: note}", sections=[stop, other], order="random")
    for seed in range(20):
        before = [ref.key for ref in find_path(compiled, AnswerState(seed=seed)).pages]
        after = find_path(compiled, AnswerState(seed=seed, answers={"a": "y"}))
        assert after.screened_out == "a"
        assert [ref.key for ref in after.pages] == before[: before.index("A") + 1]
        assert send(compiled, {"a": ["y"]}, page="A", state=AnswerState(seed=seed)).answers == {"a": "y"}


FROZEN = ["cbadox", "abdcox", "dbcaox", "cbadox"]
