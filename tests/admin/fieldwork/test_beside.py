"""Contacts and files of a wave are for few people, and every look at them is written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey import clock
from survey.backends.keys import FolderKeyStore
from survey.config import Settings
from survey.identity.permissions import Role
from survey.ledger import apart
from survey.ledger.apart import Apart, Contact, File
from survey.models.audit import AuditEvent
from survey.models.wave import Wave

FILE_ID = "ab" * 16
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def wave(books: Session, staffed: Settings) -> str:
    """A wave with two contacts, one of them hostile, and a file."""
    keys = FolderKeyStore(staffed.key_dir)
    found = books.scalars(sa.select(Wave).order_by(Wave.id)).first()
    assert found is not None
    day = clock.today(books, found.time_zone)
    secret = "s" * 64
    apart.put_waiting(
        books,
        found.id,
        secret=secret,
        file=File(media_type="application/pdf", content=PDF),
        expires_on=day,
        keys=keys,
    )
    beside = [
        Apart(contacts=(Contact(item="CALL", fields={"name": "李华", "phone": "13800138000"}),)),
        Apart(contacts=(Contact(item="CALL", fields={"name": "=HYPERLINK(1)"}),), files={FILE_ID: secret}),
    ]
    apart.store(books, found.id, sealed=beside, day=day, keys=keys)
    public_id = found.public_id
    books.commit()
    return public_id


def _acts(books: Session) -> list[tuple[str, object]]:
    rows = books.execute(sa.select(AuditEvent.act, AuditEvent.after).order_by(AuditEvent.n.desc()).limit(2))
    found = [(row.act, row.after) for row in rows]
    books.rollback()  # a session that only read still holds the write lock
    return found


def test_contacts_come_as_a_file_that_no_spreadsheet_runs(
    browser: Callable[[Role | None], FlaskClient], wave: str, books: Session
) -> None:
    client = browser(Role.FIELDWORK)
    page = client.get(f"/admin/waves/{wave}/beside").text
    assert "李华" not in page
    assert "13800138000" not in page
    answer = client.post(f"/admin/waves/{wave}/beside/contacts")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["name"] for row in rows} == {"李华", "'=HYPERLINK(1)"}
    assert {row["phone"] for row in rows} == {"13800138000", ""}
    assert ("contacts.read", {"n": 2}) in _acts(books)


def test_a_file_is_a_download_under_a_name_of_ours(
    browser: Callable[[Role | None], FlaskClient], wave: str, books: Session
) -> None:
    client = browser(Role.ANALYST)
    assert FILE_ID in client.get(f"/admin/waves/{wave}/beside").text
    answer = client.post(f"/admin/waves/{wave}/beside/files/{FILE_ID}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{FILE_ID}.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert ("file.read", {"file": FILE_ID}) in _acts(books)
    assert client.post(f"/admin/waves/{wave}/beside/files/{'cd' * 16}").status_code == 404


@pytest.mark.parametrize("role", [Role.DESIGNER, Role.PUBLISHER, Role.AUDITOR, Role.OBSERVER])
def test_others_see_how_many_and_nothing_else(
    browser: Callable[[Role | None], FlaskClient], wave: str, role: Role
) -> None:
    client = browser(role)
    page = client.get(f"/admin/waves/{wave}/beside").text
    assert "beside/contacts" not in page
    assert FILE_ID not in page
    assert client.post(f"/admin/waves/{wave}/beside/contacts").status_code == 403
    assert client.post(f"/admin/waves/{wave}/beside/files/{FILE_ID}").status_code == 403
