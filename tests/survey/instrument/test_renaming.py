"""A new code of an item is followed by everything that named the old one, and by nothing else."""

from __future__ import annotations

from typing import Any

from survey.instrument import changes, renaming

DOCUMENT: dict[str, Any] = {
    "mandated": ["Q1", "Q10"],
    "quotas": [{"code": "q", "where": "${Q1} = 'a' and ${Q10} > 1"}],
    "sections": [
        {
            "id": "A",
            "questions": [
                {"id": "New", "type": "battery", "rows": [{"code": "x"}]},
                {"id": "Q1_kept", "type": "text"},
            ],
        },
        {
            "id": "B",
            "parent": "A",
            "show_if": {"all": [{"question": "Q1", "any_of": ["a"]}, {"question": "Q10", "answered": True}]},
            "loop": {"over": "Q1", "label": {"en": "${Q1}"}},
            "foreign": {"xlsform": "${Q1}"},
            "questions": [
                {"id": "Q2", "text": {"en": "You said ${ Q1_x } and ${Q1_kept}, Q1."}, "note": "Q1"},
            ],
        },
    ],
}


def test_what_names_the_item_follows_and_what_only_looks_like_it_stays() -> None:
    edited = renaming.follow_item(DOCUMENT, "Q1", "New")
    found = edited.document
    assert found["mandated"] == ["New", "Q10"]
    assert found["quotas"][0]["where"] == "${New} = 'a' and ${Q10} > 1"
    section = found["sections"][1]
    assert section["show_if"]["all"][0] == {"question": "New", "any_of": ["a"]}
    assert section["loop"] == {"over": "New", "label": {"en": "${New}"}}
    assert section["foreign"] == {"xlsform": "${Q1}"}
    assert section["questions"][0]["text"] == {"en": "You said ${New_x} and ${Q1_kept}, Q1."}
    assert section["questions"][0]["note"] == "Q1"
    assert changes.reverted(found, edited.changes) == DOCUMENT


def test_nothing_follows_while_another_item_has_the_old_code() -> None:
    assert renaming.follow_item(DOCUMENT, "Q2", "Q3").changes == ()
    assert renaming.follow_section(DOCUMENT, "A", "Z").changes == ()


def test_what_is_part_of_a_section_follows_its_code() -> None:
    renamed = changes.put(DOCUMENT, ("sections", 0, "id"), "Z").document
    assert renaming.follow_section(renamed, "A", "Z").document["sections"][1]["parent"] == "Z"


def test_an_item_remembers_the_code_of_the_version_before_once() -> None:
    path = ("sections", 0, "questions", 0)
    edited = renaming.with_former(DOCUMENT, path, "Q1", {"Q1"})
    assert changes.value_at(edited.document, (*path, "was")) == "Q1"
    assert renaming.with_former(edited.document, path, "New", {"New"}).changes == ()
    assert renaming.with_former(DOCUMENT, path, "fresh", {"Q1"}).changes == ()
