"""Cross-checks of the simulation parameters, the participation content and the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.content.checking import Checks
from admin.content.problems import Steps
from survey.instrument.program import Program


def check_simulation(
    checks: Checks, province: Mapping[str, Any], scoring: Mapping[str, Any], programs: Mapping[str, Program]
) -> None:
    """Every effect belongs to a place, unit or item that exists; planted problems and their gates too."""
    simulation = checks.value
    cities = {city["id"]: city for city in province["cities"]}
    units = [unit["id"] for unit in province["assessed_units"]]
    asked = [
        option.code
        for program in programs.values()
        for item in program.ticking.values()
        for option in item.options
    ]
    groups = [group["id"] for group in province["evaluator_groups"]]
    ratings = {
        code
        for program in programs.values()
        for code, place in program.places.items()
        if place.item.kind == "scale"
    }
    checks.complete("city", simulation["city_effect"], list(cities), ("city_effect",))
    checks.complete("item", simulation["item_offset"], _rated(programs, ratings), ("item_offset",))
    shares = {code for code in simulation["dont_know_share"] if code != "default"}
    for code in sorted(shares):
        checks.known("item", code, ratings, ("dont_know_share", code))
    checks.all_known("unit", simulation["unit_effect"], units, ("unit_effect",))
    for group, contacts in simulation["unit_contact_share"].items():
        steps: Steps = ("unit_contact_share", group)
        checks.known("group", group, groups, steps)
        checks.complete("unit", contacts, [unit for unit in units if unit in asked], steps)
    transactions = simulation["service_transactions_by_unit"]
    checks.all_known("unit", transactions, units, ("service_transactions_by_unit",))
    checks.shares(("service_transactions_by_unit",), transactions, zh="办件占比", en="shares of transactions")
    checks.unique(simulation["planted_problems"], "id", ("planted_problems",))
    for at, planted in enumerate(simulation["planted_problems"]):
        _planted(checks, planted, ("planted_problems", at), cities=cities, units=units, groups=groups)
    known = {planted["id"] for planted in simulation["planted_problems"]}
    gates = {gate["id"] for gate in scoring["gates"]} | {"ranking"}
    for at, expected in enumerate(simulation["expected_detection"]):
        checks.known("problem", expected["problem"], known, ("expected_detection", at, "problem"))
        checks.known("gate", expected["gate"], gates, ("expected_detection", at, "gate"))


def _rated(programs: Mapping[str, Program], ratings: set[str]) -> list[str]:
    """The rating items that the simulation draws: all but those of follow-ups."""
    follow_up = {
        code
        for program in programs.values()
        if any(page.repeat == "commitment" for page in program.pages)
        for code in program.places
    }
    return sorted(ratings - follow_up)


def _planted(
    checks: Checks,
    planted: Mapping[str, Any],
    steps: Steps,
    *,
    cities: Mapping[str, Any],
    units: list[str],
    groups: list[str],
) -> None:
    where = planted.get("where")
    if where and checks.known("city", where["city"], cities, (*steps, "where", "city")):
        counties = [county["zh"] for county in cities[where["city"]]["counties"]]
        checks.known("county", where["county"], counties, (*steps, "where", "county"))
    if "unit" in planted:
        checks.known("unit", planted["unit"], units, (*steps, "unit"))
    if "group" in planted:
        checks.known("group", planted["group"], groups, (*steps, "group"))
    checks.all_known("city", planted.get("cities", ()), cities, (*steps, "cities"))
    checks.all_known("group", planted.get("groups", ()), groups, (*steps, "groups"))


def check_participation(checks: Checks, province: Mapping[str, Any], programs: Mapping[str, Program]) -> None:
    """Comments, suggestions and commitments point at items, areas and units that exist."""
    content = checks.value
    items = {code for program in programs.values() for code in program.places} | {"consent"}
    units = [unit["id"] for unit in province["assessed_units"]]
    cities = [city["id"] for city in province["cities"]]
    consultation = content["consultation"]
    if consultation["opens"] > consultation["closes"]:
        checks.add("dates_reversed", ("consultation",), first="opens", second="closes")
    checks.unique(consultation["comments"], "id", ("consultation", "comments"))
    for at, comment in enumerate(consultation["comments"]):
        checks.known("item", comment["target"], items, ("consultation", "comments", at, "target"))
    checks.unique(content["suggestions"]["items"], "id", ("suggestions", "items"))
    decisions = content["suggestions"]["rule"]["decisions"]
    for at, suggestion in enumerate(content["suggestions"]["items"]):
        steps: Steps = ("suggestions", "items", at)
        checks.known("city", suggestion["area"], cities, (*steps, "area"))
        checks.known("unit", suggestion["unit"], units, (*steps, "unit"))
        checks.known("category", suggestion["status"], decisions, (*steps, "status"))
    checks.unique(content["commitments"], "id", ("commitments",))
    for at, commitment in enumerate(content["commitments"]):
        steps = ("commitments", at)
        checks.known("unit", commitment["unit"], units, (*steps, "unit"))
        checks.known("item", commitment["from_finding"], items, (*steps, "from_finding"))


def check_report(checks: Checks) -> None:
    """No heading and no table stands twice; keys are among the fields."""
    report = checks.value
    for part in ("method_statement", "results", "integrity"):
        checks.unique(report[part], "id", (part,))
    resources = report["open_data"]["resources"]
    checks.unique(resources, "name", ("open_data", "resources"))
    for at, resource in enumerate(resources):
        checks.all_known(
            "category", resource["key"], [*resource["fields"], "year"], ("open_data", "resources", at, "key")
        )
