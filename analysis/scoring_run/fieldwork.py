"""Home of what a run is told beside the answers: facts that only the platform and its registers know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.gates.inputs import Appeals, CallBacks, FrameRecord, Locking
from analysis.nonresponse.outcome_rates import Dispositions


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRecord:
    """Fieldwork of one group in one mode.

    ``eligibility`` is the share e of eligible cases among those of unknown eligibility, where it was stated
    before fieldwork; None: it is estimated in proportion to the cases of known eligibility.
    """

    group: str
    mode: str
    dispositions: Dispositions
    invited: int
    eligibility: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalScore:
    """What the performance system says about a unit: internal score 0-100, additions and deductions in points."""

    internal_score: float
    additions: float = 0.0
    deductions: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldworkInputs:
    """Facts beside the answers. What is None was not provided, and the gate that needs it cannot pass.

    Attributes
    ----------
    locking : documents with the times of locking, publishing and the first answer (G01)
    frames : sources of the frames; None lets the run use ``frame_source`` of the dataset (G02)
    modes : dispositions and invitations by group and mode (G06)
    is_nonresponse_table_published : whether the release carries it (G06)
    documented_mode_effects : (group, mode) pairs that were adjusted for and documented (G14)
    undecided_flags : flags of the removal detectors without two decisions, by group (G10)
    call_backs : checks of interviewer cases (G11)
    decided_counties : codes of counties whose coaching reports two persons have decided (G12)
    internal_scores : by unit
    appeals : the register (G17)
    manifest_digest : of the manifest this run was started from
    second_run_digest : result digest of another run of the same manifest (G15); None if there was none
    """

    locking: Locking | None = None
    frames: tuple[FrameRecord, ...] | None = None
    modes: tuple[ModeRecord, ...] | None = None
    is_nonresponse_table_published: bool = False
    documented_mode_effects: frozenset[tuple[str, str]] = frozenset()
    undecided_flags: Mapping[str, int] = field(default_factory=dict)
    call_backs: CallBacks | None = None
    decided_counties: frozenset[str] = frozenset()
    internal_scores: Mapping[str, InternalScore] = field(default_factory=dict)
    appeals: Appeals | None = None
    manifest_digest: str = ""
    second_run_digest: str | None = None
