"""Texts that name answers, and the marks that texts may hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instrument.markup import Token, escape, plain, tokens
from survey.instrument.state import AnswerState
from tests.survey.instrument.every_type import found, made, section, shown, small
from tests.survey.instrument.make import build

SEX = "{id: sex, type: single, options: [{code: m, zh: 男, en: Male}, {code: o, zh: 其他, en: Other, other: true}]}"
MULTI = "{id: used, type: multi, options: [{code: a, zh: 甲, en: A}, {code: b, zh: 乙, en: B}]}"
NUMBER = "{id: age, type: number, options: [{code: 88, zh: 不知道, en: Don't know}]}"
TEXT = "{id: name, type: text}"
AREA = "{id: county, type: select_area, level: county}"


def said(answers: Any, zh: str, en: str, **context: Any) -> tuple[str, str]:
    compiled = made(
        SEX,
        MULTI,
        NUMBER,
        TEXT,
        AREA,
        sections=[section("T", {"id": "n", "type": "note", "text": {"zh": zh, "en": en}})],
        context_fields=[{"id": "office", "zh": "窗口", "en": "Office"}],
    )
    text = shown(compiled, "T", AnswerState(answers=answers, context=context))["n"].text
    return text["zh"], text["en"]


@pytest.mark.parametrize(
    ("answers", "zh", "en"),
    [
        ({"sex": "m"}, "是男", "is Male"),
        ({}, "是", "is "),
        ({"sex": "o", "sex_o_text": "双"}, "是双", "is 双"),
        ({"sex": "o"}, "是其他", "is Other"),
    ],
)
def test_a_choice_is_said_in_the_words_of_each_language(answers: Any, zh: str, en: str) -> None:
    assert said(answers, "是${sex}", "is ${sex}") == (zh, en)


def test_other_answers_are_said_as_they_are() -> None:
    answers = {"used": ["a", "b"], "age": "41", "name": "李四", "county": "990102"}
    assert said(answers, "${used}/${age}/${name}/${county}", "${used}/${age}/${name}/${county}") == (
        "甲、乙/41/李四/甲二县",
        "A, B/41/李四/Jia Two",
    )
    assert said({"age": "#88"}, "${age}", "${age}") == ("不知道", "Don't know")
    assert said({}, "${office}", "${office}", office="3号") == ("3号", "3号")


def test_what_is_typed_never_becomes_a_hole_or_a_mark() -> None:
    hostile = "${age} **b** [x](https://evil.example) <script>"
    text = said({"name": hostile, "age": "41"}, "${name}", "${name}")[1]
    assert plain(text) == hostile
    assert tokens(text) == (Token(kind="text", text=hostile),)


def test_other_braces_are_plain_text() -> None:
    assert said({}, "{name} {unit} {} {0} $ {", "${ {x} $x") == ("{name} {unit} {} {0} $ {", "${ {x} $x")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${nobody}", ("unknown_pipe", "S/n/text:0")),
        ("${later}", ("forward_pipe", "S/n/text:0")),
        ("${n}", ("private_pipe", "S/n/text:0")),
        ("${secret}", ("private_pipe", "S/n/text:0")),
        ("${turn}", ("unknown_pipe", "S/n/text:0")),
    ],
)
def test_a_name_that_cannot_stand_in_a_text_is_refused(text: str, problem: tuple[str, str]) -> None:
    note = {"id": "n", "type": "note", "text": {"zh": text, "en": "x"}}
    raw = small("{id: secret, type: text, private: true}", note, "{id: later, type: text}")
    assert found(build(raw)) == [problem]


def test_a_name_in_a_loop_stays_in_it() -> None:
    loop = section(
        "L",
        "{id: turn, type: number}",
        '{id: n, type: note, text: {zh: "${turn}", en: "x"}}',
        loop={"count": 2},
    )
    assert made("{id: x, type: note}", sections=[loop])
    outside = section("Z", '{id: z, type: note, text: {zh: "${turn}", en: "x"}}')
    assert found(build(small("{id: x, type: note}", sections=[loop, outside]))) == [
        ("repeated_pipe", "Z/z/text:0")
    ]


def test_options_rows_titles_and_stems_may_name_answers_too() -> None:
    compiled = made(
        TEXT,
        sections=[
            section(
                "T",
                '{id: q, type: single, options: [{code: a, text: {zh: "${name}自己", en: "${name} alone"}}]}',
                '{id: b, type: battery, of: text, text: {zh: "${name}的", en: "${name}\'s"}, rows: [{code: r, text: {zh: "${name}家", en: "${name} home"}}]}',
                title={"zh": "给${name}", "en": "For ${name}"},
            )
        ],
    )
    state = AnswerState(answers={"name": "Li"})
    items = shown(compiled, "T", state)
    assert items["q"].options[0].text["en"] == "Li alone"
    assert items["b_r"].text["zh"] == "Li家"


def kinds(text: str) -> list[Any]:
    return [(token.kind, token.text or kinds_of(token.parts)) for token in tokens(text)]


def kinds_of(parts: tuple[Token, ...]) -> list[Any]:
    return [(part.kind, part.text or kinds_of(part.parts)) for part in parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [("text", "plain")]),
        ("a **b** c", [("text", "a "), ("strong", [("text", "b")]), ("text", " c")]),
        ("*a* _b_", [("em", [("text", "a")]), ("text", " "), ("em", [("text", "b")])]),
        ("snake_case_name 2*3*4", [("text", "snake_case_name 2"), ("em", [("text", "3")]), ("text", "4")]),
        ("**a *b* c**", [("strong", [("text", "a "), ("em", [("text", "b")]), ("text", " c")])]),
        ("**open", [("text", "**open")]),
        ("** not **", [("text", "** not **")]),
        (r"\*plain\*", [("text", "*plain*")]),
        ("a\nb", [("text", "a"), ("break", []), ("text", "b")]),
        ("<b>x</b>&amp;", [("text", "<b>x</b>&amp;")]),
        ("[x](javascript:alert(1))", [("text", "[x](javascript:alert(1))")]),
        ('[x](https://a.example/"onclick=)', [("text", '[x](https://a.example/"onclick=)')]),
    ],
)
def test_marks_are_read_and_everything_else_is_text(text: str, expected: list[Any]) -> None:
    assert kinds(text) == expected


def test_a_link_knows_its_address() -> None:
    (link,) = tokens("[the **law**](https://example.org/a?b=1#c)")
    assert (link.kind, link.address) == ("link", "https://example.org/a?b=1#c")
    assert plain("See [the **law**](https://example.org) *now*") == "See the law now"


MARKED = st.text(alphabet="a b*_[]()\\\n<:/h#", max_size=40)


@given(MARKED)
def test_an_escaped_text_is_itself(text: str) -> None:
    assert plain(escape(text)) == text
    assert all(token.kind in ("text", "break") for token in tokens(escape(text)))


@given(MARKED)
def test_any_text_can_be_read_and_no_address_is_anything_but_one(text: str) -> None:
    def addresses(pieces: tuple[Token, ...]) -> list[str]:
        return [a for piece in pieces for a in (piece.address, *addresses(piece.parts)) if a]

    for address in addresses(tokens(text)):
        assert address.startswith(("https://", "http://", "mailto:", "tel:"))
        assert not set(address) & set(" <>\"'\\\n")
