"""Verbs of the two who key a sheet: neither sees what the other keyed, and both may finish at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying import keeping
from admin.keying.fields import by_key
from admin.keying.reading import BLANK, Checked, stored
from admin.keying.serials import Serial
from admin.keying.services import settling, sheets
from admin.keying.services.sheets import Work
from survey import audit, ids
from survey.db import table_of
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.identity.persons import is_same_person
from survey.models.keying import KeyedEntry
from survey.models.people import User
from survey.ports import KeyStore

KEYINGS = 2
_entry = table_of(KeyedEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keying:
    """One person's keying of one sheet, as it stands."""

    work: Work
    entry_id: bytes
    ver: int
    entry: Mapping[str, str]

    @property
    def checked(self) -> Checked:
        """What the engine says of it."""
        return self.work.check(self.entry)


def begin(session: Session, serial: Serial, *, actor: Actor, keys: KeyStore) -> None:
    """Take a sheet up for keying, or again. Raises NotFound, Gone, Conflict (keyed twice, keyed by this person)."""
    sheet, run = sheets.hold(session, serial)
    work = sheets.work_on(session, serial, sheet, run, keys=keys)
    person = session.get_one(User, actor.user_id)
    known = sheets.entries(session, serial)
    mine = next((each for each in known if each.operator_id == person.id), None)
    if mine is not None and not mine.is_done:
        return
    if any(is_same_person(session.get_one(User, each.operator_id), person) for each in known):
        raise Conflict(
            "keyed_by_same_person",
            zh="这份问卷表您已经录入过，须由另一个人独立录入第二遍。",
            en="You have keyed this sheet; another person keys it a second time, independently.",
        )
    if len(known) >= KEYINGS or sheet.state not in ("issued", "keying"):
        raise Conflict(
            "keyed_twice",
            zh="这份问卷表已由两个人录入或正在录入。",
            en="Two people have keyed this sheet or are keying it.",
        )
    sheet.state = "keying"
    box = keeping.seal({}, serial=serial, run_id=work.run.id, holder=person.id, keys=keys)
    session.add(
        KeyedEntry(
            id=ids.random_key(),
            wave_id=serial.wave_id,
            number=serial.number,
            operator_id=person.id,
            is_done=False,
            ver=1,
            box=box,
        )
    )
    session.flush()


def load(session: Session, serial: Serial, *, actor: Actor, keys: KeyStore) -> Keying:
    """This person's unfinished keying of a sheet. Raises NotFound, Gone, Conflict (not begun, finished)."""
    sheet, run = sheets.find(session, serial)
    return _load(session, sheets.work_on(session, serial, sheet, run, keys=keys), actor=actor, keys=keys)


def _load(session: Session, work: Work, *, actor: Actor, keys: KeyStore) -> Keying:
    mine = next(
        (e for e in sheets.entries(session, work.serial) if e.operator_id == actor.user_id and not e.is_done),
        None,
    )
    if mine is None:
        raise Conflict(
            "not_keying",
            zh="您没有正在录入这份问卷表。请从编号重新开始。",
            en="You are not keying this sheet. Begin again from its number.",
        )
    entry = keeping.open_entry(
        mine.box, serial=work.serial, run_id=work.run.id, holder=mine.operator_id, keys=keys
    )
    return Keying(work=work, entry_id=mine.id, ver=mine.ver, entry=entry)


def read(keying: Keying, typed: Mapping[str, str]) -> Keying:
    """The keying with what was typed into some of its fields; those of no field are passed over. Stores nothing."""
    known = by_key(keying.work.program)
    entry = dict(keying.entry)
    for key, text in typed.items():
        if key in known:
            value = stored(known[key], text)
            if value:
                entry[key] = value
            else:
                entry.pop(key, None)
    return Keying(work=keying.work, entry_id=keying.entry_id, ver=keying.ver, entry=entry)


def save(session: Session, keying: Keying, *, seen_ver: int, keys: KeyStore) -> Keying:
    """Keep a keying as ``read`` made it. Raises Conflict where it was changed in another window meanwhile."""
    return _store(session, keying, seen_ver=seen_ver, is_done=False, keys=keys)


def finish(
    session: Session, keying: Keying, *, seen_ver: int, rest_is_blank: bool, actor: Actor, keys: KeyStore
) -> Checked:
    """The keying is done, where nothing is in its way; with the second one the two are compared.

    Fields without anything on the paper are settled as blank if ``rest_is_blank``. What is in the way is in the
    ``empty`` and ``unmarked`` of what is returned; then the keying is kept and stays open. Raises Conflict.
    """
    sheet, _ = sheets.hold(session, keying.work.serial)
    checked = keying.checked
    if checked.empty and rest_is_blank:
        entry = {**keying.entry, **dict.fromkeys(checked.empty, BLANK)}
        keying = Keying(work=keying.work, entry_id=keying.entry_id, ver=keying.ver, entry=entry)
        checked = keying.checked
    is_done = not checked.empty and not checked.unmarked
    _store(session, keying, seen_ver=seen_ver, is_done=is_done, keys=keys)
    if not is_done:
        return checked
    serial = keying.work.serial
    audit.record(session, actor.ref, act="sheet.keyed", on=f"sheet:{serial.printed}")
    found = sheets.entries(session, serial)
    if len(found) == KEYINGS and all(each.is_done for each in found):
        settling.compare_both(session, keying.work, sheet, found, keys=keys)
    return checked


def give_back(session: Session, serial: Serial, *, actor: Actor) -> int:
    """Destroy the unfinished keyings of a sheet, so that somebody else can key it. Raises NotFound, Conflict."""
    sheet, _ = sheets.hold(session, serial)
    open_ones = [each for each in sheets.entries(session, serial) if not each.is_done]
    if not open_ones:
        raise Conflict(
            "nothing_open",
            zh="这份问卷表没有未完成的录入。",
            en="No keying of this sheet is unfinished.",
        )
    for each in open_ones:
        session.delete(each)
    session.flush()
    sheet.state = "keying" if sheets.entries(session, serial) else "issued"
    audit.record(
        session,
        actor.ref,
        act="sheet.give_back",
        on=f"sheet:{serial.printed}",
        after={"entries": len(open_ones)},
    )
    return len(open_ones)


def _store(session: Session, keying: Keying, *, seen_ver: int, is_done: bool, keys: KeyStore) -> Keying:
    work = keying.work
    holder = session.scalar(sa.select(KeyedEntry.operator_id).where(KeyedEntry.id == keying.entry_id))
    box = keeping.seal(keying.entry, serial=work.serial, run_id=work.run.id, holder=holder or 0, keys=keys)
    stored_one = session.connection().execute(
        sa.update(_entry)
        .where(_entry.c.id == keying.entry_id, _entry.c.ver == seen_ver, _entry.c.is_done.is_(False))
        .values(box=box, ver=_entry.c.ver + 1, is_done=is_done)
    )
    if stored_one.rowcount != 1:
        raise Conflict(
            "keying_stale",
            zh="这份录入已在另一个窗口中改动。请重新打开这份问卷表；已保存的内容没有丢失。",
            en="This keying was changed in another window. Open the sheet again; nothing that was saved is lost.",
        )
    return Keying(work=work, entry_id=keying.entry_id, ver=seen_ver + 1, entry=keying.entry)
