"""Home of pure decisions about cases: who interviews which, and what an attempt may lead to."""

from __future__ import annotations

import random
from collections.abc import Sequence

WAYS = ("visit", "telephone")
PARTS_OF_DAY = ("morning", "afternoon", "evening")
APPOINTMENT = "appointment"
CODES = ("NC", APPOINTMENT, "R", "P", "O", "UH", "UO")
"""What came of an attempt: not contacted, an appointment, and the outcomes of AAPOR."""
FINAL = frozenset(CODES) - {APPOINTMENT}
"""What a case may end with; that it was interviewed is known from its used right to answer."""
INTERVIEW = "I"
CHECKED = ("confirmed", "not_confirmed", "not_reached")


def deal(n_cases: int, interviewers: Sequence[int], *, rng: random.Random) -> list[int]:
    """Of each case the interviewer, drawn so that their numbers differ by one at most."""
    if not interviewers:
        return []
    dealt = [interviewers[place % len(interviewers)] for place in range(n_cases)]
    rng.shuffle(dealt)
    return dealt


def final_code(*, is_held: bool, outcome: str | None, attempts: Sequence[str]) -> str:
    """The disposition of a case once its wave is over: of what was left under way the last attempt decides.

    A case that nobody tried is one of which it is not known whether anybody lives there.
    """
    if is_held:
        return INTERVIEW
    if outcome is not None:
        return outcome
    if not attempts:
        return "UH"
    return "NC" if attempts[-1] == APPOINTMENT else attempts[-1]


def part_of_day(hour: int) -> str:
    """The part of the day that an hour belongs to."""
    if hour < 12:
        return PARTS_OF_DAY[0]
    return PARTS_OF_DAY[1] if hour < 18 else PARTS_OF_DAY[2]
