"""Gives every question and group a name of ours, and rewrites expressions and texts that refer to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from survey.instrument.codes import nearest
from survey.instrument.exchange.xlsform import reasons as why
from survey.instrument.exchange.xlsform.form import Notes, Row
from survey.instrument.problems import Where

_MAX_NAME = 64
_REFERENCE = re.compile(r"\$\{([^{}]{1,300})\}")
# A path to another question of the form: ../name, ../../name, current()/../name, /data/group/name.
_LITERAL_OR_PATH = re.compile(
    r"'[^']*'|\"[^\"]*\"|\$\{[^{}]*\}"
    r"|(?P<path>(?:current\(\)\s*/\s*)?(?:\.\.\s*/\s*)+[^\W\d][\w.\-]*(?:/[^\W\d][\w.\-]*)*"
    r"|(?<![\w)\]}.'\"])/[^\W\d][\w.\-]*(?:/[^\W\d][\w.\-]*)+)"
    r"|(?P<this>current\(\)\s*/\s*\.(?!\.))"
)


def fit_name(name: str) -> str:
    """A name within our rules: NFC, no full stops, at most 64 characters."""
    text = re.sub(r"[^\w\-]", "_", unicodedata.normalize("NFC", name))[:_MAX_NAME]
    return text if text and re.match(r"[^\W\d]", text) else f"_{text}"[:_MAX_NAME]


class Names:
    """The names of a form: as written, and as they are here."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._taken: dict[str, set[str]] = {"item": set(), "section": set()}
        self._here: dict[str, list[str]] = {}
        self._numbers: dict[tuple[str, str], int] = {}  # where to go on counting: a thousand may share a name

    def claim(self, space: str, written: str) -> str:
        """A name that nobody else has among the items or the sections."""
        base = fit_name(written)
        name, number = base, self._numbers.get((space, base), 2)
        while name in self._taken[space]:
            tail = f"_{number}"
            name, number = base[: _MAX_NAME - len(tail)] + tail, number + 1
        self._numbers[space, base] = number
        self._taken[space].add(name)
        return name

    def define(self, written: str, here: str) -> None:
        """Say what a name in the file is called here; two of the same name cannot be referred to."""
        self._here.setdefault(written, []).append(here)

    def defined(self, written: str) -> bool:
        """Whether anything has this name."""
        return written in self._here

    def text(self, words: dict[str, str], where: Where) -> dict[str, str]:
        """A text in which every reference has its name here."""
        return {tag: self._references(text, where) for tag, text in words.items()}

    def expression(self, row: Row, key: str) -> str:
        """The expression in a cell with names of ours; paths become references."""
        written = row.expression(key)
        where = row.where(key)

        def one(found: re.Match[str]) -> str:
            if found["this"]:
                return "."
            if not found["path"]:
                return found[0]
            name = re.split(r"\s*/\s*", found["path"])[-1]
            if not self.defined(name):
                return found[0]
            self._notes.leave(where, found["path"], why.PATH)
            return "${" + name + "}"

        return self._references(_LITERAL_OR_PATH.sub(one, written), where)

    def _references(self, text: str, where: Where) -> str:
        return _REFERENCE.sub(self._replacer(where), text)

    def _replacer(self, where: Where) -> Callable[[re.Match[str]], str]:
        def one(found: re.Match[str]) -> str:
            name = found[1].strip().removeprefix("last-saved#")
            here = self._here.get(name, [])
            if not here:
                self._notes.refuse(
                    "row_unknown_reference", where, name=name, nearest=nearest(name, self._here)
                )
                return found[0]
            if len(here) > 1:
                self._notes.refuse("row_ambiguous_reference", where, name=name)
            return "${" + here[0] + "}"

        return one


def references(text: str) -> set[str]:
    """The names that an expression or a text refers to."""
    return {name.strip() for name in _REFERENCE.findall(text)}


def rename(text: str, names: Mapping[str, str]) -> str:
    """An expression or text in which every reference has another name."""
    return _REFERENCE.sub(lambda found: "${" + names.get(found[1].strip(), found[1]) + "}", text)
