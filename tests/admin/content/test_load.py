"""Loading a folder: everything or nothing, and every message at its place in the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from admin.content.load import DEMO_FOLDER, check_content, load_content
from admin.content.messages import _FILES, _SHAPE
from admin.content.problems import ContentProblem, ContentProblems
from tests.admin.content.test_yaml_file import REFUSED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo content to break."""
    return Path(shutil.copytree(DEMO_FOLDER, tmp_path / "content"))


def swap(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lines(problems: list[ContentProblem]) -> list[str]:
    return [f"{problem.place} {problem.code}" for problem in problems]


def test_a_broken_instrument_file_gives_its_messages_and_nothing_is_loaded(folder: Path) -> None:
    """The first of the three demo worlds of bad input."""
    broken = folder / "instruments" / "residents.yaml"
    swap(
        broken,
        "type: scale, scale: sat5, show_if: {question: A7, any_of: [edu]}",
        "type: scale, scale: sat6, show_if: {question: A7, any_of: [edu]}",
    )
    swap(
        broken,
        "show_if: {question: A7, any_of: [health]}, text: {zh: 最近一次看病，您对等候",
        "show_if: {question: A7, any_of: [clinic]}, text: {zh: 最近一次看病，您对等候",
    )
    swap(broken, "{code: rural, zh: 农村, en: A rural area, ", "{code: rural, zh: 农村, ")
    swap(broken, "id: INT2", "id: INT1")
    with pytest.raises(ContentProblems) as caught:
        load_content(folder)
    assert lines(list(caught.value.found)) == [
        "instruments/residents.yaml:99:7 sections[0].questions[4].options[1] missing_translation",
        "instruments/residents.yaml:127:35 sections[1].questions[0].scale unknown_scale",
        "instruments/residents.yaml:195:9 sections[8].questions[2].id duplicate_code",
        "instruments/residents.yaml:129:50 sections[1].questions[2].show_if unknown_option",
    ]
    assert "residents.yaml:99" in caught.value.message("zh")
    assert "nothing was loaded" in caught.value.message("en")
    assert caught.value.status == 422


def test_an_unquoted_comma_is_found_where_it_stands(folder: Path) -> None:
    swap(
        folder / "instruments" / "enterprises.yaml",
        'en: "Fairness, resources and good faith"',
        "en: Fairness, resources and good faith",
    )
    swap(folder / "report.yaml", 'en: "Demo data, free to use"', "en: Demo data, free to use")
    assert lines(check_content(folder)) == [
        "report.yaml:50:55 open_data.licence.free to use unknown_field",
        "instruments/enterprises.yaml:137:10 sections[3].title unknown_language",
    ]


CASES: list[tuple[str, str, Callable[[Path], object]]] = [
    ("file_missing", "scoring.yaml", lambda f: (f / "scoring.yaml").unlink()),
    ("file_missing", "instruments/_scales.yaml", lambda f: (f / "instruments/_scales.yaml").unlink()),
    ("file_unknown", "scoring.yml", lambda f: (f / "scoring.yml").touch()),
    ("file_unknown", "instruments/notes.txt", lambda f: (f / "instruments/notes.txt").touch()),
    ("file_unreadable", "report.yaml", lambda f: ((f / "report.yaml").unlink(), (f / "report.yaml").mkdir())),
    ("yaml_syntax", "framework.yaml:1:5", lambda f: (f / "framework.yaml").write_text("a: b: c")),
    ("missing_field", "framework.yaml:1:1", lambda f: (f / "framework.yaml").write_text("a: b")),
    (
        "unknown_field",
        "scoring.yaml:4:9 colour",
        lambda f: swap(f / "scoring.yaml", "schema:", "colour: 1\nschema:"),
    ),
    (
        "wrong_type",
        "province.yaml:10:21 totals.adult_population",
        lambda f: swap(f / "province.yaml", "37200700 ", "many "),
    ),
    (
        "not_allowed",
        "scoring.yaml:58:9 adjustments.veto",
        lambda f: swap(f / "scoring.yaml", "veto: none", "veto: one_item"),
    ),
    (
        "not_allowed",
        "instruments/followup.yaml:2:5 id",
        lambda f: swap(f / "instruments/followup.yaml", "id: followup", "id: other"),
    ),
    ("bad_pattern", "scoring.yaml:5:10 version", lambda f: swap(f / "scoring.yaml", '"2026.1"', '"v1"')),
    (
        "bad_pattern",
        "framework.yaml:69:8 responsible_units.R 1",
        lambda f: swap(f / "framework.yaml", "  R01: {edu", "  R 1: {edu"),
    ),
    (
        "out_of_range",
        "scoring.yaml:41:27 missing_group_rule.minimum_weight_present",
        lambda f: swap(f / "scoring.yaml", "present: 0.70", "present: 7.0"),
    ),
    (
        "wrong_count",
        "report.yaml:7:1 method_statement",
        lambda f: swap(
            f / "report.yaml", "- {id: limits, auto: false, zh: 局限性说明, en: Limitations}\n", ""
        ),
    ),
    (
        "bad_shape",
        "instruments/followup.yaml:6:18 evaluator_group",
        lambda f: swap(f / "instruments/followup.yaml", "evaluator_group: residents", "evaluator_group: 5"),
    ),
    (
        "repeated_entry",
        "report.yaml:45:29 open_data.resources[0].key",
        lambda f: swap(f / "report.yaml", "key: [unit_id, year]", "key: [year, year]"),
    ),
]


@pytest.mark.parametrize(
    ("code", "place", "spoil"), CASES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_a_spoilt_folder_is_refused_at_the_right_place(
    folder: Path, code: str, place: str, spoil: Callable[[Path], object]
) -> None:
    spoil(folder)
    problems = check_content(folder)
    assert any(line.startswith(place) and line.endswith(code) for line in lines(problems)), lines(problems)
    with pytest.raises(ContentProblems):
        load_content(folder)


def test_every_refusal_of_a_file_is_triggered_by_a_test() -> None:
    triggered = {code for code, *_ in (*CASES, *REFUSED)}
    assert triggered == {*_FILES, *_SHAPE}


def test_an_empty_or_absent_folder_names_every_missing_file(tmp_path: Path) -> None:
    names = {problem.file for problem in check_content(tmp_path / "nowhere")}
    assert names == {
        f"{name}.yaml"
        for name in ("province", "framework", "scoring", "simulation", "participation", "report")
    } | {"instruments/_scales.yaml"}


def test_a_problem_as_json_carries_place_and_both_texts(folder: Path) -> None:
    swap(folder / "scoring.yaml", "veto: none", "veto: one_item")
    (problem,) = check_content(folder)
    document = json.loads(json.dumps(problem.to_json()))
    assert document["path"] == "adjustments.veto"
    assert document["message"]["en"] == "“one_item” is not allowed. Use one of: none."
    assert document["message"]["zh"] == "“one_item”不在允许的值之中。可用：none。"
