"""Turns the shared document of answer scales into the options of a rating item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from survey.instrument.drafts.fields import Languages, read_words
from survey.instrument.problems import Findings, Where
from survey.instrument.program import Option

_MIN_POINTS, _MAX_POINTS = 2, 11
DONT_KNOW, REFUSED, NOT_APPLICABLE = "88", "98", "99"


class Scales:
    """The shared scales; problems of a scale are noted where an item first uses it."""

    def __init__(self, document: Mapping[str, object], findings: Findings) -> None:
        self._findings = findings
        self._scales = _mapping(document.get("scales"))
        self._special = {str(code): words for code, words in _mapping(document.get("special_codes")).items()}
        direction = _mapping(_mapping(document.get("presentation")).get("direction"))
        self.random_direction = direction.get("rule") == "random_half"
        self._read: dict[str, tuple[Option, ...]] = {}

    def options(
        self, name: str, where: Where, *, languages: Languages, not_applicable: bool
    ) -> tuple[Option, ...]:
        """The points from best to worst, then the special codes; empty if the scale is unfit."""
        if name not in self._scales:
            known = ", ".join(str(scale) for scale in self._scales)
            self._findings.add("unknown_scale", where, value=name, known=known)
            return ()
        if name not in self._read:
            self._read[name] = self._points(name, where, languages)
        special = [NOT_APPLICABLE] if not_applicable else []
        codes = [*special, REFUSED, DONT_KNOW]
        return (*self._read[name], *(self._special_option(code, where, languages) for code in codes))

    def _points(self, name: str, where: Where, languages: Languages) -> tuple[Option, ...]:
        # In JSON the points are strings, in YAML they may be numbers.
        raw = {str(point): labels for point, labels in _mapping(self._scales[name]).items()}
        right = set(raw) == {str(point) for point in range(1, len(raw) + 1)}
        if not right or not _MIN_POINTS <= len(raw) <= _MAX_POINTS:
            self._findings.add("scale_points", where, value=name)
            return ()
        options = []
        for point in range(len(raw), 0, -1):
            labels = raw[str(point)]
            silent = Findings()
            words = read_words(labels, where, silent, languages=languages)
            given = labels if isinstance(labels, Mapping) else {}
            for language in languages:
                if not given.get(language):
                    self._findings.add_gap(
                        "scale_without_labels", where, value=name, point=point, language=language
                    )
            options.append(Option(code=str(point), text=words))
        return tuple(options)

    def _special_option(self, code: str, where: Where, languages: Languages) -> Option:
        raw = _mapping(self._special.get(code))
        labels = {language: raw.get(language) for language in languages}
        words = read_words(
            labels, replace(where, field=f"special_codes.{code}"), self._findings, languages=languages
        )
        return Option(
            code=code, text=words, missing=True, interviewer_only=raw.get("interviewer_only") is True
        )


def _mapping(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}
