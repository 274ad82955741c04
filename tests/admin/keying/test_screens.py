"""The keying room by its screens: run issued, keyed by two, settled by a third, sent, reported; without JavaScript."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.keying.fields import by_key
from admin.keying.services import sheets
from survey import clock
from survey.collect import programs
from survey.config import Settings
from survey.identity import sessions
from survey.identity.permissions import Role
from survey.models.audit import AuditEvent
from survey.models.keying import KeyedEntry, KeyingSheet
from survey.models.people import User, UserRole
from survey.models.wave import Wave

CASES = "stratum,probability,seal_group\n" + "990101,0.01,city1\n" * 3
Browser = Callable[[Role | None], FlaskClient]


@pytest.fixture
def second(desk: flask.Flask, books: Session) -> FlaskClient:
    """The browser of another keying operator."""
    user = User(
        username="second-hand",
        display_name="Second hand",
        organisation="Keying",
        password_hash="-",  # nobody signs in with it
        created_at=clock.now(books),
        roles=[UserRole(role=Role.KEYING_OPERATOR.value)],
    )
    books.add(user)
    books.flush()
    client = desk.test_client()
    client.set_cookie("staff", sessions.open_session(books, user.id))
    books.commit()
    return client


@pytest.fixture
def wave(books: Session) -> str:
    found = books.scalars(sa.select(Wave.public_id).where(Wave.code == "residents-2026")).one()
    books.rollback()
    return found


def issue(browser: Browser, wave: str) -> list[str]:
    answer = browser(Role.FIELDWORK).post(
        f"/admin/waves/{wave}/sheets",
        data={
            "mode": "paper",
            "language": "zh",
            "decides": "third",
            "n": "",
            "file": (io.BytesIO(CASES.encode()), "cases.csv"),
        },
    )
    assert answer.status_code == 200, answer.text[:2000]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [set(row) for row in rows] == [
        {"serial", "stratum", "link"}
    ] * 3  # anonymous: no case beside a serial
    return [row["serial"] for row in rows]


def key(client: FlaskClient, serial: str, typed: dict[str, str], *, finish: bool = True) -> str:
    begun = client.post("/admin/keying", data={"serial": serial})
    assert begun.status_code == 303, begun.text[:2000]
    page = client.get(begun.location)
    ver = re.search(r'name="ver" value="(\d+)"', page.text)
    assert ver is not None
    sent = {"ver": ver[1], "section": "_sheet", "do": "finish" if finish else "_sheet", "rest": "1"}
    answer = client.post(begun.location, data={**sent, **{f"f.{name}": text for name, text in typed.items()}})
    assert answer.status_code == 303, answer.text[:2000]
    return client.get(answer.location).text


def whole_sheet(books: Session) -> dict[str, str]:
    """A sheet on which every choice has its first code; what that takes off the route is left out by `rest`."""
    wave = books.scalars(sa.select(Wave).where(Wave.code == "residents-2026")).one()
    program = programs.load(books, wave.version.digest)
    books.rollback()
    first = {
        name: next(code for code, _ in field.codes if code not in field.item.screening_codes)
        for name, field in by_key(program).items()
        if field.item is not None
        and field.item.kind in ("single", "area")
        and program.places[field.item.code].always
    }
    return {"_consent": "1", "_slip": "1", **first}


def test_from_the_printed_run_to_the_report(
    browser: Browser, second: FlaskClient, wave: str, books: Session
) -> None:
    serial, other, third = issue(browser, wave)
    typed = whole_sheet(books)
    first = browser(Role.KEYING_OPERATOR)
    assert "look=1" not in key(first, serial, typed)
    rated = next(name for name in typed if not name.startswith("_"))
    key(second, serial, {**typed, rated: "?"})
    home = browser(Role.FIELDWORK)
    page = home.get("/admin/keying/differences").text
    assert serial in page
    number = serial.replace("-", "")
    dispute = home.get(f"/admin/keying/differences/{number}").text
    assert f'name="f.{rated}"' in dispute
    assert "second-hand" not in dispute  # who keyed which is not shown
    assert home.post(f"/admin/keying/differences/{number}", data={}).status_code == 422
    settled = home.post(
        f"/admin/keying/differences/{number}",
        data={f"f.{rated}": "*", f"other.{rated}": typed[rated]},
    )
    assert settled.status_code == 303
    sent = home.post(f"/admin/waves/{wave}/sheets/send").text
    assert serial in sent
    slip = re.search(r'class="code big">([0-9A-Z*~$=-]+)<', sent)
    assert slip is not None
    public = browser(None).post("/receipt", data={"code": slip[1]})
    assert public.status_code == 200
    assert (
        home.post(f"/admin/waves/{wave}/sheets/spoil", data={"serial": other, "reason": "empty"}).status_code
        == 303
    )
    progress = home.get(f"/admin/waves/{wave}/sheets").text
    assert third not in progress  # counts only
    for language in ("zh", "en"):
        told = home.get(f"/admin/waves/{wave}/sheets/report?lang={language}")
        assert told.status_code == 200
        assert rated in told.text
    report = home.get(f"/admin/waves/{wave}/sheets/report.csv").text
    rows = {(row["kind"], row["name"]): row for row in csv.DictReader(io.StringIO(report))}
    assert rows["item_difference", rated]["count"] == "1"
    assert rows["all", "fields"]["count"] == "1"
    errors = [row for (kind, _), row in rows.items() if kind == "operator_error"]
    assert sorted(row["count"] for row in errors) == ["0", "1"]
    assert all(float(row["low"]) <= float(row["share"]) <= float(row["high"]) for row in errors)
    acts = books.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.n)).all()
    assert acts[-6:] == [
        "sheet.issue", "sheet.keyed", "sheet.keyed", "sheet.decide", "sheet.send", "sheet.spoil"
    ]  # fmt: skip
    assert books.scalar(sa.select(sa.func.count()).select_from(KeyedEntry)) == 0


def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    browser: Browser, wave: str, books: Session
) -> None:
    serial, *_ = issue(browser, wave)
    typed = whole_sheet(books)
    name = next(name for name in typed if not name.startswith("_"))
    client = browser(Role.KEYING_OPERATOR)
    page = key(client, serial, {**typed, name: "777"})
    assert 'role="alert"' in page
    number = serial.replace("-", "")
    assert 'value="777"' in client.get(f"/admin/keying/sheets/{number}?section=all").text
    said = client.post(f"/admin/keying/sheets/{number}/check", data={f"f.{name}": "!777"}).json
    assert (name in said["problems"], said["marked"]) == (True, [name])
    asked = client.post(f"/admin/keying/sheets/{number}/check", data={f"f.{name}": typed[name]}).json
    assert name not in asked["problems"]
    assert books.scalars(sa.select(KeyingSheet.state).order_by(KeyingSheet.number)).all()[0] in (
        "keying",
        "issued",
    )


def test_nobody_opens_what_another_keys(
    browser: Browser, second: FlaskClient, wave: str, books: Session
) -> None:
    serial, *_ = issue(browser, wave)
    key(browser(Role.KEYING_OPERATOR), serial, whole_sheet(books), finish=False)
    number = serial.replace("-", "")
    assert second.get(f"/admin/keying/sheets/{number}").status_code == 409
    assert second.post(f"/admin/keying/sheets/{number}/check").status_code == 409
    assert browser(Role.FIELDWORK).get(f"/admin/keying/sheets/{number}").status_code == 403
    assert browser(Role.FIELDWORK).get(f"/admin/keying/differences/{number}").status_code == 409
    for wrong in ("1", "00100000100", number[:-1] + "9" if number[-1] != "9" else number[:-1] + "8"):
        assert second.post("/admin/keying", data={"serial": wrong}).status_code == 404
    assert sheets.read_serial(number).printed == serial


def test_a_form_of_another_site_changes_nothing(desk: flask.Flask, browser: Browser, wave: str) -> None:
    desk.config["WTF_CSRF_ENABLED"] = True
    for role, address in (
        (Role.KEYING_OPERATOR, "/admin/keying"),
        (Role.KEYING_OPERATOR, "/admin/keying/sheets/00100000100"),
        (Role.KEYING_OPERATOR, "/admin/keying/sheets/00100000100/check"),
        (Role.KEYING_OPERATOR, "/admin/keying/differences/00100000100"),
        *(
            (Role.FIELDWORK, f"/admin/waves/{wave}/sheets{part}")
            for part in ("", "/send", "/spoil", "/give-back")
        ),
    ):
        assert browser(role).post(address, data={"serial": "1"}).status_code in {400, 403}, address


def test_a_second_window_does_not_overwrite(
    browser: Browser, wave: str, books: Session, staffed: Settings
) -> None:
    serial, *_ = issue(browser, wave)
    client = browser(Role.KEYING_OPERATOR)
    typed = whole_sheet(books)
    key(client, serial, typed, finish=False)
    number = serial.replace("-", "")
    late = {"ver": "1", "do": "_sheet", "section": "_sheet", "f._consent": "2"}
    assert client.post(f"/admin/keying/sheets/{number}", data=late).status_code == 409
    assert staffed.key_dir.exists()
