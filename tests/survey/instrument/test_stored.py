"""The stored form of a program: read back exactly, and one digest for one meaning."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from survey.instrument.expression import Node
from survey.instrument.program import Program
from tests.survey.instrument.make import (
    APPRAISAL,
    EVERYTHING,
    FOLLOW_UP,
    SCALES,
    build,
    document,
    item,
    program,
)


@pytest.mark.parametrize("text", [EVERYTHING, APPRAISAL, FOLLOW_UP])
def test_a_program_survives_json(text: str) -> None:
    compiled = program(text)
    back = Program.from_json(json.loads(json.dumps(compiled.to_json())))
    assert back == compiled
    assert back.digest == compiled.digest


def test_the_digest_does_not_depend_on_how_the_file_was_written() -> None:
    raw = document()
    shuffled = dict(reversed(list(raw.items())))
    as_json = json.loads(json.dumps(SCALES))  # points of scales become strings
    assert build(shuffled, scales=as_json).program == program()


def test_any_change_of_wording_changes_the_digest() -> None:
    raw = document()
    item(raw, "C1")["text"]["en"] = "Overall?"
    changed = build(raw).program
    assert changed
    assert changed.digest != program().digest
    assert len(changed.digest) == 64


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("format"),
        lambda d: d.update(format="other"),
        lambda d: d.pop("pages"),
        lambda d: d.update(colour=1),
        lambda d: d["pages"][0].pop("title"),
        lambda d: d["pages"][0]["items"][0].update(surprise=1),
        lambda d: d["pages"][0]["items"][0].update(options=[3]),
        lambda d: d["pages"][1]["shown_if"].__setitem__(0, "exec"),
        lambda d: d.update(units=3),
    ],
)
def test_a_spoilt_program_is_refused(spoil: Any) -> None:
    stored = copy.deepcopy(program().to_json())
    spoil(stored)
    with pytest.raises(ValueError):
        Program.from_json(stored)


def test_a_condition_is_stored_as_typed_json() -> None:
    compiled = program()
    assert compiled.pages[1].shown_if
    assert compiled.pages[1].shown_if.to_json() == [
        "any-of",
        ["answer", "A3"],
        ["text", "school"],
        ["text", "clinic"],
    ]
    follow_up = program(FOLLOW_UP)
    condition = follow_up.pages[2].items[0].shown_if
    assert condition
    assert condition.to_json() == [
        "and",
        ["=", ["answer", "F2"], ["text", "open"]],
        ["not", ["any-of", ["answer", "F1"], ["text", "no"]]],
    ]
    assert Node.from_json(condition.to_json()) == condition


def test_a_program_of_another_format_says_what_to_do() -> None:
    stored = {**program().to_json(), "format": "minyi/program/1"}
    with pytest.raises(ValueError, match=r"minyi/program/1.*compile it again"):
        Program.from_json(stored)
