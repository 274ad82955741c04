"""Verification names the object that somebody with full rights on the database has touched (T08, T09)."""

import json
import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from survey import audit, clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.ledger import checkpoint, merkle, notes, seal, verify
from survey.ledger.leaves import hash_of
from survey.models.wave import Wave
from tests.survey.interviews import NORTH, World, answer

P, C = "minyi/residents-2026/p", "minyi/residents-2026/c"


@pytest.fixture
def sink(tmp_path):
    return FolderCheckpoints(tmp_path / "sink")


@pytest.fixture
def sealed(world, sink):
    """A wave with two batches, signed after each, and some audit events; the guards of the database are off."""
    seal_two_batches(world, sink)
    with world.session() as session:
        for (name,) in session.execute(sa.text("SELECT name FROM sqlite_master WHERE type='trigger'")).all():
            session.execute(sa.text(f"DROP TRIGGER {name}"))
    return world


def seal_two_batches(world: World, sink: FolderCheckpoints) -> None:
    for n in (10, 3):
        for number, token in enumerate(world.issue(n)):
            answer(world, token, {**NORTH, "R01": [str(number % 5 + 1)]})
        with world.session() as session:
            wave = session.get_one(Wave, world.wave_id)
            seal.seal_wave(session, wave, keys=world.keys, closing=True)
            session.commit()
            checkpoint.sign_wave(session, wave, occasion="sealing", keys=world.keys, sink=sink)
            for act in ("wave.look", "wave.count"):
                audit.record(session, "user:lin", act=act, on="wave:1", after={"n": n})
            checkpoint.sign_trail(session, occasion="sealing", keys=world.keys, sink=sink)


def found(world, sink):
    with world.session() as session:
        return [finding.object for finding in verify.verify_all(session, keys=world.keys, sink=sink)]


def run(world, statement):
    """What somebody with the file does: foreign keys are a matter of the connection, and here of theirs."""
    with closing(sqlite3.connect(world.engine.url.database)) as connection, connection:
        assert connection.execute(statement).rowcount > 0, statement


def edit_document(world, where, change):
    with world.session() as session:
        key, document = session.execute(sa.text(f"SELECT id, document FROM response WHERE {where}")).one()
        changed = json.loads(document)
        change(changed)
        session.execute(
            sa.text("UPDATE response SET document = :d WHERE id = :i"), {"d": json.dumps(changed), "i": key}
        )


def test_nothing_is_wrong_with_a_clean_wave(sealed, sink):
    assert found(sealed, sink) == []


EDITS = [
    (lambda d: d["state"]["answers"].update(R01="5", R02="5"), "response residents-2026#4"),
    (lambda d: d.update(stratum="south"), "response residents-2026#4"),
    (lambda d: d.update(probability="0.5"), "response residents-2026#4"),
    (lambda d: d.update(channel="open"), "response residents-2026#4"),
    (lambda d: d["marks"].update(interviewer="i1"), "response residents-2026#4"),
    (lambda d: d.clear(), "response residents-2026#4"),
]


@pytest.mark.parametrize(("change", "named"), EDITS)
def test_an_edited_document(sealed, sink, change, named):
    edit_document(sealed, "leaf_index = 4", change)
    assert found(sealed, sink) == [named]


STATEMENTS = [
    ("UPDATE response SET seal_group = 'city9' WHERE leaf_index = 4", "response residents-2026#4"),
    ("UPDATE response SET day = '2020-01-01' WHERE leaf_index = 4", "response residents-2026#4"),
    ("UPDATE response SET r = zeroblob(32) WHERE leaf_index = 4", "response residents-2026#4"),
    ("UPDATE response SET batch = 2 WHERE leaf_index = 4", "response residents-2026#4"),
    ("DELETE FROM response WHERE leaf_index = 4", "wave residents-2026"),
    (
        "INSERT INTO response SELECT zeroblob(16), wave_id, batch, leaf_index, channel, seal_group, day, "
        "document, r, anonymity, case_link, participant, participant_consent FROM response WHERE leaf_index = 4",
        "response residents-2026#4",
    ),
    ("UPDATE response SET leaf_index = 99 WHERE leaf_index = 4", "response residents-2026#99"),
    ("UPDATE seal_batch SET n = 11 WHERE number = 1", "batch residents-2026/1"),
    ("DELETE FROM participation WHERE rid_hash = (SELECT min(rid_hash) FROM participation)", "participation residents-2026#"),
    ("UPDATE participation SET rid_hash = zeroblob(32) WHERE rid_hash = (SELECT min(rid_hash) FROM participation)", "participation residents-2026"),
    ("UPDATE log_leaf SET leaf_hash = zeroblob(32) WHERE position = 4 AND origin LIKE '%/c'", f"leaf {C}#4"),
    ("UPDATE log_leaf SET data = '{}' WHERE position = 4 AND origin LIKE '%/p'", f"leaf {P}#4"),
    ("DELETE FROM log_leaf WHERE position = 4 AND origin LIKE '%/p'", f"leaf {P}#4"),
    ("DELETE FROM log_leaf WHERE position >= 10", f"checkpoint {P}@13"),
    ("DELETE FROM checkpoint WHERE size = 13 AND origin LIKE '%/c'", f"checkpoint {C}"),
    ("UPDATE checkpoint SET size = 12 WHERE size = 13 AND origin LIKE '%/c'", f"checkpoint {C}@12"),
    ("UPDATE checkpoint SET note = replace(note, 'minyi', 'minyo') WHERE size = 10", f"checkpoint {P}@10"),
    ("UPDATE audit_event SET actor = 'user:wang' WHERE n = 2", "audit log"),
    ("DELETE FROM audit_event WHERE n = 2", "audit log"),
    ("DELETE FROM audit_event WHERE n > 1", "audit log"),
    ("UPDATE wave SET anonymity = 'identified'", "response residents-2026#0"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "named"), STATEMENTS)
def test_raw_sql_is_noticed_and_named(sealed, sink, statement, named):
    run(sealed, statement)
    assert [name for name in found(sealed, sink) if name.startswith(named)]


SWAP = "UPDATE response SET leaf_index = CASE leaf_index WHEN 1 THEN 2 ELSE 1 END WHERE leaf_index IN (1, 2)"


def test_swapped_answers_name_both(sealed, sink):
    run(sealed, SWAP)
    assert found(sealed, sink) == ["response residents-2026#1", "response residents-2026#2"]


def test_a_log_rewritten_and_signed_again_with_the_servers_key(sealed, sink):
    """The platform's own key does not help: the checkpoint outside the database contradicts."""
    with sealed.session() as session:
        leaf = session.execute(
            sa.text("SELECT data FROM log_leaf WHERE position = 0 AND origin = :o"), {"o": C}
        ).scalar_one()
        forged = {**json.loads(leaf), "c": "0" * 64}
        session.execute(
            sa.text("UPDATE log_leaf SET data = :d, leaf_hash = :h WHERE position = 0 AND origin = :o"),
            {"d": json.dumps(forged), "h": hash_of(forged), "o": C},
        )
        hashes = checkpoint.log_hashes(session, C)
        for size in (10, 13):
            statement = notes.Checkpoint(origin=C, size=size, root=merkle.root(hashes[:size]))
            private = checkpoint.platform_signer(sealed.keys)
            signature = notes.sign(statement.text(), name=C, private=private)
            note = notes.Note(text=statement.text(), signatures=(signature,)).encode()
            session.execute(
                sa.text("UPDATE checkpoint SET root = :r, note = :n WHERE origin = :o AND size = :s"),
                {"r": statement.root, "n": note, "o": C, "s": size},
            )
    assert f"checkpoint {C}" in found(sealed, sink)


def test_a_changed_signing_key(sealed, sink):
    sealed.keys.destroy(checkpoint.PLATFORM_KEY)
    assert set(found(sealed, sink)) >= {f"checkpoint {P}@13", f"checkpoint {C}@13", "checkpoint minyi/a@6"}


def test_the_clock_of_a_checkpoint_is_not_trusted(sealed, sink):
    """Times are not signed by the logs; their order is that of the sizes."""
    with sealed.session() as session:
        now = clock.now(session)
        session.execute(
            sa.text("UPDATE checkpoint SET signed_at = :t"), {"t": now.replace(year=1999, tzinfo=None)}
        )
    assert found(sealed, sink) == []
