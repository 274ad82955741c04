"""Qualtrics files: what carries over, what is listed, what is refused. The sample is made here."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from survey.instrument.compile import compile_instrument
from survey.instrument.exchange.guards import file_format
from survey.instrument.exchange.qsf_read import read_qsf
from survey.instrument.exchange.report import Imported


def question(number: int, kind: str, selector: str, text: str = "", **more: Any) -> dict[str, Any]:
    """One question element."""
    qid = f"QID{number}"
    payload = {"QuestionID": qid, "DataExportTag": f"Q{number}", "QuestionText": text or f"Question {number}"}
    payload |= {"QuestionType": kind, "Selector": selector, **more}
    return {"SurveyID": "SV_1", "Element": "SQ", "PrimaryAttribute": qid, "Payload": payload}


def choices(*texts: str, **flags: Any) -> dict[str, Any]:
    """Choices numbered from 1."""
    found = {str(at): {"Display": text} for at, text in enumerate(texts, start=1)}
    for key, flag in flags.items():
        found[key.removeprefix("c")] |= flag
    return {"Choices": found, "ChoiceOrder": list(range(1, len(texts) + 1))}


def asked(left: str, operator: str, right: str = "", word: str = "") -> dict[str, Any]:
    """One expression of display logic."""
    made = {"LogicType": "Question", "LeftOperand": left, "Operator": operator, "RightOperand": right}
    return {**made, "Type": "Expression"} | ({"Conjuction": word} if word else {})


def logic(*expressions: dict[str, Any]) -> dict[str, Any]:
    """Display logic of one set."""
    return {
        "0": {str(at): part for at, part in enumerate(expressions)} | {"Type": "If"},
        "Type": "BooleanExpression",
    }


def sample(*questions: dict[str, Any], blocks: Any = None, flow: Any = None) -> bytes:
    """A file with one block, unless blocks and a flow are given."""
    ids = [{"Type": "Question", "QuestionID": part["PrimaryAttribute"]} for part in questions]
    block = {"Type": "Default", "Description": "First block", "ID": "BL_1", "BlockElements": ids}
    elements = [
        {"Element": "BL", "Payload": blocks or [block]},
        {
            "Element": "FL",
            "Payload": {"Flow": flow or [{"ID": "BL_1", "Type": "Standard", "FlowID": "FL_1"}]},
        },
        {"Element": "SO", "Payload": {}},
        *questions,
    ]
    entry = {"SurveyID": "SV_1", "SurveyName": "Sample", "SurveyLanguage": "EN"}
    return json.dumps({"SurveyEntry": entry, "SurveyElements": elements}).encode()


def items(read: Imported) -> dict[str, dict[str, Any]]:
    """The items by name."""
    assert read.document is not None
    return {item["id"]: item for section in read.document["sections"] for item in section["questions"]}


def reasons(read: Imported) -> list[str]:
    """Why things are listed."""
    return [row.reason.code.removeprefix("qsf_") for row in read.not_carried]


FULL = sample(
    question(
        1,
        "MC",
        "SAVR",
        "<b>Sex</b>?",
        **choices("Male", "Female"),
        Language={"ZH-S": {"QuestionText": "性别？"}},
    ),
    question(
        2,
        "MC",
        "MAVR",
        **choices("Bus", "Train", "None", c2={"TextEntry": "true"}, c3={"ExclusiveAnswer": True}),
    ),
    question(3, "MC", "DL", **choices("North", "South"), RecodeValues={"1": "11", "2": "12"}),
    question(
        4,
        "Matrix",
        "Likert",
        SubSelector="SingleAnswer",
        **choices("Speed", "Tone"),
        Answers={"1": {"Display": "Good"}, "2": {"Display": "Bad"}},
        AnswerOrder=["1", "2"],
    ),
    question(
        5,
        "TE",
        "SL",
        Validation={
            "Settings": {
                "ContentType": "ValidNumber",
                "ValidNumber": {"Min": "0", "Max": "120"},
                "ForceResponse": "ON",
            }
        },
    ),
    question(
        6,
        "TE",
        "ML",
        DisplayLogic=logic(
            asked("q://QID1/SelectableChoice/2", "Selected"),
            asked("q://QID5/ChoiceTextEntryValue", "GreaterThan", "17", "And"),
        ),
    ),
    question(7, "Slider", "HSLIDER", **choices("Heat"), Configuration={"CSSliderMin": 0, "CSSliderMax": 10}),
    question(8, "RO", "DND", **choices("A", "B")),
    question(9, "CS", "VRTL", **choices("X", "Y"), Validation={"Settings": {"ChoiceTotal": "100"}}),
    question(10, "DB", "TB", "You said ${q://QID5/ChoiceTextEntryValue} and ${e://Field/x}."),
    question(11, "TE", "FORM", **choices("Name of branch", "Town")),
    question(12, "MC", "NPS"),
    question(13, "Timing", "PageTimer"),
    question(14, "HeatMap", "Image"),
)


def test_what_each_question_becomes() -> None:
    read = read_qsf(FULL)
    made = items(read)
    kinds = [(item["id"], item["type"], item.get("of")) for item in made.values()]
    assert kinds == [
        *(("Q1", "single", None), ("Q2", "multi", None), ("Q3", "single", None), ("Q4", "battery", "single")),
        *(("Q5", "number", None), ("Q6", "text", None), ("Q7", "slider", None), ("Q8", "ranking", None)),
        *(
            ("Q9", "allocation", None),
            ("Q10", "note", None),
            ("Q11", "texts", None),
            ("Q12", "nps", None),
            ("Q14", "note", None),
        ),
    ]
    assert (
        made["Q1"]["text"] == {"en": "**Sex**?", "zh-S": "性别？"} or made["Q1"]["text"]["en"] == "**Sex**?"
    )
    assert [(o["code"], o.get("other"), o.get("exclusive")) for o in made["Q2"]["options"]] == [
        ("1", None, None),
        ("2", True, None),
        ("3", None, True),
    ]
    assert [option["code"] for option in made["Q3"]["options"]] == ["11", "12"]
    assert made["Q3"]["appearance"] == "dropdown"
    assert (made["Q5"]["min"], made["Q5"]["max"], made["Q5"]["required"]) == (0, 120, True)
    assert made["Q6"]["show_if"] == "selected(${Q1}, '2') and ${Q5} > 17"
    assert (made["Q7"]["max"], made["Q9"]["total"]) == (10, 100)
    assert made["Q10"]["text"]["en"] == "You said ${Q5} and [Field/x]."
    assert sorted(reasons(read)) == ["element", "left_out", "piped", "type"]


def test_the_document_compiles() -> None:
    read = read_qsf(FULL)
    assert read.document is not None
    assert read.document["languages"] == ["en", "zh-Hans"]
    compiled = compile_instrument(read.document, scales={}, modules={}, units=(), areas=())
    assert compiled.program is not None, [(problem.code, str(problem.where)) for problem in compiled.problems]
    assert (read.counts.questions, read.counts.groups, read.format) == (13, 1, "qsf")


def test_the_flow_orders_blocks_and_gives_them_conditions() -> None:
    first, second, third = (
        question(1, "MC", "SAVR", **choices("a", "b")),
        question(2, "TE", "SL"),
        question(3, "TE", "SL"),
    )
    blocks = {
        str(at): {
            "Type": "Standard",
            "Description": f"Block {at}",
            "ID": f"BL_{at}",
            "BlockElements": [{"Type": "Question", "QuestionID": f"QID{at}"}],
        }
        for at in (1, 2, 3)
    }
    blocks["9"] = {
        "Type": "Trash",
        "ID": "BL_9",
        "BlockElements": [{"Type": "Question", "QuestionID": "QID4"}],
    }
    flow = [
        {"Type": "Standard", "ID": "BL_1"},
        {
            "Type": "Branch",
            "FlowID": "FL_3",
            "BranchLogic": logic(asked("q://QID1/SelectableChoice/1", "NotSelected")),
            "Flow": [{"Type": "Standard", "ID": "BL_3"}],
        },
        {"Type": "EmbeddedData", "FlowID": "FL_4"},
        {"Type": "BlockRandomizer", "FlowID": "FL_5", "Flow": [{"Type": "Standard", "ID": "BL_2"}]},
    ]
    read = read_qsf(sample(first, second, third, question(4, "TE", "SL"), blocks=blocks, flow=flow))
    assert read.document is not None
    sections = [(s["title"]["en"], s.get("show_if"), s.get("shuffle")) for s in read.document["sections"]]
    assert sections == [
        ("Block 1", None, None),
        ("Block 3", "not(selected(${Q1}, '1'))", None),
        ("Block 2", None, True),
    ]
    assert sorted(reasons(read)) == ["element", "flow", "trash"]


@pytest.mark.parametrize(
    "odd",
    [
        asked("q://QID1/SelectableChoice/77", "Selected"),
        asked("q://QID9/SelectableChoice/1", "Selected"),
        asked("e://Field/x", "EqualTo", "1"),
        asked("q://QID1/SelectableChoice/1", "Displayed"),
        {"LogicType": "Quota"},
    ],
)
def test_logic_without_a_counterpart_is_listed(odd: dict[str, Any]) -> None:
    read = read_qsf(
        sample(question(1, "MC", "SAVR", **choices("a")), question(2, "TE", "SL", DisplayLogic=logic(odd)))
    )
    assert "show_if" not in items(read)["Q2"]
    assert "logic" in reasons(read)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "file_broken"),
        (b'{"SurveyEntry": {}, "SurveyElements": []}', "file_format"),
        (b'{"SurveyElements": ' + b"[" * 100_000, "file_too_deep"),
        (b'{"SurveyElements": [], "a": NaN}', "file_broken"),
        (b'{"SurveyElements": [' + b"9" * 5_000 + b"]}", "file_broken"),
        (b"[]", "file_format"),
    ],
)
def test_refused_with_a_reason(raw: bytes, code: str) -> None:
    read = read_qsf(raw)
    assert read.document is None
    assert [problem.code for problem in read.problems] == [code]


def test_hostile_texts_lose_their_markup() -> None:
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>Hello"
    read = read_qsf(sample(question(1, "MC", "SAVR", bad, **choices(bad), QuestionJS="alert(3)")))
    item = items(read)["Q1"]
    assert item["text"] == item["options"][0]["text"] == {"en": "Hello"}
    assert {"markup", "script"} <= set(reasons(read))
    assert "alert" not in json.dumps(read.document)


def test_files_of_any_shape_never_raise() -> None:
    rng = random.Random(7)
    pieces: list[Any] = [None, True, 5, 1.5, "x", [], {}, [1], {"1": 1}, {"0": {"0": []}}]

    def bent(value: Any) -> Any:
        if rng.random() < 0.02:
            return rng.choice(pieces)
        if isinstance(value, dict):
            return {key: bent(part) for key, part in value.items()}
        return [bent(part) for part in value] if isinstance(value, list) else value

    whole = json.loads(FULL)
    documents = 0
    for _ in range(120):
        read = read_qsf(json.dumps(bent(whole)).encode())
        documents += read.document is not None
        if read.document is not None:
            compile_instrument(read.document, scales={}, modules={}, units=(), areas=())
    assert documents > 80


def test_it_is_recognised_by_its_content() -> None:
    assert file_format(FULL) == "qsf"
