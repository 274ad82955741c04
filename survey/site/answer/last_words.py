"""What a questionnaire says at its end: on the receipt, or before it is sent where the words name answers."""

from __future__ import annotations

from survey.instrument.path import Reach
from survey.instrument.piping import has_holes
from survey.instrument.program import Program, Words
from survey.instrument.speaking import Speaker
from survey.kit.tongues import tongue
from survey.site.answer.respondent import Mine

_RECEIPT = "{receipt}"
_LEFT_TO_RIGHT = "\u200e"
"""Keeps the last sign of a code at its end, also between words that run the other way."""


def on_receipt(program: Program, printed: str) -> Words | None:
    """The closing text with the code of the receipt; None where it names answers, which nobody can read by now."""
    words = program.closing
    return None if has_holes(words) else _with(words, printed)


def before_sending(mine: Mine) -> Words | None:
    """The closing text with the answers it names; None where it names none and stands on the receipt."""
    words = mine.program.closing
    if not has_holes(words):
        return None
    reach = Reach(mine.program, mine.draft.document.state)
    return _with(Speaker(reach, None, None).fill(words), "")


def _with(words: Words, printed: str) -> Words:
    ends = {language: _LEFT_TO_RIGHT if tongue(language).dir == "rtl" else "" for language in words}
    return {code: text.replace(_RECEIPT, printed + ends[code]).strip() for code, text in words.items()}
