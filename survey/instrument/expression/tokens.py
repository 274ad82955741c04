"""Cuts the text of an expression into tokens, each with its character; foreign signs get a helpful refusal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey.instrument.expression.limits import MAX_CHARACTERS, MAX_DIGITS, MAX_LITERAL, MAX_NAME

TokenKind = Literal["number", "text", "answer", "name", "sign", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of the language. For a text or an answer ``text`` is what stands between the marks.

    Names and texts are composed (NFC) as names and answers are: "é" is one character however it was typed.
    """

    kind: TokenKind
    text: str
    at: int


class Stop(Exception):
    """Reading cannot go on: the code of a message, the character, and what the message names."""

    def __init__(self, code: str, at: int, **context: str | int) -> None:
        self.code, self.at, self.context = code, at, context
        super().__init__(code)


_SPACE = re.compile(r"[ \t\r\n\u00a0]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_ANSWER = re.compile(r"\$\{[ \t]*([^{}$\s][^{}$\n]*?)[ \t]*\}")
_SIGN = re.compile(r"!=|<=|>=|\.\.|[().,=<>+\-*]")
# What people write by habit of other languages, and what it is called here.
_FOREIGN = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "<>": "!=",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "×": "*",
    "÷": "div",
    "−": "-",
    "–": "-",
    "!": "not(…)",
    "&": "and",
    "|": "or",
    "%": "mod",
    "（": "(",
    "）": ")",
    "，": ",",
    "＝": "=",
    "＜": "<",
    "＞": ">",
    "；": ",",
    ";": ",",
    "＋": "+",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
    "`": "'",
    "＇": "'",
    "＂": '"',
}


def tokens(text: str) -> Iterator[Token]:
    """The tokens of an expression, the last one of kind "end". Raises Stop at the first sign it cannot read."""
    if len(text) > MAX_CHARACTERS:
        raise Stop("expression_too_long", MAX_CHARACTERS, limit=MAX_CHARACTERS)
    at = 0
    while at < len(text):
        space = _SPACE.match(text, at)
        if space:
            at = space.end()
            continue
        token, at = _token(text, at)
        yield token
    yield Token(kind="end", text="", at=len(text))


def _token(text: str, at: int) -> tuple[Token, int]:
    sign = text[at]
    if sign in "'\"":
        return _quoted(text, at)
    if sign == "$":
        return _answer(text, at)
    foreign = next((found for found in (text[at : at + 2], sign) if found in _FOREIGN), None)
    if foreign and text[at : at + 2] != "!=":
        raise Stop("expression_foreign_sign", at, found=foreign, instead=_FOREIGN[foreign])
    number = _NUMBER.match(text, at)
    if number:
        if len(number[0]) > MAX_DIGITS:
            raise Stop("expression_number_too_long", at, limit=MAX_DIGITS)
        return Token(kind="number", text=number[0], at=at), number.end()
    name = _name(text, at)
    if name:
        if len(name) > MAX_NAME:
            raise Stop("expression_name", at, name=name, limit=MAX_NAME)
        return Token(kind="name", text=unicodedata.normalize("NFC", name), at=at), at + len(name)
    found = _SIGN.match(text, at)
    if found:
        return Token(kind="sign", text=found[0], at=at), found.end()
    if sign == "/":
        raise Stop("expression_path", at)
    raise Stop("expression_sign", at, found=sign)


def _quoted(text: str, at: int) -> tuple[Token, int]:
    """A text between quotes; a doubled quote stands for itself."""
    quote, start, parts = text[at], at + 1, []
    while True:
        end = text.find(quote, start)
        if end < 0:
            raise Stop("expression_open_quote", at)
        parts.append(text[start:end])
        if text[end + 1 : end + 2] != quote:
            break
        parts.append(quote)
        start = end + 2
    inner = "".join(parts)
    if len(inner) > MAX_LITERAL:
        raise Stop("expression_too_long", at, limit=MAX_LITERAL)
    if any(not is_fit(sign) for sign in inner):
        raise Stop("expression_sign", at, found="?")
    return Token(kind="text", text=unicodedata.normalize("NFC", inner), at=at), end + 1


def _answer(text: str, at: int) -> tuple[Token, int]:
    match = _ANSWER.match(text, at)
    if match is None:
        raise Stop("expression_braces", at)
    name = match[1]
    if len(name) > MAX_NAME or _name(name, 0) != name or ":" in name:
        raise Stop("expression_name", at, name=name, limit=MAX_NAME)
    return Token(kind="answer", text=unicodedata.normalize("NFC", name), at=at), match.end()


def _name(text: str, at: int) -> str:
    """The name that begins here: a letter or "_", then letters of any script with their marks, digits, "_-."."""
    end = at
    while end < len(text) and end - at <= MAX_NAME + 1 and _continues(text, at, end):
        end += 1
    return text[at:end]


def _continues(text: str, at: int, end: int) -> bool:
    sign = text[end]
    kind = unicodedata.category(sign)[0]
    if end == at or text[end - 1] == ":":
        return sign == "_" or kind == "L"
    return sign in "_-." or kind in "LMN" or (sign == ":" and ":" not in text[at:end])


def is_fit(sign: str) -> bool:
    """Whether a text may hold the character: no control characters, no halves of a pair."""
    return sign in "\n\t" or (
        sign >= " " and not "\x7f" <= sign < "\xa0" and not "\ud800" <= sign <= "\udfff"
    )
