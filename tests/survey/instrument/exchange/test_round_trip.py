"""Any document comes back from its XLSForm to the letter; what somebody edited in the sheet wins."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from survey.instrument.exchange.patches import canonical
from survey.instrument.exchange.tables import Sheet
from survey.instrument.exchange.xls_file import TooWide, write_xls
from survey.instrument.exchange.xlsform.export import export_tables
from survey.instrument.exchange.xlsform.read import import_tables, read_xlsform
from survey.instrument.exchange.xlsform.write import write_xlsform, write_xlsform_csv, write_xlsform_xls
from survey.instrument.item_types import ITEM_TYPES
from tests.survey.instrument.every_type import EVERY_TYPE
from tests.survey.instrument.exchange.forms import saved

DEMO = Path(__file__).resolve().parents[4] / "admin" / "demo" / "data" / "instruments"
INSTRUMENTS = sorted(path for path in DEMO.glob("*.yaml") if "sections:" in path.read_text(encoding="utf-8"))
SCALES = yaml.safe_load((DEMO / "_scales.yaml").read_text(encoding="utf-8"))


def back(document: dict[str, Any], raw: bytes) -> dict[str, Any]:
    made = read_xlsform(raw, "another name.xlsx")
    assert made.document is not None, [problem.message("en") for problem in made.problems]
    return made.document


def test_the_demo_has_instruments() -> None:
    assert len(INSTRUMENTS) >= 5


@pytest.mark.parametrize("path", INSTRUMENTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("scales", [None, SCALES], ids=["without scales", "with scales"])
def test_the_instruments_of_the_demo_come_back(path: Path, scales: dict[str, Any] | None) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert canonical(back(document, write_xlsform(document, scales=scales))) == canonical(document)
    assert canonical(back(document, write_xlsform_csv(document, scales=scales))) == canonical(document)


def test_shared_scales_are_written_with_their_points() -> None:
    document = yaml.safe_load((DEMO / "residents.yaml").read_text(encoding="utf-8"))
    survey = export_tables(document, scales=SCALES).sheets["survey"]
    kinds = {row[0].split()[0] for _, row in survey.rows[1:]}
    assert "integer" not in kinds
    assert sum(1 for _, row in survey.rows if row[0].startswith("select_one")) >= 31


def test_every_type_of_item_comes_back() -> None:
    document = yaml.safe_load(EVERY_TYPE)
    types = {item["type"] for section in document["sections"] for item in section["questions"]}
    assert types == set(ITEM_TYPES) - {"module"}
    assert canonical(back(document, write_xlsform(document))) == canonical(document)


def test_the_same_document_gives_the_same_bytes() -> None:
    document = yaml.safe_load(EVERY_TYPE)
    assert write_xlsform(document) == write_xlsform(document)
    assert write_xlsform_xls(document) == write_xlsform_xls(document)


def test_texts_longer_than_a_record_of_an_old_spreadsheet_come_back() -> None:
    document = yaml.safe_load(EVERY_TYPE)
    document["consent"] = {"zh": "同意" * 4_999, "en": "x" * 9_999, "de": "ä😀" * 5_000}
    assert canonical(back(document, write_xlsform_xls(document))) == canonical(document)


def test_an_old_spreadsheet_says_what_it_cannot_hold() -> None:
    sheet = Sheet(name="survey", rows=((1, tuple("x" for _ in range(257))),))
    with pytest.raises(TooWide):
        write_xls([sheet])
    texts = Sheet(name="survey", rows=tuple((n, (f"{n}" + "x" * 30_000,)) for n in range(1, 200)))
    with pytest.raises(TooWide):
        write_xls([texts])


def test_an_edit_in_the_sheet_wins_over_what_stands_beside_it() -> None:
    document = yaml.safe_load(EVERY_TYPE)
    book = load_workbook(io.BytesIO(write_xlsform(document)))
    sheet = book["survey"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    label = headings["label::English (en)"]
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, headings["name"]).value in {"likely", "age"}:
            sheet.cell(row, label).value = "Changed in the sheet"
    made = back(document, saved(book))
    items = {item["id"]: item for section in made["sections"] for item in section["questions"]}
    assert items["likely"]["text"]["en"] == items["age"]["text"]["en"] == "Changed in the sheet"
    # what XLSForm has no word for is still there
    assert items["likely"]["type"] == "nps"
    assert items["age"]["unit"] == {"zh": "岁", "en": "years"}


def test_a_patch_that_somebody_broke_changes_nothing() -> None:
    document = yaml.safe_load(EVERY_TYPE)
    book = load_workbook(io.BytesIO(write_xlsform(document)))
    for name in book.sheetnames:
        sheet = book[name]
        for cell in sheet[1]:
            if str(cell.value).startswith("minyi_patch"):
                for row in range(2, sheet.max_row + 1):
                    sheet.cell(row, cell.column).value = '[{"a": 1' if row % 2 else '{"text": 3, "id": ["x"]}'
    items = [item for section in back(document, saved(book))["sections"] for item in section["questions"]]
    assert {"age", "likely", "remark"} <= {item["id"] for item in items}
    assert all(isinstance(item["text"], dict) for item in items)


# --- documents that nobody has thought of ---------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn")), max_size=30)
TEXTS = st.dictionaries(st.sampled_from(["zh", "en", "x-abc"]), WORDS, max_size=3)
CODES = st.from_regex(r"[A-Za-z0-9_.+-]{1,12}", fullmatch=True)
NAMES = st.from_regex(r"[a-z_一-龥][a-z0-9_一-龥-]{0,8}", fullmatch=True)
PLAIN = st.one_of(st.booleans(), st.integers(-9, 999), st.none(), WORDS)
EXPRESSIONS = st.sampled_from(
    ["${q0} = 'a'", "${q1} > 3 and not(selected(${q0}, 'b'))", ". != ''", "1 +", "${gone} = 1", ""]
)
CONDITIONS = st.one_of(
    EXPRESSIONS,
    st.just({"question": "q0", "any_of": ["a", 1]}),
    st.just({"all": [{"question": "q1", "answered": True}, {"not": {"context": "channel", "equal": "web"}}]}),
)
OPTIONS = st.lists(
    st.fixed_dictionaries(
        {"code": st.one_of(CODES, st.integers(0, 99))},
        optional={"text": TEXTS, "zh": WORDS, "other": st.just(True), "region": CODES, "foreign": PLAIN},
    ),
    min_size=1,
    max_size=4,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"code": st.one_of(CODES, st.integers(0, 99)), "text": TEXTS}, optional={"show_if": CONDITIONS}
    ),
    max_size=3,
)
KEPT = st.fixed_dictionaries(
    {},
    optional={
        "xlsform": st.dictionaries(
            st.sampled_from(["type", "name", "appearance", "kind", "open", "row:a", "note", "list", "image"]),
            st.sampled_from(
                ["loose", "yes", "repeat", "loop", "table-list", "select_one yn", "integer", "q0"]
            ),
            max_size=3,
        ),
        "limesurvey": st.dictionaries(st.sampled_from(["qid", "type"]), WORDS, max_size=2),
    },
)
ITEMS = st.fixed_dictionaries(
    {"type": st.sampled_from([*ITEM_TYPES, "unheard-of"]), "text": TEXTS},
    optional={
        "id": NAMES,
        "help": TEXTS,
        "note": TEXTS,
        "show_if": CONDITIONS,
        "constraint": EXPRESSIONS,
        "constraint_message": TEXTS,
        "calculation": EXPRESSIONS,
        "choice_filter": EXPRESSIONS,
        "required": st.one_of(st.booleans(), EXPRESSIONS),
        "default": PLAIN,
        "list": st.sampled_from(["l0", "l0__or_other", "gone"]),
        "options": OPTIONS,
        "rows": ROWS,
        "columns": ROWS,
        "of": st.sampled_from(["single", "multi", "scale", "text", "number"]),
        "lines": st.integers(-1, 40),
        "min": PLAIN,
        "max": PLAIN,
        "form": st.sampled_from(["integer", "percent", "odd"]),
        "appearance": st.sampled_from(["dropdown", "likert", "odd"]),
        "order": st.sampled_from(["random", "document"]),
        "scale": NAMES,
        "foreign": KEPT,
        "unheard_of": PLAIN,
    },
)
SECTIONS = st.fixed_dictionaries(
    {"title": TEXTS, "questions": st.lists(ITEMS, max_size=4)},
    optional={
        "id": NAMES,
        "intro": TEXTS,
        "show_if": CONDITIONS,
        "parent": st.sampled_from(["s0", "s1", "s2", "gone"]),
        "continues": st.sampled_from(["s0", "s1"]),
        "together": st.booleans(),
        "repeat": st.sampled_from(["assigned_unit"]),
        "loop": st.one_of(
            st.just({"count": 3, "max": 9}),
            st.just({"over": "q0"}),
            st.just({"rows": "q1", "label": {"zh": "第"}}),
        ),
        "foreign": KEPT,
    },
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    sections = draw(st.lists(SECTIONS, min_size=1, max_size=4))
    number = 0
    for at, section in enumerate(sections):
        section.setdefault("id", f"s{at}")
        for item in section["questions"]:
            item.setdefault("id", f"q{number}")
            number += 1
    sections[0]["questions"].append({"id": "last", "type": "text", "text": {"zh": "完"}})
    made = {
        "schema": "minyi/instrument/2",
        "id": draw(NAMES),
        "title": draw(TEXTS),
        "languages": draw(st.sampled_from([["zh", "en"], ["en"], ["x-abc", "zh"], ["und"]])),
        "sections": sections,
        **draw(st.fixed_dictionaries({}, optional={"lists": st.just({}), "version": WORDS, "legal": PLAIN})),
    }
    if draw(st.booleans()):
        made["lists"] = {"l0": draw(OPTIONS), "unused": draw(OPTIONS)}
    return made


@settings(max_examples=12, deadline=None)
@given(documents())
def test_any_document_comes_back_to_the_letter(document: dict[str, Any]) -> None:
    made, _ = import_tables(export_tables(document), "another name")
    assert made.document is not None, [problem.message("en") for problem in made.problems]
    assert canonical(made.document) == canonical(document)


@settings(max_examples=4, deadline=None)
@given(documents())
def test_and_so_it_does_through_files(document: dict[str, Any]) -> None:
    for write in (write_xlsform, write_xlsform_xls, write_xlsform_csv):
        assert canonical(back(document, write(document))) == canonical(document)
