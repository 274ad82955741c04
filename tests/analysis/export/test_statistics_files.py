"""SPSS, Stata, Parquet and CSV files: what goes in comes out, whatever the codebook holds; PSPP and R agree."""

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.export import (
    Codebook,
    Measure,
    MultipleSet,
    Variable,
    codebook_from_document,
    spss_syntax,
    write_csv,
    write_dta,
    write_parquet,
    write_sav,
)
from analysis.export.errors import ExportError
from analysis.export.names import SPSS, STATA, lawful_names

HOSTILE = [
    "with",
    "ALL",
    "_n",
    "",
    " ",
    "9",
    "满意度" * 30,
    "a b",
    "A B",
    "q'1",
    "str5",
    "a.",
    "é",
    "=1+1",
    "x" * 99,
    "💥",
]
QUESTION = "您对“服务”满意吗？'\n.\nDELETE VARIABLES ALL.\n\"" * 9
DATA = {
    "满意度": np.array([1.0, 5.0, 97.0, np.nan, 99.0]),
    "with": np.array([0.25, -3.5, 1e300, np.nan, 2.0]),
    "city of birth": np.array(["江城", "", "a'b\"c, d", "x" * 300, "云岚"]),
    "code": np.array(["y", "n", "n", "", "r"]),
    "tick_a": np.array([1.0, 0, 1, 0, 1]),
    "tick_b": np.array([0.0, 0, 1, 1, 1]),
    "w": np.array([1.5, 2.5, 1, 1, 4]),
}
BOOK = Codebook(
    title="公众满意度 2026 '试点' " * 5,
    weight="w",
    variables=(
        Variable(
            name="满意度",
            label=QUESTION,
            values={"1": "很不满意 " * 40, "5": "it's good", "97": "未答", "99": "refused"},
            missing=("88", "97", "98", "99"),
            measure=Measure.ORDINAL,
        ),
        Variable(name="with", label="a reserved word", measure=Measure.SCALE),
        Variable(name="code", values={"y": "Yes", "n": "No", "r": "Refused"}, missing=("r",)),
    ),
    sets=(MultipleSet(name="tick", variables=("tick_a", "tick_b"), label="ticked"),),
)


def test_what_a_sav_file_says(tmp_path: Path) -> None:
    path = tmp_path / "data.sav"
    written = write_sav(DATA, path, codebook=BOOK)
    frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert written.names["with"] == "with_v"
    assert list(frame.columns) == list(written.names.values())
    np.testing.assert_array_equal(frame["满意度"], DATA["满意度"])
    np.testing.assert_array_equal(frame["with_v"], DATA["with"])
    assert list(frame[written.names["city of birth"]]) == list(DATA["city of birth"])
    assert meta.variable_value_labels["满意度"][5.0] == "it's good"
    assert meta.missing_ranges["满意度"] == [{"lo": 97, "hi": 99}, {"lo": 88, "hi": 88}]
    assert meta.missing_ranges["code"] == [{"lo": "r", "hi": "r"}]
    assert meta.variable_measure["满意度"] == "ordinal"
    assert meta.variable_measure["with_v"] == "scale"
    label = meta.column_names_to_labels["满意度"]
    assert "\n" not in label
    assert label.startswith("您对“服务”满意吗？")
    assert {remark.code for remark in written.status} == {"renamed", "label_cut"}
    for remark in written.status:
        assert remark.message("zh") != remark.message("en")


def test_equal_data_give_equal_bytes(tmp_path: Path) -> None:
    for name, writer in (("a.sav", write_sav), ("a.dta", write_dta)):
        writer(DATA, tmp_path / name, codebook=BOOK)
        first = (tmp_path / name).read_bytes()
        writer(DATA, tmp_path / name, codebook=BOOK)
        assert first == (tmp_path / name).read_bytes()
        assert b"70" in first[:400]
    for name, write in (("a.parquet", write_parquet), ("a.csv", write_csv)):
        write(DATA, tmp_path / name)
        first = (tmp_path / name).read_bytes()
        write(DATA, tmp_path / name)
        assert first == (tmp_path / name).read_bytes()


def test_what_a_dta_file_says(tmp_path: Path) -> None:
    path = tmp_path / "data.dta"
    written = write_dta(DATA, path, codebook=BOOK)
    frame, meta = pyreadstat.read_dta(str(path), user_missing=True)
    assert list(frame["满意度"].astype(object))[:3] == [1.0, 5.0, "b"]
    assert frame["满意度"][4] == "d"
    assert meta.variable_value_labels["满意度"]["d"] == "refused"
    assert meta.variable_value_labels["满意度"][5] == "it's good"
    assert written.names["with"] == "with_v"
    assert list(frame[written.names["city of birth"]]) == list(DATA["city of birth"])
    assert any(remark.code == "value_label_dropped" for remark in written.status)


def test_parquet_and_csv_give_the_columns_back(tmp_path: Path) -> None:
    write_parquet(DATA, tmp_path / "a.parquet")
    rows = duckdb.sql(f"SELECT * FROM '{tmp_path / 'a.parquet'}'")
    assert rows.columns == list(DATA)
    found = rows.fetchnumpy()
    np.testing.assert_array_equal(np.ma.filled(found["with"].astype(float), np.nan), DATA["with"])
    assert str(rows.types[0]) == "BIGINT"
    write_csv(DATA, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [line["city of birth"] for line in lines] == list(DATA["city of birth"])
    assert [float(line["with"] or "nan") for line in lines] == pytest.approx(list(DATA["with"]), nan_ok=True)
    assert [line["满意度"] for line in lines] == ["1", "5", "97", "", "99"]
    write_csv({"t": np.array(["=1+1", "-5", "ok"])}, tmp_path / "b.csv", for_spreadsheets=True)
    assert (tmp_path / "b.csv").read_text().split() == ["t", "'=1+1", "'-5", "ok"]


def test_missing_codes_that_find_no_room_are_said_and_made_missing(tmp_path: Path) -> None:
    data = {"x": np.array([1.0, 5, 7, 12, 20, 33, 50])}
    book = Codebook(variables=(Variable(name="x", missing=("5", "12", "20", "33")),))
    written = write_sav(data, tmp_path / "x.sav", codebook=book)
    frame, meta = pyreadstat.read_sav(str(tmp_path / "x.sav"), user_missing=True)
    assert meta.missing_ranges["x"] == [{"lo": 12, "hi": 33}, {"lo": 5, "hi": 5}]
    assert not written.status
    data["x"][4] = 19.0  # a value between two missing codes: no range can span it
    written = write_sav(data, tmp_path / "x.sav", codebook=book)
    frame, _ = pyreadstat.read_sav(str(tmp_path / "x.sav"), user_missing=True)
    lost = {float(str(remark.context["value"])) for remark in written.status}
    assert [remark.code for remark in written.status] == ["missing_dropped"]
    np.testing.assert_array_equal(frame["x"], np.where(np.isin(data["x"], list(lost)), np.nan, data["x"]))


REFUSED: list[tuple[str, dict[str, Any], Codebook]] = [
    ("no_columns", {}, Codebook()),
    ("lengths_differ", {"a": [1.0], "b": [1.0, 2.0]}, Codebook()),
    ("infinite", {"a": [1.0, np.inf]}, Codebook()),
    ("bad_text", {"a": np.array(["x", "a\x00"], dtype=object)}, Codebook()),
    ("bad_text", {"a": ["x", "\ud800"]}, Codebook()),
    ("variable_without_data", {"a": [1.0]}, Codebook(variables=(Variable(name="b"),))),
]


@pytest.mark.parametrize(("code", "data", "book"), REFUSED)
def test_what_cannot_be_written_is_named(
    tmp_path: Path, code: str, data: dict[str, Any], book: Codebook
) -> None:
    for writer in (write_sav, write_dta):
        with pytest.raises(ExportError) as refusal:
            writer(data, tmp_path / "x.sav", codebook=book)
        assert refusal.value.code == code
        assert refusal.value.message("zh") != refusal.value.message("en")
        assert not (tmp_path / "x.sav").exists()


def test_a_codebook_names_a_variable_once() -> None:
    with pytest.raises(ExportError, match="twice"):
        Codebook(variables=(Variable(name="a"), Variable(name="a")))


def test_the_codebook_of_a_frozen_dataset_is_understood() -> None:
    document: list[dict[str, Any]] = [
        {
            "name": "Q1",
            "item": "Q1",
            "kind": "scale",
            "label": {"zh": "满意度", "en": "Satisfaction"},
            "options": [{"code": "1", "text": {"zh": "差", "en": "bad"}}],
            "missing": ["97"],
        },
        {
            "name": "Q2.a",
            "item": "Q2",
            "kind": "indicator",
            "label": {"zh": "多选"},
            "options": [],
            "missing": [],
        },
        {
            "name": "Q2.b",
            "item": "Q2",
            "kind": "indicator",
            "label": {"zh": "多选"},
            "options": [],
            "missing": [],
        },
    ]
    book = codebook_from_document(document, language="en", weight="w")
    assert book.of("Q1").label == "Satisfaction"
    assert book.of("Q1").values == {"1": "bad"}
    assert book.of("Q1").measure is Measure.ORDINAL
    assert book.sets[0].variables == ("Q2.a", "Q2.b")


@pytest.mark.skipif(shutil.which("pspp") is None, reason="pspp is not installed")
def test_pspp_reads_the_file_and_runs_its_syntax(tmp_path: Path) -> None:
    hostile = {name: np.arange(3.0) + place for place, name in enumerate(HOSTILE)}
    rows = {name: np.resize(column, 3) for name, column in DATA.items() if name not in hostile}
    data = {**rows, **hostile}
    variables = tuple(one for one in BOOK.variables if one.name != "with")
    extra = tuple(Variable(name=name, label=QUESTION, values={"1": QUESTION}) for name in HOSTILE)
    book = Codebook(title=BOOK.title, weight="w", variables=(*variables, *extra), sets=BOOK.sets)
    written = write_sav(data, tmp_path / "data.sav", codebook=book)
    syntax = spss_syntax(data, codebook=book, file="data.sav")
    assert max(len(line.encode()) for line in syntax.splitlines()) <= 251
    (tmp_path / "data.sps").write_text(f"{syntax}SAVE OUTFILE='again.sav'.\nDESCRIPTIVES w.\n", "utf-8")
    done = subprocess.run(
        ["pspp", "-O", "format=csv", "data.sps"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "error" not in done.stdout.lower() + done.stderr.lower()
    assert "warning" not in done.stdout.lower() + done.stderr.lower()
    assert "w,5.00," in done.stdout  # 1.5 + 2.5 + 1: the weight is on
    frame, meta = pyreadstat.read_sav(str(tmp_path / "again.sav"), user_missing=True)
    for name, column in data.items():
        back = frame[written.names[name]]
        assert list(back.fillna("none")) == ["none" if cell != cell else cell for cell in column], name
    assert meta.missing_ranges["满意度"] == [{"lo": 97.0, "hi": 99.0}, {"lo": 88.0, "hi": 88.0}]
    subprocess.run(["pspp-convert", "data.sav", "data.csv"], cwd=tmp_path, check=True, capture_output=True)
    with (tmp_path / "data.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == list(written.names.values())


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_haven_reads_both_files(tmp_path: Path) -> None:
    write_sav(DATA, tmp_path / "data.sav", codebook=BOOK)
    write_dta(DATA, tmp_path / "data.dta", codebook=BOOK)
    script = """
    if (!requireNamespace("haven", quietly = TRUE) || !requireNamespace("jsonlite", quietly = TRUE)) quit(status = 77)
    sav <- haven::read_sav("data.sav", user_na = TRUE); dta <- haven::read_dta("data.dta")
    cat(jsonlite::toJSON(list(names = names(sav), x = as.numeric(sav[[1]]), na = sum(is.na(sav[[1]])), text = sav[[3]],
      tags = haven::na_tag(dta[[1]]), labels = names(attr(dta[[1]], "labels")), dta = dta[[3]]), digits = NA))
    """
    done = subprocess.run(
        ["Rscript", "-e", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    if done.returncode == 77:
        pytest.skip("R lacks haven or jsonlite")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["x"][:3] == [1, 5, 97]
    assert found["na"] == [3]  # 97 and 99 are user-missing, one cell is empty
    assert found["text"] == found["dta"] == list(DATA["city of birth"])
    assert found["tags"] == [None, None, "b", None, "d"]
    assert "refused" in found["labels"]


NAMES = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))
LABELS = st.one_of(st.text(max_size=400), st.just(QUESTION))
CODES = st.one_of(st.integers(-5, 120).map(str), st.text(max_size=12), st.just("1.5"))


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, Any], Codebook]:
    names = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    n = draw(st.integers(1, 6))
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
    data: dict[str, Any] = {}
    for name in names:
        if draw(st.booleans()):
            cell = st.one_of(st.integers(-5, 120).map(float), st.just(float("nan")), st.floats(-1e300, 1e300))
            data[name] = np.array(draw(st.lists(cell, min_size=n, max_size=n)))
        else:
            data[name] = np.array(draw(st.lists(text, min_size=n, max_size=n)), dtype=object)
    variables = [
        Variable(
            name=name,
            label=draw(LABELS),
            values=draw(st.dictionaries(CODES, LABELS, max_size=4)),
            missing=tuple(draw(st.lists(CODES, max_size=6, unique=True))),
            measure=draw(st.sampled_from(Measure)),
        )
        for name in names
        if draw(st.booleans())
    ]
    return data, Codebook(title=draw(LABELS), variables=tuple(variables))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_any_codebook_survives(
    tmp_path_factory: pytest.TempPathFactory, table: tuple[dict[str, Any], Codebook]
) -> None:
    """Every cell comes back under its own variable, unless the status says that it could not."""
    data, book = table
    folder = tmp_path_factory.mktemp("any")
    written = write_sav(data, folder / "x.sav", codebook=book)
    frame, _ = pyreadstat.read_sav(str(folder / "x.sav"), user_missing=True)
    lost = {
        (r.context["variable"], str(r.context["value"]))
        for r in written.status
        if r.code == "missing_dropped"
    }
    for name, column in data.items():
        found = list(frame[written.names[name]])
        for cell, back in zip(column, found, strict=True):
            if isinstance(cell, str):
                assert back == ("" if (name, cell) in lost else cell.rstrip(" "))
            else:
                expected = np.nan if any(v == name and _same(code, cell) for v, code in lost) else cell
                np.testing.assert_array_equal(back, expected)
    write_dta(data, folder / "x.dta", codebook=book)
    again, _ = pyreadstat.read_dta(str(folder / "x.dta"), user_missing=True)
    assert len(again) == len(next(iter(data.values())))
    spss_syntax(data, codebook=book, file="x.sav").encode("utf-8")


def _same(code: str, cell: float) -> bool:
    try:
        return float(code) == cell
    except ValueError:
        return False


@given(st.lists(NAMES, unique=True, max_size=12))
def test_names_are_lawful_unique_and_stay_where_they_can(names: list[str]) -> None:
    for rule in (SPSS, STATA):
        found = lawful_names(names, rule)
        assert len({one.casefold() for one in found.values()}) == len(names)
        for name in found.values():
            size = len(name.encode()) if rule.counts_bytes else len(name)
            assert 0 < size <= rule.longest
            assert name.upper() not in rule.reserved
        again = lawful_names(found.values(), rule)
        assert list(again) == list(again.values())


def test_a_compressed_file_holds_the_same(tmp_path: Path) -> None:
    write_sav(DATA, tmp_path / "a.zsav", codebook=BOOK, compress=True)
    write_sav(DATA, tmp_path / "a.sav", codebook=BOOK)
    first, second = (
        pyreadstat.read_sav(str(tmp_path / name), user_missing=True) for name in ("a.zsav", "a.sav")
    )
    assert first[0].equals(second[0])
    assert first[1].missing_ranges == second[1].missing_ranges
    head = (tmp_path / "a.zsav").read_bytes()[:110]
    assert head.startswith(b"$FL3")
    assert b"01 Jan 7000:00:00" in head
