"""What is at hand while a survey is carried over: its variables, names in use, and the list of what was not carried."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.exchange.limesurvey.model import Question, Survey, Texts
from survey.instrument.exchange.limesurvey.reasons import REASONS
from survey.instrument.exchange.limesurvey.rewrite import Place, rewrite_condition
from survey.instrument.exchange.limesurvey.script import ScriptError
from survey.instrument.exchange.limesurvey.texts import Inlined, carry_texts
from survey.instrument.exchange.limesurvey.variables import Variable, Variables
from survey.instrument.exchange.report import NotCarried
from survey.instrument.problems import Where, shorten

MAX_LISTED = 20_000
MAX_KEPT, MAX_KEPT_CHARS = 150, 20_000
ALWAYS = ("", "1")
_KEY = re.compile(r"(attribute |default )?[\w.:\-]*( [\w.:\-]*){0,2}")

# Writes an expression of ours as ExpressionScript, or None where that cannot be done.
Writer = Callable[[str, Place], str | None]


@dataclass(kw_only=True)
class Carry:
    """One import under way. Any: parts of an instrument document."""

    survey: Survey
    variables: Variables
    write_back: Writer
    rows: list[NotCarried] = field(default_factory=list)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def note(self, where: Where, what: str, reason: str) -> None:
        """List one thing that is not carried over, or in another way."""
        if len(self.rows) < MAX_LISTED:
            row = NotCarried(where=where, what=shorten(what), reason=REASONS[reason])
            if row not in self.rows[-50:]:
                self.rows.append(row)

    def words(
        self, texts: Texts, where: Where, place: Place, inlined: Inlined | None, *, line: bool = False
    ) -> Texts:
        """Texts in all languages, cleaned."""

        def note(what: str, reason: str) -> None:
            self.note(where, what, reason)

        # In the order of the survey's languages, so that computed items are numbered the same every time.
        ordered = {tag: texts[tag] for tag in (*self.survey.languages, *texts) if tag in texts}
        return carry_texts(ordered, place, inlined, note, line=line)

    def condition(
        self, script: str, where: Where, place: Place, kept: dict[str, Any], *, key: str, lost: str
    ) -> str | None:
        """A condition rewritten; the original is kept where it could not be written back as it was.

        None where there is no condition or it cannot be carried over.
        """
        if script.strip() in ALWAYS:
            return None
        try:
            text = rewrite_condition(script, place)
        except ScriptError as error:
            self.note(where, script, error.reason)
            self.note(where, script, lost)
            keep(kept, key, script)
            return None
        if text == "true()":
            return None
        again = self.write_back(text, place)
        if again is None or _rewritten(again, place) != text:
            keep(kept, key, script)
        return text


def _rewritten(script: str, place: Place) -> str | None:
    try:
        return rewrite_condition(script, place)
    except ScriptError:
        return None


def keep(kept: dict[str, Any], key: str, value: str) -> bool:
    """Keep a value for the way back, within bounds; whether there was room."""
    fits = len(kept) < MAX_KEPT and len(value) <= MAX_KEPT_CHARS and _KEY.fullmatch(key) is not None
    if fits:
        kept[key] = value
    return fits


def section_id(gid: str) -> str:
    """The name of the section that a group becomes."""
    return f"g{gid}"


def where_of(question: Question, name: str, field_name: str | None = None) -> Where:
    """The place of a question, in the document and in the file."""
    return Where(
        section=section_id(question.gid),
        item=name,
        field=field_name,
        sheet="questions",
        column=f"qid {question.qid}"[:40],
    )


def own_place(carry: Carry, question: Question, *, dot: bool = False, this: Variable | None = None) -> Place:
    """Where expressions of a question stand."""
    return Place(variables=carry.variables, qid=question.qid, this=this, dot=dot)
