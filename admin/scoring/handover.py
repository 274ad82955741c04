"""The hand-over: one record of all units, signed by two persons in two roles, sealed as a JSON file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.scoring import queries, rules
from survey import audit, clock, ids
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.ledger import notes
from survey.ledger.canonical import digest_of
from survey.ledger.checkpoint import platform_signer
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.people import User
from survey.models.scoring import CounterSignature, HandOver, Run
from survey.ports import KeyStore

SCHEMA = "minyi/hand-over/1"
SIGNED_SCHEMA = "minyi/signed-hand-over/1"
#: The file of a run that holds what was found before its gates were judged against a second run.
GATES_FILE = "gates.json"
Document = dict[str, Any]  # Any: a JSON document


def prepare(session: Session, run: Run, *, results: Mapping[str, Any], actor: Actor) -> HandOver:
    """Make the record of ``run``. Raises Conflict with the gates in the way, or where it exists already."""
    rules.refuse_unready(run, queries.gate_answers(session, run))
    if queries.hand_over_of(session, run) is not None:
        raise Conflict(
            "handover_exists", zh="这次计算已有移交记录。", en="This run has a hand-over record already."
        )
    newest = queries.runs_of(session, session.get_one(Cycle, run.cycle_id))
    rules.refuse_superseded(run, [other.number for other in newest if other.status == "done"])
    document = record_of(session, run, results=results)
    hand_over = HandOver(
        public_id=ids.public_id(),
        run_id=run.id,
        status="prepared",
        document=document,
        digest=digest_of(document),
        prepared_at=clock.now(session),
    )
    session.add(hand_over)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="handover.prepare",
        on=f"handover:{hand_over.public_id}",
        after={"digest": hand_over.digest},
        run=run.public_id,
    )
    return hand_over


def countersign(
    session: Session, hand_over: HandOver, *, role: Role, actor: Actor, keys: KeyStore
) -> CounterSignature:
    """Sign the record in one role; with the last required signature the file is sealed.

    Raises Forbidden (no such role, own plan, not a person) or Conflict (this role or person has signed, the
    file is sealed, the record or the gates of its run were changed since).
    """
    signed = [(signature.role, signature.user_id) for signature in hand_over.signatures]
    rules.refuse_signature(
        role=role, actor=actor, signed=signed, has_edited_plan=has_edited_plan(session, actor)
    )
    _refuse_changed(session, hand_over)
    assert actor.user_id is not None  # refuse_signature saw a person
    signature = CounterSignature(
        user_id=actor.user_id, role=role.value, digest=hand_over.digest, signed_at=clock.now(session)
    )
    hand_over.signatures.append(signature)
    session.flush()
    audit.record(
        session,
        actor.ref,
        act="handover.sign",
        on=f"handover:{hand_over.public_id}",
        after={"role": role.value, "digest": hand_over.digest},
    )
    if {each.role for each in hand_over.signatures} >= rules.REQUIRED_SIGNERS:
        hand_over.signed_file = _seal(session, hand_over, keys=keys)
        hand_over.status = "signed"
        session.flush()
        audit.record(
            session,
            actor.ref,
            act="handover.seal",
            on=f"handover:{hand_over.public_id}",
            after={"note": hand_over.signed_file["note"]},
        )
    return signature


def record_of(session: Session, run: Run, *, results: Mapping[str, Any]) -> Document:
    """The record: plan, every unit's numbers with what they are made of, ranks, gates and answers.

    It carries what its digests are taken over, so that whoever receives it needs nothing else to check it.
    """
    plan = queries.document_of_run(session, run, "scoring").document
    province = queries.document_of_run(session, run, "province").document
    cycle = session.get_one(Cycle, run.cycle_id)
    answers = queries.gate_answers(session, run)
    return {
        "schema": SCHEMA,
        "cycle": cycle.code,
        "year": cycle.year,
        "run": {
            "id": run.public_id,
            "number": run.number,
            "manifest_digest": digest_of(run.manifest),
            "result_digest": run.result_digest,
            "plan_digest": run.plan_digest,
            "dataset_digest": run.manifest["dataset"],
        },
        "manifest": run.manifest,
        "outputs": {name: digest for name, digest in run.outputs.items() if name != GATES_FILE},
        "plan": plan,
        "rules": rules_of(plan),
        "assessed_units": {unit["id"]: unit["class"] for unit in province["assessed_units"]},
        "units": [_unit(entry, year=cycle.year) for entry in results["units"]],
        "ranks": results["ranks"],
        "gates": [{"id": gate.gate, "level": gate.level, "status": gate.status} for gate in run.gates],
        "answers": {gate: {"zh": a.text_zh, "en": a.text_en} for gate, a in sorted(answers.items())},
    }


def rules_of(plan: Mapping[str, Any]) -> Document:
    """The rules of a scoring plan by which the numbers of a record follow from one another."""
    return {
        "evaluator_weights": plan["evaluator_weights"],
        "missing_group_rule": plan["missing_group_rule"],
        "periods": plan["periods"],
        "external_weights": plan["external_component"]["weight_in_annual_score"],
        "grades": plan["grades"]["thresholds"],
        "additions_max": plan["adjustments"]["total_additions_max"],
        "deductions_max": plan["adjustments"]["total_deductions_max"],
        "coverage": plan["ranking"]["coverage"],
    }


def has_edited_plan(session: Session, actor: Actor) -> bool:
    """Whether this person loaded any version of the scoring plan."""
    edited = sa.select(ContentDocument.id).where(
        ContentDocument.kind == "scoring", ContentDocument.edited_by == actor.ref
    )
    return session.scalar(edited.limit(1)) is not None


def signing_name(cycle: str) -> str:
    """The name under which the platform signs hand-overs of a cycle."""
    return f"minyi/{cycle}/hand-over"


def _refuse_changed(session: Session, hand_over: HandOver) -> None:
    if hand_over.signed_file is not None:
        raise Conflict("handover_sealed", zh="移交文件已经封存。", en="The hand-over file is sealed.")
    if digest_of(hand_over.document) != hand_over.digest:
        raise Conflict(
            "record_changed",
            zh="移交记录与登记的摘要值不符，不能会签。请通知审计员。",
            en="The record does not match its digest and cannot be signed. Tell the auditor.",
        )
    run = session.get_one(Run, hand_over.run_id)
    rules.refuse_unready(run, queries.gate_answers(session, run))


def _unit(entry: Mapping[str, Any], *, year: int) -> Document:
    score = entry.get("score") or {}
    return {
        "unit_id": entry["unit"],
        "year": year,
        "class": entry["class"],
        "is_scorable": entry["is_scorable"],
        "reason": entry["reason"],
        "composite": entry.get("composite"),
        "standard_error": entry.get("se"),
        "ci_low": entry.get("ci_low"),
        "ci_high": entry.get("ci_high"),
        "n_valid": entry.get("n_valid"),
        "n_effective": entry.get("n_effective"),
        "groups_used": sorted(entry["weights_used"]),
        "weights_used": entry["weights_used"],
        "terms": entry["terms"],
        "annual": entry.get("annual"),
        "peacetime": entry.get("peacetime"),
        "period_weights": entry.get("period_weights"),
        "grade": entry.get("grade"),
        "borderline": entry.get("borderline"),
        "rank_low": entry.get("rank_low"),
        "rank_high": entry.get("rank_high"),
        "external_weight": entry.get("external_weight"),
        "external_points": entry.get("external_points"),
        "internal_score": score.get("internal_score"),
        "additions": score.get("additions"),
        "deductions": score.get("deductions"),
        "annual_score": score.get("annual_score"),
    }


def _seal(session: Session, hand_over: HandOver, *, keys: KeyStore) -> Document:
    """The signed file: the record, who signed it, and the platform's Ed25519 signature over both."""
    signers = [signature.user_id for signature in hand_over.signatures]
    people = {person.id: person for person in session.scalars(sa.select(User).where(User.id.in_(signers)))}
    signatures = [
        {
            "role": signature.role,
            "signed_by": people[signature.user_id].username,
            "organisation": people[signature.user_id].organisation,
            "signed_at": signature.signed_at.isoformat(),
            "digest": signature.digest,
        }
        for signature in hand_over.signatures
    ]
    name = signing_name(hand_over.document["cycle"])
    private = platform_signer(keys)
    text = note_text(name, digest=hand_over.digest, signatures=signatures)
    note = notes.Note(text=text, signatures=(notes.sign(text, name=name, private=private),))
    return {
        "schema": SIGNED_SCHEMA,
        "record": hand_over.document,
        "digest": hand_over.digest,
        "signatures": signatures,
        "note": note.encode(),
        "key": notes.verifier_key(name, private).fingerprint,
    }


def note_text(name: str, *, digest: str, signatures: list[Document]) -> str:
    """What the platform signs: name, digest of the record, digest of the persons' signatures."""
    return f"{name}\n{digest}\n{digest_of(signatures)}\n"
