"""Every text of a document by a name that survives moves, and set without touching its neighbours."""

from __future__ import annotations

from typing import Any

from survey.instrument.texts import by_place, texts

LANGUAGES = ("zh", "en")
DOCUMENT: dict[str, Any] = {
    "languages": ["zh", "en"],
    "title": {"zh": "甲", "en": "A"},
    "reference_period": {"months": 12, "zh": "过去一年", "en": "the past year"},
    "lists": {"days": [{"code": "mo", "text": {"zh": "周一"}}, {"code": "tu", "text": {"zh": "周二"}}]},
    "foreign": {"xlsform": {"zh": "not a text"}},
    "sections": [
        {
            "id": "S",
            "title": {"zh": "部分"},
            "questions": [
                {
                    "id": "Q1",
                    "type": "single",
                    "text": {"zh": "问"},
                    "options": [{"code": 1, "zh": "是", "en": "Yes"}, {"code": 2, "zh": "否"}],
                },
                {"id": "Q1", "type": "text", "text": {"zh": "同名"}},
                {"type": "note", "text": {"en": "without a code"}},
            ],
        }
    ],
}


def test_names_are_made_of_codes_and_are_unique() -> None:
    found = texts(DOCUMENT, LANGUAGES)
    places = [text.place for text in found]
    assert len(set(places)) == len(places)
    assert set(places) == {
        "title",
        "reference_period",
        "lists.days.mo.text",
        "lists.days.tu.text",
        "§S.title",
        "Q1.text",
        "Q1.options.1",
        "Q1.options.2",
        "Q1.text#2",
        "2.text",
    }
    where = {text.place: (text.section, text.item) for text in found}
    assert where["Q1.options.1"] == ("S", "Q1")
    assert where["title"] == ("", "")


def test_a_text_is_set_where_it_stands() -> None:
    found = by_place(DOCUMENT, LANGUAGES)
    beside = found["Q1.options.2"].put(DOCUMENT, "en", "No").document
    assert beside["sections"][0]["questions"][0]["options"][1] == {"code": 2, "zh": "否", "en": "No"}
    inside = found["lists.days.tu.text"].put(DOCUMENT, "en", "Tuesday").document
    assert inside["lists"]["days"][1]["text"] == {"zh": "周二", "en": "Tuesday"}
    period = found["reference_period"].put(DOCUMENT, "en", "").document
    assert period["reference_period"] == {"months": 12, "zh": "过去一年"}
    assert found["Q1.options.2"].put(DOCUMENT, "en", "").changes == ()


def test_hostile_shapes_are_walked_without_harm() -> None:
    for raw in (
        {},
        {"sections": "x"},
        {"sections": [None, 7, {"questions": {"zh": "a"}}]},
        {"title": ["zh"]},
    ):
        assert isinstance(texts(raw, LANGUAGES), list)
