"""Tests of the rules a run keeps: who is scored, what is refused, what equal inputs give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.design import BoundDesign
from analysis.errors import AnalysisError
from analysis.estimate.means import mean
from analysis.index.cells import micro_weights
from analysis.index.tree import flat_tree
from analysis.run import ScoringRun, with_item_weights
from analysis.score.conversion import Conversion
from analysis.scoring_run.area_tables import closed_columns
from analysis.scoring_run.errors import RunRefused
from analysis.scoring_run.estimates import Observations, estimate_domains
from analysis.scoring_run.fieldwork import InternalScore
from analysis.scoring_run.layout import SCORED_CHANNELS
from tests.analysis.run import worlds


def make_many(n: int = 240, seed: int = 5) -> list[worlds.Row]:
    """Residents of all four cells with random answers."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(n):
        county, place = ("990101", "990201")[number % 2], ("urban", "rural")[number // 2 % 2]
        answers = rng.choice([1, 2, 3, 4, 5, 88], size=3, p=[0.05, 0.1, 0.2, 0.35, 0.25, 0.05]).tolist()
        rows.append(
            worlds.make_resident(
                number,
                A4=county,
                A5=place,
                base_weight=float(rng.uniform(5, 10)),
                R01=answers[0],
                R02=answers[1],
                R03=answers[2],
            )
        )
    return rows


def without_open(run: ScoringRun) -> dict[str, Any]:
    """Everything a run says, apart from the open panel and the count of what is not scored."""
    files = {name: content for name, content in run.files.items() if name != "results.json"}
    results = json.loads(run.files["results.json"])
    results.pop("open")
    for counts in results["responses"].values():
        counts.pop("not_scored_channels")
    return files | {"results.json": results, "gates.json": run.gates_bytes}


def test_two_runs_are_equal_to_the_byte_and_g15_sees_it(tmp_path: Path) -> None:
    folder = worlds.write_dataset(tmp_path / "data", responses={"residents": make_many()})
    first, second = worlds.run_world(folder), worlds.run_world(folder)
    digests = first.write(tmp_path / "first")
    assert second.write(tmp_path / "second") == digests
    for name in digests:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    judged = first.with_second_run(second.result_digest, manifest_digest="m")
    assert {gate.id: gate.status.value for gate in judged.gates}["G15"] == "pass"
    assert judged.result_digest == first.result_digest
    other = first.with_second_run("0" * 64, manifest_digest="m")
    assert {gate.id: gate.status.value for gate in other.gates}["G15"] == "fail"
    assert {gate.id: gate.status.value for gate in first.gates}["G15"] == "no_input"


def test_the_order_of_rows_decides_nothing(tmp_path: Path) -> None:
    rows = make_many()
    shuffled = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))]
    one = worlds.run_world(worlds.write_dataset(tmp_path / "a", responses={"residents": rows}))
    two = worlds.run_world(worlds.write_dataset(tmp_path / "b", responses={"residents": shuffled}))
    assert one.digests() == two.digests()


@pytest.mark.parametrize("channel", ["open", "site"])
def test_ten_thousand_open_fives_change_nothing_but_the_open_panel(tmp_path: Path, channel: str) -> None:
    """Threat T01; they are tried in their own file and slipped in among the sampled answers."""
    rows = make_many()
    fives = [
        worlds.make_resident(n, channel=channel, R01=5, R02=5, R03=5, base_weight=None)
        for n in range(100_000, 110_000)
    ]
    plain = worlds.run_world(worlds.write_dataset(tmp_path / "a", responses={"residents": rows}))
    apart = worlds.run_world(
        worlds.write_dataset(tmp_path / "b", responses={"residents": rows, "open_participants": fives})
    )
    mixed = worlds.run_world(worlds.write_dataset(tmp_path / "c", responses={"residents": [*rows, *fives]}))
    assert without_open(plain) == without_open(apart) == without_open(mixed)
    assert plain.results["open"] is None
    panel = apart.results["open"]
    assert (panel["counted"], panel["index"], panel["is_scored"], panel["is_weighted"]) == (
        10_000,
        100.0,
        False,
        False,
    )
    assert mixed.results["responses"]["residents"]["not_scored_channels"] == {channel: 10_000}


def test_no_channel_but_the_sampled_ones_is_ever_scored() -> None:
    assert {"sample", "assisted"} == SCORED_CHANNELS
    with pytest.raises(AttributeError):
        SCORED_CHANNELS.add("open")  # type: ignore[attr-defined]  # that it cannot be done is the test


def test_removed_and_set_aside_records_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = make_many()
    folder = worlds.write_dataset(tmp_path / "a", responses={"residents": rows[:200]})
    plain = worlds.run_world(folder)
    for row in rows[200:220]:
        row |= {"excluded": "duplicate_device", "R01": 5, "R02": 5, "R03": 5}
    for row in rows[220:]:
        row |= {"set_aside": row["A4"], "R01": 5, "R02": 5, "R03": 5}
    marked = worlds.run_world(worlds.write_dataset(tmp_path / "b", responses={"residents": rows}))
    assert marked.results["groups"] == plain.results["groups"]
    counts = marked.results["responses"]["residents"]
    assert counts["accepted"] == 240
    assert counts["scored"] == 200
    assert counts["excluded"] == {"duplicate_device": 20}
    assert counts["set_aside"] == {"990101": 10, "990201": 10}
    (removed,) = marked.computed.gate_inputs.removals or ()
    assert removed.removed == {"duplicate_device": 20}
    assert removed.apart == {"set_aside": 20}


def test_a_domain_is_never_a_subset(tmp_path: Path) -> None:
    """The standard error in a domain is that of the whole design, and not that of its rows alone."""
    rng = np.random.default_rng(2)
    n = 200
    weights, answers = rng.uniform(1, 3, n), rng.integers(1, 6, n)
    domain = rng.integers(0, 2, n)
    strata = np.repeat(["a", "b"], n // 2)
    design = BoundDesign(weights=weights, strata=strata)
    found = estimate_domains(
        flat_tree("g", {"x": 1.0}, minimum_present=0.6),
        Observations(answers=answers[:, None].astype(np.int16), micro=micro_weights(weights), domain=domain),
        design,
        Conversion.equally_spaced(5),
        domains=("zero", "one"),
    )
    scores = 25.0 * (answers - 1)
    whole = mean(scores, design, domain=domain == 1)
    inside = domain == 1
    subset = mean(scores[inside], BoundDesign(weights=weights[inside], strata=strata[inside]))
    assert found.se[1] == pytest.approx(whole.se, rel=1e-5)
    assert found.index[1] == pytest.approx(whole.value, rel=1e-5)
    assert abs(found.se[1] - subset.se) > 1e-3 * subset.se


def test_a_unit_with_too_little_weight_is_not_scorable_and_says_why(tmp_path: Path) -> None:
    run = worlds.run_world(
        worlds.write_dataset(tmp_path, responses={"residents": make_many()}),
        internal_scores={"city_east": InternalScore(internal_score=90.0)},
    )
    unit = next(unit for unit in run.results["units"] if unit["unit"] == "city_east")
    assert unit["is_scorable"] is False
    assert unit["composite"] is None
    assert unit["reason"] == "too_little_weight_present"
    assert unit["weight_present"] == 0.5
    assert set(unit["reason_text"]) == {"zh", "en"}
    assert run.results["ranks"] == {}
    assert b"city_east,D,false,too_little_weight_present,," in run.files["composites.csv"]


def test_a_group_below_its_minimum_leaves_and_its_weight_goes_to_the_others(tmp_path: Path) -> None:
    plan = worlds.make_plan(residents=1, service_users=31)
    plan["missing_group_rule"]["minimum_weight_present"] = 0.4
    users = [
        worlds.make_user(n, city=city, channel_of_service=channel)
        for n, (city, channel) in enumerate(
            [(c, h) for c in ("east", "west") for h in ("window", "online")] * 15
        )
    ]
    folder = worlds.write_dataset(tmp_path, responses={"residents": make_many(), "service_users": users})
    run = worlds.run_world(
        folder, plan=plan, internal_scores={"city_east": InternalScore(internal_score=80.0, additions=9.0)}
    )
    east = next(unit for unit in run.results["units"] if unit["unit"] == "city_east")
    reasons = {item["group"]: item["reason"] for item in east["dropped"]}
    assert reasons["service_users"] == "below_minimum_valid"
    assert reasons["experts"] == "no_estimate"
    assert east["weights_used"] == {"residents": 1.0}
    index = run.results["groups"]["residents"]["cities"]["east"]["index"]
    assert east["composite"] == index["index"]
    assert east["se"] == index["se"]
    assert east["external_points"] == pytest.approx(0.4 * index["index"], abs=1e-4)
    expected = 0.6 * 80.0 + 0.4 * index["index"] + 1.5
    assert east["score"]["annual_score"] == pytest.approx(expected, abs=1e-4), "additions stop at 1.5"
    assert run.results["ranks"]["D"]["p"] == 2


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers(0, 10_000))
def test_scaling_all_base_weights_changes_no_index(tmp_path: Path, seed: int) -> None:
    """Only the relation of base weights counts: the margins give the population."""
    rows = make_many(120, seed=seed)
    folder = tmp_path / str(seed)
    one = worlds.run_world(worlds.write_dataset(folder / "a", responses={"residents": rows}))
    for row in rows:
        row["base_weight"] *= 4.0
    two = worlds.run_world(worlds.write_dataset(folder / "b", responses={"residents": rows}))
    assert one.files["composites.csv"] == two.files["composites.csv"]
    assert one.results["groups"] == two.results["groups"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"A4": "999999"}, "unknown_area"),
        ({"base_weight": None}, "weight_missing"),
        ({"base_weight": 0.0}, "weight_missing"),
    ],
)
def test_a_row_that_cannot_be_scored_is_refused_in_both_languages(
    tmp_path: Path, change: worlds.Row, code: str
) -> None:
    rows = make_many(40)
    rows[3] |= change
    folder = worlds.write_dataset(tmp_path, responses={"residents": rows})
    with pytest.raises(RunRefused) as caught:
        worlds.run_world(folder)
    assert caught.value.code == code
    assert caught.value.message("zh") != caught.value.message("en")
    assert "residents.parquet" in caught.value.message("en")


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    rows = make_many(40)
    for row in rows:
        del row["R03"]
    folder = worlds.write_dataset(tmp_path, responses={"residents": rows})
    with pytest.raises(RunRefused, match='no column "R03"'):
        worlds.run_world(folder)


def test_an_impossible_margin_names_margin_and_category(tmp_path: Path) -> None:
    rows = [row for row in make_many(80) if (row["A4"], row["A5"]) != ("990201", "rural")]
    folder = worlds.write_dataset(tmp_path, responses={"residents": rows})
    with pytest.raises(AnalysisError, match="west · rural"):
        worlds.run_world(folder)


def test_item_weights_of_repeated_parts_come_from_their_instruments() -> None:
    instruments = {
        "unit_module": {"questions": [{"id": "U01", "weight": 0.4}, {"id": "U02", "weight": 0.6}]},
        "representatives": {
            "sections": [{"questions": [{"id": "P01", "weight": 1.0}, {"id": "P07", "type": "text"}]}]
        },
    }
    framework = with_item_weights({"version": "1"}, instruments)
    assert framework["modules"] == {"unit_module": {"U01": 0.4, "U02": 0.6}, "representatives": {"P01": 1.0}}


def test_small_cells_are_hidden_with_what_would_give_them_back(tmp_path: Path) -> None:
    rows = make_many(240)
    for row in rows:
        if row["A4"] == "990101" and int(row["response_id"][1:]) > 40:
            row["R03"] = 88
    run = worlds.run_world(worlds.write_dataset(tmp_path, responses={"residents": rows}))
    cities = run.results["groups"]["residents"]["cities"]
    hidden = {row["item"]: row["suppressed"] for row in cities["east"]["items"]}
    assert hidden["R03"] == "base_below_minimum"
    assert "index" not in next(row for row in cities["east"]["items"] if row["item"] == "R03")
    assert {row["item"]: row["suppressed"] for row in cities["west"]["items"]}["R03"] == "complementary"
    dimensions = {row["code"]: row["suppressed"] for row in cities["east"]["nodes"]}
    assert dimensions["D2"] == dimensions["I21"] == "base_below_minimum"
    assert dimensions["D1"] == "complementary", "index and D1 would give D2"
    assert run.results["disclosure"]["problems"] == 0
    assert {gate.id: gate.status.value for gate in run.gates}["G16"] == "pass"
    published = run.files["cells.csv"].decode()
    assert "area,residents,east,R03,,,,base_below_minimum" in published
    assert "area,residents,east,R03,,,,base" not in run.files["cells_audit.csv"].decode()


def test_hiding_closes_over_every_family() -> None:
    families = [("I1", "a", "b", "c"), ("I2", "d"), ("D", "I1", "I2"), ("index", "D")]
    sizes = {"a": 5, "b": 50, "c": 40, "d": 90, "I1": 60, "I2": 90, "D": 90, "index": 90}
    assert closed_columns({"a"}, families, sizes) == {"a", "c"}
    hidden = closed_columns({"d"}, families, sizes)
    for family in families:
        assert len(hidden & set(family)) != 1
    assert {"d", "I2"} <= hidden
    assert closed_columns(set(), families, sizes) == set()
