"""Patterns for texts: the part of RE2 that every runtime reads alike, matched in linear time, whole text always.

Letters, ``.``, classes, groups, ``|``, ``* + ? {n,m}``, ``^ $`` and the escapes ``\\d \\w \\s`` (ASCII, as in
RE2). What looks back or ahead, refers back or depends on Unicode tables or on the case is refused. A checked
expression holds the pattern in its canonical form, which every runtime reads without any rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import re2

MAX_PATTERN = 500
MAX_REPEAT = 200
# Places of the pattern with every repetition written out: bounds the work a character can cost.
MAX_PLACES = 2_000
MAX_GROUPS = 20
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": "\\t\\n\\f\\r "}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f"}
_WRITTEN = {sign: f"\\{letter}" for letter, sign in _CONTROLS.items()}
_WRITTEN.update((sign, "\\" + sign) for sign in "\\^$.*+?()[]{}|/")
_PUNCTUATION = frozenset("\\.^$|?*+()[]{}-/@_ ,:;=!<>&%#~`'\"")


class _Refused(Exception):
    """A construct that the subset does not have."""

    def __init__(self, found: str, at: int) -> None:
        self.found, self.at = found, at
        super().__init__(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was refused in a pattern, and at which character of it."""

    found: str
    at: int


def refusal(pattern: str) -> Refusal | None:
    """Why the pattern cannot be used; None if it can."""
    try:
        _Translator(pattern).translate()
    except _Refused as refused:
        return Refusal(found=refused.found, at=refused.at)
    return None


def canonical(pattern: str) -> str:
    """The pattern with classes and escapes written out; itself if it cannot be used."""
    try:
        return _Translator(pattern).translate()
    except _Refused:
        return pattern


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text fits. A pattern that would have been refused fits nothing."""
    compiled = _compiled(pattern)
    if compiled is None:
        return False
    try:
        return compiled.fullmatch(text) is not None
    except UnicodeEncodeError:  # half a surrogate pair is no character
        return False


@lru_cache(maxsize=1_000)
def _compiled(pattern: str) -> re2._Regexp[str] | None:
    try:
        return re2.compile(_Translator(pattern).translate(), _options())
    except _Refused:
        return None


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    return options


class _Translator:
    """Reads a pattern by its own grammar and writes it for RE2, every character escaped."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.at, self.depth = pattern, 0, 0
        if len(pattern) > MAX_PATTERN:
            raise _Refused(f"{len(pattern)}", MAX_PATTERN)

    def translate(self) -> str:
        written, places = self._choice()
        if self.at < len(self.pattern):
            raise _Refused(")", self.at)
        self._count(places)
        return written

    def _count(self, places: int) -> None:
        if places > MAX_PLACES:
            raise _Refused("{…}", self.at)

    def _next(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _choice(self) -> tuple[str, int]:
        branches, places = [], 1
        while True:
            written, size = self._sequence()
            branches.append(written)
            places += size
            if self._next() != "|":
                return "|".join(branches), places
            self.at += 1

    def _sequence(self) -> tuple[str, int]:
        parts, places = [], 0
        while self._next() not in ("", "|", ")"):
            written, size = self._repeated()
            parts.append(written)
            places += size
            self._count(places)
        return "".join(parts), places

    def _repeated(self) -> tuple[str, int]:
        start = self.at
        atom, places = self._atom()
        sign = self._next()
        if sign not in ("*", "+", "?", "{") or not sign:
            return atom, places
        if atom in ("^", "$"):
            raise _Refused(self.pattern[start : self.at + 1], start)
        if sign == "{":
            counts, factor = self._counts()
        else:
            counts, factor = sign, 2
            self.at += 1
        if self._next() == "?":  # lazy or greedy: the whole text is matched either way
            self.at += 1
        if self._next() in ("*", "+", "{", "?") and self._next():
            raise _Refused(sign + self._next(), self.at)
        self._count(places * factor + 1)
        return atom + counts, places * factor + 1

    def _counts(self) -> tuple[str, int]:
        start = self.at
        end = self.pattern.find("}", start)
        low, comma, high = self.pattern[start + 1 : max(end, start)].partition(",")
        numbers = [part for part in (low, high) if part]
        if (
            end < 0
            or not low
            or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in numbers)
        ):
            raise _Refused(self.pattern[start : start + 10], start)
        most = int(high) if high else int(low)
        if most > MAX_REPEAT or int(low) > most:
            raise _Refused(self.pattern[start : end + 1], start)
        self.at = end + 1
        return "{" + low + comma + high + "}", most + (2 if comma and not high else 0)

    def _atom(self) -> tuple[str, int]:
        start, sign = self.at, self._next()
        self.at += 1
        if sign == "(":
            return self._group(start)
        if sign == "[":
            return self._class(start), 1
        if sign == "\\":
            is_class, inner = self._escape()
            return (f"[{inner}]" if is_class else _literal(inner)), 1
        if sign in ("^", "$"):
            return sign, 1
        if sign == ".":
            return "[^\\n]", 1
        if sign in ("*", "+", "?", "{"):
            raise _Refused(sign, start)
        return _literal(sign), 1

    def _group(self, start: int) -> tuple[str, int]:
        if self._next() == "?":
            if self.pattern[self.at : self.at + 2] != "?:":
                raise _Refused(self.pattern[start : start + 4], start)
            self.at += 2
        self.depth += 1
        if self.depth > MAX_GROUPS:
            raise _Refused("(", start)
        written, places = self._choice()
        self.depth -= 1
        if self._next() != ")":
            raise _Refused("(", start)
        self.at += 1
        return f"(?:{written})", places

    def _escape(self) -> tuple[bool, str]:
        """A class as the inside of brackets, or one character."""
        start, sign = self.at - 1, self._next()
        self.at += 1
        if sign and sign in "dws":
            return True, _CLASSES[sign]
        if sign and sign in "DWS":
            return True, f"^{_CLASSES[sign.lower()]}"
        if sign in _CONTROLS:
            return False, _CONTROLS[sign]
        if sign not in _PUNCTUATION or not sign:
            raise _Refused("\\" + sign, start)
        return False, sign

    def _class(self, start: int) -> str:
        negated = self._next() == "^"
        self.at += negated
        members = list(self._members(start))
        if not members:
            raise _Refused("[]", start)
        return f"[{'^' if negated else ''}{''.join(members)}]"

    def _members(self, start: int) -> Iterator[str]:
        while self._next() != "]":
            single, sign = self._member(start)
            at, following = self.at, self.pattern[self.at + 1 : self.at + 2]
            if not single or self._next() != "-" or following in ("]", ""):
                yield _in_class(sign) if single else sign
                continue
            self.at += 1
            other, end = self._member(start)
            if not other:  # [a-\d] is a letter, a hyphen and digits
                yield from (_in_class(sign), "\\-", end)
            elif end < sign:
                raise _Refused(self.pattern[at - 1 : self.at], at - 1)
            else:
                yield f"{_in_class(sign)}-{_in_class(end)}"
        self.at += 1

    def _member(self, start: int) -> tuple[bool, str]:
        """Whether it is a single character, and that character or the inside of a class."""
        sign = self._next()
        if not sign:
            raise _Refused("[", start)
        self.at += 1
        if sign == "[" and self._next() in (":", "=", "."):
            raise _Refused("[" + self._next(), self.at - 1)
        if sign != "\\":
            return True, sign
        is_class, inner = self._escape()
        if inner.startswith("^") and is_class:
            raise _Refused(self.pattern[self.at - 2 : self.at], self.at - 2)
        return not is_class, inner


def _literal(sign: str) -> str:
    """One character that stands for itself in every reader of patterns."""
    return _WRITTEN.get(sign, sign)


def _in_class(sign: str) -> str:
    """The same inside brackets."""
    return "\\-" if sign == "-" else _literal(sign)
