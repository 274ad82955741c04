"""Edits of a document: each gives a new one, says what it changed, and can be taken back."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from survey.instrument import changes, editing
from survey.instrument.changes import ABSENT, Change, Edited, NoSuchPlace

DOCUMENT: dict[str, Any] = {
    "id": "demo",
    "title": {"zh": "示例", "en": "Demo"},
    "sections": [
        {
            "id": "A",
            "title": {"zh": "甲"},
            "questions": [
                {"id": "Q1", "type": "single", "options": [{"code": "a"}, {"code": "b"}]},
                {"id": "Q2", "type": "text"},
            ],
        },
        {"id": "B", "questions": [{"id": "Q3", "type": "scale"}]},
        {"id": "empty"},
    ],
}


def codes(edited: Edited) -> list[list[str]]:
    return [[item["id"] for item in section.get("questions", [])] for section in edited.document["sections"]]


def test_an_item_moves_within_and_between_sections() -> None:
    assert codes(editing.move_item(DOCUMENT, "Q1", section="A", to=1)) == [["Q2", "Q1"], ["Q3"], []]
    assert codes(editing.move_item(DOCUMENT, "Q1", section="B", to=0)) == [["Q2"], ["Q1", "Q3"], []]
    assert codes(editing.move_item(DOCUMENT, "Q1", section="empty", to=9)) == [["Q2"], ["Q3"], ["Q1"]]


def test_an_item_is_added_copied_and_taken_out() -> None:
    assert codes(editing.add_item(DOCUMENT, "A", {"id": "N"}, at=1)) == [["Q1", "N", "Q2"], ["Q3"], []]
    assert codes(editing.add_item(DOCUMENT, "empty", {"id": "N"})) == [["Q1", "Q2"], ["Q3"], ["N"]]
    assert codes(editing.duplicate_item(DOCUMENT, "Q1")) == [["Q1", "Q1_2", "Q2"], ["Q3"], []]
    assert codes(editing.remove_item(DOCUMENT, "Q3")) == [["Q1", "Q2"], [], []]


def test_a_section_moves_comes_and_goes() -> None:
    def order(edited: Edited) -> list[str]:
        return [section["id"] for section in edited.document["sections"]]

    assert order(editing.move_section(DOCUMENT, "empty", to=0)) == ["empty", "A", "B"]
    assert order(editing.add_section(DOCUMENT, {"id": "C"}, at=1)) == ["A", "C", "B", "empty"]
    assert order(editing.remove_section(DOCUMENT, "A")) == ["B", "empty"]


def test_the_document_that_was_edited_stays_as_it_was() -> None:
    before = copy.deepcopy(DOCUMENT)
    editing.move_item(DOCUMENT, "Q1", section="empty", to=0)
    editing.put_text(DOCUMENT, ("sections", 0, "title"), "en", "A")
    editing.remove_section(DOCUMENT, "B")
    assert before == DOCUMENT


def test_texts_by_language_come_and_go() -> None:
    path = ("sections", 1, "questions", 0, "text")
    begun = editing.put_text(DOCUMENT, path, "ar", "س")
    assert changes.value_at(begun.document, path) == {"ar": "س"}
    gone = editing.put_text(begun.document, path, "ar", "")
    assert gone.document == DOCUMENT
    assert editing.put_text(DOCUMENT, path, "ar", "").changes == ()


def test_what_is_the_same_is_no_change() -> None:
    assert changes.put(DOCUMENT, ("id",), "demo").changes == ()
    assert editing.put_fields(DOCUMENT, (), {"id": "demo", "version": ABSENT}).changes == ()
    # 1 and True are equal in Python, not in a document
    assert changes.put({"n": 1}, ("n",), True).document["n"] is True


@pytest.mark.parametrize("address", ["Q9", "~0.7", "~9", ""])
def test_an_address_that_leads_nowhere_is_refused(address: str) -> None:
    with pytest.raises(NoSuchPlace):
        editing.find_item(DOCUMENT, address)


def test_items_that_share_a_code_have_addresses_of_their_own() -> None:
    twin = editing.add_item(DOCUMENT, "B", {"id": "Q1"}).document
    assert [place.address for place in editing.items(twin)] == ["~0.0", "Q2", "Q3", "~1.1"]
    assert editing.find_item(twin, "~1.1").path == ("sections", 1, "questions", 1)
    assert editing.free_code(twin, "Q1") == "Q1_2"


def test_what_is_no_list_or_mapping_is_passed_over() -> None:
    odd: dict[str, Any] = {"sections": [None, {"id": 3, "questions": "no"}, {"questions": [7, {"id": "Q"}]}]}
    assert [place.address for place in editing.sections(odd)] == ["~1", "~2"]
    assert [place.path for place in editing.items(odd)] == [("sections", 2, "questions", 1)]
    assert list(editing.items({"sections": 5})) == []


def test_any_sequence_of_edits_can_be_taken_back_and_made_again() -> None:
    for seed in range(40):
        rng = random.Random(seed)
        document, log, states = dict(DOCUMENT), [], []
        for n in range(25):
            states.append(document)
            edited = _any_edit(rng, document, n)
            # what is stored is plain JSON
            log.append([Change.from_json(change.to_json()) for change in edited.changes])
            document = edited.document
        last = document
        for before, made in zip(reversed(states), reversed(log), strict=True):
            document = changes.reverted(document, made)
            assert document == before
        for made in log:
            document = changes.applied(document, made)
        assert document == last


def _any_edit(rng: random.Random, document: dict[str, Any], n: int) -> Edited:
    items, sections = list(editing.items(document)), list(editing.sections(document))
    if not sections:
        return editing.add_section(document, {"id": f"S{n}"})
    section = rng.choice(sections).address
    if not items:
        return editing.add_item(document, section, {"id": f"N{n}"})
    item = rng.choice(items)
    return rng.choice(
        [
            lambda: editing.add_section(document, {"id": f"S{n}"}, at=rng.randrange(4)),
            lambda: editing.add_item(document, section, {"id": f"N{n}"}, at=rng.randrange(4)),
            lambda: editing.move_item(document, item.address, section=section, to=rng.randrange(4)),
            lambda: editing.move_section(document, section, to=rng.randrange(4)),
            lambda: editing.duplicate_item(document, item.address),
            lambda: editing.remove_item(document, item.address),
            lambda: editing.put_text(document, (*item.path, "text"), "en", rng.choice(["", "a", "b"])),
            lambda: editing.put_fields(document, item.path, {"required": True, "help": ABSENT}),
            lambda: editing.insert_member(document, (*item.path, "options", 0), {"code": f"c{n}"}),
        ]
    )()
