"""Carries texts of LimeSurvey over: HTML into our few marks, expressions in braces into placeholders or computed items."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.exchange.cleaning import clean_html
from survey.instrument.exchange.limesurvey.braces import split_text, without_programs
from survey.instrument.exchange.limesurvey.model import Texts
from survey.instrument.exchange.limesurvey.names import free_name
from survey.instrument.exchange.limesurvey.rewrite import Place, latest_question, rewrite_value
from survey.instrument.exchange.limesurvey.script import Script, ScriptError, parse_script

# Signs of the private area mark the places of placeholders while the HTML around them is cleaned.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLAIN = re.compile(
    "[^<>&{}\\[\\]*\\\\\x00-\x1f\x7f-\xa0\u2028-\u202e\u2066-\u2069\ue000\ue001\ufeff\ufffe\uffff]*\\Z"
)
_VALUE_TYPES = {"number": "number", "bool": "bool", "date": "date"}

Note = Callable[[str, str], None]


@dataclass(kw_only=True)
class Inlined:
    """Computed items made for texts, in the order in which they came up.

    They look at questions that come ``before`` this number only.
    """

    base: str
    taken: set[str]
    before: int
    write_back: Callable[[str, Place], str | None]
    items: dict[str, dict[str, Any]] = field(default_factory=dict)  # Any: items of a document

    def name_for(self, calculation: str, value: str, script: str, place: Place) -> str:
        """The name of the item that computes this; the same for the same expression.

        What goes back into the text is kept with it: as we write it, or as it stood if we cannot.
        """
        for name, item in self.items.items():
            if item["calculation"] == calculation:
                return name
        name = free_name(f"{self.base}_x{len(self.items) + 1}", self.taken)
        self.taken.add(name)
        again = self.write_back(calculation, place)
        if again is not None and _calculation(again, place) == calculation:
            script = again
        self.items[name] = {
            "id": name,
            "type": "computed",
            "calculation": calculation,
            "value": value,
            "foreign": {"limesurvey": {"inline": script}},
        }
        return name


def _calculation(script: str, place: Place) -> str | None:
    try:
        return rewrite_value(script, place).text
    except ScriptError:
        return None


def carry_texts(
    texts: Texts, place: Place, inlined: Inlined | None, note: Note, *, line: bool = False
) -> Texts:
    """The texts by language, without those that say nothing.

    ``note`` is told what could not be kept (the thing, the code of the reason). Without ``inlined`` nothing can be
    computed here: then only the value of an answer can be shown. ``line`` makes one line of it.
    """
    carried: Texts = {}
    for language, raw in texts.items():
        text = _Carrier(place, inlined, note).carry(raw)
        if line:
            text = " ".join(text.split())
        if text:
            carried[language] = text
    return carried


class _Carrier:
    """One text."""

    def __init__(self, place: Place, inlined: Inlined | None, note: Note) -> None:
        self._place, self._inlined, self._note = place, inlined, note
        self._scripts: list[str] = []

    def carry(self, raw: str) -> str:
        if _PLAIN.match(raw):  # most answers and rows: nothing in them can be markup, a mark or an expression
            return re.sub(" {2,}", " ", unicodedata.normalize("NFC", raw)).strip()
        plain = without_programs(raw).replace(_OPEN, "").replace(_CLOSE, "")
        parts = []
        for segment in split_text(plain):
            parts.append(self._token(segment.text) if segment.is_script else segment.text)
        cleaned = clean_html("".join(parts))
        for name in cleaned.dropped:
            self._note(name, "markup")
        text = cleaned.text
        for at in range(len(self._scripts)):
            mark = f"{_OPEN}{at}{_CLOSE}"
            if mark in text:
                text = text.replace(mark, self._placeholder(at))
        return text

    def _token(self, script: str) -> str:
        self._scripts.append(script)
        return f"{_OPEN}{len(self._scripts) - 1}{_CLOSE}"

    def _placeholder(self, at: int) -> str:
        """What stands in the text in place of an expression; the expression itself where it cannot be carried."""
        script = self._scripts[at]
        try:
            tree = parse_script(script)
            if tree.op in ("number", "text"):
                raise ScriptError("no_expression")
            return self._written(tree, script)
        except ScriptError as error:
            self._note(f"{{{script}}}", error.reason)
            return f"{{{clean_html(script).text}}}"

    def _written(self, tree: Script, script: str) -> str:
        simple = self._simple(tree)
        if simple is not None:
            return simple
        if self._inlined is None:
            raise ScriptError("no_computing_here")
        # Here a text is written before the answers of its page are there; in LimeSurvey it follows them.
        if latest_question(script, self._place.variables) >= self._inlined.before:
            raise ScriptError("later_answer")
        written = rewrite_value(script, self._place)
        value = _VALUE_TYPES.get(written.type, "text")
        return f"${{{self._inlined.name_for(written.text, value, script, self._place)}}}"

    def _simple(self, tree: Script) -> str | None:
        """The placeholder of an answer that is shown as it is."""
        if tree.op != "name":
            return None
        base, _, suffix = tree.value.partition(".")
        variable = self._place.variables.find(base)
        plain = variable is not None and variable.tick is None and variable.rank is None
        if variable is None or not plain or suffix not in ("", "shown", "NAOK", "value", "code", "valueNAOK"):
            return None
        if variable.type == "none":
            raise ScriptError("no_value")
        if self._inlined is not None and variable.order >= self._inlined.before:
            raise ScriptError("later_answer")
        inserted = base.startswith("INSERTANS:")
        if variable.type == "code" and suffix != "shown" and not inserted:
            self._note(f"{{{tree.value}}}", "label_for_code")
        return f"${{{variable.name}}}"
