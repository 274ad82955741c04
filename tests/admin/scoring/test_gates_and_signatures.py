"""What stands between a run and its hand-over: gates that nobody waives, answers, two persons in two roles."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.scoring import handover, queries, rules, services
from survey.errors import Conflict, Forbidden, HouseError, Invalid
from survey.identity import users
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.audit import AuditEvent
from survey.models.content import ContentDocument
from survey.models.people import User
from survey.models.scoring import CounterSignature, GateAnswer, GateOutcome, HandOver, Run
from tests.admin import chain

BLOCK = [f"G{n:02d}" for n in (1, 2, 3, 4, 5, 10, 11, 12, 15, 16, 17)]


def newest(session: Session) -> Run:
    return queries.runs_of(session, chain.cycle_of(session))[0]


def refused(act: Callable[[], object]) -> HouseError:
    with pytest.raises(HouseError) as error:
        act()
    return error.value


def answer(
    session: Session, gate: str, *, name: str = "qing", zh: str = "已核查。", en: str = "Looked into."
) -> None:
    services.answer_warning(
        session, newest(session), gate=gate, text_zh=zh, text_en=en, actor=chain.someone(session, name)
    )


@pytest.mark.parametrize("status", ["fail", "no_input", "warn"])
@pytest.mark.parametrize("gate", BLOCK)
def test_no_block_gate_is_passed_by_anyone(scored: chain.World, gate: str, status: str) -> None:
    chain.answer_warnings(scored)
    with scored.work() as session:
        run = newest(session)
        session.execute(
            sa.update(GateOutcome)
            .where(GateOutcome.run_id == run.id, GateOutcome.gate == gate)
            .values(status=status)
        )
        session.expire_all()
        results = services.read_results(run, data_dir=scored.settings.data_dir)
        everything = Actor(ref="user:qing", user_id=1, roles=frozenset(Role))
        for actor in (everything, Actor.command("root"), Actor.job("any")):
            error = refused(lambda actor=actor: handover.prepare(session, run, results=results, actor=actor))
            assert (error.code, gate in error.message("zh"), gate in error.message("en")) == (
                "gates_block",
                True,
                True,
            )
            answered = refused(
                lambda actor=actor: services.answer_warning(
                    session, run, gate=gate, text_zh="放行。", text_en="Let it pass.", actor=actor
                )
            )
            assert answered.code in {"not_a_warning", "may_not_answer"}
        assert session.scalars(sa.select(HandOver)).all() == []


@pytest.mark.parametrize("level", ["block", "fatal", ""])
def test_the_database_itself_holds_no_answer_to_a_block_gate(scored: chain.World, level: str) -> None:
    with scored.work() as session:
        run, user = newest(session), session.scalars(sa.select(User)).first()
        assert user is not None
        row = GateAnswer(
            run_id=run.id,
            gate="G04",
            level=level,
            text_zh="放行",
            text_en="pass",
            user_id=user.id,
            answered_at=run.requested_at,
        )
        session.add(row)
        with pytest.raises(sa.exc.IntegrityError, match="only_warnings_are_answered"):
            session.flush()
        session.rollback()


def test_a_row_that_claims_to_answer_a_block_gate_does_not_open_it(scored: chain.World) -> None:
    """Somebody with SQL marks the answer as one to a warning: the gate still counts as what it is."""
    chain.answer_warnings(scored)
    with scored.work() as session:
        run, user = newest(session), session.scalars(sa.select(User)).first()
        assert user is not None
        session.execute(sa.update(GateOutcome).where(GateOutcome.gate == "G04").values(status="fail"))
        session.add(
            GateAnswer(
                run_id=run.id,
                gate="G04",
                text_zh="放",
                text_en="x",
                user_id=user.id,
                answered_at=run.requested_at,
            )
        )
        session.flush()
        session.expire_all()
        assert refused(lambda: chain_prepare(scored, session)).code == "gates_block"


def chain_prepare(world: chain.World, session: Session) -> HandOver:
    run = newest(session)
    results = services.read_results(run, data_dir=world.settings.data_dir)
    return handover.prepare(session, run, results=results, actor=chain.someone(session, "yuan"))


def test_every_warning_needs_a_written_answer_in_both_languages(scored: chain.World) -> None:
    with scored.work() as session:
        assert rules.open_warnings(newest(session), ()) == ["G07", "G08"]
        error = refused(lambda: chain_prepare(scored, session))
        assert (error.code, "G07, G08" in error.message("en")) == ("warnings_unanswered", True)
        for wrong in ({"zh": " "}, {"en": ""}, {"en": "x" * 2001}):
            with pytest.raises(Invalid):
                answer(session, "G07", **wrong)
        assert isinstance(refused(lambda: answer(session, "G07", name="yuan")), Forbidden)
        assert refused(lambda: answer(session, "G06")).code == "not_a_warning", "it passed"
        answer(session, "G07")
        assert refused(lambda: answer(session, "G07")).code == "answered"
        assert refused(lambda: chain_prepare(scored, session)).code == "warnings_unanswered"
        answer(session, "G08")
        record = chain_prepare(scored, session)
        assert set(record.document["answers"]) == {"G07", "G08"}
        events = session.scalars(sa.select(AuditEvent.act).where(AuditEvent.act == "gate.answer")).all()
        assert len(events) == 2


def test_only_a_finished_and_newest_run_is_handed_over_and_once(scored: chain.World) -> None:
    chain.answer_warnings(scored)
    with scored.work() as session:
        run = newest(session)
        for status in ("queued", "running", "failed"):
            run.status = status
            assert refused(lambda: chain_prepare(scored, session)).code == "run_not_done"
        run.status = "done"
        later = Run(
            public_id="later",
            cycle_id=run.cycle_id,
            number=2,
            dataset_id=run.dataset_id,
            plan_digest=run.plan_digest,
            seed=1,
            status="failed",
            requested_by="user:qing",
            requested_at=run.requested_at,
        )
        session.add(later)
        session.flush()
        results = services.read_results(run, data_dir=scored.settings.data_dir)
        actor = chain.someone(session, "yuan")
        later.status = "done"
        session.flush()
        assert (
            refused(lambda: handover.prepare(session, run, results=results, actor=actor)).code
            == "run_superseded"
        )
        later.status = "failed"
        session.flush()
        handover.prepare(session, run, results=results, actor=actor)
        assert (
            refused(lambda: handover.prepare(session, run, results=results, actor=actor)).code
            == "handover_exists"
        )


@pytest.fixture
def prepared(scored: chain.World) -> chain.World:
    chain.answer_warnings(scored)
    chain.prepare(scored)
    return scored


def countersign(world: chain.World, name: str, role: Role, **changes: object) -> None:
    with world.work() as session:
        record = session.scalars(sa.select(HandOver)).one()
        actor = dataclasses.replace(chain.someone(session, name), **changes)  # type: ignore[arg-type]  # fields of an actor
        handover.countersign(session, record, role=role, actor=actor, keys=world.keys)


def state(world: chain.World) -> tuple[str, bool, list[str]]:
    with world.work() as session:
        record = session.scalars(sa.select(HandOver)).one()
        return record.status, record.signed_file is not None, [s.role for s in record.signatures]


def test_two_persons_in_two_roles_seal_the_file_whichever_comes_first(prepared: chain.World) -> None:
    countersign(prepared, "guan", Role.OBSERVER)
    countersign(prepared, "yuan", Role.PERFORMANCE_LEAD)
    assert state(prepared) == ("prepared", False, ["observer", "performance_lead"])
    countersign(prepared, "qing", Role.STATISTICIAN)
    assert state(prepared) == ("signed", True, ["observer", "performance_lead", "statistician"])
    with prepared.work() as session:
        acts = session.scalars(
            sa.select(AuditEvent.act).where(AuditEvent.act.like("handover.%")).order_by(AuditEvent.n)
        )
        assert list(acts) == ["handover.prepare", *["handover.sign"] * 3, "handover.seal"]


def test_nobody_signs_twice_or_in_a_role_they_do_not_hold(prepared: chain.World) -> None:
    both = frozenset({Role.STATISTICIAN, Role.PERFORMANCE_LEAD})
    for name, role, changes, code in (
        ("qing", Role.PERFORMANCE_LEAD, {}, "not_a_signer"),
        ("ming", Role.ANALYST, {}, "not_a_signer"),
        ("qing", Role.STATISTICIAN, {"user_id": None}, "not_a_signer"),
    ):
        assert refused(lambda n=name, r=role, c=changes: countersign(prepared, n, r, **c)).code == code
    countersign(prepared, "qing", Role.STATISTICIAN, roles=both)
    assert (
        refused(lambda: countersign(prepared, "qing", Role.PERFORMANCE_LEAD, roles=both)).code
        == "person_signed"
    )
    assert refused(lambda: countersign(prepared, "yuan", Role.STATISTICIAN, roles=both)).code == "role_signed"
    assert state(prepared) == ("prepared", False, ["statistician"])


def test_the_database_too_holds_one_signature_a_person_and_a_role(prepared: chain.World) -> None:
    countersign(prepared, "qing", Role.STATISTICIAN)
    with prepared.work() as session:
        first = session.scalars(sa.select(CounterSignature)).one()
        other = session.scalars(sa.select(User.id).where(User.username == "yuan")).one()
        for user_id, role in ((first.user_id, "performance_lead"), (other, "statistician")):
            row = CounterSignature(
                hand_over_id=first.hand_over_id,
                user_id=user_id,
                role=role,
                digest="x",
                signed_at=first.signed_at,
            )
            nested = session.begin_nested()
            session.add(row)
            with pytest.raises(sa.exc.IntegrityError):
                session.flush()
            nested.rollback()


def test_whoever_edited_the_plan_does_not_sign(prepared: chain.World) -> None:
    with prepared.work() as session:
        editor = session.scalars(
            sa.select(ContentDocument.edited_by).where(ContentDocument.kind == "scoring")
        ).one()
        assert editor == "user:zhou"
        users.set_roles(
            session,
            session.scalars(sa.select(User.id).where(User.username == "zhou")).one(),
            roles=[Role.STATISTICIAN],
            actor=chain.COMMAND,
        )
    error = refused(lambda: countersign(prepared, "zhou", Role.STATISTICIAN))
    assert (error.status, error.code) == (403, "edited_plan")
    assert state(prepared) == ("prepared", False, [])


def test_a_sealed_file_takes_no_further_signature(prepared: chain.World) -> None:
    countersign(prepared, "qing", Role.STATISTICIAN)
    countersign(prepared, "yuan", Role.PERFORMANCE_LEAD)
    assert refused(lambda: countersign(prepared, "guan", Role.OBSERVER)).code == "handover_sealed"


def test_a_record_or_gate_that_changed_after_preparing_is_not_signed(prepared: chain.World) -> None:
    countersign(prepared, "qing", Role.STATISTICIAN)
    with prepared.work() as session:
        session.execute(sa.update(GateOutcome).where(GateOutcome.gate == "G17").values(status="fail"))
    assert refused(lambda: countersign(prepared, "yuan", Role.PERFORMANCE_LEAD)).code == "gates_block"
    with prepared.work() as session:
        session.execute(sa.update(GateOutcome).where(GateOutcome.gate == "G17").values(status="pass"))
        record = session.scalars(sa.select(HandOver)).one()
        document = dict(record.document)
        document["units"] = document["units"][1:]
        record.document = document
    assert refused(lambda: countersign(prepared, "yuan", Role.PERFORMANCE_LEAD)).code == "record_changed"
    assert isinstance(refused(lambda: countersign(prepared, "yuan", Role.PERFORMANCE_LEAD)), Conflict)
