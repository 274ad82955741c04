"""The YAML reader: plain values with marks, and nothing hostile gets through."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from admin.content.load import DEMO_FOLDER
from admin.content.problems import ContentProblem
from admin.content.yaml_file import MAX_BYTES, MAX_DEPTH, YamlFile, parse_yaml, read_yaml


def plain(value: Any) -> Any:
    """What PyYAML's own loader gives, with keys and dates as strings."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


@pytest.mark.parametrize("path", sorted(DEMO_FOLDER.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_demo_files_read_as_pyyaml_reads_them(path: Path) -> None:
    document = read_yaml(path, name=path.name)
    assert isinstance(document, YamlFile)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    assert document.value == plain(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))


def test_every_value_knows_its_line_and_column() -> None:
    document = parse_yaml("甲: 1\nb:\n  - x\n  - {c: [2, 3]}\n".encode(), name="t.yaml")
    assert isinstance(document, YamlFile)
    assert document.value == {"甲": 1, "b": ["x", {"c": [2, 3]}]}
    assert document.mark(("b", 1, "c", 1)) == (4, 13)
    assert document.mark(("甲",)) == (1, 4)
    # A path that does not exist is marked at the nearest place around it.
    assert document.mark(("b", 1, "nothing", 7)) == document.mark(("b", 1))


def test_an_alias_is_expanded_and_marked_where_it_is_used() -> None:
    document = parse_yaml(b"a: &x [1, {b: 2}]\nc: *x\n", name="t.yaml")
    assert isinstance(document, YamlFile)
    assert document.value == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}
    assert document.mark(("c", 1, "b")) == (2, 4)


LAUGHS = b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 9)
)
NESTED_ALIASES = b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 40))
REFUSED: list[tuple[str, bytes, int]] = [
    ("yaml_too_large", LAUGHS, 6),
    ("yaml_too_deep", NESTED_ALIASES, MAX_DEPTH),
    ("yaml_too_deep", b"[" * 100_000, 1),
    ("yaml_too_deep", b"{a: " * 100_000, 1),
    ("yaml_alias", b"a: [1]\nb: *c\n", 2),
    ("yaml_alias", b"a: &a [1, *a]\n", 1),
    ("yaml_tag", b"a: !!python/object/apply:os.system [ls]\n", 1),
    ("yaml_tag", b"a: !secret x\n", 1),
    ("yaml_tag", b"a: {<<: {b: 1}}\n", 1),
    ("duplicate_key", b"a: 1\nb: {c: 1, c: 2}\n", 2),
    ("duplicate_key", b"1: a\n'1': b\n", 2),
    ("bad_key", b"yes: 1\n", 1),
    ("bad_key", b"a: {? [1, 2] : 3}\n", 1),
    ("bad_key", b"a: &x [1]\nb: {*x : 3}\n", 2),
    ("bad_number", b"a: .nan\n", 1),
    ("bad_number", b"a: -.inf\n", 1),
    ("bad_number", b"a: 1" + b"0" * 5000, 1),
    ("bad_number", b"a: 9007199254740993\n", 1),
    ("bad_number", b"a: 2026-02-30\n", 1),
    ("bad_text", b'a: "x\\0y"\n', 1),
    ("bad_text", b"a: \x01\n", 0),
    ("not_utf8", b"a: \xff\n", 0),
    ("yaml_empty", b"# nothing\n", 1),
    ("yaml_documents", b"a: 1\n---\nb: 2\n", 2),
    ("yaml_syntax", b"a: 1\nb: c: d\n", 2),
    ("yaml_syntax", b'a: "\\ud800"\n', 1),
    ("file_too_large", b"#" * (MAX_BYTES + 1), 0),
]


@pytest.mark.parametrize(
    ("code", "raw", "line"), REFUSED, ids=lambda part: part if isinstance(part, str) else ""
)
def test_hostile_or_broken_files_are_refused_with_their_line(code: str, raw: bytes, line: int) -> None:
    problem = parse_yaml(raw, name="bad.yaml")
    assert isinstance(problem, ContentProblem)
    assert (problem.code, problem.line) == (code, line)
    assert problem.message("zh")
    assert problem.line_of_text("en").startswith("bad.yaml")


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    problem = read_yaml(tmp_path / "absent.yaml", name="absent.yaml")
    assert isinstance(problem, ContentProblem)
    assert problem.code == "file_unreadable"


@given(st.binary(max_size=60) | st.text(alphabet="ab:{}[]-&*!'\"\n ,?|>%@#", max_size=40).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_reader_raise(raw: bytes) -> None:
    assert isinstance(parse_yaml(raw, name="x"), (YamlFile, ContentProblem))
