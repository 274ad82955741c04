"""Which quotas of an instrument count an interview."""

from __future__ import annotations

from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.expression import Node, answer_names, holds, walk
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


def decided_quota_codes(program: Program, state: AnswerState) -> tuple[str, ...]:
    """Those that count an interview under way whatever its remaining answers are.

    Every answer that the condition looks at has been given: "not yet answered" is no "no".
    """
    answered = {key.partition(UNIT_SEPARATOR)[0] for key, answer in state.answers.items() if answer}
    conditions = {quota.code: quota.where for quota in program.quotas}
    return tuple(
        code
        for code in quota_codes(program, state)
        if (where := conditions[code]) is not None
        and not any(part.op == "each" for part in walk(where))  # another turn may still change it
        and _asked_for(program, where) <= answered
    )


def _asked_for(program: Program, condition: Node) -> set[str]:
    """The items whose answers a condition looks at, also by way of computed ones."""
    found: set[str] = set()
    waiting = list(answer_names(condition))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        place = program.places.get(name)
        if name in seen or place is None:
            continue
        seen.add(name)
        if place.item.calculation is None:
            found.add(name)
        else:
            waiting.extend(answer_names(place.item.calculation))
    return found
