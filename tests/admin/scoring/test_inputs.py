"""What a run is told beside the answers: each register as it stands, and None for what was never handed in."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.scoring import inputs, queries
from analysis.scoring_run.fieldwork import FieldworkInputs
from survey.models.fieldwork import Appeal, CallBack, EligibilityEstimate, InternalScore, SamplingFrame
from survey.models.quality import Exclusion, QualityFlag
from survey.models.response import DispositionCount, Response
from survey.models.wave import Wave
from tests.admin import chain


def told(session: Session) -> FieldworkInputs:
    session.flush()
    documents = [queries.document_in_force(session, kind) for kind in ("framework", "scoring")]
    return inputs.fieldwork_inputs(session, chain.cycle_of(session), documents=documents)


def test_every_register_arrives_as_it_was_handed_in(sealed: chain.World) -> None:
    with sealed.work() as session:
        found = told(session)
    assert found.locking is not None
    assert {record.document for record in found.locking.documents} >= {
        "residents",
        "service_users",
        "scoring",
        "framework",
    }
    assert all(record.locked_at <= found.locking.first_answer_at for record in found.locking.documents)
    modes = {(mode.group, mode.mode): mode for mode in found.modes or ()}
    assert modes["residents", "web"].invited == 300
    assert modes["residents", "web"].dispositions.complete == 83
    assert modes["residents", "web"].eligibility is None
    assert (found.call_backs.interviewer_cases, found.call_backs.checked) == (40, 6)  # type: ignore[union-attr]  # given
    assert found.internal_scores["edu"].internal_score == 82.5
    assert found.appeals is not None
    assert (found.appeals.is_window_closed, found.appeals.cases) == (True, 0)


def test_what_was_never_handed_in_is_none_and_not_zero(sealed: chain.World) -> None:
    with sealed.work() as session:
        for model in (SamplingFrame, CallBack, DispositionCount, EligibilityEstimate, InternalScore, Appeal):
            session.execute(sa.delete(model))
        session.execute(sa.update(Wave).values(opened_at=None))
        session.expire_all()
        found = told(session)
        session.rollback()
    assert (found.frames, found.call_backs, found.modes, found.appeals, found.locking) == (None,) * 5
    assert found.internal_scores == {}
    assert not found.is_nonresponse_table_published


def test_an_appeal_window_whose_last_day_has_not_passed_is_open_whatever_the_file_says(
    sealed: chain.World,
) -> None:
    sealed.stand_at(chain.SCORED.replace(month=10, day=16))
    with sealed.work() as session:
        appeals = told(session).appeals
    assert appeals is not None
    assert not appeals.is_window_closed
    sealed.stand_at(chain.SCORED.replace(month=10, day=17))
    with sealed.work() as session:
        session.add(
            Appeal(
                cycle_id=chain.cycle_of(session).id,
                unit_code="edu",
                ground="calculation_error",
                status="received",
                facts={},
            )
        )
        appeals = told(session).appeals
    assert appeals is not None
    assert (appeals.is_window_closed, appeals.cases, appeals.undecided) == (True, 1, 1)


def test_one_exclusion_answers_for_one_record_of_an_offered_list(sealed: chain.World) -> None:
    with sealed.work() as session:
        wave = session.scalars(sa.select(Wave).where(Wave.code == "residents-2026")).one()
        session.add_all(
            SamplingFrame(wave_id=wave.id, source="assessed_unit", supplied_by_unit=unit, n_records=2)
            for unit in ("edu", "city_east")
        )
        flag = QualityFlag(
            cycle_id=chain.cycle_of(session).id,
            detector="frame_conflict",
            evaluator_group="residents",
            subject_kind="frame",
            subject="assessed_unit",
            evidence={},
            needs_decision=True,
            raised_at=wave.opened_at,
        )
        session.add(flag)
        session.flush()
        for response in session.scalars(sa.select(Response).where(Response.wave_id == wave.id).limit(3)):
            session.add(
                Exclusion(
                    response_id=response.id,
                    wave_id=wave.id,
                    leaf_index=response.leaf_index,
                    rule="frame_conflict",
                    flag_id=flag.id,
                    decided_at=wave.opened_at,
                )
            )
        offered = [(f.n_records, f.n_excluded) for f in told(session).frames or () if f.is_from_assessed_unit]
        session.rollback()
    assert offered == [(2, 2), (2, 1)]


def test_open_flags_count_at_the_gate_they_belong_to(sealed: chain.World) -> None:
    with sealed.work() as session:
        wave = session.scalars(sa.select(Wave).limit(1)).one()
        for detector, kind, needs in (
            ("duplicate_device", "responses", True),
            ("speeding", "responses", False),
            ("coached_county", "county", True),
            ("interviewer_effect", "interviewer", True),
        ):
            session.add(
                QualityFlag(
                    cycle_id=chain.cycle_of(session).id,
                    detector=detector,
                    evaluator_group="residents",
                    subject_kind=kind,
                    subject="x",
                    evidence={},
                    needs_decision=needs,
                    raised_at=wave.opened_at,
                )
            )
        found = told(session)
        session.rollback()
    assert found.undecided_flags == {"residents": 1}
    assert found.call_backs is not None
    assert found.call_backs.undecided_flags == 1
    assert found.decided_counties == frozenset()
