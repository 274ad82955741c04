"""Reads an expression of LimeSurvey's ExpressionScript into a tree; nothing is looked up or evaluated here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

MAX_CHARS = 20_000
MAX_TOKENS = 2_000
MAX_DEPTH = 40

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>(?:INSERTANS:)?[0-9]+X[0-9]+X[0-9]+[A-Za-z0-9_]*(?:\#[01])?(?:\.[A-Za-z][A-Za-z0-9_]*)*
        | TOKEN:[A-Za-z0-9_]+
        | [A-Za-z_][A-Za-z0-9_]*(?:\#[01])?(?:\.[A-Za-z0-9][A-Za-z0-9_]*)*)
    | (?P<number>[0-9]+\.?[0-9]*(?![A-Za-z_])|\.[0-9]+)
    | (?P<sign>===|!==|==|!=|<=|>=|&&|\|\||[-+*/<>=!(),.&|;?:%^])
    )""",
    re.VERBOSE | re.DOTALL,
)
# Operators that are words, as they are written and as they are meant.
_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "and": "&&",
    "or": "||",
}
_EQUALITY, _ORDER = ("==", "!="), ("<", "<=", ">", ">=")
_LEVELS: tuple[tuple[str, ...], ...] = (("||",), ("&&",), _EQUALITY, _ORDER, ("+", "-"), ("*", "/"))


class ScriptError(Exception):
    """An expression cannot be read or carried over; ``reason`` is a code, ``at`` the character."""

    def __init__(self, reason: str, at: int = 0, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.at, self.what = reason, at, what


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One part of an expression: a value, a name, a call, or an operator with its operands.

    ``op`` is "number", "text", "name", "call", "not", "minus" or one of ``|| && == != < <= > >= + - * /``;
    ``value`` is the text of a value or the name.
    """

    op: str
    value: str = ""
    parts: tuple[Script, ...] = ()
    at: int = 0


class _Token(NamedTuple):
    kind: str
    value: str
    at: int


def parse_script(text: str) -> Script:
    """The tree of an expression (without its braces).

    Raises
    ------
    ScriptError
        It is no expression, or too large to be one that somebody wrote.
    """
    if len(text) > MAX_CHARS:
        raise ScriptError("too_large")
    return _Parser(_tokens(text), len(text)).whole()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ScriptError("unreadable", at)
        kind, start = found.lastgroup, found.start(found.lastgroup)
        tokens.append(_token(kind, found[kind], start))
        at = found.end()
        if len(tokens) > MAX_TOKENS:
            raise ScriptError("too_large", start)
    return tokens


def _token(kind: str, value: str, at: int) -> _Token:
    if kind == "text":
        # As in PHP: a backslash before a quote or a backslash stands for that sign, elsewhere for itself.
        return _Token(kind, re.sub(r"\\([\\'\"])", r"\1", value[1:-1]), at)
    if kind == "name" and value.lower() in _WORDS:
        return _Token("sign", _WORDS[value.lower()], at)
    if kind == "sign" and value in ("===", "!=="):
        return _Token(kind, value[:2], at)
    return _Token(kind, value, at)


class _Parser:
    """Descends through the levels of precedence."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0
        self._end = _Token("end", "", end)

    def whole(self) -> Script:
        tree = self._level(0)
        if self._next().kind != "end":
            raise ScriptError("assignment" if self._is("=") else "unreadable", self._next().at)
        return tree

    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next()
        self._at += 1
        return token

    def _is(self, *signs: str) -> bool:
        token = self._next()
        return token.kind == "sign" and token.value in signs

    def _level(self, level: int) -> Script:
        if level == len(_LEVELS):
            return self._unary()
        left = self._deeper(lambda: self._level(level + 1)) if level == 0 else self._level(level + 1)
        while self._is(*_LEVELS[level]):
            token = self._take()
            left = Script(op=token.value, parts=(left, self._level(level + 1)), at=token.at)
        return left

    def _deeper(self, read: Callable[[], Script]) -> Script:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ScriptError("too_deep", self._next().at)
        tree = read()
        self._depth -= 1
        return tree

    def _unary(self) -> Script:
        token = self._next()
        if self._is("!", "-", "+"):
            self._take()
            inner = self._deeper(self._unary)
            if token.value == "+":
                return inner
            return Script(op="not" if token.value == "!" else "minus", parts=(inner,), at=token.at)
        return self._primary()

    def _primary(self) -> Script:
        token = self._take()
        if token.kind in ("number", "text"):
            return Script(op=token.kind, value=token.value, at=token.at)
        if token.kind == "name":
            if self._is("("):
                self._take()
                return Script(op="call", value=token.value, parts=self._arguments(), at=token.at)
            return Script(op="name", value=token.value, at=token.at)
        if token.kind == "sign" and token.value == "(":
            inner = self._level(0)
            self._close()
            return inner
        # An assignment changes an answer behind the respondent's back: it is refused by name.
        raise ScriptError("assignment" if token.value == "=" else "unreadable", token.at)

    def _arguments(self) -> tuple[Script, ...]:
        found: list[Script] = []
        while not self._is(")"):
            if found:
                if not self._is(","):
                    raise ScriptError("unreadable", self._next().at)
                self._take()
            found.append(self._level(0))
        self._close()
        return tuple(found)

    def _close(self) -> None:
        if not self._is(")"):
            raise ScriptError("assignment" if self._is("=") else "unreadable", self._next().at)
        self._take()
