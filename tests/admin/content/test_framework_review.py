"""The second look at a framework: gaps are refused with their place, proportions are advised on, results stay as they are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from admin.content.framework_messages import BALANCE, GAPS
from admin.content.framework_review import Review, review
from admin.content.load import Content, compile_all
from admin.content.meaning import check_meaning
from admin.content.messages import MESSAGES
from survey.instrument.program import Program
from tests.admin.content.conftest import Changed

Alter = Callable[[Any], object]


@pytest.fixture(scope="module")
def programs(content: Content) -> dict[str, Program]:
    """The programs by evaluator group."""
    compiled = compile_all(content)
    groups = content.province["evaluator_groups"]
    return {group["id"]: compiled[group["instrument"]] for group in groups if group["instrument"] in compiled}


def indicator(raw: Any, code: str) -> Any:
    return next(each for each in raw["indicators"] if each["id"] == code)


def _new_indicator(raw: Any) -> None:
    raw["indicators"].append({**indicator(raw, "I11"), "id": "I99"})


def _no_learning(raw: Any) -> None:
    for each in raw["indicators"]:
        if each["perspective"] == "learning":
            each["perspective"] = "process"


GAP_CASES: list[tuple[str, str, Alter]] = [
    ("indicator_empty", "indicators[26]", _new_indicator),
    ("perspective_missing", "indicators[0]", lambda raw: indicator(raw, "I11").pop("perspective")),
    ("perspective_empty", "perspectives[3]", _no_learning),
    ("unknown_id", "indicators[0].perspective", lambda raw: indicator(raw, "I11").update(perspective="x")),
    ("unknown_id", "indicators[0].lineage[0]", lambda raw: indicator(raw, "I11").update(lineage=["N77"])),
    ("superior_uncovered", "superior.indicators[3]", lambda raw: indicator(raw, "I41").pop("lineage")),
    (
        "superior_contradiction",
        "superior.indicators[10]",
        lambda raw: indicator(raw, "I41").update(lineage=["N04", "N11"]),
    ),
    ("duplicate_id", "perspectives[1].id", lambda raw: raw["perspectives"][1].update(id="customer")),
    (
        "duplicate_id",
        "superior.indicators[1].id",
        lambda raw: raw["superior"]["indicators"][1].update(id="N01"),
    ),
]


@pytest.mark.parametrize(("code", "path", "alter"), GAP_CASES, ids=[f"{c}-{p}" for c, p, _ in GAP_CASES])
def test_a_gap_is_refused_at_its_place(changed: Changed, code: str, path: str, alter: Alter) -> None:
    files = changed("framework", alter)
    found = check_meaning(
        files.documents, instruments=files.instruments, modules=files.modules, scales=files.scales
    )
    assert (code, path) in [(problem.code, problem.path) for problem in found]


def test_a_framework_without_the_new_fields_is_as_good_as_before(changed: Changed) -> None:
    def strip(raw: Any) -> None:
        for name in ("perspectives", "superior"):
            del raw[name]
        for each in raw["indicators"]:
            each.pop("perspective")
            each.pop("lineage")

    files = changed("framework", strip)
    found = check_meaning(
        files.documents, instruments=files.instruments, modules=files.modules, scales=files.scales
    )
    assert found == []


def test_every_gap_has_its_words_in_the_catalogue() -> None:
    assert GAPS.items() <= MESSAGES.items()


# --- proportions ----------------------------------------------------------------------------------------


def look(content: Content, programs: dict[str, Program], alter: Alter | None = None) -> Review:
    framework = copy.deepcopy(dict(content.framework))
    if alter:
        alter(framework)
    names = {group["id"]: group for group in content.province["evaluator_groups"]}
    return review(framework, programs, names=names)


def test_the_tree_carries_effective_weights_that_sum_to_one(
    content: Content, programs: dict[str, Program]
) -> None:
    found = look(content, programs)
    for tree in found.groups.values():
        items = [item.effective for dim in tree for part in dim.parts for item in part.parts]
        assert sum(items) == pytest.approx(1.0)
    first = found.groups["residents"][0].parts[0].parts[0]
    assert (first.code, first.effective) == ("R01", pytest.approx(0.30 * 0.25 * 0.6))
    assert sum(found.perspectives.values()) == pytest.approx(1.0)
    assert found.lineage["N05"] == ("I42",)
    assert found.own == ()


def test_the_demo_is_advised_on_its_one_heavy_dimension(
    content: Content, programs: dict[str, Program]
) -> None:
    found = look(content, programs)
    assert [(each.code, each.place) for each in found.advice] == [
        ("dimension_heavy", "groups.service_users.D2"),
        ("siblings_uneven", "groups.service_users.D2.indicators.I21"),
    ]
    assert "服务对象" in found.advice[0].message("zh")
    assert "above 50 %" in found.advice[0].message("en")


def _at(group: str, *path: str) -> Callable[[Any], Any]:
    def walk(raw: Any) -> Any:
        place = raw["groups"][group]
        for step in path:
            place = place[step]
        return place

    return walk


def _light(raw: Any) -> None:
    tree = _at("residents")(raw)
    tree["D1"]["weight"], tree["D6"]["weight"] = 0.41, 0.04


def _one_item(raw: Any) -> None:
    business = _at("enterprises")(raw)
    business["D5"]["indicators"] = {"I51": {"weight": 1.0, "items": {"E06": 1.0}}}


def _all_customers(raw: Any) -> None:
    for each in raw["indicators"]:
        each["perspective"] = "customer"


ADVICE_CASES: dict[str, Alter] = {
    "part_light": _light,
    "item_heavy": _one_item,
    "perspective_uneven": _all_customers,
    "lineage_missing": lambda raw: indicator(raw, "I41").pop("lineage"),
}


@pytest.mark.parametrize("code", sorted(ADVICE_CASES))
def test_what_looks_unbalanced_is_said(content: Content, programs: dict[str, Program], code: str) -> None:
    before = {(each.code, each.place) for each in look(content, programs).advice}
    after = look(content, programs, ADVICE_CASES[code]).advice
    assert code in {each.code for each in after if (each.code, each.place) not in before}


def test_the_same_words_under_two_codes_count_twice(content: Content, programs: dict[str, Program]) -> None:
    document = programs["residents"].to_json()
    items = [item for page in document["pages"] for item in page["items"]]
    words = next(item for item in items if item["code"] == "R01")["text"]
    next(item for item in items if item["code"] == "R09")["text"] = dict(words)
    doubled = {**programs, "residents": Program.from_json(document)}
    found = [each for each in look(content, doubled).advice if each.code == "same_wording"]
    assert [(each.context["name"], each.context["other"]) for each in found] == [("R01", "R09")]


def test_every_advice_is_worded_in_both_languages() -> None:
    tried = {*ADVICE_CASES, "dimension_heavy", "siblings_uneven", "same_wording"}
    assert set(BALANCE) == tried
