"""Reads typed values out of an untyped document and notes a problem, with its address, for each that is unfit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from survey.instrument.codes import as_code, is_name, nearest
from survey.instrument.problems import LANGUAGES, Findings, Where
from survey.instrument.program import ValueType, Words
from survey.text import UnfitText, normalise

MAX_TEXT = 2_000
MAX_LONG_TEXT = 10_000
MAX_EXPRESSION = 10_000
# So many unknown fields of one mapping are named; looking for the nearest known one takes time.
_STRANGERS = 20
_PLACEHOLDER = re.compile(r"\{([^{}]{0,40})\}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}\Z|x(-[A-Za-z0-9]{1,8}){1,6}\Z")
T = TypeVar("T")
_TYPE_WORDS: dict[type, str] = {bool: "true/false", int: "whole number", float: "number", str: "text"}


FORMAT_1 = (*LANGUAGES, "ar")
"""The languages that format 1 knows: our own and, where a document names it, one that runs from right to left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The languages of a document. ``strict`` is format 1: every text in all of them, placeholders from a list."""

    names: tuple[str, ...]
    first: str
    strict: bool = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def blank(self) -> Words:
        """No text in any language."""
        return dict.fromkeys(self.names, "")

    def of(self, words: Words) -> Words:
        """Ready-made words in these languages: English, else whatever there is, where one is missing."""
        spare = words.get("en") or next(iter(words.values()), "")
        return {name: words.get(name) or words.get(name.partition("-")[0]) or spare for name in self.names}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An expression as it stands in the document, and what it must give."""

    raw: object
    where: Where
    wants: ValueType


def is_language(value: object) -> bool:
    """Whether this has the form of a language tag of BCP 47."""
    return isinstance(value, str) and bool(_LANGUAGE.match(value))


class Fields:
    """One mapping of the document: every field that may stand in it is named, any other is a problem."""

    def __init__(
        self,
        raw: object,
        where: Where,
        findings: Findings,
        *,
        known: Iterable[str],
        required: Iterable[str] = (),
    ) -> None:
        self.where, self.findings = where, findings
        self.raw: Mapping[object, object] = {}
        if not isinstance(raw, Mapping):
            findings.add("not_a_mapping", where)
            return
        self.raw = raw
        names = frozenset(known)
        strangers = (name for name in raw if name not in names)
        for name in islice(strangers, _STRANGERS):
            findings.add("unknown_field", where, name=name, nearest=nearest(name, sorted(names)))
        for name in required:
            if raw.get(name) is None:
                findings.add("missing_field", where, name=name)

    def at(self, field: str) -> Where:
        """The address of a field of this mapping."""
        return replace(self.where, field=f"{self.where.field}.{field}" if self.where.field else field)

    def flag(self, name: str) -> bool:
        """True or false; false where the field is absent."""
        return self._typed(name, bool) or False

    def whole(self, name: str, *, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        value = self._typed(name, int)
        if value is not None and not low <= value <= high:
            self.findings.add("out_of_range", self.at(name), name=name, low=low, high=high)
            return None
        return value

    def number(self, name: str, *, low: int, high: int) -> float | None:
        """A number within bounds."""
        value = self.raw.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong_type(name, _TYPE_WORDS[float])
            return None
        if not low <= value <= high:
            self.findings.add("out_of_range", self.at(name), name=name, low=low, high=high)
            return None
        return float(value)

    def string(self, name: str, *, limit: int = 200) -> str | None:
        """A short normalised text that is not translated."""
        value = self._typed(name, str)
        return None if value is None else fit(value, self.at(name), self.findings, limit=limit)

    def choice(self, name: str, known: Sequence[str]) -> str | None:
        """One of a closed list of words."""
        value = self.string(name)
        if value is not None and value not in known:
            self.findings.add("unknown_value", self.at(name), value=value, known=", ".join(known))
            return None
        return value

    def written(self, name: str) -> object:
        """An expression or condition as it stands, to be read once all names are known; None where it is absent."""
        value = self.raw.get(name)
        if isinstance(value, str) and len(value) > MAX_EXPRESSION:
            self.findings.add("too_long", self.at(name), length=len(value), limit=MAX_EXPRESSION)
            return None
        return None if value == "" else value

    def name(self, field: str) -> str:
        """A code that names a section or an item; empty if it is unfit."""
        value = self.raw.get(field)
        if value is None:
            return ""
        if not isinstance(value, str) or not is_name(value):
            code = "boolean_code" if isinstance(value, bool) else "bad_code"
            self.findings.add(code, self.at(field), value=value)
            return ""
        return value

    def code(self, field: str) -> str:
        """A code of an option; empty if it is unfit."""
        value = self.raw.get(field)
        if value is None:
            return ""
        code = as_code(value)
        if code is None:
            self.findings.add(
                "boolean_code" if isinstance(value, bool) else "bad_code", self.at(field), value=value
            )
            return ""
        return code

    def names(self, field: str) -> tuple[str, ...]:
        """A list of codes (one may stand alone)."""
        value = self.raw.get(field)
        if value is None:
            return ()
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list):
            self.findings.add("not_a_list", self.at(field))
            return ()
        codes = [as_code(part) for part in values]
        for part, code in zip(values, codes, strict=True):
            if code is None:
                wrong = "boolean_code" if isinstance(part, bool) else "bad_code"
                self.findings.add(wrong, self.at(field), value=part)
        return tuple(code for code in codes if code is not None)

    def members(self, field: str, *, limit: int) -> Sequence[object]:
        """A list of anything, at most ``limit`` long."""
        value = self.raw.get(field)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.findings.add("not_a_list", self.at(field))
            return ()
        if len(value) > limit:
            self.findings.add("too_many", self.at(field), count=len(value), limit=limit)
            return value[:limit]
        return value

    def words(
        self,
        field: str,
        languages: Languages,
        *,
        holes: frozenset[str] = frozenset(),
        limit: int = MAX_TEXT,
    ) -> Words | None:
        """A text in every language; None if the field is absent."""
        value = self.raw.get(field)
        if value is None:
            return None
        return read_words(value, self.at(field), self.findings, languages=languages, holes=holes, limit=limit)

    def label(self, languages: Languages, *, optional: bool = False) -> Words:
        """The text of a row, an option or a turn: under ``text``, or (the older form) by language beside the code."""
        raw = self.raw.get("text")
        if raw is None:
            raw = {language: self.raw.get(language) for language in languages}
        where = self.at("text") if "text" in self.raw else self.where
        return read_words(raw, where, self.findings, languages=languages, optional=optional)

    def wrong_type(self, name: str, expected: str) -> None:
        """Note that a field holds the wrong kind of value."""
        self.findings.add("wrong_type", self.at(name), name=name, expected=expected)

    def _typed(self, name: str, kind: type[T]) -> T | None:
        value = self.raw.get(name)
        if value is None:
            return None
        if type(value) is not kind:
            self.wrong_type(name, _TYPE_WORDS[kind])
            return None
        return value


def read_words(
    raw: object,
    where: Where,
    findings: Findings,
    *,
    languages: Languages,
    holes: frozenset[str] = frozenset(),
    limit: int = MAX_TEXT,
    optional: bool = False,
) -> Words:
    """A text in every language, normalised. Format 1 knows no placeholder but the ones in ``holes``.

    A missing language is a gap; the first language, or any other, stands in for it. An ``optional`` text may be
    missing altogether.
    """
    if not isinstance(raw, Mapping):
        findings.add("not_a_mapping", where)
        return languages.blank()
    _check_languages(raw, where, findings, languages)
    longest = limit if languages.strict else max(limit, MAX_LONG_TEXT)
    words: dict[str, str] = {}
    for language in languages:
        value = raw.get(language)
        words[language] = fit(value, where, findings, limit=longest) if isinstance(value, str) else ""
    if optional and not any(words.values()):
        return words
    for language, text in words.items():
        if not text.strip():
            findings.add_gap("missing_translation", where, language=language)
        if languages.strict:
            for name in _PLACEHOLDER.findall(text):
                if name not in holes:
                    findings.add("unknown_placeholder", where, name=name)
    return words if languages.strict else _completed(words, languages)


def _check_languages(
    raw: Mapping[object, object], where: Where, findings: Findings, languages: Languages
) -> None:
    for language in raw:
        if languages.strict:
            if language not in FORMAT_1:
                findings.add("unknown_language", where, language=language)
        elif not is_language(language):
            findings.add("unknown_language", where, language=language)
        elif language not in languages.names:
            findings.advise("spare_language", where, language=language)


def _completed(words: Mapping[str, str], languages: Languages) -> Words:
    spare = words.get(languages.first) or next(filter(None, words.values()), "")
    return {language: text or spare for language, text in words.items()}


def fit(value: str, where: Where, findings: Findings, *, limit: int) -> str:
    """A text cut to its limit and normalised; a problem says if that changed it."""
    if len(value) > limit:
        findings.add("too_long", where, length=len(value), limit=limit)
        return value[:limit]
    try:
        return normalise(value).strip()
    except UnfitText:
        findings.add("bad_text", where)
        return "?"
