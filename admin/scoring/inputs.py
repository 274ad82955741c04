"""What a run is told beside the answers, read from the platform's own registers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.quality.queries import settled
from admin.scoring import queries
from survey import clock
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.fieldwork import Appeal, CallBack, EligibilityEstimate, InternalScore, SamplingFrame
from survey.models.quality import Exclusion, QualityFlag
from survey.models.response import DispositionCount
from survey.models.wave import Wave

if TYPE_CHECKING:
    from analysis.gates import inputs as gate
    from analysis.scoring_run import fieldwork

INTERVIEWER_DETECTOR = "interviewer_effect"
COUNTY_DETECTORS = frozenset({"coached_county"})
FRAME_RULE = "frame_conflict"


def fieldwork_inputs(
    session: Session, cycle: Cycle, *, documents: Sequence[ContentDocument], manifest_digest: str = ""
) -> fieldwork.FieldworkInputs:
    """Everything that the gates and the annual score need beside the dataset; what is missing stays None.

    ``documents`` are those that the run goes by: framework and scoring plan.
    """
    from analysis.scoring_run.fieldwork import FieldworkInputs

    waves = queries.waves_of(session, cycle)
    scored = [wave for wave in waves if wave.evaluator_group != "open_participants"]
    groups = {wave.id: wave.evaluator_group for wave in scored}
    flags = list(session.scalars(sa.select(QualityFlag).where(QualityFlag.cycle_id == cycle.id)))
    modes = _modes(session, scored)
    return FieldworkInputs(
        locking=_locking(waves, documents),
        frames=_frames(session, groups),
        modes=modes,
        is_nonresponse_table_published=modes is not None,
        undecided_flags=_undecided(flags),
        call_backs=_call_backs(session, groups, flags),
        decided_counties=frozenset(
            flag.subject for flag in flags if flag.detector in COUNTY_DETECTORS and settled(flag) is not None
        ),
        internal_scores=_internal_scores(session, cycle),
        appeals=_appeals(session, cycle),
        manifest_digest=manifest_digest,
    )


def _locking(waves: list[Wave], documents: Sequence[ContentDocument]) -> gate.Locking | None:
    """The public page lists a document from the moment it is locked: locking is publishing."""
    from analysis.gates.inputs import Locking, LockRecord

    opened = [wave.opened_at for wave in waves if wave.opened_at is not None]
    if not opened:
        return None
    versions = {wave.version.digest: wave.version for wave in waves}
    locked = [
        *((version.instrument.code, digest, version.locked_at) for digest, version in versions.items()),
        *((row.kind, row.digest, row.locked_at) for row in documents),
    ]
    return Locking(
        documents=tuple(
            LockRecord(document=name, digest=digest, locked_at=at, published_at=at)
            for name, digest, at in sorted(locked, key=lambda each: each[0])
        ),
        first_answer_at=min(opened),
    )


def _frames(session: Session, groups: Mapping[int, str]) -> tuple[gate.FrameRecord, ...] | None:
    from analysis.gates.inputs import FrameRecord

    frames = session.scalars(
        sa.select(SamplingFrame).where(SamplingFrame.wave_id.in_(groups)).order_by(SamplingFrame.id)
    ).all()
    excluded: Counter[int] = Counter(
        dict(
            session.execute(
                sa.select(Exclusion.wave_id, sa.func.count())
                .where(Exclusion.rule == FRAME_RULE)
                .group_by(Exclusion.wave_id)
            ).all()
        )
    )
    records = []
    for frame in frames:
        is_from_unit = frame.supplied_by_unit is not None
        # An exclusion does not say which of two lists its record came from: it is counted once.
        n_excluded = min(frame.n_records, excluded[frame.wave_id]) if is_from_unit else 0
        excluded[frame.wave_id] -= n_excluded
        records.append(
            FrameRecord(
                group=groups[frame.wave_id],
                source=frame.source,
                is_from_assessed_unit=is_from_unit,
                supplier=frame.supplied_by_unit,
                n_records=frame.n_records,
                n_excluded=n_excluded,
            )
        )
    return tuple(records) or None


def _modes(session: Session, waves: list[Wave]) -> tuple[fieldwork.ModeRecord, ...] | None:
    from analysis.nonresponse.outcome_rates import Dispositions
    from analysis.scoring_run.fieldwork import ModeRecord

    annual = {wave.id: wave.evaluator_group for wave in waves if wave.period == "annual"}
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for wave_id, mode, code, n in session.execute(
        sa.select(
            DispositionCount.wave_id, DispositionCount.mode, DispositionCount.code, DispositionCount.n
        ).where(DispositionCount.wave_id.in_(annual), DispositionCount.source == "imported")
    ):
        counts[annual[wave_id], mode][code] += n
    stated = {
        (annual[row.wave_id], row.mode): float(row.e)
        for row in session.scalars(
            sa.select(EligibilityEstimate).where(EligibilityEstimate.wave_id.in_(annual))
        )
        if row.origin != "proportional"  # in proportion: the run works it out from the counts itself
    }
    return (
        tuple(
            ModeRecord(
                group=group,
                mode=mode,
                dispositions=Dispositions(
                    complete=found["I"],
                    partial=found["P"],
                    refusal=found["R"],
                    noncontact=found["NC"],
                    other=found["O"],
                    unknown_household=found["UH"],
                    unknown_other=found["UO"],
                    not_eligible=found["NE"],
                ),
                invited=found["invited"] or sum(n for code, n in found.items() if code != "invited"),
                eligibility=stated.get((group, mode)),
            )
            for (group, mode), found in sorted(counts.items())
        )
        or None
    )


def _undecided(flags: list[QualityFlag]) -> dict[str, int]:
    """Open flags of the detectors that may remove records, by group; the other gates count theirs."""
    elsewhere = COUNTY_DETECTORS | {INTERVIEWER_DETECTOR, FRAME_RULE}
    return dict(
        Counter(
            flag.evaluator_group
            for flag in flags
            if flag.needs_decision and flag.detector not in elsewhere and settled(flag) is None
        )
    )


def _call_backs(
    session: Session, groups: Mapping[int, str], flags: list[QualityFlag]
) -> gate.CallBacks | None:
    from analysis.gates.inputs import CallBacks

    cases, checked, confirmed = session.execute(
        sa.select(
            sa.func.sum(CallBack.n_cases), sa.func.sum(CallBack.n_checked), sa.func.sum(CallBack.n_confirmed)
        ).where(CallBack.wave_id.in_(groups))
    ).one()
    if not cases:  # no row, or no interviewer worked
        return None
    return CallBacks(
        interviewer_cases=int(cases),
        checked=int(checked),
        confirmed=int(confirmed),
        undecided_flags=sum(
            flag.detector == INTERVIEWER_DETECTOR and flag.needs_decision and settled(flag) is None
            for flag in flags
        ),
    )


def _internal_scores(session: Session, cycle: Cycle) -> dict[str, fieldwork.InternalScore]:
    from analysis.scoring_run.fieldwork import InternalScore as Given

    return {
        row.unit_code: Given(
            internal_score=float(row.internal_score),
            additions=float(row.additions),
            deductions=float(row.deductions),
        )
        for row in session.scalars(sa.select(InternalScore).where(InternalScore.cycle_id == cycle.id))
    }


def _appeals(session: Session, cycle: Cycle) -> gate.Appeals | None:
    """The imported register: its window, then one row an appeal. Without a register there is no input."""
    from analysis.gates.inputs import Appeals

    entries = session.scalars(sa.select(Appeal).where(Appeal.cycle_id == cycle.id)).all()
    windows = [entry for entry in entries if entry.ground is None]
    if not windows:
        return None
    cases = [entry for entry in entries if entry.ground is not None]
    return Appeals(
        is_window_closed=all(_is_over(session, window) for window in windows),
        cases=len(cases),
        undecided=sum(case.status != "decided" for case in cases),
    )


def _is_over(session: Session, window: Appeal) -> bool:
    """Closed in the register, and its last day past by the one clock."""
    zone = session.scalar(sa.select(Wave.time_zone).limit(1)) or "UTC"
    return window.status == "closed" and clock.today(session, zone) > date.fromisoformat(
        window.facts["closes_on"]
    )
