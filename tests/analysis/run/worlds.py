"""A province of two cities, small enough to check by hand, and frozen datasets written for one test."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import yaml

from analysis.run import ScoringRun, run_scoring
from analysis.scoring_run.fieldwork import FieldworkInputs

DEMO = Path(__file__).parents[3] / "admin" / "demo" / "data"
Row = dict[str, Any]

PROVINCE: Mapping[str, Any] = {
    "province": {"id": "tiny", "code": "990000"},
    "cities": [
        {
            "id": "east",
            "code": "990100",
            "kind": "plain",
            "adult_urban": 600,
            "adult_rural": 400,
            "counties": [{"code": "990101", "adult_population": 1000}],
        },
        {
            "id": "west",
            "code": "990200",
            "kind": "plain",
            "adult_urban": 300,
            "adult_rural": 700,
            "counties": [{"code": "990201", "adult_population": 1000}],
        },
    ],
    "assessed_units": [
        {"id": "edu", "class": "A"},
        {"id": "city_east", "class": "D", "area": "east"},
        {"id": "city_west", "class": "D", "area": "west"},
    ],
    "margins": {
        "residents": {
            "variables": {
                "urbanicity": ["urban", "rural"],
                "sex": ["male", "female"],
                "age": ["young", "old"],
            },
            "raking_targets": [["city", "urbanicity"]],
        },
        "service_users": {
            "variables": {"channel": ["window", "online"]},
            "raking_targets": [["city", "channel"]],
            "city_by_channel": {"east": [3000, 1000], "west": [500, 1500]},
        },
        "rosters": {"experts": {"strata": {"law": 30, "economics": 10}}},
    },
}

FRAMEWORK: Mapping[str, Any] = {
    "version": "test",
    "renormalise": {"min_parent_weight_present": 0.60},
    "groups": {
        "residents": {
            "D1": {"weight": 0.6, "indicators": {"I11": {"weight": 1.0, "items": {"R01": 0.5, "R02": 0.5}}}},
            "D2": {"weight": 0.4, "indicators": {"I21": {"weight": 1.0, "items": {"R03": 1.0}}}},
        },
        "service_users": {
            "D2": {"weight": 1.0, "indicators": {"I22": {"weight": 1.0, "items": {"S01": 0.7, "S02": 0.3}}}}
        },
    },
    "responsible_units": {"R01": {"edu": 1.0}},
    "modules": {
        "unit_module": {"U01": 0.35, "U02": 0.25, "U03": 0.20, "U04": 0.20},
        "representatives": {"P01": 0.6, "P02": 0.4},
    },
}


def make_plan(**minimums: int) -> dict[str, Any]:
    """The demo's scoring plan with minimums that a handful of respondents can reach."""
    plan = copy.deepcopy(yaml.safe_load((DEMO / "scoring.yaml").read_text("utf-8")))
    for name in ("minimum_valid_respondents", "minimum_effective_sample"):
        for group in plan["unit_index"][name]:
            plan["unit_index"][name][group] = minimums.get(group, 1)
    return plan


def make_resident(number: int, **values: Any) -> Row:
    """One sampled resident; whatever is not said is usual."""
    row: Row = {
        **_common(f"r{number:05d}"),
        "stratum": "990101",
        "A1": "young",
        "A2": "male",
        "A4": "990101",
        "A5": "urban",
        "INT1": "no",
        "INT2": "no",
        "R01": 4,
        "R02": 4,
        "R03": 4,
    }
    row |= values
    if "A4" in values and "stratum" not in values:
        row["stratum"] = values["A4"]
    return row


def make_user(number: int, **values: Any) -> Row:
    """One review of a service."""
    row: Row = {
        **_common(f"s{number:05d}"),
        "city": "east",
        "unit": "edu",
        "channel_of_service": "window",
        "quarter": None,
        "INT1": "no",
        "S01": 4,
        "S02": 4,
    }
    row |= values
    row["stratum"] = values.get("stratum", f"{row['city']}/{row['channel_of_service']}")
    return row


def make_residents() -> list[Row]:
    """Sixteen residents, four in each city and kind of place, with a mixed lot of answers."""
    answers = [5, 4, 4, 2, 3, 3, 5, 1, 4, 4, 2, 5, 3, 4, 4, 5]
    rows = []
    for number, answer in enumerate(answers):
        county, place = ("990101", "990201")[number // 8], ("urban", "rural")[number % 8 // 4]
        rows.append(
            make_resident(
                number,
                A4=county,
                A5=place,
                R01=answer,
                R02=answers[-number - 1],
                R03=answers[(number * 5) % 16],
                base_weight=100.0 + number,
            )
        )
    return rows


def write_dataset(
    folder: Path,
    *,
    responses: Mapping[str, Sequence[Row]],
    ratings: Mapping[str, Sequence[Row]] | None = None,
) -> Path:
    """Write a frozen dataset of the given rows."""
    for kind, tables in (("responses", responses), ("unit_ratings", ratings or {})):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for group, rows in tables.items():
            _write(folder / kind / f"{group}.parquet", rows)
    return folder


def run_world(folder: Path, *, plan: dict[str, Any] | None = None, **fieldwork: Any) -> ScoringRun:
    """Run the tiny province on a dataset."""
    return run_scoring(plan or make_plan(), FRAMEWORK, PROVINCE, folder, FieldworkInputs(**fieldwork), seed=1)


def _common(response_id: str) -> Row:
    return {
        "response_id": response_id,
        "channel": "sample",
        "mode": "web",
        "base_weight": 100.0,
        "part": "main",
        "frame_source": "statistics_office",
        "interviewer": None,
        "seconds": 300,
        "set_aside": None,
        "excluded": None,
    }


def _write(path: Path, rows: Sequence[Row]) -> None:
    frame = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in rows[0]})
    casts = ", ".join(f'CAST("{name}" AS {_sql_type(name)}) AS "{name}"' for name in rows[0])
    with duckdb.connect() as connection:
        connection.register("part", frame)
        connection.table("part").project(casts).write_parquet(str(path))


def _sql_type(name: str) -> str:
    if name == "base_weight":
        return "DOUBLE"
    if name in ("seconds", "ticked", "drawn"):
        return "INTEGER"
    is_answer = name[0] in "RSUP" and name[1:].isdigit()
    return "TINYINT" if is_answer else "VARCHAR"
