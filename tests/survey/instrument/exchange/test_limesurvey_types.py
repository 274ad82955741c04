"""What each question type, setting, condition and quota of LimeSurvey becomes."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.compile import compile_instrument
from survey.instrument.exchange.limesurvey.kinds import READERS
from survey.instrument.exchange.limesurvey.read import read_limesurvey
from survey.instrument.exchange.limesurvey.themes import TYPES
from survey.instrument.exchange.report import Imported
from tests.survey.instrument.exchange import limesurvey_files as files
from tests.survey.instrument.exchange.limesurvey_files import answer, attribute, older, question, sub

# The type there; the type of the item here, of what a battery is made, and what else comes of it.
TYPE_TABLE = [
    *(("1", "battery", "single"), ("5", "scale", None), ("A", "battery", "scale"), ("B", "battery", "scale")),
    *(
        ("C", "battery", "single"),
        ("D", "date", None),
        ("E", "battery", "single"),
        ("F", "battery", "single"),
    ),
    *(("G", "single", None), ("H", "battery", "single"), ("I", "single", None), ("K", "battery", "number")),
    *(("L", "single", None), ("M", "multi", None), ("N", "number", None), ("O", "single", None)),
    *(
        ("P", "multi", None),
        ("Q", "texts", None),
        ("R", "ranking", None),
        ("S", "text", None),
        ("T", "text", None),
    ),
    *(("U", "text", None), ("X", "note", None), ("Y", "single", None), ("!", "single", None)),
    *(("*", "computed", None), ("|", "file", None), (":", "battery", "number"), (";", "battery", "text")),
]


def items(imported: Imported) -> dict[str, dict[str, Any]]:
    """The items by name."""
    assert imported.document is not None
    return {item["id"]: item for section in imported.document["sections"] for item in section["questions"]}


def one(
    kind: str, *attributes: tuple[str, str], subquestions: Any = (), answers: Any = (), **more: str
) -> tuple[dict[str, Any], list[str]]:
    """The item that a single question becomes, and the reasons of what is listed with it."""
    first = [question("1", "n", "N"), question("2", "txt", "S")]
    settings = [attribute("9", name, value) for name, value in attributes]
    read = read_limesurvey(older([*first, question("9", "q", kind, **more)], subquestions, answers, settings))
    return items(read)["q"], [
        row.reason.code.removeprefix("limesurvey_") for row in read.not_carried if row.where.item == "q"
    ]


def test_the_table_has_all_29_types() -> None:
    assert len(TYPE_TABLE) == 29
    assert {letter for letter, *_ in TYPE_TABLE} == set(READERS) == TYPES


def test_every_type_becomes_what_the_table_says() -> None:
    read = read_limesurvey(files.every_type())
    made = items(read)
    for letter, kind, of in TYPE_TABLE:
        item = next(item for item in made.values() if item["foreign"]["limesurvey"].get("type") == letter)
        assert (item["type"], item.get("of")) == (kind, of), letter
    assert read.document is not None
    assert compile_instrument(read.document, scales={}, modules={}, units=(), areas=()).program is not None


def test_rows_columns_and_answers_keep_their_codes() -> None:
    made = items(read_limesurvey(files.every_type()))
    by_type = {item["foreign"]["limesurvey"].get("type"): item for item in made.values()}
    dual = by_type["1"]
    assert [row["code"] for row in dual["rows"]] == ["SQ1", "SQ2"]
    assert [(column["code"], [o["code"] for o in column["options"]]) for column in dual["columns"]] == [
        ("0", ["A1", "A2"]),
        ("1", ["A1", "A2"]),
    ]
    assert [column["code"] for column in by_type[";"]["columns"]] == ["C1", "C2"]
    assert [option["code"] for option in by_type["B"]["options"]] == [str(point) for point in range(1, 11)]
    assert [option["code"] for option in by_type["C"]["options"]] == ["Y", "U", "N"]
    assert (by_type[":"]["min"], by_type[":"]["max"], by_type[":"]["form"]) == (1, 10, "integer")
    assert made["q12_comment" if "q12_comment" in made else f"{by_type['O']['id']}_comment"]["type"] == "text"
    comments = made[f"{by_type['P']['id']}_comment"]
    assert comments["rows"][0]["show_if"] == f"selected(${{{by_type['P']['id']}}}, 'SQ1')"
    assert by_type["!"]["appearance"] == "dropdown"
    assert by_type["*"]["calculation"] == "${q15} * 2"


# The type, a setting and its value; the field that it becomes.
SETTINGS = [
    ("N", "min_num_value_n", "0", {"min": 0}),
    ("N", "max_num_value_n", "2.5", {"max": 2.5}),
    ("N", "max_num_value_n", "{n * 2}", {"max": "${n} * 2"}),
    ("N", "num_value_int_only", "1", {"form": "integer"}),
    ("N", "suffix", "kg", {"unit": {"en": "kg"}}),
    ("S", "maximum_chars", "12", {"max_chars": 12}),
    ("S", "numbers_only", "1", {"type": "number"}),
    ("S", "location_mapservice", "100", {"type": "geopoint", "precision": "county"}),
    ("S", "em_validation_q", "strlen(this) > 2", {"constraint": "string-length(.) > 2"}),
    ("S", "em_validation_q_tip", "Longer!", {"constraint_message": {"en": "Longer!"}}),
    ("S", "hidden", "1", {"show_if": "false()"}),
    ("D", "date_format", "mm/yyyy", {"type": "month"}),
    ("D", "date_format", "yyyy", {"type": "year"}),
    ("D", "date_format", "HH:MM", {"type": "time"}),
    ("D", "date_format", "dd.mm.yyyy HH:MM", {"type": "datetime"}),
    ("D", "date_min", "1990", {"min": "1990-01-01"}),
    ("D", "date_max", "2030-06-30", {"max": "2030-06-30"}),
    ("M", "min_answers", "1", {"min_choices": 1}),
    ("M", "max_answers", "n", {"constraint": "count-selected(.) <= ${n}"}),
    ("R", "max_answers", "2", {"max_ranked": 2}),
    ("R", "max_subquestions", "1", {"max_ranked": 1}),
    ("L", "random_order", "1", {"order": "random"}),
    ("L", "answer_order", "random", {"order": "random"}),
    ("M", "subquestion_order", "random", {"order": "random"}),
    ("F", "random_order", "1", {"row_order": "random"}),
    ("F", "use_dropdown", "1", {"appearance": "dropdown"}),
    ("K", "equals_num_value", "100", {"type": "allocation", "total": 100}),
    (":", "multiflexible_max", "5", {"min": 1, "max": 5}),
    (":", "multiflexible_checkbox", "1", {"of": "multi"}),
    (";", "numbers_only", "1", {"of": "number"}),
    ("Q", "em_validation_sq", "this != txt", {"constraint": ". != ${txt}"}),
    ("|", "allowed_filetypes", "png, jpg", {"media": "image"}),
    ("|", "max_filesize", "3000", {"max_mb": 3}),
]


@pytest.mark.parametrize(("kind", "name", "value", "wanted"), SETTINGS)
def test_a_setting_that_maps(kind: str, name: str, value: str, wanted: dict[str, Any]) -> None:
    rows = [sub("91", "9", "a"), sub("92", "9", "b")]
    columns = [sub("93", "9", "c", "1")] if kind in ":;" else []
    answers = [answer("9", "1"), answer("9", "2")]
    item, reasons = one(kind, (name, value), subquestions=[*rows, *columns], answers=answers)
    assert {field: item.get(field) for field in wanted} == wanted
    assert "behaviour" not in reasons


def test_boxes_that_exclude_the_others_and_an_answer_for_other() -> None:
    item, _ = one(
        "M",
        *(("exclude_all_others", "b"), ("other_replace_text", "Else?")),
        subquestions=[sub("91", "9", "a"), sub("92", "9", "b")],
        other="Y",
    )
    assert [(o["code"], o.get("exclusive"), o.get("other")) for o in item["options"]] == [
        ("a", None, None),
        ("b", True, None),
        ("other", None, True),
    ]
    assert item["options"][2]["text"] == {"en": "Else?"}


@pytest.mark.parametrize(
    ("preg", "pattern"),
    [
        ("/^[a-z]+$/", "[a-z]+"),
        ("/[0-9]{2}/i", r"(?i)[\s\S]*[0-9]{2}[\s\S]*"),
        ("/^a|b$/", r"[\s\S]*(?:^a|b$)[\s\S]*"),
        ("/(a)\\1/", None),
    ],
)
def test_patterns(preg: str, pattern: str | None) -> None:
    item, reasons = one("S", preg=preg)
    assert item.get("pattern") == pattern
    assert ("pattern" in reasons) == (pattern is None)


def test_settings_without_a_counterpart_are_listed_and_kept() -> None:
    item, reasons = one(
        "S", ("time_limit", "30"), ("hide_tip", "1"), ("display_columns", "1"), ("autocheck", "yes")
    )
    assert sorted(reasons) == ["behaviour", "presentation", "timer"]
    assert item["foreign"]["limesurvey"] == {
        "qid": "9",
        "type": "S",
        "attribute time_limit": "30",
        "attribute hide_tip": "1",
        "attribute autocheck": "yes",
    }


@pytest.mark.parametrize(("mandatory", "required"), [("Y", True), ("S", None), ("N", None)])
def test_mandatory_and_soft_mandatory(mandatory: str, required: bool | None) -> None:
    item, reasons = one("N", mandatory=mandatory)
    assert item.get("required") is required
    assert ("soft_mandatory" in reasons) == (mandatory == "S")


def test_texts_with_expressions_become_placeholders_or_computed_items() -> None:
    text = "Dear {txt}, <b>{if(n > 1, 'many', 'one')}</b> {n.qid} {1x} { n }"
    read = read_limesurvey(
        older([question("1", "n", "N"), question("2", "txt", "S"), question("3", "q", "X", question=text)])
    )
    made = items(read)
    assert made["q"]["text"]["en"] == "Dear ${txt}, **${q_x1}** {n.qid} {1x} { n }"
    assert made["q_x1"]["calculation"] == "if(${n} > 1, 'many', 'one')"
    assert list(made).index("q_x1") == list(made).index("q") - 1
    listed = {row.what: row.reason.code for row in read.not_carried if row.where.item == "q"}
    assert listed == {"{n.qid}": "limesurvey_suffix", "{1x}": "limesurvey_unreadable"}


def test_rows_of_conditions_are_joined_as_limesurvey_does() -> None:
    made = items(read_limesurvey(files.conditions()))
    assert {name: item.get("show_if") for name, item in made.items() if "show_if" in item} == {
        "q5": "(${q1} = 'A1' or ${q1} = 'A2') and ${q3} >= 18 or selected(${q2}, 'b')",
        "q6": "selected(${q2}, 'a') and selected(${q2}, 'b')",
        "q7": "regex(${q4}, '^a/b$') and ${q3} < number(${q4})",
        "q8": "${q1} = '' or ${q1} != 'A1'",
        "q9": "${q1} = ''",
    }


def test_quotas_count_combinations_and_the_rest_is_listed() -> None:
    read = read_limesurvey(files.quotas())
    assert read.document is not None
    assert [(quota["code"], quota["limit"], quota["where"]) for quota in read.document["quotas"]] == [
        ("q1", 10, "${sex} = 'F' and (${work} = '1' or ${work} = 'other')"),
        ("q2", 10, "selected(${use}, 'bus') and ${rate_price} = '5'"),
    ]
    assert read.document["quotas"][0]["message"] == {"en": "Full, **sorry**."}
    listed = [
        row.reason.code.removeprefix("limesurvey_quota_")
        for row in read.not_carried
        if "quota_" in row.reason.code
    ]
    assert sorted(listed) == ["action", "empty", "inactive", "limit", "member"]


def test_rows_follow_their_own_condition_and_the_boxes_of_another_question() -> None:
    made = items(read_limesurvey(files.rows_with_conditions()))
    assert [row.get("show_if") for row in made["rate"]["rows"]] == [
        "selected(${used}, 'a')",
        "(count-selected(${used}) > 1) and (selected(${used}, 'b'))",
    ]
    assert made["rest"]["rows"][1]["show_if"] == "not(selected(${used}, 'b'))"


def test_options_follow_the_boxes_of_another_question_and_their_own_conditions() -> None:
    more = items(read_limesurvey(files.rows_with_conditions()))["more"]
    assert more["choice_filter"] == "(name != 'x' or selected(${used}, 'b')) and selected(${used}, name)"
    boxes = [sub("11", "1", "a"), sub("12", "1", "b")]
    questions = [
        question("1", "used", "M", other="Y"),
        question("2", "best", "L", other="Y"),
        question("3", "n", "N"),
    ]
    settings = [attribute("2", "array_filter_exclude", "used"), attribute("3", "array_filter", "used")]
    read = read_limesurvey(older(questions, boxes, [answer("2", "a"), answer("2", "b")], settings))
    assert items(read)["best"]["choice_filter"] == "name = 'other' or not(selected(${used}, name))"
    assert [row.what for row in read.not_carried if row.reason.code == "limesurvey_filter_options"] == [
        "array_filter = used"
    ]


def test_both_layouts_say_the_same() -> None:
    layouts = [read_limesurvey(raw).document for raw in files.two_layouts().values()]
    assert layouts[0] == layouts[1]
    assert layouts[0] is not None
    assert layouts[0]["sections"][0]["questions"][0]["text"] == {"zh-Hans": "满意吗？", "en": "Satisfied?"}


def test_languages_become_tags() -> None:
    document = read_limesurvey(files.tongues()).document
    assert document is not None
    assert document["languages"] == ["ar", "de-x-informal", "ug", "zh-Hant-HK", "x-klingoni", "zh-Hans"]
    assert document["default_language"] == "ug"
    options = document["sections"][0]["questions"][0]["options"]
    assert options[0]["text"]["zh-Hans"] == "是"


def test_groups_come_in_their_order_and_may_be_empty() -> None:
    document = read_limesurvey(files.crooked()).document
    assert document is not None
    assert [section["id"] for section in document["sections"]] == ["g2", "g1", "g3", "g4"]
    assert document["sections"][2]["questions"] == []


@pytest.mark.parametrize("name", ["group", "question"])
def test_a_group_or_a_question_alone(name: str) -> None:
    read = read_limesurvey(files.parts()[name])
    assert read.counts.questions == 1
    assert read.counts.groups == (1 if name == "group" else 0)
    assert list(items(read)) == ["a"]


def test_a_notice_on_data_protection_is_an_item_to_agree_to() -> None:
    words = {
        "surveyls_language": "en",
        "surveyls_title": "T",
        "surveyls_welcometext": "Welcome",
        "surveyls_endtext": "Bye",
    }
    words |= {"surveyls_policy_notice": "We keep <i>nothing</i>.", "surveyls_policy_notice_label": "I agree"}
    raw = older(
        [question("1", "a", "S")],
        surveys=[{"sid": "77", "language": "en", "showsurveypolicynotice": "1", "adminemail": "a@b.cn"}],
        surveys_languagesettings=[words],
    )
    document = read_limesurvey(raw).document
    assert document is not None
    assert (document["id"], document["consent"], document["closing"]) == (
        "ls77",
        {"en": "Welcome"},
        {"en": "Bye"},
    )
    notice = document["sections"][0]["questions"][0]
    assert (notice["type"], notice["text"], notice["help"]) == (
        "consent",
        {"en": "We keep *nothing*."},
        {"en": "I agree"},
    )
    assert "a@b.cn" not in str(document)
