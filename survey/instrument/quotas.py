"""Which quotas of an instrument count an interview."""

from __future__ import annotations

from survey.instrument.expression import holds
from survey.instrument.path import Reach
from survey.instrument.program import Program
from survey.instrument.scope import AnswerScope
from survey.instrument.state import AnswerState


def quota_codes(program: Program, state: AnswerState) -> tuple[str, ...]:
    """The codes of the quotas whose condition is true, in the order of the document."""
    if not program.quotas:
        return ()
    scope = AnswerScope(Reach(program, state), None)
    return tuple(
        quota.code for quota in program.quotas if quota.where is not None and holds(quota.where, scope)
    )
