"""The handbook: every method has its six lines, both languages the same methods, every proof exists."""

import re
from pathlib import Path

import pytest

from tests.analysis.handbook import FOLDER, LINES, ROOT, SUFFIX, definitions, index, loose_heads, topics

CASES = Path(__file__).parent / "reference"
TOPICS = [(language, topic) for language in LINES for topic in topics(language)]
NAMES = [topic.path.name for _, topic in TOPICS]


@pytest.mark.parametrize(("language", "topic"), TOPICS, ids=NAMES)
def test_each_method_has_its_six_lines_in_order(language: str, topic: object) -> None:
    assert loose_heads(topic.path) == []  # type: ignore[attr-defined]  # a Topic; pytest shows objects by name
    for method in topic.methods:  # type: ignore[attr-defined]
        assert tuple(label for label, _ in method.lines) == LINES[language], method.id
        for label, text in method.lines:
            assert text, f"{method.id}: {label} is empty"


def test_both_languages_have_the_same_methods() -> None:
    english = {
        topic.path.name.removesuffix(".md"): [one.id for one in topic.methods] for topic in topics("en")
    }
    chinese = {
        topic.path.name.removesuffix(".zh.md"): [one.id for one in topic.methods] for topic in topics("zh")
    }
    assert english == chinese


def test_an_id_stands_for_one_method() -> None:
    ids = [method.id for topic in topics("en") for method in topic.methods]
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_every_proof_exists() -> None:
    for topic in topics("en"):
        for method in topic.methods:
            proof = dict(method.lines)["Proof."]
            found = [
                one for one in re.findall(r"`([^`]+)`|\b(ref\d\d)\b", proof) if _exists(one[0] or one[1])
            ]
            assert found, f"{topic.path.name}, {method.id}: nothing that this names exists: {proof}"


def _exists(name: str) -> bool:
    """A reference case, a file of the project, or a test in it (`path::test_name`)."""
    if re.fullmatch(r"ref\d\d\S*", name):
        return any(CASES.rglob(f"{name}*.json"))
    path, _, test = name.partition("::")
    places = [ROOT / path, CASES / path, CASES / "own" / path]
    return any(place.exists() and (not test or f"def {test}" in place.read_text("utf-8")) for place in places)


def test_every_definition_of_the_code_is_in_the_handbook() -> None:
    ids = [method.id for topic in topics("en") for method in topic.methods]
    unknown = {
        f"{file}: {pattern}"
        for file, pattern in definitions()
        if not any(re.fullmatch(pattern, one) for one in ids)
    }
    assert sorted(unknown) == []


@pytest.mark.parametrize("language", list(SUFFIX))
def test_the_index_is_up_to_date(language: str) -> None:
    written = (FOLDER / f"README{SUFFIX[language]}").read_text(encoding="utf-8")
    assert written == index(language), "write it anew: .venv/bin/python -m tests.analysis.handbook"
