"""Home of where a consultation stands, and so of who may see anything of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from survey.models.consultation import Consultation


class Phase(StrEnum):
    """Only an open and an answered consultation have a public page; in every other phase there is nothing."""

    PLANNED = "planned"
    OPEN = "open"
    ANSWERING = "answering"
    """The time is over; staff write the replies."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


PUBLIC = frozenset({Phase.OPEN, Phase.ANSWERED})


def phase_of(consultation: Consultation, *, now: datetime) -> Phase:
    """Where it stands at ``now``."""
    if consultation.withdrawn_at is not None:
        return Phase.WITHDRAWN
    if consultation.answered_at is not None:
        return Phase.ANSWERED
    if now < consultation.opens_at:
        return Phase.PLANNED
    return Phase.OPEN if now < consultation.closes_at else Phase.ANSWERING
