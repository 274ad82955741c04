"""Cross-checks of the population margins: each is an exact sum of the joint table and of the stated totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from admin.content.checking import Checks


def check_margins(checks: Checks) -> None:
    """Every margin is an exact sum of the joint table beside it, and of the stated totals."""
    _residents(checks)
    _businesses(checks)
    for code, roster in checks.value["margins"]["rosters"].items():
        steps = ("margins", "rosters", code, "roster")
        checks.total(
            steps, sum(roster["strata"].values()), roster["roster"], zh="各层名册", en="strata of the roster"
        )


class _Tables:
    """The tables of one group: rows of equal length under known labels."""

    def __init__(self, checks: Checks, group: str) -> None:
        self.checks, self.steps = checks, ("margins", group)
        self.tables = checks.value["margins"][group]

    def rows(self, name: str, labels: Sequence[str], width: int) -> Mapping[str, Sequence[int]]:
        """A table whose rows and row lengths have been checked; unfit rows are left out."""
        table: Mapping[str, Sequence[int]] = self.tables[name]
        self.checks.complete("category", table, labels, (*self.steps, name))
        for label, row in table.items():
            if len(row) != width:
                self.checks.count(
                    (*self.steps, name, label), len(row), width, zh="这一行的数", en="numbers in this row"
                )
        return {label: row for label, row in table.items() if label in labels and len(row) == width}

    def row_sums(self, name: str, rows: Mapping[str, Sequence[int]], expected: Mapping[str, int]) -> None:
        """Each row adds up to the number stated elsewhere."""
        for label, row in rows.items():
            steps = (*self.steps, name, label)
            self.checks.total(
                steps, sum(row), expected.get(label, -1), zh=f"“{label}”行", en=f"row “{label}”"
            )

    def column_sums(self, name: str, rows: Mapping[str, Sequence[int]], expected: Mapping[str, int]) -> None:
        """Each column adds up to the number stated elsewhere, which lists the columns in order."""
        for at, (label, number) in enumerate(expected.items()):
            total = sum(row[at] for row in rows.values())
            self.checks.total((*self.steps, name), total, number, zh=f"“{label}”列", en=f"column “{label}”")


def _residents(checks: Checks) -> None:
    tables = _Tables(checks, "residents")
    cities = {city["id"]: city for city in checks.value["cities"]}
    variables, one_way = tables.tables["variables"], tables.tables["one_way"]
    ages = variables["age"]
    people = checks.value["totals"].get("adult_population", -1)
    for name, margin in one_way.items():
        steps = ("margins", "residents", "one_way", name)
        checks.complete("category", margin, variables.get(name, ()), steps)
        checks.total(steps, sum(margin.values()), people, zh=f"{name}分布", en=f"margin of {name}")
    by_age = tables.rows("city_by_age", list(cities), len(ages))
    tables.row_sums("city_by_age", by_age, {code: city["adult_population"] for code, city in cities.items()})
    tables.column_sums("city_by_age", by_age, {age: one_way["age"].get(age, -1) for age in ages})
    kinds = [f"{place}_{sex}" for place in variables["urbanicity"] for sex in variables["sex"]]
    by_kind = tables.rows("urbanicity_by_sex_by_age", kinds, len(ages))
    tables.column_sums(
        "urbanicity_by_sex_by_age", by_kind, {age: one_way["age"].get(age, -1) for age in ages}
    )
    _joint(checks, cities, by_age, by_kind)


def _joint(
    checks: Checks,
    cities: Mapping[str, Any],
    by_age: Mapping[str, Sequence[int]],
    by_kind: Mapping[str, Sequence[int]],
) -> None:
    """The joint table adds up to each of the published ones."""
    variables = checks.value["margins"]["residents"]["variables"]
    ages, steps = variables["age"], ("margins", "residents", "joint")
    seen: set[tuple[str, ...]] = set()
    places: Counter[tuple[str, str]] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    for at, (city, place, sex, row) in enumerate(checks.value["margins"]["residents"]["joint"]):
        here = (*steps, at)
        fits = checks.known("city", city, cities, (*here, 0))
        fits &= checks.known("category", place, variables["urbanicity"], (*here, 1))
        fits &= checks.known("category", sex, variables["sex"], (*here, 2))
        checks.count(here, len(row), len(ages), zh="年龄组", en="age groups")
        if (city, place, sex) in seen:
            checks.add("duplicate_id", here, value=f"{city}, {place}, {sex}")
        seen.add((city, place, sex))
        if not fits or len(row) != len(ages):
            continue
        places[city, place] += sum(row)
        for age, number in zip(ages, row, strict=True):
            cells[city, age] += number
            cells[f"{place}_{sex}", age] += number
    for code, city in cities.items():
        for place in variables["urbanicity"]:
            expected = city.get(f"adult_{place}", -1)
            checks.total(steps, places[code, place], expected, zh=f"{code}·{place}", en=f"{code}, {place}")
    for label, row in (*by_age.items(), *by_kind.items()):
        for age, number in zip(ages, row, strict=True):
            checks.total(steps, cells[label, age], number, zh=f"{label}·{age}", en=f"{label}, {age}")


def _businesses(checks: Checks) -> None:
    totals = checks.value["totals"]
    cities = [city["id"] for city in checks.value["cities"]]
    firms = _Tables(checks, "enterprises")
    variables, one_way = firms.tables["variables"], firms.tables["one_way"]
    for name in ("size", "industry"):
        steps = ("margins", "enterprises", "one_way", name)
        margin = one_way.get(name, {})
        checks.complete("category", margin, list(variables[name]), steps)
        checks.total(
            steps,
            sum(margin.values()),
            totals.get("enterprises", -1),
            zh=f"{name}分布",
            en=f"margin of {name}",
        )
    size = {code: one_way.get("size", {}).get(code, -1) for code in variables["size"]}
    industry = {code: one_way.get("industry", {}).get(code, -1) for code in variables["industry"]}
    rows = firms.rows("industry_by_size", list(industry), len(size))
    firms.row_sums("industry_by_size", rows, industry)
    firms.column_sums("industry_by_size", rows, size)
    by_size = firms.rows("city_by_size", cities, len(size))
    firms.column_sums("city_by_size", by_size, size)
    by_industry = firms.rows("city_by_industry", cities, len(industry))
    firms.row_sums("city_by_industry", by_industry, {city: sum(row) for city, row in by_size.items()})
    firms.column_sums("city_by_industry", by_industry, industry)
    shops = _Tables(checks, "individual_businesses")
    location = shops.tables["variables"]["location"]
    by_location = shops.rows("city_by_location", cities, len(location))
    _grand_total(shops, "city_by_location", by_location, "individual_businesses")
    trades = shops.rows("location_by_trade", location, len(shops.tables["variables"]["trade"]))
    columns = {code: sum(row[at] for row in by_location.values()) for at, code in enumerate(location)}
    shops.row_sums("location_by_trade", trades, columns)
    users = _Tables(checks, "service_users")
    by_channel = users.rows("city_by_channel", cities, len(users.tables["variables"]["channel"]))
    _grand_total(users, "city_by_channel", by_channel, "completed_service_transactions")


def _grand_total(tables: _Tables, name: str, rows: Mapping[str, Sequence[int]], total: str) -> None:
    number = sum(sum(row) for row in rows.values())
    expected = tables.checks.value["totals"].get(total, -1)
    tables.checks.total((*tables.steps, name), number, expected, zh="全表", en="the whole table")
