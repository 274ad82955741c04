"""How long a text is, as people see it."""

from __future__ import annotations

import time

import pytest

from survey.text import n_characters


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", 0),
        ("plain", 5),
        ("民意", 2),
        ("𠀀𪚥", 2),
        ("e\u0301a", 2),
        ("👨‍👩‍👧‍👦", 1),
        ("👩🏽‍🚀👍🏿", 2),
        ("🏳️‍🌈", 1),
        ("🇨🇳🇫🇷🇩", 3),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 1),
        ("क्षत्रिय", 3),
        ("ไม่กี่น้ำ", 4),
        ("مَرْحَبًا", 5),
        ("a\u200db", 2),
        ("a\n\u0301", 3),
    ],
)
def test_characters_are_counted_as_people_see_them(text: str, seen: int) -> None:
    assert n_characters(text) == seen


def test_a_tower_of_accents_is_not_one_character() -> None:
    assert n_characters("e" + "\u0301" * 1199) == 100


def test_counting_the_longest_form_takes_no_time() -> None:
    began = time.perf_counter()
    n_characters("意\u0301" * 64_000)
    assert time.perf_counter() - began < 1.0
