"""`minyi verify`: a true file passes, and every single change of it is named, also where it was signed anew."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from admin.scoring.handover import note_text, signing_name
from admin.scoring.verify import Check, verify_file
from survey.backends.keys import FolderKeyStore
from survey.db import make_engine
from survey.ledger import notes
from survey.ledger.canonical import canonical_bytes, digest_of
from survey.ledger.checkpoint import platform_signer
from survey.models.scoring import HandOver
from tests.conftest import make_settings

Signed = dict[str, Any]
Change = Callable[[Signed], None]


@pytest.fixture(scope="module")
def signed(handed_folder: Path) -> Signed:
    engine = make_engine(make_settings(handed_folder).database_url)
    with Session(engine) as session:
        found = session.scalars(sa.select(HandOver)).one().signed_file
    engine.dispose()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def platform(handed_folder: Path) -> Ed25519PrivateKey:
    return platform_signer(FolderKeyStore(make_settings(handed_folder).key_dir))


def bad(signed: Signed, **more: Any) -> list[Check]:
    return [check for check in verify_file(canonical_bytes(signed), **more) if not check.is_good]


def sign_anew(signed: Signed, private: Ed25519PrivateKey) -> None:
    """What somebody who holds the key would do after a change: digests and signature fit again."""
    signed["digest"] = digest_of(signed["record"])
    for signature in signed["signatures"]:
        signature["digest"] = signed["digest"]
    name = signing_name(signed["record"]["cycle"])
    text = note_text(name, digest=signed["digest"], signatures=signed["signatures"])
    signed["note"] = notes.Note(
        text=text, signatures=(notes.sign(text, name=name, private=private),)
    ).encode()
    signed["key"] = notes.verifier_key(name, private).fingerprint


def unit(signed: Signed, code: str = "city_east") -> dict[str, Any]:
    found: dict[str, Any] = next(u for u in signed["record"]["units"] if u["unit_id"] == code)
    return found


def test_the_true_file_passes_with_the_announced_key(signed: Signed) -> None:
    checks = verify_file(canonical_bytes(signed), fingerprint=signed["key"])
    assert [check for check in checks if not check.is_good] == []
    names = [check.name for check in checks]
    assert {
        "signature",
        "plan digest",
        "result digest",
        "every assessed unit",
        "unit city_east",
        "unit edu",
    } <= set(names)
    assert sum(u["is_scorable"] for u in signed["record"]["units"]) >= 2


def add(name: str, by: float, *, of: str = "city_east") -> Change:
    def change(signed: Signed) -> None:
        unit(signed, of)[name] += by

    return change


def put(path: str, value: Any, *, of: str = "city_east") -> Change:
    """Set ``a.b.0`` of a unit (or, with ``of=""``, of the record) to a value or to what a function makes of it."""

    def change(signed: Signed) -> None:
        target: Any = unit(signed, of) if of else signed["record"]
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in way:
            target = target[step]
        target[last] = value(target[last]) if callable(value) else value

    return change


def drop_unit(signed: Signed) -> None:
    signed["record"]["units"].pop()


def double_unit(signed: Signed) -> None:
    signed["record"]["units"].append(copy.deepcopy(unit(signed)))


def swap_units(signed: Signed) -> None:
    east, west = unit(signed), unit(signed, "city_west")
    east["unit_id"], west["unit_id"] = west["unit_id"], east["unit_id"]


def drop_group(signed: Signed) -> None:
    east = unit(signed)
    east["weights_used"].pop("service_users")
    east["groups_used"].remove("service_users")


def unscore(signed: Signed) -> None:
    unit(signed)["is_scorable"], unit(signed)["reason"] = False, "too_little_weight"


def gate(name: str, **facts: str) -> Change:
    def change(signed: Signed) -> None:
        next(g for g in signed["record"]["gates"] if g["id"] == name).update(facts)

    return change


def drop_gate(signed: Signed) -> None:
    signed["record"]["gates"] = [g for g in signed["record"]["gates"] if g["id"] != "G04"]


def drop_from_ranks(signed: Signed) -> None:
    signed["record"]["ranks"]["D"]["units"].pop()


def same_person(signed: Signed) -> None:
    signed["signatures"][1]["signed_by"] = signed["signatures"][0]["signed_by"]


def third_role(signed: Signed) -> None:
    signed["signatures"].append({**signed["signatures"][0], "role": "owner", "signed_by": "someone"})


def earlier(signed: Signed) -> None:
    signed["signatures"][1]["signed_at"] = "2020-01-01T00:00:00+00:00"


#: name -> (change, name of the check that must fail, words that its detail must contain)
CHANGES: dict[str, tuple[Change, str, str]] = {
    "composite": (add("composite", 0.01), "unit city_east", "composite"),
    "standard error": (add("standard_error", -0.01), "unit city_east", "standard error"),
    "lower limit": (add("ci_low", 0.01), "unit city_east", "lower limit"),
    "upper limit": (add("ci_high", 0.01), "unit city_east", "upper limit"),
    "annual composite": (put("annual.composite", lambda v: v + 0.01), "unit city_east", "annual composite"),
    "annual standard error": (put("annual.se", lambda v: v + 0.01), "unit city_east", "standard error"),
    "peacetime index": (put("peacetime.index", lambda v: v + 0.01), "unit city_east", "composite"),
    "peacetime left out": (put("peacetime", None), "unit city_east", "weights of the periods"),
    "period weights": (put("period_weights.annual", 0.8), "unit city_east", "weights of the periods"),
    "index of a term": (put("terms.0.index", lambda v: v + 0.01), "unit city_east", "term"),
    "a term": (put("terms.0.term", lambda v: v + 0.01), "unit city_east", "term"),
    "weight of a term": (put("terms.0.weight", lambda v: v + 0.001), "unit city_east", "weight of the term"),
    "weight used": (
        put("weights_used.residents", lambda v: v + 0.001),
        "unit city_east",
        "weight of residents",
    ),
    "group left out": (drop_group, "unit city_east", "terms do not cover"),
    "grade": (put("grade", "excellent"), "unit city_east", "grade excellent should be"),
    "borderline": (put("borderline", lambda v: not v), "unit city_east", "borderline"),
    "valid answers": (add("n_valid", 1), "unit city_east", "n_valid"),
    "effective sample": (put("n_effective", 10_000), "unit city_east", "n_effective"),
    "year": (put("year", 2025), "unit city_east", "year 2025"),
    "rank": (put("rank_low", lambda v: v - 1), "rank sets", "city_east"),
    "rank in both places": (put("ranks.D.units.0.rank_low", 9, of=""), "rank sets", "upside down"),
    "unit left out of the ranks": (drop_from_ranks, "rank sets", "class D"),
    "external weight": (add("external_weight", 0.1), "unit city_east", "external weight"),
    "external points": (add("external_points", 0.01), "unit city_east", "external points"),
    "internal score": (add("internal_score", 1), "unit city_east", "annual score"),
    "additions": (add("additions", 2), "unit city_east", "exceed their limits"),
    "deductions": (put("deductions", -1), "unit city_east", "exceed their limits"),
    "annual score": (add("annual_score", 0.01), "unit city_east", "annual score"),
    "annual score without its parts": (put("internal_score", None), "unit city_east", "lacks a part"),
    "made unscorable": (unscore, "unit city_east", "not scorable, yet"),
    "a unit is missing": (drop_unit, "every assessed unit", "is missing"),
    "a unit twice": (double_unit, "each unit once", "city_east"),
    "two units swapped": (swap_units, "rank sets", "another rank set"),
    "a strange unit": (put("unit_id", "city_north"), "every assessed unit", "city_north is unknown"),
    "class": (put("class", "A"), "classes", "city_east"),
    "rule": (put("rules.external_weights.D", 0.5, of=""), "rules are the plan's", "external_weights"),
    "rule and plan": (
        put("plan.external_component.weight_in_annual_score.D", 0.5, of=""),
        "plan digest",
        "",
    ),
    "threshold of a grade": (put("rules.grades.good", 50, of=""), "rules are the plan's", "grades"),
    "gate failed": (gate("G04", status="fail"), "block gates", "G04"),
    "gate downgraded": (gate("G04", level="warn"), "every gate of the plan", ""),
    "gate left out": (drop_gate, "every gate of the plan", "16 of 17"),
    "answer removed": (
        put("answers", lambda v: {k: v[k] for k in list(v)[1:]}, of=""),
        "warnings answered",
        "G07",
    ),
    "answer emptied": (put("answers.G07.zh", "", of=""), "warnings answered", "G07"),
    "block gate answered": (
        put("answers.G04", {"zh": "放", "en": "x"}, of=""),
        "answers belong to warnings",
        "G04",
    ),
    "manifest": (put("manifest.seed", 8, of=""), "manifest digest", ""),
    "output": (put("outputs", lambda v: {**v, "ranks.csv": "0" * 64}, of=""), "result digest", ""),
    "dataset": (put("run.dataset_digest", "0" * 64, of=""), "manifest names plan and dataset", ""),
    "schema": (put("schema", "minyi/hand-over/0", of=""), "schema", ""),
    "one person twice": (same_person, "two persons", ""),
    "a strange role": (third_role, "two roles", "owner"),
    "one signature only": (lambda s: s["signatures"].pop(), "two roles", ""),
    "signed before the first": (earlier, "signed in order", ""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_even_by_who_can_sign(
    signed: Signed, platform: Ed25519PrivateKey, name: str
) -> None:
    change, check, words = CHANGES[name]
    forged = copy.deepcopy(signed)
    change(forged)
    assert forged != signed
    sign_anew(forged, platform)
    found = {each.name: each.detail for each in bad(forged, fingerprint=signed["key"])}
    assert "signature" not in found, "it was signed with the right key"
    assert check in found, found
    assert words in found[check]


@pytest.mark.parametrize("name", CHANGES)
def test_without_the_key_every_change_breaks_digest_or_signature(signed: Signed, name: str) -> None:
    forged = copy.deepcopy(signed)
    CHANGES[name][0](forged)
    assert {"digest", "signature"} & {each.name for each in bad(forged)}


def test_a_file_signed_with_another_key_fails_against_the_announced_one(signed: Signed) -> None:
    forged = copy.deepcopy(signed)
    sign_anew(forged, Ed25519PrivateKey.generate())
    assert [each.name for each in bad(forged, fingerprint=signed["key"])] == ["signature"]
    assert bad(forged) == [], "its own key shows only that nothing was changed since"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("digest", lambda s: s.update(digest="0" * 64)),
        ("signature", lambda s: s.update(note=s["note"][:-10] + "AAAAAAAA\n\n")),
        ("signature", lambda s: s.update(key="not a key")),
        ("signature", lambda s: s["signatures"][0].update(signed_by="other")),
        ("signature", lambda s: s["signatures"][0].update(organisation="other")),
        ("signed digest", lambda s: s["signatures"][0].update(digest="0" * 64)),
        ("file", lambda s: s.pop("record")),
        ("file", lambda s: s["record"].pop("units")),
        ("file", lambda s: s["record"].pop("plan")),
        ("file", lambda s: s["record"]["units"].append(7)),
        ("file", lambda s: s.update(signatures=None)),
        ("file", lambda s: s.update(schema="other")),
    ],
)
def test_damage_to_the_envelope_is_named(signed: Signed, name: str, change: Change) -> None:
    forged = copy.deepcopy(signed)
    change(forged)
    assert name in [each.name for each in bad(forged)]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"null", b"{", b"\xff", b'{"schema": NaN}', b"[" * 100_000, b"1" * 5000]
)
def test_what_is_no_hand_over_is_refused_without_a_trace(content: bytes) -> None:
    (check,) = verify_file(content)
    assert (check.name, check.is_good) == ("file", False)


def minyi(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The command in an empty folder, with settings of ours that are wrong on purpose."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("SURVEY_")}
    environ |= {"SURVEY_DATABASE_URL": "postgresql://nowhere.invalid/x", "SURVEY_NONSENSE": "1"}
    command = [str(Path(sys.executable).with_name("minyi")), *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)


def test_the_command_needs_no_database_and_no_settings(signed: Signed, tmp_path: Path) -> None:
    path = tmp_path / "hand-over.json"
    path.write_bytes(canonical_bytes(signed))
    good = minyi("verify", str(path), "--key", signed["key"], folder=tmp_path)
    assert (good.returncode, good.stderr) == (0, "")
    assert "ok   unit city_east" in good.stdout
    assert "not redone here: rank sets" in good.stdout
    forged = copy.deepcopy(signed)
    unit(forged)["composite"] += 1
    path.write_text(json.dumps(forged), "utf-8")
    found = minyi("verify", str(path), folder=tmp_path)
    assert found.returncode == 1
    assert "BAD  digest" in found.stdout
    assert "BAD  unit city_east: composite" in found.stdout
    assert minyi("verify", str(tmp_path / "none.json"), folder=tmp_path).returncode == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["hand-over.json"], "it leaves nothing behind"
