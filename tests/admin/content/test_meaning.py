"""The cross-checks: every rule is broken once, and the message names the place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from admin.content.folder import FolderFiles
from admin.content.meaning import check_meaning
from admin.content.messages import _MEANING, MESSAGES
from admin.content.problems import ContentProblem
from tests.admin.content.conftest import Changed


def check(files: FolderFiles) -> list[ContentProblem]:
    return check_meaning(
        files.documents, instruments=files.instruments, modules=files.modules, scales=files.scales
    )


Alter = Callable[[Any], object]


def at(*steps: Any) -> Callable[[Any], Any]:
    def follow(value: Any) -> Any:
        for step in steps:
            value = value[step]
        return value

    return follow


def put(value: Any, *steps: Any) -> Alter:
    return lambda raw: at(*steps[:-1])(raw).__setitem__(steps[-1], value)


def add(number: int, *steps: Any) -> Alter:
    return lambda raw: at(*steps[:-1])(raw).__setitem__(steps[-1], at(*steps)(raw) + number)


EDUCATION = ("groups", "residents", "D1", "indicators", "I11")
TRANSPORT = ("groups", "residents", "D1", "indicators", "I15", "items")
RESIDENTS = ("margins", "residents")

# code, document, path, change
CASES: list[tuple[str, str, str, Alter]] = [
    # areas and units
    ("sum_differs", "province", "cities[0].adult_population", add(1, "cities", 0, "adult_population")),
    ("sum_differs", "province", "cities[0].adult_urban", add(5, "cities", 0, "counties", 0, "adult_urban")),
    (
        "sum_differs",
        "province",
        "cities[0].counties[0].adult_population",
        add(5, "cities", 0, "counties", 0, "adult_rural"),
    ),
    ("sum_differs", "province", "totals.adult_rural", add(-1, "totals", "adult_rural")),
    ("count_differs", "province", "totals.counties", put(104, "totals", "counties")),
    (
        "wrong_parent",
        "province",
        "cities[0].counties[0].code",
        put("990901", "cities", 0, "counties", 0, "code"),
    ),
    ("duplicate_id", "province", "cities[1].id", put("yunlan", "cities", 1, "id")),
    ("duplicate_id", "province", "assessed_units[1].code", put("K01", "assessed_units", 1, "code")),
    ("unknown_id", "province", "assessed_units[0].class", put("Z", "assessed_units", 0, "class")),
    ("unknown_id", "province", "assessed_units[26].area", put("atlantis", "assessed_units", 26, "area")),
    ("area_twice", "province", "assessed_units[27].area", put("yunlan", "assessed_units", 27, "area")),
    ("area_missing", "province", "assessed_units[26]", lambda raw: raw["assessed_units"][26].pop("area")),
    ("organiser_assessed", "province", "assessed_units[0]", put("省统计局", "assessed_units", 0, "zh")),
    (
        "unknown_id",
        "province",
        "evaluator_groups[0].instrument",
        put("nobody", "evaluator_groups", 0, "instrument"),
    ),
    ("dates_reversed", "province", "calendar[0]", put("2027-01-01", "calendar", 0, "from")),
    # population margins
    (
        "sum_differs",
        "province",
        "margins.residents.one_way.sex",
        add(1, *RESIDENTS, "one_way", "sex", "male"),
    ),
    (
        "sum_differs",
        "province",
        "margins.residents.city_by_age.yunlan",
        add(1, *RESIDENTS, "city_by_age", "yunlan", 0),
    ),
    (
        "sum_differs",
        "province",
        "margins.residents.city_by_age",
        add(1, *RESIDENTS, "city_by_age", "yunlan", 0),
    ),
    ("sum_differs", "province", "margins.residents.joint", add(1, *RESIDENTS, "joint", 0, 3, 0)),
    (
        "sum_differs",
        "province",
        "margins.residents.urbanicity_by_sex_by_age",
        add(1, *RESIDENTS, "urbanicity_by_sex_by_age", "urban_male", 2),
    ),
    (
        "count_differs",
        "province",
        "margins.residents.city_by_age.yunlan",
        lambda raw: raw["margins"]["residents"]["city_by_age"]["yunlan"].pop(),
    ),
    (
        "missing_field",
        "province",
        "margins.residents.city_by_age",
        lambda raw: raw["margins"]["residents"]["city_by_age"].pop("yunlan"),
    ),
    ("unknown_id", "province", "margins.residents.joint[3][1]", put("suburb", *RESIDENTS, "joint", 3, 1)),
    ("duplicate_id", "province", "margins.residents.joint[1]", put("male", *RESIDENTS, "joint", 1, 2)),
    (
        "sum_differs",
        "province",
        "margins.enterprises.one_way.size",
        add(1, "margins", "enterprises", "one_way", "size", "large"),
    ),
    (
        "sum_differs",
        "province",
        "margins.enterprises.industry_by_size.agri",
        add(1, "margins", "enterprises", "industry_by_size", "agri", 0),
    ),
    (
        "sum_differs",
        "province",
        "margins.enterprises.city_by_industry.boning",
        add(1, "margins", "enterprises", "city_by_industry", "boning", 0),
    ),
    (
        "sum_differs",
        "province",
        "margins.individual_businesses.location_by_trade.town",
        add(1, "margins", "individual_businesses", "location_by_trade", "town", 0),
    ),
    (
        "sum_differs",
        "province",
        "margins.service_users.city_by_channel",
        add(1, "margins", "service_users", "city_by_channel", "yunlan", 0),
    ),
    (
        "sum_differs",
        "province",
        "margins.rosters.experts.roster",
        add(1, "margins", "rosters", "experts", "strata", "law"),
    ),
    # sample design
    (
        "sum_differs",
        "province",
        "sample_design.residents.by_city",
        add(1, "sample_design", "residents", "by_city", "yunlan"),
    ),
    (
        "unknown_id",
        "province",
        "sample_design.residents.by_city.mars",
        put(0, "sample_design", "residents", "by_city", "mars"),
    ),
    (
        "sum_differs",
        "province",
        "sample_design.residents.modes",
        put(0.5, "sample_design", "residents", "modes", "cati"),
    ),
    (
        "sum_differs",
        "province",
        "sample_design.service_users.by_channel_within_city",
        add(1, "sample_design", "service_users", "by_channel_within_city", "kiosk"),
    ),
    (
        "out_of_range",
        "province",
        "sample_design.experts.invited",
        put(500, "sample_design", "experts", "invited"),
    ),
    # framework
    ("sum_differs", "framework", "groups.residents", put(0.31, "groups", "residents", "D1", "weight")),
    ("sum_differs", "framework", "groups.residents.D1.indicators", put(0.3, *EDUCATION, "weight")),
    (
        "sum_differs",
        "framework",
        "groups.residents.D1.indicators.I11.items",
        put(0.5, *EDUCATION, "items", "R01"),
    ),
    (
        "unknown_id",
        "framework",
        "groups.residents.D1.indicators.I11.items.R99",
        put(0.0, *EDUCATION, "items", "R99"),
    ),
    ("item_twice", "framework", "groups.residents.D1.indicators.I15.items.R01", put(0.0, *TRANSPORT, "R01")),
    ("item_not_scored", "framework", "groups.residents", lambda raw: at(*TRANSPORT)(raw).pop("R09")),
    (
        "item_not_ratable",
        "framework",
        "groups.residents.D1.indicators.I15.items.R31",
        put(0.0, *TRANSPORT, "R31"),
    ),
    (
        "pooled_scale",
        "framework",
        "groups.service_users.D3.indicators.I32.items.S11",
        put(0.0, "groups", "service_users", "D3", "indicators", "I32", "items", "S11"),
    ),
    (
        "wrong_dimension",
        "framework",
        "groups.residents.D1.indicators.I21",
        lambda raw: at("groups", "residents", "D1", "indicators")(raw).update(
            I21={"weight": 0.0, "items": {"R11": 1.0}}
        ),
    ),
    ("unknown_id", "framework", "indicators[0].dimension", put("D9", "indicators", 0, "dimension")),
    ("duplicate_id", "framework", "indicators[1].id", put("I11", "indicators", 1, "id")),
    (
        "unknown_id",
        "framework",
        "groups.robots",
        lambda raw: raw["groups"].update(robots=raw["groups"]["residents"]),
    ),
    ("sum_differs", "framework", "responsible_units.R02", put(0.6, "responsible_units", "R02", "edu")),
    ("unknown_id", "framework", "responsible_units.R01.nasa", put(0.0, "responsible_units", "R01", "nasa")),
    ("unknown_id", "framework", "responsible_units.R31", put({"edu": 1.0}, "responsible_units", "R31")),
    ("unknown_id", "framework", "reliability_sets[0].items[0]", put("A7", "reliability_sets", 0, "items", 0)),
    ("unknown_id", "framework", "reliability_sets[0].target", put("D7", "reliability_sets", 0, "target")),
    ("unknown_id", "framework", "criterion_items.residents", put("R30", "criterion_items", "residents")),
    # scoring plan
    ("conversion_lowest", "scoring", "conversion.values.1", put(50, "conversion", "values", "1")),
    ("conversion_highest", "scoring", "conversion.values.5", put(99, "conversion", "values", "5")),
    ("conversion_order", "scoring", "conversion.values", put(80, "conversion", "values", "3")),
    ("conversion_spacing", "scoring", "conversion.values", put(60, "conversion", "values", "3")),
    ("conversion_differs", "scoring", "conversion.values", put(60, "conversion", "values", "3")),
    ("count_differs", "scoring", "conversion.values", lambda raw: raw["conversion"]["values"].pop("2")),
    ("sum_differs", "scoring", "evaluator_weights.A", put(0.41, "evaluator_weights", "A", "residents")),
    (
        "unknown_id",
        "scoring",
        "evaluator_weights.A.open_participants",
        put(0.0, "evaluator_weights", "A", "open_participants"),
    ),
    ("missing_field", "scoring", "evaluator_weights", lambda raw: raw["evaluator_weights"].pop("C")),
    (
        "missing_field",
        "scoring",
        "unit_index.minimum_valid_respondents",
        lambda raw: raw["unit_index"]["minimum_valid_respondents"].pop("experts"),
    ),
    ("sum_differs", "scoring", "periods", put(0.4, "periods", "peacetime", "weight")),
    (
        "sum_differs",
        "scoring",
        "unit_index.department.with_domain_items",
        put(0.5, "unit_index", "department", "with_domain_items", "unit_module"),
    ),
    ("unknown_id", "scoring", "missing_group_rule.caps.fans", put(0.1, "missing_group_rule", "caps", "fans")),
    ("grade_order", "scoring", "grades.thresholds", put(76, "grades", "thresholds", "fair")),
    ("sum_differs", "scoring", "grades.labels.fair.from", put(61, "grades", "labels", "fair", "from")),
    ("duplicate_id", "scoring", "gates[1].id", put("G01", "gates", 1, "id")),
    (
        "unknown_id",
        "scoring",
        "countersign.required[0].organisation",
        put("edu", "countersign", "required", 0, "organisation"),
    ),
    (
        "duplicate_id",
        "scoring",
        "countersign.required[1].role",
        put("statistician", "countersign", "required", 1, "role"),
    ),
    # simulation, participation, report
    ("missing_field", "simulation", "city_effect", lambda raw: raw["city_effect"].pop("yunlan")),
    ("unknown_id", "simulation", "item_offset.R77", put(0, "item_offset", "R77")),
    ("unknown_id", "simulation", "dont_know_share.R77", put(0.1, "dont_know_share", "R77")),
    (
        "sum_differs",
        "simulation",
        "service_transactions_by_unit",
        put(0.5, "service_transactions_by_unit", "edu"),
    ),
    (
        "unknown_id",
        "simulation",
        "planted_problems[0].where.county",
        put("铁篱市", "planted_problems", 0, "where", "county"),
    ),
    ("unknown_id", "simulation", "expected_detection[0].gate", put("G99", "expected_detection", 0, "gate")),
    ("unknown_id", "participation", "commitments[0].unit", put("nasa", "commitments", 0, "unit")),
    (
        "unknown_id",
        "participation",
        "consultation.comments[0].target",
        put("R99", "consultation", "comments", 0, "target"),
    ),
    ("dates_reversed", "participation", "consultation", put("2026-12-01", "consultation", "opens")),
    ("duplicate_id", "report", "results[1].id", put("composites", "results", 1, "id")),
    (
        "unknown_id",
        "report",
        "open_data.resources[0].key[0]",
        put("name", "open_data", "resources", 0, "key", 0),
    ),
]


@pytest.mark.parametrize(
    ("code", "name", "path", "alter"), CASES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_contradiction_is_found_at_its_place(
    changed: Changed, code: str, name: str, path: str, alter: Alter
) -> None:
    problems = check(changed(name, alter))
    found = {(problem.code, problem.file, problem.path) for problem in problems}
    assert (code, f"{name}.yaml", path) in found
    for problem in problems:
        assert problem.line > 0
        assert problem.message("zh")
        assert problem.message("en")


def test_every_rule_has_been_broken_and_speaks_both_languages() -> None:
    assert set(_MEANING) <= {code for code, *_ in CASES}
    for code, wordings in MESSAGES.items():
        assert set(wordings) == {"zh", "en"}, code
        assert all(text for wording in wordings.values() for text in wording), code


def test_a_reason_allows_unequal_steps(changed: Changed) -> None:
    def unequal(raw: Any) -> None:
        raw["conversion"]["values"]["3"] = 60
        raw["conversion"]["spacing_reason"] = "Agreed with the statistics bureau for a test."

    codes = [problem.code for problem in check(changed("scoring", unequal))]
    assert codes == ["conversion_differs"]


def test_a_problem_of_an_instrument_is_found_in_its_file(changed: Changed) -> None:
    def break_it(raw: Any) -> None:
        raw["sections"][1]["questions"][2]["show_if"] = {"question": "A9", "any_of": ["health"]}
        raw["sections"][0]["questions"][6]["options"][3].pop("en")

    problems = check(changed("residents", break_it))
    assert [(p.code, p.path, p.line) for p in problems] == [
        ("missing_translation", "sections[0].questions[6].options[3]", 118),
        ("unknown_reference", "sections[1].questions[2].show_if", 129),
    ]
    assert (
        problems[1]
        .line_of_text("en")
        .startswith(
            "instruments/residents.yaml:129:50 sections[1].questions[2].show_if: The expression refers to “A9”"
        )
    )
