"""The document and the open data: readable, repeatable, made of published numbers only, safe in a spreadsheet."""

from __future__ import annotations

import copy
import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from admin.reports import build, files, methods
from admin.reports.facts import Facts
from admin.reports.files import SUPPRESSED
from survey.kit.safe_csv import STARTS, csv_bytes, safe
from survey.ledger.canonical import canonical_bytes
from survey.publish import results
from tests.admin.reports.conftest import LIMITS, Desk


@pytest.fixture
def facts(desk: Desk) -> Facts:
    desk.announce()
    return dataclasses.replace(desk.facts(), written={"limits": LIMITS})


def tables(facts: Facts) -> dict[str, list[dict[str, str]]]:
    found = files.open_files(build.build_document(facts), facts)
    return {
        file.name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(file.content.decode(), newline="")))
        for file in found
        if file.name.endswith(".csv")
    }


def floats(value: Any) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from floats(each)
    elif isinstance(value, list):
        for each in value:
            yield from floats(each)


def test_the_same_facts_give_the_same_bytes(facts: Facts) -> None:
    first, second = build.build_document(facts), build.build_document(copy.deepcopy(facts))
    assert canonical_bytes(first) == canonical_bytes(second)
    contents = [[file.content for file in files.open_files(d, facts)] for d in (first, second)]
    assert contents[0] == contents[1]


def test_the_public_page_can_read_it(facts: Facts) -> None:
    found = results.read(json.loads(canonical_bytes(build.build_document(facts))))
    assert [table.code for table in found.areas] == [
        "residents", "enterprises", "individual_businesses", "service_users",
    ]  # fmt: skip
    assert [len(unit_class.units) for unit_class in found.classes] == [10, 8, 5, 14, 3]
    for unit_class in found.classes:
        for unit in unit_class.units:
            assert sum(part.weight for part in unit.groups) == pytest.approx(1, abs=1e-4)
            if all(part.index is not None for part in unit.groups):
                made = sum(part.weight * (part.index or 0) for part in unit.groups)
                assert made == pytest.approx(unit.composite, abs=0.01)
    for table in found.shares:
        for row in table.rows:
            assert row.points is None or sum(row.points) == pytest.approx(1, abs=1e-5)


def test_every_text_is_there_in_both_languages(facts: Facts) -> None:
    def texts(value: Any) -> Iterator[dict[str, str]]:
        if isinstance(value, dict):
            if "zh" in value and "en" in value:
                yield value
            else:
                for each in value.values():
                    yield from texts(each)
        elif isinstance(value, list):
            for each in value:
                yield from texts(each)

    found = list(texts(build.build_document(facts)))
    assert len(found) > 300
    assert all(text["zh"].strip() and text["en"].strip() for text in found)
    assert not [text for text in found if "{" in text["zh"] + text["en"]]


def test_no_number_is_computed_here_and_none_comes_from_a_hidden_cell(facts: Facts) -> None:
    """Floats of the document are floats of the run's published results; only weights are multiplied."""
    known = set(floats(json.loads(json.dumps(facts.results))))
    document = build.build_document(facts)
    for unit_class in document["classes"]:
        for unit in unit_class["units"]:
            for part in unit["groups"]:
                part.pop("weight")
    assert set(floats(document)) <= known
    rows = tables(facts)
    for name in ("composites", "indicators", "ranks"):
        numbers = {
            float(cell) for row in rows[name] for cell in row.values() if "." in cell and _is_number(cell)
        }
        assert numbers <= known, name


def test_what_the_run_hides_is_said_to_be_hidden_everywhere(facts: Facts) -> None:
    hidden = {
        (area, group, code)
        for group, document in facts.results["groups"].items()
        for area, part in (("province", document["province"]), *document["cities"].items())
        for code, row in (
            ("index", part["index"]),
            *((node["code"], node) for node in part["nodes"]),
            *((item["item"], item) for item in part["items"]),
        )
        if row["suppressed"]
    }
    assert len(hidden) > 50, "the simulated province has small cells"
    rows = {(row["area_or_unit"], row["group"], row["indicator"]): row for row in tables(facts)["indicators"]}
    for key in hidden:
        row = rows[key]
        assert row["suppressed"] == "true"
        shown = {row[name] for name in ("index", "se", "ci_low", "ci_high", "n_valid")}
        assert shown == {SUPPRESSED}, key
    open_rows = [row for key, row in rows.items() if key not in hidden]
    assert all(row["index"] != SUPPRESSED for row in open_rows if row["suppressed"] == "false")
    for unit in facts.results["units"]:
        for group, found in unit["groups"].items():
            if found["suppressed"]:
                assert rows[unit["unit"], group, "unit_index"]["index"] == SUPPRESSED


def test_a_city_hidden_by_the_run_has_no_number_left_in_the_document(facts: Facts) -> None:
    changed = copy.deepcopy(dict(facts.results))
    cities = changed["groups"]["residents"]["cities"]
    lost = cities["qiaozhou"]["index"]
    cities["qiaozhou"]["index"] = {"suppressed": "complementary"}
    document = build.build_document(dataclasses.replace(facts, results=changed))
    row = next(row for row in document["areas"][0]["rows"] if row["code"] == "qiaozhou")
    assert {name: value for name, value in row.items() if value is not None}.keys() <= {
        "code", "name", "rank_low", "rank_high",
    }  # fmt: skip
    assert lost["index"] not in set(floats(document["areas"]))


def test_bases_are_rounded_as_the_plan_says(facts: Facts) -> None:
    step = facts.plan["disclosure_control"]["round_counts_to"]
    document = build.build_document(facts)
    bases = [
        row["n"] for name in ("areas", "dimensions", "shares") for t in document[name] for row in t["rows"]
    ]
    bases += [unit["n"] for unit_class in document["classes"] for unit in unit_class["units"]]
    assert all(n is None or n % step == 0 for n in bases)


def test_tables_have_the_columns_of_the_report_plan_and_unique_keys(facts: Facts) -> None:
    found = tables(facts)
    for resource in facts.report["open_data"]["resources"]:
        rows = found[resource["name"]]
        assert set(resource["key"]) | set(resource["fields"]) <= set(rows[0])
        key = [*resource["key"], *(["mode"] if resource["name"] == "sample" else [])]
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows), resource["name"]
    assert {row["rank_low"] for row in found["composites"]} != {""}


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-x", "@a", "\t1", "\r1", "\n1", "\x00", "|calc", "＝1", "－1", "＋1", "＠a"]
)
def test_a_text_that_looks_like_a_formula_is_defused_and_comes_back(text: str) -> None:
    content = csv_bytes(["a", "b"], [{"a": text, "b": -1.5}])
    row = list(csv.reader(io.StringIO(content.decode(), newline="")))[1]
    assert row == [f"'{text}", "-1.5"]
    assert row[0].removeprefix("'") == text
    assert safe("plain") == "plain"


def test_no_file_holds_a_formula_even_from_hostile_words(facts: Facts) -> None:
    hostile = '=HYPERLINK("http://x","y")'
    answers = {gate["id"]: {"zh": hostile, "en": f"@{hostile}"} for gate in facts.gates}
    found = tables(dataclasses.replace(facts, answers=answers))
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert f"'{hostile}" in cells
    assert not [cell for cell in cells if cell.startswith(STARTS) and not _is_number(cell)]


def test_the_eleven_statements_and_only_the_written_one_can_be_missing(facts: Facts) -> None:
    assert [part["id"] for part in methods.statements(facts)][:11] == [
        "strategy", "sponsor", "instruments", "population", "sample", "modes", "dates", "sizes", "weighting",
        "quality", "limits",
    ]  # fmt: skip
    assert methods.empty_parts(facts) == []
    assert methods.empty_parts(dataclasses.replace(facts, written={})) == ["limits"]
    assert methods.empty_parts(dataclasses.replace(facts, written={"limits": {"zh": "有", "en": ""}})) == [
        "limits"
    ]


def test_the_statements_name_what_the_run_used(facts: Facts) -> None:
    closed = [dataclasses.replace(wave, closed_on=date(2026, 10, 20)) for wave in facts.waves[:1]]
    facts = dataclasses.replace(facts, waves=[*closed, *facts.waves[1:]])
    said = {part["id"]: part["text"] for part in methods.statements(facts)}
    assert "10,500" in said["sizes"]["en"]
    assert "37,200,700" in said["population"]["zh"]
    for instrument in facts.instruments:
        assert instrument.digest[:12] in said["instruments"]["en"]
    assert "city × urban and rural" in said["weighting"]["en"]
    assert "1 September 2026 to 20 October 2026" in said["dates"]["en"]
    assert "since 1 September 2026, still open" in said["dates"]["en"]
    assert LIMITS["en"] in said["limits"]["en"]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
