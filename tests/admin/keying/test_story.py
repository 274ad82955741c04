"""Two people key a run of paper, a supervisor settles what differs, all is sent, and nothing keyed remains."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from admin.keying import jobs, keeping
from admin.keying.reading import BLANK
from admin.keying.services import entering, issuing, sending
from survey.db import Base
from survey.errors import Conflict, Forbidden, Gone, HouseError
from survey.ledger import urn
from survey.ledger.canonical import parse_json
from survey.models.access import Token
from survey.models.audit import AuditEvent
from survey.models.keying import KeyingPair, KeyingRun, KeyingSheet, KeyingTally
from survey.models.people import User
from survey.models.response import Participation
from survey.models.wave import Wave
from tests.admin.keying.office import Office, make_paper, slip_of_finger

RATINGS = ("1", "2", "3", "4", "5")
PLANTED = 0.03
SEED = 2


def test_planted_errors_are_found_and_nothing_else(office: Office) -> None:
    rng = random.Random(SEED)
    serials = office.print_run(16)
    papers = {serial: make_paper(rng) for serial in serials}
    planted = {"kang": 0, "li": 0}
    differing: dict[object, dict[str, str]] = {}
    for serial, paper in papers.items():
        keyed = {name: dict(paper) for name in planted}
        for code in ("R01", "R02", "R03"):
            for name in planted:
                if rng.random() < PLANTED and keyed["kang"][code] == keyed["li"][code]:
                    keyed[name][code] = slip_of_finger(paper[code], RATINGS, rng)
                    planted[name] += 1
                    differing.setdefault(serial, {})[code] = paper[code]
        for name, typed in keyed.items():
            checked = office.key(serial, name, typed)
            assert not checked.empty
            assert not checked.unmarked
    assert min(planted.values()) >= 1  # the seed gives both some, or this test says nothing
    assert {s for s in serials if office.state(s) == "to_decide"} == differing.keys()
    assert {s for s in serials if office.state(s) == "ready"} == set(serials) - differing.keys()
    for serial, chosen in differing.items():
        office.decide(serial, "cai", chosen)
    with office.world.session() as session:
        names = {
            user.username: keeping.operator_name(office.world.wave_id, user.id, keys=office.world.keys)
            for user in session.scalars(sa.select(User))
        }
        wrong = {
            name: session.scalar(
                sa.select(sa.func.sum(KeyingTally.n_wrong)).where(KeyingTally.operator == names[name])
            )
            for name in planted
        }
        pairs = session.scalar(sa.select(sa.func.sum(KeyingPair.n_different)))
        n_fields = session.scalar(
            sa.select(sa.func.sum(KeyingPair.n_fields)).where(KeyingPair.item.in_(["R01", "R02", "R03"]))
        )
    assert wrong == planted
    assert pairs == sum(planted.values())
    assert n_fields == 3 * len(serials)
    assert all(sent.reason is None for sent in office.send_all())
    assert _answers(office) == sorted(_wanted(paper) for paper in papers.values())


def _wanted(paper: dict[str, str]) -> list[tuple[str, str]]:
    """What a response to this paper holds."""
    return sorted((key, value) for key, value in paper.items() if value != BLANK and not key.startswith("_"))


def _answers(office: Office) -> list[list[tuple[str, str]]]:
    """What waits in the urn."""
    with office.world.session() as session:
        wave = session.get_one(Wave, office.world.wave_id)
        opened = urn.open_all(session, wave.id, keys=office.world.keys, wave=wave.code).values()
        documents = [parse_json(sealed.document) for sealed in opened]
    assert {(doc["mode"], doc["channel"], doc["stratum"]) for doc in documents} == {
        ("paper", "sample", "north")
    }
    assert all(doc["marks"]["seconds"] is None for doc in documents)
    states = [doc["state"]["answers"] for doc in documents]
    return sorted(
        sorted((key, value if isinstance(value, str) else " ".join(value)) for key, value in state.items())
        for state in states
    )


def test_after_sending_nothing_keyed_remains_anywhere(any_office: Office) -> None:
    office = any_office
    marker = "河边的路灯坏了"
    (serial,) = office.print_run(1)
    typed = {"_consent": "1", "_slip": "1", "A1": "north", "A2": "school", "R01": "5", "R02": "4", "R03": "3"}
    for name, word in (("kang", marker), ("li", marker + "吗")):
        office.key(serial, name, {**typed, "R04": "2", "T1": word})
    with office.world.session() as session:
        run = session.scalars(sa.select(KeyingRun)).one()
        assert sending.count_kept(session, session.get_one(Wave, office.world.wave_id)) == 2
    assert marker.encode() not in _everything(office)  # encrypted at rest from the first save on
    office.decide(serial, "cai", {"T1": marker})
    (sent,) = office.send_all()
    assert sent.receipt is not None
    with office.world.session() as session:
        sheet = session.get_one(KeyingSheet, (serial.wave_id, serial.number))
        assert (sheet.state, sheet.box, sheet.seed, sheet.token_hash) == ("sent", None, None, None)
        assert sending.count_kept(session, session.get_one(Wave, office.world.wave_id)) == 0
        assert session.scalars(sa.select(Token.used)).all() == [1]
        assert session.scalars(sa.select(Participation.rid_hash)).all() == [sent.receipt.hash]
        assert sending.destroy_keys(session, keys=office.world.keys) == 1
    assert keeping.key_name(run.id) not in office.world.keys.names()
    assert marker.encode() not in _everything(office)
    with pytest.raises(sa.exc.IntegrityError), office.world.session() as session:
        session.execute(sa.update(KeyingSheet).values(box=b"x"))
    assert office.send_all() == []


def _everything(office: Office) -> bytes:
    """Every cell of every table, one after the other."""
    cells = []
    with office.world.session() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                cells += [cell if isinstance(cell, bytes) else str(cell).encode() for cell in row]
    return b"\n".join(cells)


def test_the_second_pair_of_hands_is_another_person_and_sees_nothing_of_the_first(office: Office) -> None:
    (serial,) = office.print_run(1)
    typed = {"_consent": "1", "A1": "north"}
    office.key(serial, "kang", typed, rest_is_blank=True)
    with pytest.raises(Conflict, match="keyed_by_same_person"):
        office.key(serial, "kang", typed)
    with office.world.session() as session:  # another account of the same person
        twin = session.scalars(sa.select(User).where(User.username == "meng")).one()
        twin.display_name = "ＫＡＮＧ"
    with pytest.raises(Conflict, match="keyed_by_same_person"):
        office.key(serial, "meng", typed)
    with office.world.session() as session:
        actor = office.actor(session, "li")
        entering.begin(session, serial, actor=actor, keys=office.world.keys)
        assert entering.load(session, serial, actor=actor, keys=office.world.keys).entry == {}


def test_a_third_person_settles_unless_the_run_says_otherwise(office: Office) -> None:
    typed = {"_consent": "1", "A1": "north", "A2": "bus", "R01": "5"}
    for decides in ("third", "either"):
        (serial,) = office.print_run(1, decides=decides)
        office.key(serial, "kang", typed, rest_is_blank=True)
        office.key(serial, "li", {**typed, "R01": "4"}, rest_is_blank=True)
        if decides == "third":
            with pytest.raises(Forbidden, match="third_person"):
                office.decide(serial, "li", {"R01": "4"})
            office.decide(serial, "meng", {"R01": "?"})
        else:
            office.decide(serial, "li", {"R01": "5"})
        assert office.state(serial) == "ready"


def test_what_the_paper_holds_against_the_rules_is_counted_and_left_out(office: Office) -> None:
    (serial,) = office.print_run(1)
    typed = {"_consent": "1", "A2": "!bus none", "R01": "!7", "R02": "3", "R03": "?", "R04": "!2"}
    for name in ("kang", "li"):
        checked = office.key(serial, name, typed, rest_is_blank=True)
        assert not checked.unmarked
    (sent,) = office.send_all()
    assert sent.reason is None  # A1 is required, and the paper is blank there: a blank stays a blank
    assert _answers(office) == [[("R02", "3")]]
    with office.world.session() as session:
        counts = {pair.item: pair for pair in session.scalars(sa.select(KeyingPair))}
    assert (counts["R01"].n_impossible, counts["A2"].n_impossible) == (1, 1)
    assert (counts["R04"].n_off_route, counts["R03"].n_unreadable) == (1, 1)


def test_a_sheet_that_cannot_be_sent_says_why_and_leaves_nothing(office: Office) -> None:
    no_consent, online = office.print_run(2)
    for serial, consent in ((no_consent, "2"), (online, "1")):
        for name in ("kang", "li"):
            office.key(serial, name, {"_consent": consent, "A1": "north"}, rest_is_blank=True)
    with office.world.session() as session:  # the respondent of the other sheet used the link meanwhile
        token = session.get_one(KeyingSheet, (online.wave_id, online.number)).token_hash
        session.execute(sa.update(Token).where(Token.hash == token).values(used=1))
    reasons = {sent.serial: sent.reason for sent in office.send_all()}
    assert reasons == {no_consent: sending.NO_CONSENT, online: sending.ANSWERED_ELSEWHERE}
    with office.world.session() as session:
        assert sending.count_kept(session, session.get_one(Wave, office.world.wave_id)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 0


def test_unfinished_keyings_can_be_given_back_and_sheets_spoiled(office: Office) -> None:
    (serial,) = office.print_run(1)
    with office.world.session() as session:
        entering.begin(session, serial, actor=office.actor(session, "kang"), keys=office.world.keys)
    with office.world.session() as session:
        assert entering.give_back(session, serial, actor=office.actor(session, "cai")) == 1
    assert office.state(serial) == "issued"
    with office.world.session() as session:
        issuing.spoil(session, serial, reason="empty", actor=office.actor(session, "cai"))
    with pytest.raises(Conflict, match="sheet_over"):
        office.key(serial, "li", {})
    with office.world.session() as session:
        acts = [(e.act, e.object_ref) for e in session.scalars(sa.select(AuditEvent).order_by(AuditEvent.n))]
    assert acts[-2:] == [
        ("sheet.give_back", f"sheet:{serial.printed}"),
        ("sheet.spoil", f"sheet:{serial.printed}"),
    ]


def test_two_who_finish_at_one_instant_are_compared_once(any_office: Office) -> None:
    office = any_office
    serials = office.print_run(3)
    typed = {"_consent": "1", "_slip": "2", "A1": "north", "A2": "bus", "R01": "5", "R02": "4", "R03": "3"}
    for serial in serials:
        for name in ("kang", "li"):
            with office.world.session() as session:
                entering.begin(session, serial, actor=office.actor(session, name), keys=office.world.keys)
    barrier = threading.Barrier(2)
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for serial in serials:
                barrier.wait(20)
                office.key(serial, name, typed)
        except (HouseError, sa.exc.SQLAlchemyError, threading.BrokenBarrierError) as error:
            failures.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("kang", "li")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert {office.state(serial) for serial in serials} == {"ready"}
    with office.world.session() as session:
        fields = session.scalars(sa.select(KeyingPair.n_fields).where(KeyingPair.item == "R01")).one()
    assert fields == len(serials)


def test_a_third_hand_comes_too_late(any_office: Office) -> None:
    (serial,) = any_office.print_run(1)
    results: list[str] = []
    barrier = threading.Barrier(3)

    def take(name: str) -> None:
        barrier.wait(20)
        try:
            with any_office.world.session() as session:
                actor = any_office.actor(session, name)
                entering.begin(session, serial, actor=actor, keys=any_office.world.keys)
            results.append("taken")
        except HouseError as error:
            results.append(error.code)

    threads = [threading.Thread(target=take, args=(name,)) for name in ("kang", "li", "meng")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == ["keyed_twice", "taken", "taken"]


def test_once_the_wave_is_over_nothing_more_is_keyed_and_what_was_is_destroyed(office: Office) -> None:
    (serial,) = office.print_run(1)
    office.key(serial, "kang", {"_consent": "1", "A1": "north"}, rest_is_blank=True)
    with office.world.session() as session:
        session.get_one(Wave, office.world.wave_id).status = "closed"
    with pytest.raises(Gone):
        office.key(serial, "li", {"_consent": "1"})
    office.world.move_clock(timedelta(days=31))
    for _ in range(2):  # what is left ends at one turn of the worker, its key goes at the next
        with office.world.session() as session:
            jobs.forget(session, {}, keys=office.world.keys)
    with office.world.session() as session:
        assert sending.count_kept(session, session.get_one(Wave, office.world.wave_id)) == 0
    assert office.state(serial) == "not_sent"
    assert not [name for name in office.world.keys.names() if name.startswith("keying.")]
