"""Sealing: who is ready, what is stored, and that nothing stored tells which response is whose."""

import itertools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from survey.errors import Conflict, NotFound
from survey.ledger import batching, boxes, leaves, receipts, seal, urn
from survey.ledger.canonical import canonical_bytes
from survey.models.ledger import LogLeaf, UrnKey
from survey.models.response import Participation, Response, UrnBox
from survey.models.wave import Wave
from tests.survey.interviews import NORTH, answer, make_world


def seal_once(world, **how):
    with world.session() as session:
        return seal.seal_wave(session, session.get_one(Wave, world.wave_id), keys=world.keys, **how)


def collect(world, n, *, group="city1", ratings=None):
    """n interviews of one group; R01 tells them apart."""
    found = []
    for number, token in enumerate(world.issue(n, seal_group=group)):
        rating = ratings[number] if ratings else str(number % 5 + 1)
        found.append(answer(world, token, {**NORTH, "R01": [rating]}))
    return found


def responses(world):
    with world.session() as session:
        return session.scalars(sa.select(Response).order_by(Response.leaf_index)).all()


def test_a_small_group_waits_for_the_close(any_world):
    world = any_world
    collect(world, 10)
    collect(world, 3, group="city2")
    report = seal_once(world)
    assert (report.n_sealed, report.n_waiting, report.more) == (10, 3, False)
    assert {row.seal_group for row in responses(world)} == {"city1"}
    nothing = seal_once(world)
    assert (nothing.batch, nothing.n_sealed, nothing.n_waiting) == (None, 0, 3)
    last = seal_once(world, closing=True)
    assert (last.batch, last.n_sealed, last.n_waiting) == (2, 3, 0)
    assert [row.leaf_index for row in responses(world)] == list(range(13))


def test_both_logs_commit_to_what_is_stored(any_world):
    world = any_world
    kept = [receipt for receipt, _ in collect(world, 12)]
    seal_once(world)
    with world.session() as session:
        logged = session.execute(sa.select(LogLeaf.origin, LogLeaf.position, LogLeaf.leaf_hash, LogLeaf.data))
        by_origin: dict[str, dict[int, tuple[bytes, dict]]] = {}
        for origin, position, leaf_hash, data in logged:
            assert leaves.hash_of(data) == leaf_hash
            by_origin.setdefault(origin, {})[position] = (leaf_hash, data)
        stored = session.scalars(sa.select(Response)).all()
    hashes = [data["h"] for _, data in (by_origin["minyi/residents-2026/p"][n] for n in range(12))]
    assert hashes == sorted(receipt.hash.hex() for receipt in kept)
    for response in stored:
        _, data = by_origin["minyi/residents-2026/c"][response.leaf_index]
        committed = leaves.commitment(response.r, canonical_bytes(response.document))
        assert data["c"] == committed.hex()
        assert "R01" not in str(data)


def test_the_order_of_arrival_is_not_kept(world):
    ratings = [str(number) for number in (1, 2, 3, 4, 5)] * 8
    collect(world, 40, ratings=ratings)
    seal_once(world)
    stored = [row.document["state"]["answers"]["R01"] for row in responses(world)]
    assert stored != ratings
    assert sorted(stored) == sorted(ratings)


def test_boxes_that_wait_get_a_fresh_key_and_id_and_the_old_key_dies(any_world):
    world = any_world
    collect(world, 10)
    collect(world, 2, group="city2")
    with world.session() as session:
        before = session.execute(sa.select(UrnBox.id, UrnBox.key_id, UrnBox.box)).all()
    seal_once(world)
    with world.session() as session:
        after = session.execute(sa.select(UrnBox.id, UrnBox.key_id, UrnBox.box)).all()
        assert len(after) == 2
        assert {row.id for row in before}.isdisjoint(row.id for row in after)
        assert {row.key_id for row in before}.isdisjoint(row.key_id for row in after)
        assert urn.destroy_retired_keys(session, world.wave_id, keys=world.keys) == 1
    assert [name for name in world.keys.names() if name.startswith("urn.")] == [f"urn.{after[0].key_id}"]
    with world.session() as session:
        assert set(session.scalars(sa.select(UrnKey.state))) == {"in_force", "destroyed"}
        # A copy of an old box, say from a backup, has no key any more.
        session.add(UrnBox(id=b"x" * 16, wave_id=world.wave_id, key_id=before[0].key_id, box=before[0].box))
        session.flush()
        with pytest.raises(KeyError):
            urn.open_all(session, world.wave_id, keys=world.keys, wave="residents-2026")
        session.rollback()
    collect(world, 1, group="city2")
    assert seal_once(world, closing=True).n_sealed == 3


def test_a_stolen_participation_row_stops_the_sealing(any_world):
    world = any_world
    collect(world, 10)
    with world.session() as session:
        victim = session.scalars(sa.select(Participation).limit(1)).one()
        session.delete(victim)
    with pytest.raises(Conflict) as caught:
        seal_once(world, closing=True)
    assert caught.value.code == "urn_does_not_match"
    assert (world.count("response"), world.count("log_leaf"), world.count("urn")) == (0, 0, 10)


def test_a_damaged_box_stops_the_sealing(world):
    collect(world, 10)
    with world.session() as session:
        box = session.scalars(sa.select(UrnBox).limit(1)).one()
        box.box = box.box[:-1] + bytes([box.box[-1] ^ 1])
    with pytest.raises(boxes.BoxError):
        seal_once(world, closing=True)
    assert (world.count("response"), world.count("urn")) == (0, 10)


def test_large_batches_are_split_between_groups(world):
    collect(world, 12)
    collect(world, 11, group="city2")
    collect(world, 2, group="city3")
    reports = []
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        while not reports or reports[-1].more:
            reports.append(seal.seal_wave(session, wave, keys=world.keys, closing=True, limit=12))
            session.commit()
    assert [report.n_sealed for report in reports] == [12, 13]
    assert world.count("response") == 25


def matched(left, right):
    """How many rows two tables give when joined on a pair of columns that hold equal values."""
    counts = {}
    for (left_name, left_values), (right_name, right_values) in itertools.product(
        left.items(), right.items()
    ):
        known = {}
        for value in right_values:
            known.setdefault(value, []).append(value)
        unique = [value for value in left_values if value is not None and len(known.get(value, ())) == 1]
        counts[left_name, right_name] = len(unique) if len(set(left_values)) > 1 else 0
    return counts


def columns(session, table):
    rows = session.execute(sa.text(f"SELECT * FROM {table}")).mappings().all()
    # JSON columns come back as text or as objects, depending on the database.
    return {name: [str(row[name]) for row in rows] for name in rows[0]}


def joined_pairs(world):
    """Pairs of columns by which somebody could tell whose response it is."""
    # Eleven people of eleven days: without care the day alone would tell who is who.
    for number in range(11):
        world.move_clock(timedelta(days=number))
        collect(world, 1, ratings=[str(number % 5 + 1)])
    seal_once(world)
    with world.session() as session:
        sealed = columns(session, "response")
        found = {
            (name, *pair): n
            for name in ("token", "participation")
            for pair, n in matched(sealed, columns(session, name)).items()
        }
    return {pair for pair, n in found.items() if n}


def test_no_pair_of_columns_joins_a_response_to_a_token_or_a_receipt(any_world):
    assert joined_pairs(any_world) == set()


def test_exact_days_would_join_them(world, monkeypatch):
    """The fault this guards against: with exact days the test above fails."""
    monkeypatch.setattr(batching, "coarse_days", lambda days: {day: day for day in days})
    assert ("token", "day", "used_on") in joined_pairs(world)


def test_no_transaction_or_row_number_joins_them(any_world):
    world = any_world
    collect(world, 15, ratings=[str(n % 5 + 1) for n in range(15)])
    seal_once(world)
    tables = ("draft", "token", "participation", "urn", "submission", "response", "log_leaf")
    if world.engine.dialect.name == "sqlite":
        with world.session() as session:
            for table in tables:
                with pytest.raises(sa.exc.OperationalError, match="no such column: rowid"):
                    session.execute(sa.text(f"SELECT rowid FROM {table}"))
        return
    with world.session() as session:
        xmin = {
            name: set(session.scalars(sa.text(f"SELECT xmin::text FROM {name}")))
            for name in ("response", "token", "participation")
        }
    assert len(xmin["token"]) == 15
    assert xmin["response"].isdisjoint(xmin["token"])
    # Sealing touches every participation row at once, so there is one transaction for all of them.
    assert len(xmin["response"]) == len(xmin["participation"]) == 1


def test_confidential_waves_link_by_a_keyed_hash_and_anonymous_ones_do_not(engine, tmp_path):
    world = make_world(engine, tmp_path, anonymity="confidential")
    for token in world.issue(1, case="case 7") + world.issue(1, case="case 8"):
        answer(world, token)
    seal_once(world, closing=True)
    links = {row.case_link for row in responses(world)}
    assert len(links) == 2
    assert all(len(link) == 32 for link in links)


def test_a_receipt_from_unknown_to_sealed(any_world):
    world = any_world
    (receipt, _), *_ = collect(world, 10)
    with world.session() as session:
        assert receipts.check(session, "not a code").state == "malformed"
        assert receipts.check(session, receipts.new_receipt().code).state == "unknown"
        assert receipts.check(session, receipt.printed.lower()).state == "waiting"
        with pytest.raises(NotFound):
            receipts.proof(session, receipt.code)
    seal_once(world)
    with world.session() as session:
        status = receipts.check(session, receipt.code)
    assert (status.state, status.origin) == ("sealed", "minyi/residents-2026/p")


def test_a_receipt_says_the_same_for_all_answers(world):
    """T10: what a receipt leads to does not depend on what was answered."""
    (low, _), (high, _) = (
        answer(world, token, {**NORTH, **{key: [rating] for key in ("R01", "R02", "R03")}})
        for token, rating in zip(world.issue(2), ("1", "5"), strict=True)
    )
    with world.session() as session:
        statuses = {receipts.check(session, receipt.code) for receipt in (low, high)}
        rows = session.execute(
            sa.select(Participation.channel, Participation.seal_group, Participation.day, Participation.batch)
        ).all()
    assert len(statuses) == 1
    assert len(set(rows)) == 1
    seal_once(world, closing=True)
    with world.session() as session:
        document = str(session.scalars(sa.select(Response.document)).all())
        leaf_data = str(session.scalars(sa.select(LogLeaf.data)).all())
    for receipt in (low, high):
        assert receipt.rid.hex() not in document + leaf_data
        assert receipt.hash.hex() not in document
