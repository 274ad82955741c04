"""Checking a hand-over file away from the server: signature, digests, and every number that can be redone.

Needs nothing but the file. What it cannot redo it names, and never calls it verified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admin.scoring import verify_units
from admin.scoring.handover import SCHEMA, SIGNED_SCHEMA, note_text, rules_of, signing_name
from admin.scoring.rules import OPTIONAL_SIGNERS, REQUIRED_SIGNERS
from survey.ledger import notes
from survey.ledger.canonical import BadJsonError, NotCanonicalError, digest_of, parse_json

Record = Mapping[str, Any]  # Any: a JSON document
NOT_REDONE = (
    "rank sets (they need the covariance of the run)",
    "the indices inside the terms and of peacetime, their bases and standard errors (they need the answers)",
    "the gates' evidence",
)
MAX_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_good: bool
    detail: str = ""


def verify_file(content: bytes, *, fingerprint: str | None = None) -> list[Check]:
    """Every check on a signed hand-over file; the first failing ones say what is wrong.

    ``fingerprint`` is the key as it was announced; without it, only the file's own key is used, and that
    shows no more than that the file was not changed after signing.
    """
    if len(content) > MAX_BYTES:
        return [Check(name="file", is_good=False, detail=f"more than {MAX_BYTES} bytes")]
    try:
        signed = parse_json(content)
    except BadJsonError as error:
        return [Check(name="file", is_good=False, detail=f"not strict JSON: {error}")]
    if not isinstance(signed, dict) or signed.get("schema") != SIGNED_SCHEMA:
        return [Check(name="file", is_good=False, detail=f"not a {SIGNED_SCHEMA} file")]
    checks: list[Check] = []
    try:
        checks.extend(_checks(signed, fingerprint))
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, ArithmeticError) as error:
        checks.append(Check(name="file", is_good=False, detail=f"a part is missing or malformed: {error!r}"))
    return checks


def _checks(signed: Record, fingerprint: str | None) -> list[Check]:
    record: Record = signed["record"]
    checks = [
        Check(name="schema", is_good=record.get("schema") == SCHEMA, detail=str(record.get("schema"))),
        _digest("digest", record, stated=signed["digest"]),
        _signature(signed, record, fingerprint),
        *_signers(signed),
        *_provenance(record),
        *_gates(record),
        *_units(record),
        *_ranks(record),
    ]
    for unit in record["units"]:
        problems = list(verify_units.problems(unit, record["rules"], year=record["year"]))
        state = "recomputed" if unit["is_scorable"] else f"not scorable: {unit['reason']}"
        checks.append(
            Check(name=f"unit {unit['unit_id']}", is_good=not problems, detail="; ".join(problems) or state)
        )
    return checks


def _digest(name: str, document: Record, *, stated: str) -> Check:
    try:
        found = digest_of(dict(document))
    except NotCanonicalError as error:
        return Check(name=name, is_good=False, detail=str(error))
    return Check(name=name, is_good=found == stated, detail=found)


def _signature(signed: Record, record: Record, fingerprint: str | None) -> Check:
    try:
        key = notes.VerifierKey.parse(fingerprint or signed["key"])
        note = notes.parse(signed["note"])
        good = notes.signers(note, [key])
    except notes.BadNoteError as error:
        return Check(name="signature", is_good=False, detail=str(error))
    name = signing_name(record["cycle"])
    expected = note_text(name, digest=signed["digest"], signatures=list(signed["signatures"]))
    whose = "the announced key" if fingerprint else "the key in the file (compare it with the announced one)"
    is_good = good == (name,) and note.text == expected and signed["key"] == key.fingerprint
    return Check(name="signature", is_good=is_good, detail=f"{key.fingerprint} — {whose}")


def _signers(signed: Record) -> Iterator[Check]:
    signatures = signed["signatures"]
    roles = [signature["role"] for signature in signatures]
    people = [signature["signed_by"] for signature in signatures]
    are_known = set(roles) <= REQUIRED_SIGNERS | OPTIONAL_SIGNERS and len(set(roles)) == len(roles)
    yield Check(
        name="two roles",
        is_good=set(roles) >= REQUIRED_SIGNERS and are_known,
        detail=", ".join(map(str, roles)),
    )
    yield Check(
        name="two persons",
        is_good=len(set(people)) == len(people) >= 2 and all(people),
        detail=", ".join(map(str, people)),
    )
    yield Check(name="signed digest", is_good=all(each["digest"] == signed["digest"] for each in signatures))
    moments = [datetime.fromisoformat(each["signed_at"]) for each in signatures]
    yield Check(
        name="signed in order",
        is_good=moments == sorted(moments) and all(moment.tzinfo for moment in moments),
    )


def _provenance(record: Record) -> Iterator[Check]:
    """What the record says it was computed from, and that its rules are those of the locked plan."""
    run, manifest, plan = record["run"], record["manifest"], record["plan"]
    yield _digest("manifest digest", manifest, stated=run["manifest_digest"])
    yield _digest("result digest", record["outputs"], stated=run["result_digest"])
    yield _digest("plan digest", plan, stated=run["plan_digest"])
    yield Check(
        name="manifest names plan and dataset",
        is_good=(manifest["plan_digest"], manifest["dataset"]) == (run["plan_digest"], run["dataset_digest"]),
    )
    wrong = [name for name, rule in rules_of(plan).items() if record["rules"].get(name) != rule]
    wrong += [name for name in record["rules"] if name not in rules_of(plan)]
    yield Check(name="rules are the plan's", is_good=not wrong, detail=", ".join(wrong))


def _gates(record: Record) -> Iterator[Check]:
    gates, answers = record["gates"], record["answers"]
    planned = {gate["id"]: gate["level"] for gate in record["plan"]["gates"]}
    yield Check(
        name="every gate of the plan",
        is_good={gate["id"]: gate["level"] for gate in gates} == planned and len(gates) == len(planned),
        detail=f"{len(gates)} of {len(planned)}",
    )
    failed = [g["id"] for g in gates if g["level"] == "block" and g["status"] != "pass"]
    yield Check(name="block gates", is_good=not failed, detail=", ".join(failed) or "all passed")
    warned = {g["id"] for g in gates if g["level"] == "warn" and g["status"] != "pass"}
    waiting = sorted(gate for gate in warned if not all(answers.get(gate, {}).get(k) for k in ("zh", "en")))
    yield Check(name="warnings answered", is_good=not waiting, detail=", ".join(waiting))
    other = sorted(answers.keys() - warned)
    yield Check(name="answers belong to warnings", is_good=not other, detail=", ".join(other))


def _units(record: Record) -> Iterator[Check]:
    assessed, units = record["assessed_units"], record["units"]
    codes = [unit["unit_id"] for unit in units]
    doubled = sorted({code for code in codes if codes.count(code) > 1})
    yield Check(
        name="each unit once", is_good=not doubled, detail=", ".join(doubled) or f"{len(codes)} units"
    )
    missing, strange = sorted(assessed.keys() - set(codes)), sorted(set(codes) - assessed.keys())
    yield Check(
        name="every assessed unit",
        is_good=not missing and not strange,
        detail=", ".join(
            [*(f"{code} is missing" for code in missing), *(f"{c} is unknown" for c in strange)]
        ),
    )
    moved = sorted(u["unit_id"] for u in units if assessed.get(u["unit_id"], u["class"]) != u["class"])
    yield Check(name="classes", is_good=not moved, detail=", ".join(moved))


def _ranks(record: Record) -> Iterator[Check]:
    """Every scorable unit stands in the table of its class, with the rank set that its own entry states."""
    units = {unit["unit_id"]: unit for unit in record["units"] if unit["is_scorable"]}
    problems = []
    for name, table in record["ranks"].items():
        size = len(table["units"])
        if table["p"] != size:
            problems.append(f"class {name}: {table['p']} stated, {size} listed")
        for row in table["units"]:
            unit = units.pop(row["unit"], None)
            if unit is None or unit["class"] != name:
                problems.append(f"{row['unit']} does not belong to class {name}")
            elif (row["rank_low"], row["rank_high"]) != (unit["rank_low"], unit["rank_high"]):
                problems.append(f"{row['unit']} states another rank set than its class")
            if not 1 <= row["rank_low"] <= row["rank_point"] <= row["rank_high"] <= size:
                problems.append(f"{row['unit']}: the rank set is upside down or out of range")
    problems += [f"{code} has no rank set" for code in units]
    yield Check(name="rank sets", is_good=not problems, detail="; ".join(problems))
