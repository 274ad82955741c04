"""Python and JavaScript say the same to every vector, byte for byte, under Node and in a browser."""

from __future__ import annotations

import gzip
import itertools
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from survey.instrument.expression.signatures import SIGNATURES
from tests.survey.instrument.expression import runtimes, vectors


@cache
def all_vectors() -> tuple[list[list[Any]], list[str]]:
    return vectors.document(itertools.chain(vectors.generated(), vectors.grid(), vectors.hard()))


def differences(said: list[str]) -> list[tuple[Any, str, str]]:
    asked, expected = all_vectors()
    assert len(said) == len(expected)
    return [
        (case, python, other)
        for case, python, other in zip(asked, expected, said, strict=True)
        if python != other
    ]


def test_node_says_the_same(tmp_path: Path) -> None:
    said = runtimes.under_node(runtimes.node(), runtimes.MODULE.read_text(), all_vectors()[0], tmp_path)
    assert differences(said)[:5] == []


@pytest.mark.browser
def test_the_browser_says_the_same(chromium: Browser) -> None:
    said = runtimes.in_browser(chromium, runtimes.MODULE.read_text(), all_vectors()[0])
    assert differences(said)[:5] == []


def test_the_vectors_reach_every_operation_with_every_kind_of_result() -> None:
    asked, expected = all_vectors()
    assert len(asked) > 40_000
    written = Counter(op for case in asked[: vectors.GENERATED] for op in _operations(case[0]))
    assert set(SIGNATURES) <= set(written), set(SIGNATURES) - set(written)
    assert min(written[op] for op in SIGNATURES) > 60
    kinds = Counter(result.split(",")[0] for result in expected[: vectors.GENERATED])
    for kind in ("null", '["bool"', '["number"', '["text"', '["codes"', '["date"', '["datetime"', '["time"'):
        assert kinds[kind] > 50, kind


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("rest > b || (rest === b && quotient & 1n)", "rest >= b"),
        ('gap && rule === "f") return false', 'gap && rule === "f") return null'),
        ("low + (a * ONE - low * low > low ? 1n : 0n)", "low"),
        ("startsWith(text) ? null", 'startsWith("") ? null'),
    ],
)
def test_one_changed_sign_of_the_module_is_noticed(there: str, here: str, tmp_path: Path) -> None:
    source = runtimes.MODULE.read_text()
    assert source.count(there) == 1
    spoilt = source.replace(there, here)
    asked, expected = (part[::4] for part in all_vectors())
    assert runtimes.under_node(runtimes.node(), spoilt, asked, tmp_path) != expected


def test_the_module_is_small_and_evaluates_no_text_as_code() -> None:
    source = runtimes.MODULE.read_text()
    assert len(gzip.compress(source.encode(), 9, mtime=0)) <= 6_000
    assert not re.search(r"\beval\b|\bFunction\b|setTimeout|import\s*\(|innerHTML|toLocale", source)


def _operations(tree: list[Any]) -> list[str]:
    return [tree[0], *(op for part in tree[1:] if isinstance(part, list) for op in _operations(part))]
