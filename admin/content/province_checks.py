"""Cross-checks of the province: names that must exist, areas and sample sizes that must add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from admin.content.checking import Checks
from admin.content.margin_checks import check_margins
from admin.content.problems import Steps

_PEOPLE = ("adult_population", "adult_urban", "adult_rural")


def check_province(checks: Checks, instruments: Mapping[str, Any]) -> None:
    """Areas, units, organisers, groups, margins, sample design and calendar."""
    province = checks.value
    _areas(checks)
    _units(checks)
    check_margins(checks)
    checks.unique(province["evaluator_groups"], "id", ("evaluator_groups",))
    for at, group in enumerate(province["evaluator_groups"]):
        steps = ("evaluator_groups", at, "instrument")
        checks.known("instrument", group["instrument"], instruments, steps)
    _sample_design(checks)
    for at, step in enumerate(province["calendar"]):
        if step["from"] > step["to"]:
            checks.add("dates_reversed", ("calendar", at), first="from", second="to")


def _areas(checks: Checks) -> None:
    province, totals = checks.value, checks.value["totals"]
    cities = province["cities"]
    checks.unique(cities, "id", ("cities",))
    checks.unique(cities, "code", ("cities",))
    for at, city in enumerate(cities):
        steps: Steps = ("cities", at)
        checks.unique(city["counties"], "code", (*steps, "counties"))
        _urban_and_rural(checks, steps, city)
        for inner, county in enumerate(city["counties"]):
            place = (*steps, "counties", inner)
            _urban_and_rural(checks, place, county)
            if county["code"][:4] != city["code"][:4]:
                checks.add("wrong_parent", (*place, "code"), value=county["code"], right=city["code"])
        for name in _PEOPLE:
            total = sum(county[name] for county in city["counties"])
            checks.total((*steps, name), total, city[name], zh=f"各县{name}", en=f"{name} of the counties")
    for name in _PEOPLE:
        total = sum(city[name] for city in cities)
        checks.total(
            ("totals", name), total, totals.get(name, -1), zh=f"各市{name}", en=f"{name} of the cities"
        )
    numbers = {
        "cities": len(cities),
        "counties": sum(len(city["counties"]) for city in cities),
        "assessed_units": len(province["assessed_units"]),
    }
    for name, number in numbers.items():
        checks.count(
            ("totals", name), totals.get(name, -1), number, zh=f"{name}的数目", en=f"number of {name}"
        )


def _urban_and_rural(checks: Checks, steps: Steps, area: Mapping[str, Any]) -> None:
    total = area["adult_urban"] + area["adult_rural"]
    checks.total(
        (*steps, "adult_population"), total, area["adult_population"], zh="城镇与乡村", en="urban and rural"
    )


def _units(checks: Checks) -> None:
    province = checks.value
    units, organisers = province["assessed_units"], province["organisers"]
    checks.unique(units, "id", ("assessed_units",))
    checks.unique(units, "code", ("assessed_units",))
    checks.unique(organisers, "id", ("organisers",))
    running = {organiser[name] for organiser in organisers for name in ("id", "zh")}
    cities = {city["id"] for city in province["cities"]}
    territorial = {unit["class"] for unit in units if "area" in unit}
    governed: set[str] = set()
    for at, unit in enumerate(units):
        steps: Steps = ("assessed_units", at)
        checks.known("class", unit["class"], province["unit_classes"], (*steps, "class"))
        if unit["id"] in running or unit["zh"] in running:
            checks.add("organiser_assessed", steps, value=unit["id"])
        if "area" in unit:
            checks.known("city", unit["area"], cities, (*steps, "area"))
            if unit["area"] in governed:
                checks.add("area_twice", (*steps, "area"), value=unit["area"])
            governed.add(unit["area"])
        elif unit["class"] in territorial:
            checks.add("area_missing", steps, value=unit["id"])


def _sample_design(checks: Checks) -> None:
    province, design = checks.value, checks.value["sample_design"]
    cities = [city["id"] for city in province["cities"]]
    for group in ("residents", "enterprises"):
        steps: Steps = ("sample_design", group, "by_city")
        checks.complete("city", design[group]["by_city"], cities, steps)
        total = sum(design[group]["by_city"].values())
        checks.total(steps, total, design[group]["target_completes"], zh="各市样本", en="completes by city")
    for group, table in (
        ("individual_businesses", "by_location_within_city"),
        ("service_users", "by_channel_within_city"),
    ):
        plan, steps = design[group], ("sample_design", group)
        total = plan["by_city_each"] * len(cities)
        checks.total(
            (*steps, "by_city_each"), total, plan["target_completes"], zh="各市样本", en="completes by city"
        )
        within = sum(plan[table].values())
        checks.total(
            (*steps, table), within, plan["by_city_each"], zh="市内样本", en="completes within a city"
        )
        variable = table.split("_")[1]
        known = province["margins"][group]["variables"][variable]
        checks.complete("category", plan[table], known, (*steps, table))
    for group in design:
        steps = ("sample_design", group)
        if "modes" in design[group]:
            checks.shares((*steps, "modes"), design[group]["modes"], zh="调查方式", en="shares of modes")
        roster = province["margins"]["rosters"].get(group)
        if roster and design[group]["invited"] > roster["roster"]:
            checks.add(
                "out_of_range", (*steps, "invited"), value=design[group]["invited"], limit=roster["roster"]
            )
    sizes = design["enterprises"]["by_size_share"]
    steps = ("sample_design", "enterprises", "by_size_share")
    checks.shares(steps, sizes, zh="企业规模", en="shares of sizes")
    checks.complete("category", sizes, province["margins"]["enterprises"]["variables"]["size"], steps)
