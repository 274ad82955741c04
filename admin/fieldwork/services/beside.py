"""Verbs on what a wave keeps beside its answers: every look at it is written into the audit log."""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey import audit
from survey.collect.file_types import SUFFIXES
from survey.errors import NotFound
from survey.identity.actors import Actor
from survey.kit.safe_csv import csv_bytes
from survey.ledger import apart
from survey.ledger.apart import File
from survey.models.wave import Wave
from survey.ports import KeyStore

FIELDS = ("name", "phone", "email", "address")


def contacts_as_csv(session: Session, wave: Wave, *, actor: Actor, keys: KeyStore) -> bytes:
    """The contact entries of a wave for those who call back, in the order of their random ids."""
    found = apart.contacts(session, wave.id, keys=keys)
    audit.record(session, actor.ref, act="contacts.read", on=f"wave:{wave.code}", after={"n": len(found)})
    return csv_bytes(("item", *FIELDS), [{"item": contact.item, **contact.fields} for contact in found])


def file_of(session: Session, wave: Wave, file_id: str, *, actor: Actor, keys: KeyStore) -> File:
    """One file of a wave. Raises NotFound."""
    found = apart.attachment(session, wave.id, file_id, keys=keys)
    if found is None:
        raise NotFound(
            "file_unknown",
            zh="这个轮次没有这个文件。",
            en="This wave has no such file.",
        )
    audit.record(session, actor.ref, act="file.read", on=f"wave:{wave.code}", after={"file": file_id})
    return found


def filename(file_id: str, file: File) -> str:
    """What the file is called where it is saved; its own name was never kept."""
    return f"{file_id}.{SUFFIXES[file.media_type]}"
