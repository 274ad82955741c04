"""Contacts and files are handed in beside the answers, and nothing that is stored leads from one to the other."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from survey import clock
from survey.access import grants
from survey.collect import attachments, contacts, jobs, pages, start, submit, waves, withdraw
from survey.collect.drafts import OpenDraft
from survey.collect.start import Started
from survey.instrument.compile import compile_instrument
from survey.instrument.program import Program
from survey.ledger import apart, boxes, seal, urn
from survey.ledger.apart import Apart, Contact, File
from survey.models.apart import Attachment, ContactEntry, WaitingFile
from survey.models.response import Response
from survey.models.wave import Wave
from tests.survey.interviews import World, make_world

_DOCUMENT = {
    "schema": "minyi/instrument/2",
    "id": "apart",
    "version": "1",
    "title": {"zh": "附带", "en": "Apart"},
    "languages": ["zh", "en"],
    "sections": [
        {
            "id": "A",
            "title": {"zh": "一", "en": "One"},
            "questions": [
                {
                    "id": "Q",
                    "type": "single",
                    "text": {"zh": "好吗？", "en": "Good?"},
                    "options": [
                        {"code": "y", "zh": "好", "en": "Yes"},
                        {"code": "n", "zh": "不好", "en": "No"},
                    ],
                },
                {
                    "id": "CALL",
                    "type": "contact",
                    "fields": ["name", "phone"],
                    "text": {"zh": "电话", "en": "Phone"},
                },
                {
                    "id": "PIC",
                    "type": "file",
                    "media": "image",
                    "max_mb": 1,
                    "text": {"zh": "照片", "en": "Photo"},
                },
            ],
        }
    ],
}


@cache
def _program() -> Program:
    compiled = compile_instrument(_DOCUMENT, scales={}, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


@pytest.fixture
def world(any_engine: sa.Engine, tmp_path: Path) -> World:
    """An open wave that asks for a contact and a photo."""
    found = make_world(any_engine, tmp_path, program=_program(), code="apart")
    with found.session() as session:
        urn.open_urn(session, found.wave_id, keys=found.keys)
    return found


def _photo(tone: int = 90) -> bytes:
    target = io.BytesIO()
    Image.new("L", (8, 8), tone).save(target, "JPEG", comment=b"13800138000")
    return target.getvalue()


def _begin(world: World, session: Session) -> Started:
    grant = grants.open_entry(session, "open1")
    return start.open_draft(session, grant, language="zh", consent=True, keys=world.keys)


def _answer(
    world: World,
    session: Session,
    draft: OpenDraft,
    raw: Mapping[str, Sequence[str]],
    *,
    photo: bytes | None = None,
) -> OpenDraft:
    """Save the one page as the site does: the file first, then its secret among the fields."""
    item = _program().places["PIC"].item
    sent = {} if photo is None else {"PIC": photo}
    today = clock.now(session).date()
    taken = attachments.take(session, draft, sent, items={"PIC": item}, today=today, keys=world.keys)
    assert taken.problems == ()
    stored = draft.document.state.answers.get("PIC")
    fields = {**raw, "PIC": [taken.answers["PIC"]] if photo else [stored] if isinstance(stored, str) else []}
    before = draft.document
    saved, outcome = pages.save_page(
        session,
        taken.draft,
        "A",
        fields,
        program=_program(),
        seen_ver=draft.ver,
        at=before.opened_at + timedelta(seconds=60),
        keys=world.keys,
    )
    assert outcome.problems == (), [problem.message("en") for problem in outcome.problems]
    attachments.forget_replaced(session, before, saved.document, keys=world.keys)
    return saved


def _hand_in(world: World, session: Session, draft: OpenDraft) -> None:
    prepared = submit.prepare(
        draft,
        program=_program(),
        wave=waves.load(session, world.wave_id),
        keys=world.keys,
        now=clock.now(session),
    )
    submit.commit(session, prepared, keys=world.keys)


def _interview(world: World, number: int, *, name: str | None, photo: bytes | None = None) -> str:
    left = {} if name is None else {"CALL.name": [name], "CALL.phone": [f"1380013{number:04d}"]}
    with world.session() as session:
        started = _begin(world, session)
        draft = _answer(world, session, started.draft, {"Q": ["y"], **left}, photo=photo)
        _hand_in(world, session, draft)
        return started.secret


def _seal(world: World) -> None:
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        for _ in seal.seal_all(session, wave, keys=world.keys, closing=True):
            session.commit()


def test_what_stands_apart_comes_out_of_the_box_as_it_went_in() -> None:
    beside = Apart(contacts=(Contact(item="C", fields={"name": "李华"}),), files={"aa": "bb"})
    sealed = urn.Sealed(document=b'{"a":"\\u0000"}', r=bytes(32), tag=bytes(32), apart=beside.encode())
    assert urn.Sealed.decode(sealed.encode()) == sealed
    assert Apart.decode(sealed.apart) == beside
    bare = urn.Sealed(document=b"{}", r=bytes(32), tag=bytes(32))
    assert urn.Sealed.decode(bare.encode()) == bare
    assert Apart.decode(bare.apart) == Apart()


def test_contacts_reach_the_store_and_leave_no_trace_in_any_answer(world: World) -> None:
    names = [f"Person {n}" for n in range(12)]
    for number, name in enumerate(names):
        _interview(world, number, name=name if number % 2 else None)
    with world.session() as session:  # before sealing there is nothing to read, only closed boxes
        assert session.scalars(sa.select(ContactEntry)).all() == []
    _seal(world)
    with world.session() as session:
        responses = session.scalars(sa.select(Response)).all()
        assert len(responses) == 12
        assert {tuple(response.document["state"]["answers"]) for response in responses} == {("Q",)}
        entries = session.scalars(sa.select(ContactEntry)).all()
        assert len(entries) == 6
        assert {entry.sealed_on for entry in entries} == {clock.today(session, "Asia/Shanghai")}
        stored = str([entry.fields for entry in entries])
        assert not any(name in stored for name in names)
        assert len({len(box) for entry in entries for box in entry.fields.values()}) == 1
        found = apart.contacts(session, world.wave_id, keys=world.keys)
        assert sorted(contact.fields["name"] for contact in found) == sorted(names[1::2])
        assert all(contact.item == "CALL" for contact in found)


def test_the_order_of_contacts_is_neither_that_of_arrival_nor_that_of_the_responses(world: World) -> None:
    """Over many batches the place of an entry says nothing: its rank agrees with arrival no more than chance."""
    agreements = 0
    everybody = [Contact(item="C", fields={"name": str(n)}) for n in range(10)]
    with world.session() as session:
        for _ in range(40):
            apart.store(
                session,
                world.wave_id,
                sealed=[Apart(contacts=(one,)) for one in everybody],
                day=clock.today(session, "Asia/Shanghai"),
                keys=world.keys,
            )
            order = [int(c.fields["name"]) for c in apart.contacts(session, world.wave_id, keys=world.keys)]
            agreements += sum(n == place for place, n in enumerate(order))
            session.execute(sa.delete(ContactEntry))
    assert 15 <= agreements <= 75  # 40 expected by chance, 400 in the order of arrival


def test_a_photo_goes_from_the_draft_to_the_response_under_an_id_that_nothing_older_knows(
    world: World,
) -> None:
    for number in range(10):
        _interview(world, number, name=None, photo=_photo(number) if number < 3 else None)
    with world.session() as session:
        # Their interviews are handed in: they outlive the days that an unfinished one has.
        apart.delete_expired(session, today=date(2200, 1, 1))
        waiting = session.scalars(sa.select(WaitingFile)).all()
        assert len(waiting) == 3
        old_ids = {row.id for row in waiting}
    _seal(world)
    with world.session() as session:
        assert session.scalars(sa.select(WaitingFile)).all() == []
        answers = [row.document["state"]["answers"] for row in session.scalars(sa.select(Response))]
        ids = [answer["PIC"] for answer in answers if "PIC" in answer]
        assert len(ids) == 3
        assert {bytes.fromhex(found) for found in ids}.isdisjoint({old[:16] for old in old_ids})
        for found in ids:
            file = apart.attachment(session, world.wave_id, found, keys=world.keys)
            assert file is not None
            assert file.media_type == "image/jpeg"
            assert b"13800138000" not in file.content
            assert Image.open(io.BytesIO(file.content)).size == (8, 8)
        boxes_kept = session.scalars(sa.select(Attachment.box)).all()
        assert len({len(box) for box in boxes_kept}) == 1
        assert not any(b"JFIF" in box for box in boxes_kept)


def test_a_file_that_is_replaced_or_removed_is_gone(world: World) -> None:
    with world.session() as session:
        draft = _begin(world, session).draft
        draft = _answer(world, session, draft, {"Q": ["y"]}, photo=_photo(1))
        again = _answer(world, session, draft, {"Q": ["y"]}, photo=_photo(1))
        assert again.document.state.answers["PIC"] == draft.document.state.answers["PIC"]
        draft = _answer(world, session, again, {"Q": ["y"]}, photo=_photo(2))
        assert len(session.scalars(sa.select(WaitingFile)).all()) == 1
        bare = replace(draft, document=replace(draft.document, state=draft.document.state.without(["PIC"])))
        _answer(world, session, bare, {"Q": ["n"]})
        assert session.scalars(sa.select(WaitingFile)).all() == []


def test_a_withdrawn_interview_leaves_neither_contact_nor_file(world: World) -> None:
    secrets = [_interview(world, n, name=f"Person {n}", photo=_photo(n)) for n in range(11)]
    with world.session() as session:
        withdraw.withdraw(session, secrets[4], keys=world.keys)
    _seal(world)
    with world.session() as session:
        names = {c.fields["name"] for c in apart.contacts(session, world.wave_id, keys=world.keys)}
        assert names == {f"Person {n}" for n in range(11)} - {"Person 4"}
        assert len(session.scalars(sa.select(Attachment)).all()) == 10
        assert session.scalars(sa.select(WaitingFile)).all() == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xd8\xff" + b"x" * (1024 * 1024), "upload_too_large"),
        (b"%PDF-1.4", "upload_not_image"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "upload_not_image"),
        (b"\xff\xd8\xff\xe1\xff", "upload_broken"),
    ],
)
def test_what_is_not_taken_is_said_in_both_languages(world: World, content: bytes, code: str) -> None:
    item = _program().places["PIC"].item
    with world.session() as session:
        draft = _begin(world, session).draft
        today = clock.now(session).date()
        taken = attachments.take(
            session, draft, {"PIC": content}, items={"PIC": item}, today=today, keys=world.keys
        )
        assert [problem.code for problem in taken.problems] == [code]
        assert all(taken.problems[0].message(language) for language in ("zh", "en"))
        assert taken.answers == {}
        assert session.scalars(sa.select(WaitingFile)).all() == []


def test_after_thirty_days_contacts_and_the_key_that_opens_copies_of_them_are_gone(world: World) -> None:
    for number in range(10):
        _interview(world, number, name=f"Person {number}")
    _seal(world)
    forget = jobs.handlers(keys=world.keys, time_zone="Asia/Shanghai", retention_years=2)[jobs.FORGET]
    with world.session() as session:
        kept = session.scalars(sa.select(ContactEntry.fields)).all()
        forget(session, {})
        assert len(session.scalars(sa.select(ContactEntry)).all()) == 10
    world.move_clock(timedelta(days=30) + contacts.KEPT + timedelta(days=1))
    with world.session() as session:
        forget(session, {})
        assert session.scalars(sa.select(ContactEntry)).all() == []
        assert session.scalar(sa.text("SELECT count(*) FROM audit_event WHERE act = 'contacts.deleted'")) == 1
    assert f"contact.{world.wave_id}" not in world.keys.names()
    new_key = world.keys.get_or_create(f"contact.{world.wave_id}")
    with pytest.raises(boxes.BoxError):
        apart._open_text("name", kept[0]["name"], key=new_key)


def test_files_of_drafts_nobody_hands_in_expire_with_them(world: World) -> None:
    with world.session() as session:
        draft = _begin(world, session).draft
        _answer(world, session, draft, {"Q": ["y"]}, photo=_photo())
    world.move_clock(timedelta(days=16))
    with world.session() as session:
        jobs.handlers(keys=world.keys, time_zone="Asia/Shanghai", retention_years=2)[jobs.FORGET](session, {})
        assert session.scalars(sa.select(WaitingFile)).all() == []
        assert session.scalar(sa.text("SELECT count(*) FROM draft")) == 0


def test_a_lost_file_does_not_stop_the_sealing(world: World) -> None:
    for number in range(10):
        _interview(world, number, name=None, photo=_photo(number))
    with world.session() as session:
        first = session.scalars(sa.select(WaitingFile.id)).first()
        session.execute(sa.delete(WaitingFile).where(WaitingFile.id == first))
    _seal(world)
    with world.session() as session:
        assert len(session.scalars(sa.select(Attachment)).all()) == 9
        assert len(session.scalars(sa.select(Response)).all()) == 10


def test_an_attachment_opens_under_its_own_id_and_wave_only(world: World) -> None:
    assert File(media_type="image/png", content=b"x") == File(media_type="image/png", content=b"x")
    _interview(world, 0, name=None, photo=_photo())
    _seal(world)
    with world.session() as session:
        (found,) = session.scalars(sa.select(Attachment.id)).all()
        assert apart.attachment(session, world.wave_id, found.hex(), keys=world.keys) is not None
        assert apart.attachment(session, world.wave_id + 1, found.hex(), keys=world.keys) is None
        assert apart.attachment(session, world.wave_id, "../../etc/passwd", keys=world.keys) is None
