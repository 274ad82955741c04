"""Forms of the designer: untouched they change nothing, two people lose nothing, rows work without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from admin.designer import beginning
from admin.designer.checking import field_of
from admin.designer.fields import choosing as fields
from survey.config import Settings
from survey.identity.permissions import Role
from survey.instrument import editing
from survey.instrument.item_types import ITEM_TYPES
from survey.instrument.problems import Problem, Where
from tests.admin.designer.conftest import Bench, fields_of


def test_a_form_that_is_sent_back_untouched_changes_nothing(bench: Bench) -> None:
    """For every item, section and the settings of a real instrument, older ways of writing included."""
    before = bench.document
    paths = ["/settings"]
    paths += [f"/sections/{place.address}" for place in editing.sections(before)]
    paths += [f"/items/{place.address}" for place in editing.items(before)][::6]
    for path in paths:
        answer = bench.post(path, fields_of(bench.get(path)))
        assert answer.status_code == 303, path
    assert bench.document == before
    assert bench.revision == 1


def test_every_type_has_a_form_that_saves(
    begin: Callable[[dict[str, Any]], str], browser: Any, staffed: Settings
) -> None:
    document = beginning.empty_document(code="all", title={"zh": "全", "en": "All"})
    for kind in ITEM_TYPES:
        document = editing.add_item(document, "A", beginning.new_item(kind, f"Q_{kind}")).document
    bench = Bench(client=browser(Role.DESIGNER), settings=staffed, public_id=begin(document))
    for kind in ITEM_TYPES:
        sent = fields_of(bench.get(f"/items/Q_{kind}"))
        names = {name.split(".")[1] for name in sent if name.startswith("f.")}
        shown = {spec.name for spec in fields.item_specs(kind) if spec.kind not in ("flag", "many", "table")}
        assert shown <= names, kind
        answer = bench.post(
            f"/items/Q_{kind}", {**sent, "f.text.zh": "您好吗？", "f.text.en": "How are you?"}
        )
        assert answer.status_code == 303, kind
    assert {str(place.raw["text"]) for place in editing.items(bench.document)} == {
        "{'zh': '您好吗？', 'en': 'How are you?'}"
    }


def test_a_field_that_nobody_wrote_a_form_for_is_kept_and_editable(
    begin: Callable[[dict[str, Any]], str], browser: Any, staffed: Settings
) -> None:
    document = beginning.empty_document(code="one", title={"en": "One"})
    odd = {**beginning.new_item("text", "Q1"), "novel": {"a": [1, 2]}, "text": {"en": "Hm", "ar": "س"}}
    public_id = begin(editing.add_item(document, "A", odd).document)
    bench = Bench(client=browser(Role.DESIGNER), settings=staffed, public_id=public_id)
    sent = fields_of(bench.get("/items/Q1"))
    bench.post("/items/Q1", {**sent, "f.text.en": "Well", "f.novel": '{"a": [1, 2, 3]}'})
    assert bench.item("Q1") == {**odd, "text": {"en": "Well", "ar": "س"}, "novel": {"a": [1, 2, 3]}}
    broken = bench.post("/items/Q1", {**fields_of(bench.get("/items/Q1")), "f.novel": "{broken"})
    assert broken.status_code == 422
    assert "{broken" in broken.get_data(as_text=True)


def test_rows_are_added_moved_dropped_and_pasted_without_saving(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/A2"))
    assert sent["f.options"] == ["0", "1", "2"]
    for command, keys in [
        ("add:options", ["0", "1", "2", "n1"]),
        ("down:options:0", ["1", "0", "2", "n1"]),
        ("drop:options:2", ["1", "0", "n1"]),
        ("up:options:1", ["1", "0", "n1"]),
    ]:
        answer = bench.post("/items/A2", {**sent, "do": command})
        assert answer.status_code == 200
        sent = fields_of(answer)
        assert sent["f.options"] == keys
    answer = bench.post("/items/A2", {**sent, "do": "paste:options", "paste.options": "x | 甲 | A\n\n  乙\n"})
    sent = fields_of(answer)
    assert bench.revision == 1
    bench.post("/items/A2", sent)
    assert bench.item("A2")["options"] == [
        {"code": "female", "zh": "女", "en": "Female", "ar": "أنثى"},
        {"code": "male", "zh": "男", "en": "Male", "ar": "ذكر"},
        {"code": "x", "text": {"zh": "甲", "en": "A"}},
        {"code": "5", "text": {"zh": "乙"}},
    ]


def test_what_a_row_does_not_show_stays_with_it(bench: Bench) -> None:
    before = bench.item("A1")["options"]
    assert before[0]["screen_out"] is True
    sent = fields_of(bench.get("/items/A1"))
    bench.post("/items/A1", {**sent, "f.options.0.text.zh": "未满18岁"})
    after = bench.item("A1")["options"]
    assert after[0] == {**before[0], "zh": "未满18岁"}
    assert after[1:] == before[1:]


def test_a_draft_with_mistakes_is_saved_and_says_so_at_the_field(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/R01"))
    answer = bench.post("/items/R01", {**sent, "f.show_if": "${A7 = 'edu'"})
    assert answer.status_code == 303
    assert bench.item("R01")["show_if"] == "${A7 = 'edu'"
    page = bench.get("/items/R01?lang=en").get_data(as_text=True)
    field = page.split('id="f-show_if-field"')[1].split("</textarea>")[0]
    assert "finding-here error" in field
    assert "<mark>$</mark>{A7 = &#39;edu&#39;" in field
    assert "R01" in bench.get("/problems").get_data(as_text=True)


def test_two_people_in_different_places_lose_nothing_and_are_told(bench: Bench) -> None:
    mine, theirs = fields_of(bench.get("/items/R01")), fields_of(bench.get("/items/R02"))
    bench.post("/items/R02", {**theirs, "f.text.en": "Theirs?"})
    answer = bench.post("/items/R01", {**mine, "_rev": "1", "f.text.en": "Mine?"})
    assert answer.status_code == 303
    assert (bench.item("R01")["text"]["en"], bench.item("R02")["text"]["en"]) == ("Mine?", "Theirs?")
    assert "the-designer" in bench.get("?lang=en").get_data(as_text=True)


def test_two_people_in_different_languages_of_one_text_are_joined(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/R01"))
    bench.post("/items/R01", {**sent, "f.text.en": "Theirs?", "f.help.en": "Their help"})
    answer = bench.post("/items/R01", {**sent, "_rev": "1", "f.text.zh": "我的？"})
    assert answer.status_code == 303
    found = bench.item("R01")
    assert found["text"] | {"ar": ""} == {"zh": "我的？", "en": "Theirs?", "ar": ""}
    assert found["help"] == {"en": "Their help"}


def test_two_people_in_the_same_text_are_asked_and_both_texts_are_on_the_page(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/R01"))
    bench.post("/items/R01", {**sent, "f.text.en": "Theirs?", "f.na": "1"})
    clash = bench.post("/items/R01", {**sent, "_rev": "1", "f.text.en": "Mine?", "f.text.zh": "我的？"})
    assert clash.status_code == 409
    page = clash.get_data(as_text=True)
    assert {text for text in ("Theirs?", "Mine?", "我的？") if text in page} == {"Theirs?", "Mine?", "我的？"}
    assert bench.item("R01")["text"]["en"] == "Theirs?"  # nothing is saved yet
    kept = {**sent, "f.text.en": "Mine?", "f.text.zh": "我的？", "_rev": "1", "_decided": "2"}
    undecided = bench.post("/items/R01", kept)
    assert undecided.status_code == 409
    done = bench.post("/items/R01", {**kept, "choose.text.en": "theirs"})
    assert done.status_code == 303
    found = bench.item("R01")
    assert found["text"] | {"ar": ""} == {"zh": "我的？", "en": "Theirs?", "ar": ""}
    assert found["na"] is True


def test_a_choice_made_before_yet_another_save_does_not_count(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/R01"))
    bench.post("/items/R01", {**sent, "f.text.en": "Theirs?"})
    bench.post("/items/R01", {**fields_of(bench.get("/items/R01")), "f.text.en": "Later?"})
    stale = {**sent, "f.text.en": "Mine?", "_rev": "1", "_decided": "2", "choose.text.en": "mine"}
    assert bench.post("/items/R01", stale).status_code == 409
    assert bench.item("R01")["text"]["en"] == "Later?"


def test_an_item_that_somebody_removed_meanwhile_can_be_put_back_with_what_was_typed(bench: Bench) -> None:
    sent = {**fields_of(bench.get("/items/R01")), "_rev": "1", "f.text.en": "Mine?"}
    bench.post("/arrange", {"do": "remove:item:R01"})
    gone = bench.post("/items/R01", sent)
    assert gone.status_code == 409
    assert "Mine?" in gone.get_data(as_text=True)
    assert bench.post("/items/R01", {**sent, "do": "putback"}).status_code == 303
    assert bench.item("R01")["text"]["en"] == "Mine?"
    assert bench.codes().index("R01") == bench.codes().index("R10") + 1


def test_another_type_keeps_what_it_knows_and_undo_brings_back_the_rest(bench: Bench) -> None:
    before = bench.item("A2")
    sent = fields_of(bench.get("/items/A2"))
    bench.post("/items/A2", {**sent, "do": "retype", "type": "ranking"})
    assert bench.item("A2")["options"] == before["options"]
    bench.post("/items/A2", {**fields_of(bench.get("/items/A2")), "do": "retype", "type": "number"})
    after = bench.item("A2")
    assert (after["type"], after["text"]) == ("number", before["text"])
    for _turn in range(2):
        bench.post("/undo", {})
    assert bench.item("A2") == before


def test_a_reader_sees_the_forms_and_cannot_send_them(bench: Bench, browser: Any) -> None:
    reader = Bench(client=browser(Role.REVIEWER), settings=bench.settings, public_id=bench.public_id)
    assert reader.get("/items/R01").status_code == 200
    assert reader.post("/items/R01", {"f.text.en": "No"}).status_code == 403
    assert reader.post("/arrange", {"do": "remove:item:R01"}).status_code == 403


def test_a_new_code_is_followed_by_what_named_the_old_one(bench: Bench) -> None:
    sent = fields_of(bench.get("/items/A7"))
    answer = bench.post("/items/A7", {**sent, "f.id": "used"})
    assert answer.location.endswith("/items/used")
    assert bench.item("R01")["show_if"] == {"question": "used", "any_of": ["edu"]}
    assert "was" not in bench.item("used")  # this draft was not begun from a version
    assert 'class="finding error"' not in bench.get("/problems").get_data(as_text=True)
    bench.post("/undo", {})
    assert bench.item("R01")["show_if"] == {"question": "A7", "any_of": ["edu"]}


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("options.3.text", "options"),
        ("legal.maker", "legal.maker"),
        ("legal", "legal.table_number"),
        ("loop.count", "loop.count"),
        ("reference_period.ug", "reference_period.ug"),
        ("show_if", "show_if"),
        ("quotas[2].where", "quotas"),
    ],
)
def test_a_problem_leads_to_its_field(written: str, field: str) -> None:
    assert field_of(Problem(code="missing_field", where=Where(field=written))) == field
