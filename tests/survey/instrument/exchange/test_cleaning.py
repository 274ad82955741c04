"""Texts of foreign files: what stays of them, what is taken out and named, and that nothing live ever passes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.instrument.exchange.cleaning import clean_html, clean_line, clean_text, escape_text
from survey.instrument.markup import Token, tokens


@pytest.mark.parametrize(
    ("raw", "text", "dropped"),
    [
        ("a < b and b > c", "a < b and b > c", ()),
        ("5 <6 & 7", "5 <6 & 7", ()),
        ("**bold** *em* [here](https://a.b/c?d=1)", "**bold** *em* [here](https://a.b/c?d=1)", ()),
        ("one\n\ntwo  three", "one\n\ntwo  three", ()),
        ("# Heading\ntext", "**Heading**\ntext", ()),
        ("<b>a</b> and <i>b</i>", "**a** and *b*", ()),
        ('<a href="https://a.b" target="_blank">x</a>', "[x](https://a.b)", ()),
        ("<p>one</p><p>two</p>", "one\ntwo", ()),
        ("<ul><li>one</li><li>two</li></ul>", "• one\n• two", ()),
        ("&lt;script&gt;", "<script>", ()),
        ("<script>alert(1)</script>x", "x", ("<script>",)),
        ('<img src="x" onerror="alert(1)">x', "x", ("<img>", "onerror", "src")),
        ('<b onclick="alert(1)">x</b>', "**x**", ("onclick",)),
        ("[x](javascript:alert(1))", "x", ("link javascript:alert(1)",)),
        ('<a href="javascript:alert(1)">x</a>', "x", ("link javascript:alert(1)",)),
        ("[x](https://a.b) [y](data:text/html,z)", "[x](https://a.b) y", ("link data:text/html,z",)),
        ("<svg><script>alert(1)</script></svg>x", "x", ("<script>", "<svg>")),
        ("<style>*{color:red}</style>x", "x", ("<style>",)),
        ("a\u202eb\u2066c\ufeffd\x00e", "abcde", ()),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd", ()),
        ("e\u0301", "é", ()),
        ("half \ud800 pair", "half  pair", ()),
        ("${name} is <b>${age}</b>", "${name} is **${age}**", ()),
    ],
)
def test_what_stays_of_a_text(raw: str, text: str, dropped: tuple[str, ...]) -> None:
    assert clean_text(raw) == (text, dropped)


def test_html_has_its_own_white_space() -> None:
    assert clean_html("<p>one\n  two&nbsp;three</p>\n<p>x &amp; y</p>").text == "one two three\n\nx & y"


def test_a_title_is_one_line() -> None:
    assert clean_line("one\n<br>two").text == "one two"


@given(st.text(max_size=200))
def test_what_is_written_out_comes_back(raw: str) -> None:
    text = clean_text(raw).text
    assert clean_text(escape_text(text)).text == text


def _addresses(found: Iterable[Token]) -> Iterator[str]:
    """Where the links of a text lead, as a page would make them."""
    for token in found:
        if token.kind == "link":
            yield token.address
        yield from _addresses(token.parts)


_PARTS = st.lists(
    st.sampled_from(
        [
            "<script>",
            "</script>",
            "<b>",
            "</b>",
            "<a href='",
            "javascript:",
            "'>",
            "<img src=x onerror=",
            ">",
            "](",
            "[",
            ")",
            "<svg/onload=",
            "<!--",
            "-->",
            "<![CDATA[",
            "&lt;",
            "&#60;",
            "\x00",
            "text",
            "https://a.b",
            "<iframe",
            "\n",
            "*",
            "<",
            "style=",
            "\u202e",
        ]
    ),
    max_size=25,
)


@given(_PARTS)
def test_whatever_the_soup_no_link_runs_anything(parts: list[str]) -> None:
    for clean in (clean_text, clean_html):
        text = clean("".join(parts)).text
        assert all(re.match(r"(https?://|mailto:|tel:)", address) for address in _addresses(tokens(text)))
        assert not {"\x00", "\u202e"} & set(text)


@pytest.mark.parametrize(
    "raw",
    [
        "<b>" * 60_000,
        "<" * 190_000,
        "<a" * 90_000,
        "[" * 190_000,
        "[](a" * 40_000,
        "#" * 190_000,
        "&amp;" * 30_000,
        "*" * 190_000,
    ],
    ids=lambda raw: raw[:4],
)
def test_no_text_takes_long(raw: str) -> None:
    begun = time.process_time()
    clean_text(raw)
    clean_html(raw)
    assert time.process_time() - begun < 3
