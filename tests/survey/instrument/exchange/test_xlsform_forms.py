"""Forms as people write them: what becomes of them, and which are refused where and why."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.compile import compile_instrument
from survey.instrument.exchange.patches import canonical
from survey.instrument.exchange.xlsform.read import read_xlsform
from survey.instrument.exchange.xlsform.types import read_type
from survey.instrument.exchange.xlsform.write import write_xlsform
from tests.survey.instrument.exchange.forms import BAD, GOOD, YES_NO, csv_form, workbook


def document(raw: bytes, name: str = "form.xlsx") -> dict[str, Any]:
    made = read_xlsform(raw, name)
    assert made.document is not None, [problem.message("en") for problem in made.problems]
    return made.document


def items(raw: bytes) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for section in document(raw)["sections"] for item in section["questions"]}


@pytest.mark.parametrize("name", GOOD)
def test_a_form_comes_back_from_its_own_export(name: str) -> None:
    first = document(GOOD[name]())
    assert canonical(document(write_xlsform(first), "other")) == canonical(first)


@pytest.mark.parametrize("name", GOOD)
def test_a_form_compiles(name: str) -> None:
    compiled = compile_instrument(document(GOOD[name]()), scales={}, modules={}, units=(), areas=())
    assert [p.message("en") for p in compiled.problems if p.level == "error"] == []


@pytest.mark.parametrize("name", BAD)
def test_what_no_form_may_hold_is_refused_with_its_row(name: str) -> None:
    raw, sheet, row, code = BAD[name]
    made = read_xlsform(raw, "form.xlsx")
    assert made.document is None
    first = made.problems[0]
    assert (first.code, first.where.sheet, first.where.row) == (code, sheet, row)
    assert first.message("zh") != first.message("en")


def test_chinese_headings_names_and_signs() -> None:
    found = items(GOOD["chinese"]())
    assert found["办过事"]["text"] == {"zh": "您办过事吗？", "en": "Did you visit?"}
    assert found["办过事"]["required"] is True
    assert found["次数"]["show_if"] == "${办过事} = 'shi'"
    made = document(GOOD["chinese"]())
    assert made["title"] == {"zh": "办事调查"}
    assert (made["id"], made["default_language"], made["languages"]) == ("banshi", "zh", ["zh", "en"])
    assert made["lists"]["是否"][0] == {"code": "shi", "text": {"zh": "是", "en": "Yes"}}


def test_spaces_and_mixed_case_mean_nothing() -> None:
    found = items(GOOD["spaces"]())
    assert found["a"] | {"type": "single", "list": "yn", "required": True} == found["a"]
    assert found["b"]["show_if"] == "${a} = 'yes'"
    assert found["c"]["type"] == "number"


def test_numbers_booleans_and_dates_in_cells() -> None:
    found = items(GOOD["numbers"]())
    assert found["a"]["text"] == {"und": "1"}
    assert (found["a"]["required"], found["a"]["default"]) == (True, "2")
    assert "required" not in found["b"]
    assert found["b"]["text"] == {"und": "2.5"}
    assert found["c"]["default"] == "2026-05-01"
    assert found["d"]["default"] == "08:30"
    assert [line["code"] for line in document(GOOD["numbers"]())["lists"]["n"]] == ["1", "2", "3.5"]
    assert document(GOOD["numbers"]())["version"] == "20260101"


def test_typographic_quotes_in_expressions_become_plain_ones() -> None:
    found = items(GOOD["smart_quotes"]())
    assert found["b"]["show_if"] == "${a} = 'yes'"
    assert found["c"]["calculation"] == 'if(${a} = "yes", 1, 0)'


def test_the_types_of_ten_years_ago() -> None:
    found = items(GOOD["old_words"]())
    assert [found[name]["type"] for name in "abcdefi"] == [
        *("single", "multi", "multi", "text", "number", "text", "text"),
    ]
    assert found["f"]["format"] == "phone"
    lists = document(GOOD["old_words"]())["lists"]
    assert lists["yn__or_other"][-1] | {"code": "other", "other": True} == lists["yn__or_other"][-1]
    assert len(lists["yn"]) == 2


def test_rows_without_content_are_none_and_others_keep_their_number() -> None:
    made = read_xlsform(GOOD["many_empty_rows"](), "form.xlsx")
    assert made.counts.more["rows"] == 2
    assert made.places["b"].row == 16_001


def test_other_sheets_are_named_and_not_read() -> None:
    made = read_xlsform(GOOD["merged_and_hidden"](), "form.xlsx")
    assert {row.what for row in made.not_carried if row.reason.code == "other_sheet"} == {
        "notes",
        "old survey",
    }


def test_groups_within_groups_become_sections_that_know_each_other() -> None:
    sections = {section["id"]: section for section in document(GOOD["nested"]())["sections"]}
    assert [*sections] == ["part_1", "outer", "inner", "outer_2", "child", "outer_3", "part_2"]
    assert sections["inner"] | {"parent": "outer", "together": True} == sections["inner"]
    assert sections["inner"]["show_if"] == "${a} = 'yes'"
    assert sections["outer_2"]["continues"] == "outer"
    assert sections["child"]["loop"] == {"count": "${n}", "max": 20}
    assert [item["id"] for item in sections["child"]["questions"]] == ["before_2"]
    assert sections["child"]["questions"][0]["foreign"]["xlsform"]["name"] == "before"


def test_markup_is_reduced_and_the_rest_is_listed() -> None:
    made = read_xlsform(GOOD["markup"](), "form.xlsx")
    assert made.document is not None
    text = canonical(made.document)
    assert "<" not in text
    assert "javascript" not in text
    assert items(GOOD["markup"]())["a"]["text"] == {"und": "Hello **you**"}
    assert items(GOOD["markup"]())["b"]["text"] == {"und": "click **bold** [here](https://example.org)"}
    left = {(row.where.row, row.what) for row in made.not_carried if row.reason.code == "markup"}
    assert {(2, "<script>"), (2, "<img>"), (2, "<svg>"), (3, "link javascript:alert(1)")} <= left


def test_paths_become_references() -> None:
    found = items(GOOD["paths"]())
    assert (found["b"]["show_if"], found["b"]["constraint"]) == ("${a} > 3", ". > ${a}")
    assert (found["c"]["show_if"], found["c"]["constraint"]) == ("${a} > 3", ". > 2")


def test_grids_become_batteries_and_their_rows_are_found_by_name() -> None:
    found = items(GOOD["grids"]())
    grid = found["h"]
    assert (grid["type"], grid["of"], grid["list"], grid["required"]) == ("battery", "single", "yn", True)
    # the first row bears the name of its battery, the second does not
    assert [row["code"] for row in grid["rows"]] == ["roads", "parks"]
    assert grid["foreign"]["xlsform"]["row:parks"] == "parks"
    assert "row:roads" not in grid["foreign"]["xlsform"]
    assert found["tl"] | {"type": "battery", "of": "multi", "text": {"und": "Table"}} == found["tl"]
    assert found["tl"]["help"] == {"und": "Hint"}
    assert (found["oh"]["type"], found["o2"]["constraint"]) == ("single", "selected(., 'yes')")


def test_a_reference_to_a_row_of_a_grid_follows_it() -> None:
    raw = workbook(
        [
            ["type", "name", "label", "appearance", "relevant"],
            ["select_one yn", "h", "H", "label", None],
            ["select_one yn", "roads", "Roads", "list-nolabel", None],
            ["text", "why", "Why ${roads}?", None, "${roads} = 'no'"],
        ],
        YES_NO,
    )
    assert items(raw)["why"]["show_if"] == "${h_roads} = 'no'"
    assert items(raw)["why"]["text"] == {"und": "Why ${h_roads}?"}
    assert "${roads} = 'no'" in " ".join(_cells(document(raw)))


def _cells(made: dict[str, Any]) -> list[str]:
    from survey.instrument.exchange.xlsform.export import export_tables

    return [cell for sheet in export_tables(made).sheets.values() for _, row in sheet.rows for cell in row]


def test_columns_that_nobody_knows_are_kept_listed_and_written_back() -> None:
    raw = GOOD["every_column"]()
    made = read_xlsform(raw, "form.xlsx")
    listed = {(row.where.row, row.what.split(":")[0], row.reason.code) for row in made.not_carried}
    assert {(2, "notes", "column"), (3, "trigger", "trigger"), (3, "media", "media")} <= listed
    assert {(3, "seed=42", "parameter"), (4, "max-pixels=1000", "parameter")} <= listed
    found = items(raw)
    assert found["r"] | {"type": "slider", "min": 0, "max": 100, "step": 10} == found["r"]
    assert found["r"]["interviewer_note"] == {"und": "Look twice"}
    assert (found["s"]["order"], found["s"]["read_only"]) == ("random", True)
    cells = _cells(document(raw))
    assert {"notes", "mine", "bind::foo", "bar", "a.png", "y.png", "max-pixels=1000", "Notes for me"} <= {
        *cells
    }
    lines = document(raw)["lists"]["cities"]
    assert [(line["code"], line["province"]) for line in lines] == [("a_b", "p1"), ("c_d", "p2")]


def test_the_code_of_a_choice_changes_in_expressions_too() -> None:
    raw = workbook(
        [
            ["type", "name", "label", "relevant"],
            ["select_one c", "a", "A", None],
            ["text", "b", "B", "${a} = 'New York'"],
        ],
        [["list_name", "name", "label"], ["c", "New York", "NY"], ["c", "x", "X"]],
    )
    assert items(raw)["b"]["show_if"] == "${a} = 'New_York'"


def test_languages_by_tag_by_name_and_by_nothing() -> None:
    made = document(GOOD["languages"]())
    assert made["languages"] == ["en", "x-klingoni-sh", "ug", "und"]
    assert made["sections"][0]["questions"][0]["text"] == {
        "en": "English",
        "x-klingoni-sh": "tlh",
        "und": "Plain",
    }
    assert made["sections"][0]["questions"][0]["help"] == {"en": "Hint", "ug": "ug"}


def test_values_about_the_device_are_never_collected() -> None:
    raw = workbook(
        [
            ["type", "name", "label"],
            ["deviceid", "device", None],
            ["username", "who", None],
            ["note", "n", "On ${device}"],
        ]
    )
    found = items(raw)
    assert "who" not in found
    assert (found["device"]["type"], found["device"]["calculation"]) == ("computed", "''")
    reasons = {row.what: row.reason.code for row in read_xlsform(raw, "f").not_carried}
    assert reasons == {"deviceid": "meta_used", "username": "meta"}
    assert {"username", "who", "deviceid"} <= {*_cells(document(raw))}


CSV = """
survey,,,,
,type,name,label::English (en),label::中文
,select_one yn,a,Is it?,是吗？
,text,b,"Why, please",为什么
choices,,,,
,list_name,name,label::English (en),label::中文
,yn,yes,Yes,是
,yn,no,No,否
settings,,,,
,form_title,form_id,,
,Small,small,,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_that_people_have(encoding: str) -> None:
    made = document(csv_form(CSV, encoding), "form.csv")
    assert made["languages"] == ["en", "zh"]
    assert made["sections"][0]["questions"][1]["text"] == {"en": "Why, please", "zh": "为什么"}
    assert made["lists"]["yn"][1]["text"] == {"en": "No", "zh": "否"}


@pytest.mark.parametrize("mark", [";", "\t"])
def test_csv_with_other_marks_and_without_names_of_sheets(mark: str) -> None:
    raw = mark.join(["type", "name", "label"]) + "\n" + mark.join(["text", "a", "A"]) + "\n"
    assert items(raw.encode())["a"]["text"] == {"und": "A"}


def test_the_title_is_the_forms_else_the_files() -> None:
    raw = workbook([["type", "name", "label"], ["text", "a", "A"]])
    assert document(raw, "客户 调查.xlsx")["title"] == {"und": "客户 调查"}
    assert document(raw, "客户 调查.xlsx")["id"] == "客户_调查"


@pytest.mark.parametrize(
    ("written", "shape", "name", "list_name"),
    [
        ("Select_One  yn", "select", "select_one", "yn"),
        ("select one from yn", "select", "select_one", "yn"),
        ("select_multiple yn or specify other", "select", "select_multiple", "yn"),
        ("select all that apply from yn or_other", "select", "select_multiple", "yn"),
        ("RANK yn", "select", "rank", "yn"),
        ("begin   repeat", "begin", "repeat", None),
        ("End_Group", "end", "group", None),
        ("begin loop over yn", "begin", "loop", "yn"),
        ("date time", "item", "dateTime", None),
        ("uri:deviceid", "meta", "uri:deviceid", None),
    ],
)
def test_types_in_all_their_spellings(written: str, shape: str, name: str, list_name: str | None) -> None:
    read = read_type(written)
    assert read is not None
    assert (read.shape, read.name, read.list_name) == (shape, name, list_name)


@pytest.mark.parametrize("written", ["", "selekt_one yn", "begin", "text area", "select_oneyn"])
def test_what_is_no_type(written: str) -> None:
    assert read_type(written) is None


def test_an_external_list_may_share_its_name_with_another() -> None:
    raw = workbook(
        [
            ["type", "name", "label", "choice_filter"],
            ["select_one c", "a", "A", None],
            ["select_one_external c", "b", "B", "where=${a}"],
        ],
        [["list_name", "name", "label"], ["c", "x", "X"]],
        external_choices=[
            ["list_name", "name", "label", "where"],
            ["c", "y", "Y", "x"],
            ["c", "z", "Z", "x"],
        ],
    )
    found = items(raw)
    assert (found["a"]["list"], found["b"]["list"], found["b"]["choice_filter"]) == ("c", "c_x", "where=${a}")
    assert [line["code"] for line in document(raw)["lists"]["c_x"]] == ["y", "z"]
    assert read_xlsform(raw, "f").counts.options == 3
    assert canonical(document(write_xlsform(document(raw)))) == canonical(document(raw))


def test_a_formula_without_a_result_is_said_to_be_lost() -> None:
    raw = workbook([["type", "name", "label"], ["text", "a", '="A"&"B"'], ["text", "b", "B"]])
    made = read_xlsform(raw, "form.xlsx")
    assert [(p.code, p.where.row) for p in made.problems] == [("row_no_label", 2)]
    assert [
        (row.where.row, row.where.column) for row in made.not_carried if row.reason.code == "formula"
    ] == [(2, "label")]
