"""Reads typed values out of an untyped document and notes a problem, with its address, for each that is unfit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from survey.instrument.codes import NAME, as_code, nearest
from survey.instrument.problems import LANGUAGES, Findings, Where
from survey.instrument.program import Words
from survey.text import UnfitText, normalise

MAX_TEXT = 2_000
MAX_LONG_TEXT = 10_000
_PLACEHOLDER = re.compile(r"\{([^{}]{0,40})\}")
T = TypeVar("T")
_TYPE_WORDS: dict[type, str] = {bool: "true/false", int: "whole number", float: "number", str: "text"}


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
        names = tuple(known)
        for name in raw:
            if name not in names:
                findings.add("unknown_field", where, name=name, nearest=nearest(name, names))
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
            self._wrong_type(name, float)
            return None
        if not low <= value <= high:
            self.findings.add("out_of_range", self.at(name), name=name, low=low, high=high)
            return None
        return float(value)

    def string(self, name: str) -> str | None:
        """A short normalised text that is not translated."""
        value = self._typed(name, str)
        return None if value is None else _fit(value, self.at(name), self.findings, limit=200)

    def name(self, field: str) -> str:
        """A code that names a section or an item; empty if it is unfit."""
        value = self.raw.get(field)
        if value is None:
            return ""
        if not isinstance(value, str) or not NAME.match(value):
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
        languages: Sequence[str],
        *,
        holes: frozenset[str] = frozenset(),
        limit: int = MAX_TEXT,
    ) -> Words | None:
        """A text in every language; None if the field is absent."""
        value = self.raw.get(field)
        if value is None:
            return None
        return read_words(value, self.at(field), self.findings, languages=languages, holes=holes, limit=limit)

    def _typed(self, name: str, kind: type[T]) -> T | None:
        value = self.raw.get(name)
        if value is None:
            return None
        if type(value) is not kind:
            self._wrong_type(name, kind)
            return None
        return value

    def _wrong_type(self, name: str, kind: type) -> None:
        self.findings.add("wrong_type", self.at(name), name=name, expected=_TYPE_WORDS[kind])


def read_words(
    raw: object,
    where: Where,
    findings: Findings,
    *,
    languages: Sequence[str],
    holes: frozenset[str] = frozenset(),
    limit: int = MAX_TEXT,
) -> Words:
    """A text in every language, normalised, with no placeholder but the ones in ``holes``."""
    if not isinstance(raw, Mapping):
        findings.add("not_a_mapping", where)
        return dict.fromkeys(languages, "")
    for language in raw:
        if language not in LANGUAGES:
            findings.add("unknown_language", where, language=language)
    words: dict[str, str] = {}
    for language in languages:
        value = raw.get(language)
        text = _fit(value, where, findings, limit=limit) if isinstance(value, str) else ""
        words[language] = text
        if not text.strip():
            findings.add("missing_translation", where, language=language)
        for name in _PLACEHOLDER.findall(text):
            if name not in holes:
                findings.add("unknown_placeholder", where, name=name)
    return words


def _fit(value: str, where: Where, findings: Findings, *, limit: int) -> str:
    if len(value) > limit:
        findings.add("too_long", where, length=len(value), limit=limit)
        return value[:limit]
    try:
        return normalise(value).strip()
    except UnfitText:
        findings.add("bad_text", where)
        return "?"
