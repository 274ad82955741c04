"""Reading a release document: everything it says, nothing it must not say, and where it is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from survey.publish.results import UnreadableDocument, read
from tests.survey.site.town import document


def test_a_whole_document() -> None:
    results = read(document())
    assert [c.code for c in results.classes] == ["D", "A"]
    assert results.classes[0].units[0].composite == pytest.approx(74.6)
    assert results.classes[1].units[0].composite is None
    assert results.n_passed == 16
    assert results.open[0].n == 412


def test_a_failed_block_leaves_out_composites_and_ranks() -> None:
    results = read(document(failed=("G12",)))
    assert results.classes == ()
    assert {row.rank_low for table in results.areas for row in table.rows} == {None}
    assert results.areas[0].rows[0].index is not None
    assert [gate.id for gate in results.failed_blocks] == ["G12"]


def test_a_failed_warning_blocks_nothing() -> None:
    assert read(document(failed=("G07",))).classes != ()


def test_numbers_may_travel_as_text_and_names_may_be_new() -> None:
    changed = {**document(), "news": 1}
    changed["areas"][0]["rows"][0]["index"] = "72.40"
    assert read(changed).areas[0].rows[0].index == pytest.approx(72.4)


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("schema",), "minyi/release/9", "schema"),
        (("gates",), {}, "/gates"),
        (("gates", 3, "id"), None, "/gates/3/id"),
        (("classes", 0, "units", 2, "composite"), "high", "/classes/0/units/2/composite"),
        (("classes", 0, "units", 2, "rank_low"), True, "/classes/0/units/2/rank_low"),
        (("areas", 0, "title"), "Residents", "/areas/0/title"),
        (("methods", 0), "words", "/methods/0"),
    ],
)
def test_a_wrong_document_is_refused_by_place(path: tuple[Any, ...], value: object, place: str) -> None:
    changed = document()
    target: Any = changed
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with pytest.raises(UnreadableDocument, match=place):
        read(changed)


def test_a_missing_part_is_refused() -> None:
    changed = document()
    del changed["gates"]
    with pytest.raises(UnreadableDocument, match="/gates: missing"):
        read(changed)
