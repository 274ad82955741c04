"""Which options an answer may come from: those assigned, those of the mode, those that a choice filter lets through."""

from __future__ import annotations

from survey.instrument.computing import filtered
from survey.instrument.path import Reach, assigned_units
from survey.instrument.program import INTERVIEWER_MODES, Item, Option, Program
from survey.instrument.state import AnswerState


def is_interviewer(state: AnswerState) -> bool:
    """Whether an interviewer fills in the answers, who may code a refusal."""
    return state.context.get("mode") in INTERVIEWER_MODES


def offered_options(
    program: Program,
    item: Item,
    state: AnswerState,
    *,
    unit: str | None = None,
    reach: Reach | None = None,
) -> tuple[Option, ...]:
    """The options an answer may come from, in the order of the document; areas have none of their own.

    ``reach`` saves its making where the caller has one for the same state.
    """
    options = item.options
    if item.declines:
        assigned = set(assigned_units(program, state))
        return tuple(option for option in options if option.code in assigned)
    if item.has_interviewer_options and not is_interviewer(state):
        options = tuple(option for option in options if not option.interviewer_only)
    if item.choice_filter is not None:
        options = filtered(reach or Reach(program, state), item.choice_filter, options, unit)
    return options
