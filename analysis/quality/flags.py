"""Home of the flag: one finding of one detector about responses, an area, an interviewer or a frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from analysis._types import IntArray
from analysis.quality.rules import RULES

SubjectKind = Literal["responses", "county", "city", "interviewer", "frame", "mode"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flag:
    """One finding.

    Attributes
    ----------
    detector : key of `RULES`
    group : evaluator group
    subject : what it is about: a device, a county, an interviewer, a source
    rows : (k,) int64, rows of the responses concerned, ascending
    evidence : numbers and words a reader needs to judge it
    """

    detector: str
    group: str
    subject_kind: SubjectKind
    subject: str
    rows: IntArray
    evidence: Mapping[str, float | int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = np.array(np.sort(self.rows), dtype=np.int64)
        rows.setflags(write=False)
        object.__setattr__(self, "rows", rows)

    @property
    def needs_decision(self) -> bool:
        """Whether two persons must decide before the results can be handed over."""
        return RULES[self.detector].needs_decision
