"""The fieldwork files are the same for the same seed and agree with the plan."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from admin.demo.simulate.facts import Content
from admin.demo.simulate.records import DISPOSITIONS, write_records
from admin.demo.simulate.reviews import peacetime_cases, reviews_csv
from analysis.nonresponse.outcome_rates import Dispositions, Eligibility, EligibilityOrigin, outcome_rates
from tests.admin.demo.conftest import SEED


@pytest.fixture(scope="module")
def folder(content: Content, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("records")
    write_records(content, SEED, path)
    return path


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_equal_seeds_give_equal_bytes(content: Content, folder: Path, tmp_path: Path) -> None:
    files = write_records(content, SEED, tmp_path)
    assert [file.name for file in files] == [
        "dispositions.csv",
        "call_backs.csv",
        "frames.csv",
        "internal_scores.csv",
        "appeals.csv",
    ]
    assert all(file.read_bytes() == (folder / file.name).read_bytes() for file in files)
    other = write_records(content, 1, tmp_path / "other")
    assert other[1].read_bytes() != files[1].read_bytes()


def test_dispositions_reach_the_planned_response_rate(folder: Path) -> None:
    for row in rows(folder, "dispositions.csv"):
        counts = {code: int(row[code]) for code in DISPOSITIONS}
        assert sum(counts.values()) == int(row["invited"])
        rates = outcome_rates(
            Dispositions(
                complete=counts["I"],
                partial=counts["P"],
                refusal=counts["R"],
                noncontact=counts["NC"],
                other=counts["O"],
                unknown_household=counts["UH"],
                unknown_other=counts["UO"],
            ),
            Eligibility(value=float(row["e"]), origin=EligibilityOrigin(row["e_origin"])),
        )
        if row["mode"] == "cati":
            assert rates.rr3 == pytest.approx(0.14, abs=0.001)
        elif row["mode"] == "web" and row["group"] in ("residents", "individual_businesses"):
            assert rates.rr3 == pytest.approx(1 / 6, abs=0.01)


def test_call_backs_are_enough_and_confirmed(folder: Path) -> None:
    checks = rows(folder, "call_backs.csv")
    cases, checked, confirmed = (
        sum(int(row[name]) for row in checks) for name in ("cases", "checked", "confirmed")
    )
    assert checked / cases >= 0.12
    assert 0.985 <= confirmed / checked <= 0.995
    assert all(int(row["confirmed"]) <= int(row["checked"]) <= int(row["cases"]) for row in checks)


def test_frames_name_the_statistics_office_or_the_unit(
    content: Content, folder: Path, tmp_path: Path
) -> None:
    assert {row["source"] for row in rows(folder, "frames.csv")} == {"statistics_office"}
    write_records(content, SEED, tmp_path, planted=True)
    (offered,) = [row for row in rows(tmp_path, "frames.csv") if row["supplied_by_unit"]]
    assert (offered["group"], offered["source"]) == ("enterprises", "assessed_unit")
    assert (offered["supplied_by_unit"], offered["records"]) == ("commerce", "60")


def test_peacetime_reviews_are_files_of_answers_with_tokens(content: Content) -> None:
    quarters = peacetime_cases(content, SEED)
    days = {"Q2": ("2026-04-21", "2026-06-30"), "Q3": ("2026-07-01", "2026-09-30")}
    assert list(quarters) == list(days)
    for quarter, cases in quarters.items():
        tokens = [f"token-{number}" for number in range(len(cases))]
        data = reviews_csv(content, cases, tokens)
        assert data == reviews_csv(content, peacetime_cases(content, SEED)[quarter], tokens)
        reviews = list(csv.DictReader(io.StringIO(data.decode())))
        assert [row["meta.token"] for row in reviews] == tokens
        assert len(reviews) == 2200
        first, last = days[quarter]
        assert all(first <= row["meta.day"] <= last for row in reviews)
        assert all(row["S11"] and row["S01"] for row in reviews)
        assert all(bool(row["C1"]) == (row["S11"] in ("1", "2")) for row in reviews)
        for row, case in zip(reviews, cases, strict=True):
            assert bool(row["S04"]) == (case.context["channel"] in ("window", "hotline"))


def test_internal_scores_stay_within_their_limits(content: Content, folder: Path) -> None:
    scores = rows(folder, "internal_scores.csv")
    assert [row["unit_id"] for row in scores] == [
        unit["id"] for unit in content["province"]["assessed_units"]
    ]
    for row in scores:
        assert 70 <= float(row["internal_score"]) <= 98
        assert 0 <= float(row["additions"]) <= 1.5
        assert 0 <= float(row["deductions"]) <= 3.0
        moved = float(row["additions"]) + float(row["deductions"]) > 0
        assert moved == bool(row["evidence"])
    assert {row["unit_id"]: row["additions"] for row in scores}["health"] == "1.00"


def test_the_appeal_register_is_a_closed_window_without_cases(folder: Path) -> None:
    (window,) = rows(folder, "appeals.csv")
    assert (window["record"], window["status"]) == ("window", "closed")
    assert (window["opens_on"], window["closes_on"]) == ("2026-11-18", "2026-12-09")
