"""Shared returns in the database: nothing leads to a person, a dump opens nothing, nothing outlives the return."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import drafts, pages, returns, submit, waves
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.collect.returns import HandedOut
from survey.collect.sections import Standing, deciding, quoting, sections_of
from survey.errors import Gone, Invalid, NotFound
from survey.ledger import boxes
from survey.ledger.keyed import derived_key
from survey.models.returns import DraftShare
from tests.survey.interviews import World, begin, make_world
from tests.survey.site.firm import firm_program

FACTS = {"frame.A1": "building", "frame.A2": "small"}


@pytest.fixture
def firms(any_engine: sa.Engine, tmp_path: Path) -> World:
    """An open wave of firms, once on SQLite and once on PostgreSQL."""
    return make_world(any_engine, tmp_path, program=firm_program())


def _begun(world: World) -> tuple[OpenDraft, str]:
    (token,) = world.issue(context=FACTS)
    with world.session() as session:
        started = begin(world, session, token)
    return started.draft, started.secret


def _hand_out(world: World, draft: OpenDraft, *sections: str, label: str = "Accounts") -> HandedOut:
    with world.session() as session:
        return returns.hand_out(
            session,
            draft,
            sections=frozenset(sections),
            label=label,
            expires_on=draft.expires_on,
            nonce=returns.new_nonce(),
            keys=world.keys,
        )


def _save(
    world: World, draft: OpenDraft, page: str, raw: Mapping[str, Sequence[str]], *, seen: int
) -> OpenDraft:
    with world.session() as session:
        saved, outcome = pages.save_page(
            session,
            draft,
            page,
            raw,
            program=firm_program(),
            seen_ver=seen,
            at=draft.document.opened_at + timedelta(seconds=90),
            keys=world.keys,
        )
    assert not outcome.problems
    return saved


def _bytes_stored(world: World) -> Iterator[bytes]:
    """Every value of every table that could be a key, a secret or a text."""
    with world.engine.connect() as connection:
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        yield bytes(value)
                    elif isinstance(value, str):
                        yield value.encode()


def test_a_dump_with_all_keys_of_the_server_opens_nothing(firms: World) -> None:
    draft, secret = _begun(firms)
    draft = _save(firms, draft, "B", {"B1": ["4"], "B2": ["Rents of the accountant"]}, seen=draft.ver)
    made = _hand_out(firms, draft, "B", label="Ms Zhao of Accounts")
    dump = list(_bytes_stored(firms))
    for words in (b"Ms Zhao", b"Rents of", made.secret.encode(), secret.encode(), draft.key):
        assert not any(words in value for value in dump)
    with firms.session() as session:
        row = session.execute(sa.select(DraftShare.__table__)).one()
    tried = 0
    for value in {*dump, *(value.hex().encode() for value in dump if len(value) <= 64)}:
        under = derived_key(value, label=returns.PURPOSE, keys=firms.keys)
        with pytest.raises(boxes.BoxError):
            boxes.open_short(row.wrap, under=under, label=returns.PURPOSE)
        tried += 1
    assert tried > 20
    under = derived_key(made.secret.encode(), label=returns.PURPOSE, keys=firms.keys)
    assert (
        boxes.open_short(row.wrap, under=under, label=returns.PURPOSE) == draft.key
    )  # with the link it opens


def test_a_row_names_a_draft_and_nobody(firms: World) -> None:
    columns = {
        name: sorted(key.target_fullname for key in column.foreign_keys)
        for name, column in DraftShare.__table__.columns.items()
    }
    assert columns == {
        "id": [],
        "draft_id": ["draft.id"],
        "lookup": [],
        "wrap": [],
        "box": [],
        "expires_on": [],
    }
    draft, _ = _begun(firms)
    short, long = (
        _hand_out(firms, draft, "B", label="x"),
        _hand_out(firms, draft, "A", "B", "C", label="x" * 40),
    )
    with firms.session() as session:
        rows = session.execute(sa.select(DraftShare.box)).scalars().all()
    assert short.share.id != long.share.id
    assert len({len(box) for box in rows}) == 1  # its length says nothing either


@pytest.mark.parametrize("ending", ["handed in", "given up", "forgotten"])
def test_no_link_outlives_the_return(firms: World, ending: str) -> None:
    draft, _ = _begun(firms)
    draft = _save(firms, draft, "A", {"A1": ["trade"]}, seen=draft.ver)
    draft = _save(firms, draft, "C", {"C1": ["4"]}, seen=draft.ver)
    made = _hand_out(firms, draft, "B")
    with firms.session() as session:
        if ending == "handed in":
            prepared = submit.prepare(
                draft,
                program=firm_program(),
                wave=waves.load(session, firms.wave_id),
                keys=firms.keys,
                now=clock.now(session),
            )
            submit.commit(session, prepared, keys=firms.keys)
        elif ending == "given up":
            session.execute(sa.text("DELETE FROM draft"))
        else:
            drafts.delete_expired(session, today=date(2999, 1, 1))
    assert firms.count("draft_share") == 0
    with firms.session() as session, pytest.raises(NotFound):
        returns.find(session, made.secret, keys=firms.keys)


def test_a_link_opens_on_its_last_day_and_not_after(firms: World) -> None:
    draft, _ = _begun(firms)
    with firms.session() as session:
        today = clock.today(session, "Asia/Shanghai")
        made = returns.hand_out(
            session,
            draft,
            sections=frozenset({"B"}),
            label="Accounts",
            expires_on=today,
            nonce="n",
            keys=firms.keys,
        )
    with firms.session() as session:
        returns.check_in_time(returns.find(session, made.secret, keys=firms.keys), "Asia/Shanghai")
    firms.move_clock(timedelta(days=1))
    with firms.session() as session:
        part = returns.find(session, made.secret, keys=firms.keys)
        with pytest.raises(Gone):
            returns.check_in_time(part, "Asia/Shanghai")


def test_a_label_fits_one_short_line(firms: World) -> None:
    draft, _ = _begun(firms)
    with pytest.raises(Invalid):
        _hand_out(firms, draft, "B", label=" \u202e ")
    assert _hand_out(firms, draft, "B", label="  财务\n部 ").share.label == "财务 部"


def test_people_at_once_on_their_own_sections_lose_nothing(firms: World) -> None:
    """Three people, eight rounds, all from one version: none is asked to choose, every word is there."""
    draft, secret = _begun(firms)
    links = {page: _hand_out(firms, draft, page).secret for page in ("B", "C")}
    refused: list[BaseException] = []
    for n in range(8):
        with firms.session() as session:
            seen = drafts.load(session, secret, keys=firms.keys).ver
        wanted = {
            "A": {"A1.right": ["yes" if n % 2 else "no"], "A1": ["trade"]},
            "B": {"B1": [str(n % 5 + 1)], "B2": [f"accounts {n}"]},
            "C": {"C1": [str(n % 5 + 1)], "C2": [f"personnel {n}"]},
        }
        barrier = threading.Barrier(3)

        def send(
            page: str,
            *,
            seen: int = seen,
            barrier: threading.Barrier = barrier,
            wanted: Mapping[str, Mapping[str, Sequence[str]]] = wanted,
        ) -> None:
            try:
                with Session(firms.engine) as session:
                    if page == "A":
                        mine = drafts.load(session, secret, keys=firms.keys)
                    else:
                        mine = returns.find(session, links[page], keys=firms.keys).draft
                barrier.wait(30)
                _save(firms, mine, page, wanted[page], seen=seen)
            except BaseException as exc:
                refused.append(exc)

        threads = [threading.Thread(target=send, args=(page,)) for page in wanted]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert refused == []
        with firms.session() as session:
            state = drafts.load(session, secret, keys=firms.keys).document.state
        assert (state.answers["B2"], state.answers["C2"]) == (f"accounts {n}", f"personnel {n}")
        assert state.answers["A1"] == ("building" if n % 2 else "trade")
        assert state.context["fact.A1"] == ("confirmed" if n % 2 else "corrected")
        assert state.context["frame.A1"] == "building"  # the correction stands beside it


def test_two_in_one_section_are_asked_which_is_right(firms: World) -> None:
    draft, secret = _begun(firms)
    link = _hand_out(firms, draft, "B").secret
    with firms.session() as session:
        accounts = returns.find(session, link, keys=firms.keys).draft
    _save(firms, accounts, "B", {"B2": ["first"]}, seen=draft.ver)
    with pytest.raises(StaleDraft) as stale:
        _save(firms, draft, "B", {"B2": ["second"]}, seen=draft.ver)
    assert stale.value.current.document.state.answers["B2"] == "first"
    assert stale.value.yours.state.answers["B2"] == "second"
    with firms.session() as session:
        assert drafts.load(session, secret, keys=firms.keys).document.state.answers["B2"] == "first"


def test_how_far_each_section_is(firms: World) -> None:
    draft, _ = _begun(firms)
    program = firm_program()
    draft = _save(firms, draft, "A", {"A1.right": ["yes"], "A3": ["tax"]}, seen=draft.ver)
    draft = _save(firms, draft, "B", {}, seen=draft.ver)
    with firms.session() as session:
        draft, _outcome = pages.save_page(
            session,
            draft,
            "C",
            {"C2": ["nobody"]},
            program=program,
            seen_ver=draft.ver,
            at=draft.document.opened_at,
            keys=firms.keys,
        )
    found = {section.code: section for section in sections_of(program, draft.document)}
    assert {code: section.standing for code, section in found.items()} == {
        "A": Standing.COMPLETE,
        "B": Standing.COMPLETE,  # everything in it may be left blank, and was
        "C": Standing.WITH_ERRORS,
        "D": Standing.NOT_BEGUN,
    }
    assert [problem.code for problem in found["C"].problems] == ["required"]
    assert (found["A"].n_answered, found["A"].n_asked) == (2, 3)
    assert deciding(program) == {"A"}
    assert quoting(program) == {"D": {"A"}}
