"""Patterns: the offered part means what RE2 means, is written one way, and costs time in proportion to the text."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import re2

from survey.instrument.expression.patterns import canonical, matches, refusal
from tests.survey.instrument.expression import runtimes, vectors

REFUSED = [
    ("(?=a)", "(?=a"),
    ("(?i)a", "(?i)"),
    ("(?<=a)b", "(?<="),
    (r"(a)\1", r"\1"),
    (r"\bword", r"\b"),
    (r"\p{L}+", r"\p"),
    ("[[:alpha:]]", "[:"),
    ("[z-a]", "z-a"),
    ("a**", "**"),
    ("*a", "*"),
    ("a{3,1}", "{3,1}"),
    ("a{201}", "{201}"),
    ("((a{100}){100}){100}", "{…}"),
    ("(a", "("),
    ("a)", ")"),
    ("[a", "["),
    ("[]", "[]"),
    (r"[^\W]", r"\W"),
    ("a{,3}", "{,3}"),
    ("^*", "^*"),
    ("\\", "\\"),
    ("(" * 30 + "a" + ")" * 30, "("),
]


@pytest.mark.parametrize(("pattern", "found"), REFUSED)
def test_what_runtimes_would_read_differently_is_refused(pattern: str, found: str) -> None:
    refused = refusal(pattern)
    assert refused is not None
    assert refused.found == found
    assert pattern[refused.at :]  # points into the pattern
    assert canonical(pattern) == pattern
    assert not matches(pattern, "a")


def test_the_canonical_form_means_what_re2_says_of_the_pattern_itself() -> None:
    chance = random.Random(3)
    compared = 0
    for pattern in (*vectors.USABLE, *(_pattern(chance, 3) for _ in range(400))):
        if refusal(pattern):
            continue
        assert canonical(canonical(pattern)) == canonical(pattern)
        try:
            direct = re2.compile(pattern, _quiet())
        except re2.error:  # a hyphen after a class, which RE2 wants escaped
            continue
        for _ in range(10):
            text = "".join(chance.choices("abc1-. é😀\n", k=chance.randrange(7)))
            assert matches(pattern, text) is (direct.fullmatch(text) is not None), (pattern, text)
            compared += 1
    assert compared > 2_000


def _quiet() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    return options


def _pattern(chance: random.Random, depth: int) -> str:
    """A pattern at random."""
    if depth == 0:
        return chance.choice(
            ("a", "b", ".", r"\d", r"\w", r"\s", "[a-c]", "[^b]", "é", "😀", r"\.", "1", "^", "$", r"\S")
        )
    kind = chance.randrange(4)
    inner = _pattern(chance, depth - 1)
    if kind == 0:
        return f"({inner})" + chance.choice(("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", ""))
    if kind == 1:
        return f"(?:{inner}|{_pattern(chance, depth - 1)})"
    return inner + _pattern(chance, depth - 1)


EXPENSIVE = ("(a+)+b", "(a*)*b", "(a|a)*b", "(.*a){20}b", "(a?){200}a{200}", "([a-z]+)*[0-9]")


def test_no_pattern_makes_the_page_or_the_server_wait(tmp_path: Path) -> None:
    text = "a" * 5_000
    start = time.perf_counter()
    for pattern in EXPENSIVE:
        assert refusal(pattern) is None
        assert not matches(pattern, text)
    assert time.perf_counter() - start < 1
    scope = vectors.given(vectors.scope(random.Random(1)), t=["text", text])
    cases = [[["regex", ["answer", "t"], ["text", canonical(pattern)]], scope] for pattern in EXPENSIVE]
    start = time.perf_counter()
    said = runtimes.under_node(runtimes.node(), runtimes.MODULE.read_text(), cases, tmp_path)
    assert said == ['["bool",false]'] * len(cases)
    assert time.perf_counter() - start < 5
