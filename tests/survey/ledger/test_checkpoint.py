"""Checkpoints are signed for what continues the past only, by the platform and by the auditor."""

import base64

import pytest
import sqlalchemy as sa

from survey.backends.checkpoints import FolderCheckpoints
from survey.errors import Conflict
from survey.ledger import checkpoint, merkle, notes, receipts, seal
from survey.ledger.leaves import hash_of, participation_leaf
from survey.models.wave import Wave
from tests.survey.interviews import answer

ORIGIN = "minyi/residents-2026/p"


@pytest.fixture
def sink(tmp_path):
    return FolderCheckpoints(tmp_path / "sink")


@pytest.fixture
def auditor(world, tmp_path):
    return checkpoint.demo_auditor(world.keys, FolderCheckpoints(tmp_path / "auditor"))


def sign(world, sink, occasion="sealing", **more):
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        return checkpoint.sign_wave(session, wave, occasion=occasion, keys=world.keys, sink=sink, **more)


def seal_some(world, n=10):
    kept = [answer(world, token)[0] for token in world.issue(n)]
    with world.session() as session:
        seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, closing=True)
    return kept


def without_triggers(world, statement, **values):
    """What somebody with full rights on the database can do."""
    with world.session() as session:
        for (name,) in session.execute(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).all():
            session.execute(sa.text(f"DROP TRIGGER {name}"))
        assert session.execute(sa.text(statement), values).rowcount > 0


def test_from_opening_to_close_with_both_signatures(world, sink, auditor):
    opening, _ = sign(world, sink, "opening", auditor=auditor)
    assert (opening.size, opening.root) == (0, merkle.EMPTY_ROOT)
    seal_some(world)
    seal_some(world, 3)
    closing, content = sign(world, sink, "close", auditor=auditor)
    assert closing.size == content.size == 13
    note = notes.parse(closing.note)
    keys = [checkpoint.platform_key(ORIGIN, keys=world.keys), auditor.key()]
    assert notes.signers(note, keys) == (ORIGIN, "demo-audit-office")
    assert sink.last(ORIGIN) == closing.note
    assert len(sink.all(ORIGIN)) == 2


def test_a_receipt_proof_verifies_offline(world, sink):
    kept = seal_some(world, 7)
    sign(world, sink)
    with world.session() as session:
        text = receipts.proof(session, kept[3].code)
    head, _, note = text.partition("\n\n")
    version, index, *steps = head.split("\n")
    assert version == "c2sp.org/tlog-proof@v1"
    parsed = notes.parse(note)
    assert notes.signers(parsed, [checkpoint.platform_key(ORIGIN, keys=world.keys)]) == (ORIGIN,)
    stated = notes.parse_checkpoint(parsed.text)
    leaf = hash_of(participation_leaf(kept[3].hash, wave="residents-2026"))
    place = {"index": int(index.removeprefix("index ")), "size": stated.size, "root": stated.root}
    path = [base64.b64decode(step) for step in steps]
    assert merkle.verify_inclusion(leaf, path, **place)
    other = hash_of(participation_leaf(receipts.new_receipt().hash, wave="residents-2026"))
    assert not merkle.verify_inclusion(other, path, **place)


def test_a_shorter_log_is_not_signed(world, sink):
    seal_some(world)
    sign(world, sink)
    without_triggers(world, "DELETE FROM log_leaf WHERE position >= 8")
    with pytest.raises(Conflict) as caught:
        sign(world, sink)
    assert caught.value.code == "log_contradicts_checkpoint"


def test_a_rewritten_log_is_signed_by_nobody(world, sink, auditor, tmp_path):
    seal_some(world)
    sign(world, sink, auditor=auditor)
    without_triggers(world, "UPDATE log_leaf SET leaf_hash = :h WHERE position = 2", h=b"x" * 32)
    with pytest.raises(Conflict):
        sign(world, sink, auditor=auditor)
    # Even a platform that forgot its own past does not get the auditor's line.
    with pytest.raises(Conflict):
        sign(world, FolderCheckpoints(tmp_path / "empty"), auditor=auditor)


def test_logs_of_different_size_are_not_signed(world, sink):
    seal_some(world)
    without_triggers(world, "DELETE FROM log_leaf WHERE position = 9 AND origin LIKE '%/c'")
    with pytest.raises(Conflict) as caught:
        sign(world, sink)
    assert caught.value.code == "logs_differ"


def test_half_a_line_of_a_power_cut_does_not_count(sink):
    sink.keep(ORIGIN, "first")
    (path,) = sink.folder.iterdir()
    with path.open("a") as file:
        file.write('{"origin": "minyi/resi')
    assert sink.last(ORIGIN) == "first"
    sink.keep(ORIGIN, "second")
    assert sink.all(ORIGIN) == ["first", "second"]
