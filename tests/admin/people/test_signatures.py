"""The audit office's signature by screen: out as a folder, signed by its own tool, back as a file, checked and kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.identity.permissions import Role
from survey.ledger import auditor_tool
from survey.models.audit import AuditEvent
from survey.models.ledger import AuditorSignature
from survey.models.wave import Wave

PLACE = "/admin/audit/signatures"


class Office:
    """The machine of the audit office: a key, a memory, and the tool."""

    def __init__(self, folder: Path, name: str = "audit-office") -> None:
        self.folder = folder
        self.fingerprint = auditor_tool.make_key(str(folder / f"{name}.key"), name)
        self.key = str(folder / f"{name}.key")

    def sign(self, archive: bytes) -> bytes:
        folder, out = self.folder / "to-sign.zip", self.folder / "signatures.jsonl"
        folder.write_bytes(archive)
        memory = str(self.folder / "seen.json")
        done = auditor_tool.main(
            ["sign", str(folder), "--key", self.key, "--memory", memory, "--out", str(out)]
        )
        assert done == 0
        return out.read_bytes()


@pytest.fixture
def office(desk: flask.Flask, tmp_path: Path) -> Office:
    """An audit office whose key this installation announces."""
    made = Office(tmp_path)
    platform = desk.extensions["minyi"]
    announced = replace(platform.settings, auditor_key=made.fingerprint)
    desk.extensions["minyi"] = replace(platform, settings=announced)
    return made


def hand_in(client: FlaskClient, content: bytes) -> tuple[int, str]:
    given = {"file": (io.BytesIO(content), "signatures.jsonl")}
    answer = client.post(
        f"{PLACE}?lang=en", data=given, content_type="multipart/form-data", follow_redirects=True
    )
    return answer.status_code, answer.text


Browser = Callable[[Role | None], FlaskClient]


def test_out_signed_and_back(browser: Browser, office: Office, books: Session) -> None:
    client = browser(Role.AUDITOR)
    page = client.get(f"{PLACE}?lang=en").text
    assert office.fingerprint in page
    assert "not yet" in page
    folder = client.get(f"{PLACE}/residents-2026.zip")
    assert folder.headers["Content-Disposition"].endswith("residents-2026-to-sign.zip")
    status, told = hand_in(client, office.sign(folder.data))
    assert status == 200, told
    assert "2 signatures are kept." in told
    assert "the newest state" in told
    rows = books.execute(sa.select(AuditorSignature.origin, AuditorSignature.size)).all()
    assert {row.origin for row in rows} == {f"minyi/residents-2026/{log}" for log in "cp"}
    act = books.scalars(sa.select(AuditEvent).where(AuditEvent.act == "log.cosign")).one()
    assert act.actor == "user:the-auditor"
    books.rollback()
    public = browser(None).get("/logs/residents-2026/checkpoints.jsonl").text
    assert "audit-office" in public


def test_what_is_wrong_with_a_file_is_said_with_its_place_and_its_cure(
    browser: Browser, office: Office, books: Session, tmp_path: Path
) -> None:
    client = browser(Role.AUDITOR)
    archive = client.get(f"{PLACE}/residents-2026.zip").data
    (tmp_path / "other").mkdir()
    stranger = Office(tmp_path / "other", "other-office")
    good = office.sign(archive)
    wrong = {
        "signed by “other-office”": stranger.sign(archive),
        "breaks off in line": good[:-30],
        "The file is empty": b"",
        "Line 1 is nothing that the signing tool writes": archive[:400],
    }
    for told, content in wrong.items():
        status, page = hand_in(client, content)
        assert status == 422, told
        assert told in page, page
    assert books.scalars(sa.select(AuditorSignature)).all() == []


def test_only_the_auditor_hands_in(browser: Browser, office: Office) -> None:
    for role in Role:
        expected = 422 if role is Role.AUDITOR else 403
        assert hand_in(browser(role), b"")[0] == expected, role


def test_without_an_announced_key_nothing_can_be_handed_in(browser: Browser) -> None:
    client = browser(Role.AUDITOR)
    assert 'type="file"' not in client.get(PLACE).text
    assert hand_in(client, b"x")[0] == 409


def test_a_planned_wave_shows_how_far_the_office_is(browser: Browser, office: Office, books: Session) -> None:
    wave = books.scalars(sa.select(Wave).where(Wave.code == "enterprises-2026")).one()
    where = f"/admin/waves/{wave.public_id}"
    books.rollback()
    fieldwork, auditor = browser(Role.FIELDWORK), browser(Role.AUDITOR)
    assert f"{where}/empty-logs" in fieldwork.get(where).text
    assert auditor.get(f"{PLACE}/enterprises-2026.zip").status_code == 404
    assert fieldwork.post(f"{where}/empty-logs").status_code == 303
    waiting = fieldwork.get(where).text
    assert f"{where}/empty-logs" not in waiting
    archive = auditor.get(f"{PLACE}/enterprises-2026.zip").data
    assert hand_in(auditor, office.sign(archive))[0] == 200
    assert fieldwork.get(where).text != waiting
