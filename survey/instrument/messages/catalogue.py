"""The catalogue of everything the instrument engine may say; each subject has its own module beside this one."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.answer import ANSWER
from survey.instrument.messages.answer_arabic import ANSWER_ARABIC
from survey.instrument.messages.condition import CONDITION
from survey.instrument.messages.document import DOCUMENT
from survey.instrument.messages.exchange import EXCHANGE
from survey.instrument.messages.expression import EXPRESSION
from survey.instrument.messages.lint import LINT
from survey.instrument.messages.structure import STRUCTURE
from survey.instrument.messages.wording import Wording

MESSAGES: Mapping[str, Mapping[str, Wording]] = {
    **DOCUMENT,
    **STRUCTURE,
    **CONDITION,
    **{code: {**wordings, "ar": ANSWER_ARABIC[code]} for code, wordings in ANSWER.items()},
    **EXPRESSION,
    **LINT,
    **EXCHANGE,
}
