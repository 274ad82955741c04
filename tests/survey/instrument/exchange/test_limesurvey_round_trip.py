"""What LimeSurvey can say comes back as it was; what it cannot say is listed, once, on the first way out."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.compile import compile_instrument
from survey.instrument.exchange.cleaning import clean_html
from survey.instrument.exchange.limesurvey.layout import DB_VERSION
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.limesurvey.rewrite import Place
from survey.instrument.exchange.limesurvey.texts import carry_texts
from survey.instrument.exchange.limesurvey.variables import Variables
from survey.instrument.exchange.limesurvey.write import export_limesurvey, write_limesurvey
from survey.instrument.exchange.limesurvey.xml import read_tables
from tests.survey.instrument.every_type import EVERY_TYPE
from tests.survey.instrument.exchange import limesurvey_files as files
from tests.survey.instrument.exchange.limesurvey_documents import documents

DEMO = Path(__file__).resolve().parents[4] / "admin" / "demo" / "data" / "instruments"
INSTRUMENTS = sorted(path for path in DEMO.glob("*.yaml") if "sections:" in path.read_text(encoding="utf-8"))
SCALES = yaml.safe_load((DEMO / "_scales.yaml").read_text(encoding="utf-8"))
NASTY = files.nasty_files()


def document(raw: bytes) -> dict[str, Any]:
    found = read_limesurvey(raw).document
    assert found is not None
    return found


def back(of: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The document after a way out and in again."""
    return document(write_limesurvey(of, **more))


@pytest.mark.parametrize("name", NASTY)
def test_an_imported_file_is_a_fixed_point(name: str) -> None:
    first = document(NASTY[name])
    assert back(first) == first


_CELL = re.compile(rb"<!\[CDATA\[([^\]]*)\]\]>")


def test_files_with_exchanged_cells_are_fixed_points_too() -> None:
    rng = random.Random(2026)
    odd = [
        b"",
        b" ",
        b"0",
        b"-1",
        b"1",
        b"Y",
        b"x y",
        b"{q1.shown}",
        b"<b>a</b>",
        b"random",
        b"q1 == 'Y'",
        b"==",
    ]
    pool = [*(cell for raw in NASTY.values() for cell in _CELL.findall(raw)), *odd]
    names = sorted(name for name in NASTY if _CELL.search(NASTY[name]))
    for _ in range(120):
        raw = NASTY[rng.choice(names)]
        spans = [found.span(1) for found in _CELL.finditer(raw)]
        for start, end in sorted(rng.sample(spans, min(6, len(spans))), reverse=True):
            raw = raw[:start] + rng.choice(pool) + raw[end:]
        read = read_limesurvey(raw)
        if read.document is not None:
            assert back(read.document) == read.document


@settings(max_examples=20, deadline=None)
@given(documents())
def test_any_document_is_a_fixed_point_after_one_way_out(drawn: dict[str, Any]) -> None:
    first = back(drawn)
    assert back(first) == first


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("<>&{}[]*_\\ \n#;")), max_size=12
    )
)
def test_a_text_without_marks_is_carried_as_the_cleaning_would(text: str) -> None:
    place = Place(variables=Variables())
    # Private signs mark places while a text is cleaned, so nobody else's may stay; braces are looked at apart.
    plain = re.sub("[{}\ue000\ue001]", "", text)
    assert (
        carry_texts({"en": plain}, place, None, lambda what, reason: None).get("en", "")
        == clean_html(plain).text
    )


@pytest.mark.parametrize("path", INSTRUMENTS, ids=lambda path: path.stem)
def test_the_instruments_of_the_demo(path: Path) -> None:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    exported = export_limesurvey(written, scales=SCALES)
    first = document(exported.content)
    assert back(first) == first
    assert not export_limesurvey(first).not_carried
    compiled = compile_instrument(first, scales={}, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.code for problem in compiled.problems]
    asked = sum(len(section["questions"]) for section in written["sections"])
    left_out = [
        row for row in exported.not_carried if row.reason.code == "limesurvey_out_left" and row.where.item
    ]
    assert read_limesurvey(exported.content).counts.questions == asked - len(left_out)


def test_every_type_of_item_is_written_or_listed() -> None:
    exported = export_limesurvey(yaml.safe_load(EVERY_TYPE), scales=SCALES)
    first = document(exported.content)
    assert back(first) == first
    items = {item["id"] for section in first["sections"] for item in section["questions"]}
    names = {
        item["id"] for section in yaml.safe_load(EVERY_TYPE)["sections"] for item in section["questions"]
    }
    renamed = {
        row.what.partition(" → ")[0]
        for row in exported.not_carried
        if row.reason.code == "limesurvey_out_name"
    }
    assert names - items - renamed == {"reach"}
    assert [row.where.item for row in exported.not_carried if row.reason.code == "limesurvey_out_left"] == [
        "reach"
    ]


def test_the_file_has_the_tables_of_a_newer_database() -> None:
    tables = read_tables(write_limesurvey(document(NASTY["every_type"])))
    assert (tables.doc_type, tables.db_version) == ("Survey", DB_VERSION)
    assert {"question_l10ns", "group_l10ns", "answer_l10ns", "surveys_languagesettings"} <= set(tables.rows)
    assert "question" not in tables["questions"][0]
    ids = [row["qid"] for row in (*tables["questions"], *tables["subquestions"])]
    assert len(ids) == len(set(ids)) == 29 + 30
    parents = {row["parent_qid"] for row in tables["subquestions"]}
    assert parents <= {row["qid"] for row in tables["questions"]}
    titles = [row["title"] for row in tables["questions"]]
    assert all(
        title.isascii() and title.isalnum() and title[0].isalpha() and len(title) <= 20 for title in titles
    )


def test_the_same_document_gives_the_same_bytes() -> None:
    first = document(NASTY["every_type"])
    assert write_limesurvey(first) == write_limesurvey(document(NASTY["every_type"]))


def test_braces_that_somebody_typed_are_no_expression_there() -> None:
    first = document(NASTY["almost_nothing"])
    first["sections"][0]["questions"][0]["text"] = {"en": "{a} & <script>alert(1)</script>"}
    row = read_tables(write_limesurvey(first))["question_l10ns"][0]
    assert row["question"] == "&#123;a&#125; &amp; &lt;script&gt;alert(1)&lt;/script&gt;"
    assert back(first) == first


def test_an_edit_wins_over_what_was_kept() -> None:
    raw = files.older(
        [
            files.question("1", "a", "S"),
            files.question("2", "b", "S", relevance="rand(1,2) > 1", preg="/(x)\\1/"),
        ],
        attributes=[
            files.attribute("2", "em_validation_q", "rand(1, 2) > 1"),
            files.attribute("2", "hide_tip", "1"),
        ],
    )
    first = document(raw)
    item = first["sections"][0]["questions"][1]
    kept = item["foreign"]["limesurvey"]
    assert (kept["relevance"], kept["em_validation_q"], kept["preg"]) == (
        "rand(1,2) > 1",
        "rand(1, 2) > 1",
        "/(x)\\1/",
    )
    assert back(first) == first
    item |= {"show_if": "${a} != ''", "constraint": ". != 'no'", "pattern": "[a-z]+"}
    again = back(first)["sections"][0]["questions"][1]
    assert (again["show_if"], again["constraint"], again["pattern"]) == (
        "${a} != ''",
        ". != 'no'",
        "(?:[a-z]+)",
    )
    assert again["foreign"]["limesurvey"]["attribute hide_tip"] == "1"


def test_what_has_no_place_there_is_listed() -> None:
    written = yaml.safe_load(EVERY_TYPE)
    listed = {
        (row.where.item or row.where.section or row.where.field, row.reason.code)
        for row in export_limesurvey(written).not_carried
    }
    assert {
        ("legal", "limesurvey_out_field"),
        ("mandated", "limesurvey_out_field"),
        ("likely", "limesurvey_out_type"),
        ("heat", "limesurvey_out_type"),
        ("sat", "limesurvey_out_scale"),
        ("reach", "limesurvey_out_left"),
        ("turns", "limesurvey_out_section"),
        ("b_ok", "limesurvey_out_name"),
        ("quotas", "limesurvey_out_quota"),
        ("languages", "limesurvey_out_language"),
    } <= listed
