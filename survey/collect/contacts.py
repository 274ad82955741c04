"""Home of what people leave to be reached by: kept with the draft, handed in beside the answers, never among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.instrument.codes import UNIT_SEPARATOR
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.instrument.validate import PageResult
from survey.ledger import apart
from survey.ledger.apart import Contact
from survey.models.apart import ContactEntry
from survey.models.wave import Wave
from survey.ports import KeyStore

KEPT = timedelta(days=30)
"""How long after the close of a wave its contact entries are kept."""

Entries = Mapping[str, Mapping[str, str]]


def after_page(entries: Entries, result: PageResult) -> Entries:
    """The entries of a draft after one page: what was left is kept, what was emptied is gone."""
    kept = {key: fields for key, fields in entries.items() if key not in result.cleared}
    return {**kept, **result.contacts}


def set_apart(
    program: Program, state: AnswerState, entries: Entries
) -> tuple[AnswerState, tuple[Contact, ...]]:
    """The answers without any trace of a contact item, and the entries that count.

    Not even that somebody left a contact stays with the answers: in a small group that would name the response.
    """
    keys = [key for key in state.answers if is_contact(program, key)]
    left = tuple(Contact(item=_item_of(key), fields=entries[key]) for key in keys if entries.get(key))
    return state.without(keys), left


def is_contact(program: Program, key: str) -> bool:
    """Whether an answer key belongs to a contact item."""
    place = program.places.get(_item_of(key))
    return place is not None and place.item.kind == "contact"


def forget_old(session: Session, *, keys: KeyStore) -> None:
    """Delete the entries of waves that closed more than thirty days ago, and the keys that open copies of them."""
    due = clock.now(session) - KEPT
    waves = session.scalars(
        sa.select(Wave)
        .where(
            Wave.closes_at < due, sa.select(ContactEntry.id).where(ContactEntry.wave_id == Wave.id).exists()
        )
        .order_by(Wave.id)
    )
    for wave in waves.all():
        gone = apart.forget_contacts(session, wave.id, keys=keys)
        audit.record(
            session, "job:retention", act="contacts.deleted", on=f"wave:{wave.code}", after={"n": gone}
        )


def _item_of(key: str) -> str:
    return key.partition(UNIT_SEPARATOR)[0]
