"""Placeholders in texts: ``${name}`` for an earlier answer, ``{unit}``, ``{commitment}`` and ``{loop}`` for the turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from survey.instrument.parts import Words

_NAMED = re.compile(r"\$\{([^\W\d][\w-]{0,63})\}")
_HOLE = re.compile(r"\$\{([^\W\d][\w-]{0,63})\}|\{(unit|commitment|loop)\}")
TURN_HOLES = frozenset({"unit", "commitment", "loop"})

# Gives the words of an answer in a language; "" where there is none.
Speak = Callable[[str, str], str]


def piped_names(texts: Iterable[Words | None]) -> tuple[str, ...]:
    """The names that the texts ask for, each once, in any language."""
    found: dict[str, None] = {}
    for words in texts:
        for text in (words or {}).values():
            if "${" in text:
                found.update(dict.fromkeys(_NAMED.findall(text)))
    return tuple(found)


def place_of(words: Words | None, name: str) -> int | None:
    """The character at which a text first names an answer, in the first language that does."""
    places = (text.find(f"${{{name}}}") for text in (words or {}).values())
    return next((place for place in places if place >= 0), None)


def has_holes(words: Words | None) -> bool:
    """Whether anything in the words is filled in for each respondent."""
    return words is not None and any("{" in text and _HOLE.search(text) for text in words.values())


def filled(words: Words, *, turn: Mapping[str, str] | None, speak: Speak) -> Words:
    """The words with every hole filled in one pass, so that what somebody typed is never read as a hole.

    ``turn`` is the name of the unit or the turn by language; without one its holes stay as they are.
    """

    def fill(language: str, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            if match[1]:
                return speak(match[1], language)
            return (
                match[0]
                if turn is None
                else turn.get(language) or turn.get("en") or next(iter(turn.values()), "")
            )

        return _HOLE.sub(value, text) if "{" in text else text

    return {language: fill(language, text) for language, text in words.items()}
