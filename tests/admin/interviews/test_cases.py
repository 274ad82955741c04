"""An interviewer sees the cases assigned to them, tries, interviews, hands over the tablet; back-checks stay blind."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from admin.interviews.services import assigning, checking, closing, contacts
from survey import clock
from survey.backends.keys import FolderKeyStore
from survey.collect import back_checks, drafts
from survey.config import Settings
from survey.identity import sessions
from survey.identity.actors import find_actor
from survey.identity.permissions import Role, why_not_together
from survey.models.access import Token
from survey.models.audit import AuditEvent
from survey.models.content import AssessedUnit
from survey.models.fieldwork import CallBack
from survey.models.interviews import BackCheckDraw, ContactAttempt, InterviewCase
from survey.models.people import User, UserRole
from survey.models.response import DispositionCount
from survey.models.wave import Wave
from tests.admin.conftest import username
from tests.survey.site.visitor import Forms

Browser = Callable[[Role | None], FlaskClient]
WHERE = "滨河路12号"


def cases_file(n: int, *, names: str | None = None) -> bytes:
    head = "stratum,probability,seal_group,name,phone,address" + (",interviewer" if names else "")
    rows = [
        f"990101,0.01,city1,户{i},1380013{i:04d},{WHERE}" + (f",{names}" if names else "") for i in range(n)
    ]
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def wave(books: Session) -> str:
    found = books.scalars(sa.select(Wave.public_id).where(Wave.code == "residents-2026")).one()
    books.rollback()
    return found


@pytest.fixture
def colleague(books: Session) -> str:
    """Another interviewer."""
    return _interviewer(books, "other-interviewer", "Statistics")


def _interviewer(books: Session, name: str, organisation: str) -> str:
    books.add(
        User(
            username=name,
            display_name=name,
            organisation=organisation,
            password_hash="-",  # nobody signs in with it
            created_at=clock.now(books),
            roles=[UserRole(role=Role.INTERVIEWER.value)],
        )
    )
    books.commit()
    return name


def assign(browser: Browser, wave: str, content: bytes, *, mode: str = "capi") -> int:
    answer = browser(Role.FIELDWORK).post(
        f"/admin/waves/{wave}/cases", data={"mode": mode, "file": (io.BytesIO(content), "cases.csv")}
    )
    return answer.status_code


def own_cases(books: Session, name: str) -> list[str]:
    found = books.scalars(
        sa.select(InterviewCase.public_id)
        .join(User, User.id == InterviewCase.interviewer_id)
        .where(User.username == name)
        .order_by(InterviewCase.public_id)
    ).all()
    books.rollback()
    return list(found)


def enter(client: FlaskClient, case: str) -> FlaskClient:
    """From the case into its questionnaire, in the same browser."""
    page = client.post(f"/admin/interviews/{case}/start")
    assert page.status_code == 200, page.text[:1500]
    address = re.search(r'href="http://[^/]+(/a/[^"]+)"', page.text)
    assert address is not None
    answer = client.get(address[1])
    assert answer.status_code == 303, answer.text[:1500]
    return client


def sign_in(desk: flask.Flask, books: Session, client: FlaskClient, name: str) -> FlaskClient:
    user = books.scalars(sa.select(User).where(User.username == name)).one()
    client.set_cookie("staff", sessions.open_session(books, user.id))
    books.commit()
    return client


def test_the_platform_deals_and_nobody_of_an_assessed_unit_interviews(
    browser: Browser, wave: str, colleague: str, books: Session
) -> None:
    unit = books.scalars(sa.select(AssessedUnit)).first()
    assert unit is not None
    insider = _interviewer(books, "insider", f" {unit.en.upper()} ")
    assert assign(browser, wave, cases_file(7)) == 303
    me = username(Role.INTERVIEWER)
    assert sorted(len(own_cases(books, name)) for name in (me, colleague)) == [3, 4]
    assert own_cases(books, insider) == []
    assert assign(browser, wave, cases_file(1, names="insider")) == 422
    assert assign(browser, wave, cases_file(2, names=colleague)) == 303
    assert assign(browser, wave, b"stratum,name\nx,y\n") == 422
    assert len(own_cases(books, colleague)) in (5, 6)
    token = books.scalars(sa.select(Token)).first()
    assert token is not None
    assert token.channel == "assisted"
    assert token.facts["interviewer"].startswith("V-")
    for role in (Role.FIELDWORK, Role.VERIFICATION_OFFICER, Role.ANALYST, Role.UNIT_LIAISON):
        assert why_not_together([Role.INTERVIEWER, role])


def test_an_interviewer_sees_their_own_cases_and_no_other(
    browser: Browser, wave: str, colleague: str, books: Session
) -> None:
    assign(browser, wave, cases_file(4))
    me = username(Role.INTERVIEWER)
    mine, theirs = own_cases(books, me), own_cases(books, colleague)
    client = browser(Role.INTERVIEWER)
    page = client.get("/admin/interviews").text
    assert all(case in page for case in mine)
    assert not any(case in page for case in theirs)
    assert WHERE in client.get(f"/admin/interviews/{mine[0]}").text
    for address, method in (("", "GET"), ("/attempts", "POST"), ("/start", "POST")):
        data = {"way": "visit", "code": "NC"} if method == "POST" else None
        assert (
            client.open(f"/admin/interviews/{theirs[0]}{address}", method=method, data=data).status_code
            == 404
        )
    assert client.get(f"/admin/waves/{wave}/checks").status_code == 403
    kept = books.scalars(sa.select(InterviewCase.contact)).all()
    assert not any(WHERE.encode() in (box or b"") for box in kept)


def test_attempts_are_noted_with_the_part_of_the_day_and_end_a_case(
    browser: Browser, wave: str, books: Session
) -> None:
    assign(browser, wave, cases_file(1))
    (case,) = own_cases(books, username(Role.INTERVIEWER))
    client = browser(Role.INTERVIEWER)
    note = f"/admin/interviews/{case}/attempts"
    assert client.post(note, data={"way": "visit", "code": "appointment"}).status_code == 303
    wrong = client.post(note, data={"way": "visit", "code": "appointment", "is_final": "y"})
    assert wrong.status_code == 422
    assert client.post(note, data={"way": "telephone", "code": "R", "is_final": "y"}).status_code == 303
    assert client.post(note, data={"way": "visit", "code": "NC"}).status_code == 409
    assert client.post(f"/admin/interviews/{case}/start").status_code == 409
    counts = browser(Role.FIELDWORK).get(f"/admin/waves/{wave}/cases").text
    assert case not in counts  # counts and pseudonyms only
    last = books.scalars(sa.select(AuditEvent).order_by(AuditEvent.n.desc()).limit(1)).one()
    assert (last.act, last.after) == ("case.note", {"attempt": 2, "code": "R", "final": True})


def test_the_interview_is_the_respondents_and_each_case_finds_its_own(
    browser: Browser, desk: flask.Flask, wave: str, books: Session, staffed: Settings
) -> None:
    assign(browser, wave, cases_file(2))
    first, second = own_cases(books, username(Role.INTERVIEWER))
    tablet = enter(browser(Role.INTERVIEWER), first)
    assert tablet.get("/admin/interviews").status_code == 303  # signed out: the tablet goes from hand to hand
    assert tablet.post(f"/answer/{wave}/start", data={}).status_code == 200  # no interview without agreement
    begin(tablet, wave)
    keys = FolderKeyStore(staffed.key_dir)
    grant = draft_of(tablet, wave, books, keys).grant
    assert (grant.channel, grant.mode) == ("assisted", "capi")
    assert grant.interviewer is not None
    sign_in(desk, books, tablet, username(Role.INTERVIEWER))
    enter(tablet, second)  # another case on the same tablet: the first interview is laid aside
    assert tablet.get(f"/answer/{wave}/p/A").status_code == 404
    begin(tablet, wave)
    assert draft_of(tablet, wave, books, keys).grant.token_hash != grant.token_hash
    sign_in(desk, books, tablet, username(Role.INTERVIEWER))
    enter(tablet, first)
    assert draft_of(tablet, wave, books, keys).grant.token_hash == grant.token_hash


def begin(client: FlaskClient, wave: str) -> str:
    answer = client.post(f"/answer/{wave}/start", data={"age": "yes", "consent": "yes"})
    assert answer.status_code == 303, answer.text[:1500]
    return answer.location


def draft_of(client: FlaskClient, wave: str, books: Session, keys: FolderKeyStore) -> drafts.DraftDocument:
    cookie = client.get_cookie(f"draft-{wave}")
    assert cookie is not None
    found = drafts.load(books, cookie.value, keys=keys).document
    books.rollback()
    return found


def test_what_was_answered_alone_no_interviewer_opens(
    browser: Browser, desk: flask.Flask, wave: str, books: Session
) -> None:
    assign(browser, wave, cases_file(1))
    (case,) = own_cases(books, username(Role.INTERVIEWER))
    tablet = enter(browser(Role.INTERVIEWER), case)
    place = begin(tablet, wave)
    page = tablet.get(place).text
    assert "/hand-over" in page
    assert tablet.post(f"/answer/{wave}/hand-over").status_code == 303
    sign_in(desk, books, tablet, username(Role.INTERVIEWER))
    start = tablet.post(f"/admin/interviews/{case}/start")
    address = re.search(r'href="http://[^/]+(/a/[^"]+)"', start.text)
    assert address is not None
    assert tablet.get(address[1]).status_code == 409  # it is in the respondent's hands
    fields = fill(tablet.get(place).text)
    sent = tablet.post(place, data=fields)
    assert sent.status_code == 303, sent.text[:1500]
    assert tablet.get(place).status_code == 200  # the respondent may go back
    assert tablet.post(f"/answer/{wave}/hand-over").status_code == 303
    assert tablet.get(place).status_code == 403  # the interviewer may not
    assert tablet.post(place, data=fields).status_code == 403
    assert tablet.get(f"/answer/{wave}/on").status_code == 303


def fill(page: str) -> dict[str, list[str]]:
    """The last choice of every item of a page, and what the browser sends by itself."""
    forms = Forms(page)
    own = {name: values for name, values in forms.chosen("page").items() if name.startswith("_ver")}
    return {**{name: [values[-1]] for name, values in forms.offered("page").items()}, **own}


# --- back-checks ----------------------------------------------------------------------------------------

_CASES = st.dictionaries(
    st.sampled_from(["V-1", "V-2", "V-3"]),
    st.lists(st.uuids().map(str), min_size=1, max_size=40, unique=True),
)


@given(st.binary(min_size=32, max_size=32), _CASES)
def test_one_in_ten_of_each_is_drawn_whatever_their_order(seed: bytes, cases: dict[str, list[str]]) -> None:
    drawn = back_checks.drawn(seed, cases)
    for own in cases.values():
        n = len(set(own) & set(drawn))
        assert n * 10 >= len(own)
        assert n <= len(own) // 10 + 1
    turned = {name: own[::-1] for name, own in reversed(cases.items())}
    assert back_checks.drawn(seed, turned) == drawn


def test_the_draw_is_the_promised_one_and_blind(
    browser: Browser, wave: str, books: Session, staffed: Settings
) -> None:
    assign(browser, wave, cases_file(12), mode="cati")
    officer = browser(Role.VERIFICATION_OFFICER)
    draw = f"/admin/waves/{wave}/checks/draw"
    assert officer.post(draw).status_code == 409  # not before the close
    books.execute(sa.update(Token).values(used=1))
    found = books.scalars(sa.select(Wave).where(Wave.public_id == wave)).one()
    found.status = "closed"
    books.commit()
    assert officer.post(draw).status_code == 303
    assert officer.post(draw).status_code == 409  # once
    record = books.scalars(sa.select(BackCheckDraw).where(BackCheckDraw.wave_id == found.id)).one()
    events = books.scalars(sa.select(AuditEvent).order_by(AuditEvent.n)).all()
    promised = next(e for e in events if e.act == "check.commit" and e.object_ref == f"wave:{found.code}")
    opened = next(e for e in events if e.act == "wave.open" and e.object_ref == f"wave:{found.code}")
    made = next(e for e in events if e.act == "check.draw")
    assert promised.n < opened.n
    seed = bytes.fromhex(made.after["seed"])
    assert hashlib.sha256(seed).hexdigest() == promised.after["sha256"] == record.commitment
    again = back_checks.drawn(seed, checking.held_cases(books, found))
    assert back_checks.list_hash(again) == made.after["list"] == record.list_hash
    assert set(again) == set(
        books.scalars(sa.select(InterviewCase.public_id).where(InterviewCase.checked == "drawn"))
    )
    assert len(again) == 2
    books.rollback()
    page = officer.get(f"/admin/waves/{wave}/checks").text
    assert WHERE in page
    assert (
        officer.post(f"/admin/waves/{wave}/checks/{again[0]}", data={"outcome": "confirmed"}).status_code
        == 303
    )
    others = [case for case in own_cases(books, username(Role.INTERVIEWER)) if case not in again]
    assert (
        officer.post(f"/admin/waves/{wave}/checks/{others[0]}", data={"outcome": "confirmed"}).status_code
        == 404
    )
    assert officer.post(f"/admin/waves/{wave}/checks/{again[0]}", data={"outcome": "x"}).status_code == 422
    row = books.scalars(sa.select(CallBack).where(CallBack.wave_id == found.id)).one()
    assert (row.n_cases, row.n_checked, row.n_confirmed) == (12, 1, 1)
    books.rollback()  # a session that only read still holds the write lock
    for role in (Role.FIELDWORK, Role.INTERVIEWER, Role.ANALYST):
        assert browser(role).get(f"/admin/waves/{wave}/checks").status_code == 403


def test_where_a_case_lives_is_forgotten_thirty_days_after_the_close(
    browser: Browser, wave: str, books: Session, staffed: Settings
) -> None:
    assign(browser, wave, cases_file(2))
    keys = FolderKeyStore(staffed.key_dir)
    found = books.scalars(sa.select(Wave).where(Wave.public_id == wave)).one()
    contacts.forget_old(books, keys=keys)
    assert all(books.scalars(sa.select(InterviewCase.contact)).all())
    assert found.closes_at is not None
    found.closes_at = clock.now(books) - contacts.KEPT * 2
    books.flush()
    contacts.forget_old(books, keys=keys)
    assert set(books.scalars(sa.select(InterviewCase.contact)).all()) == {None}
    assert f"visits.{found.id}" not in keys.names()
    books.rollback()


def test_at_the_end_outcomes_are_counted_beside_those_of_files(
    browser: Browser, wave: str, books: Session
) -> None:
    assign(browser, wave, cases_file(4), mode="cati")
    refused, promised, held, _untried = books.scalars(
        sa.select(InterviewCase).order_by(InterviewCase.id)
    ).all()
    refused.outcome = "R"
    promised.attempts.append(
        ContactAttempt(
            number=1, day=clock.now(books).date(), part_of_day="evening", way="telephone", code="appointment"
        )
    )
    books.execute(sa.update(Token).where(Token.hash == held.token_hash).values(used=1))
    found = books.scalars(sa.select(Wave).where(Wave.public_id == wave)).one()
    for _ in range(2):  # counted once, however often
        assert closing.count_outcomes(books, found) == 4
    counts = books.scalars(
        sa.select(DispositionCount).where(
            DispositionCount.wave_id == found.id, DispositionCount.source == "collected"
        )
    )
    assert {row.code: row.n for row in counts} == {"invited": 4, "R": 1, "NC": 1, "I": 1, "UH": 1}
    books.rollback()


def test_a_form_of_another_site_changes_nothing(desk: flask.Flask, browser: Browser, wave: str) -> None:
    desk.config["WTF_CSRF_ENABLED"] = True
    for role, address in (
        (Role.INTERVIEWER, "/admin/interviews/x/attempts"),
        (Role.INTERVIEWER, "/admin/interviews/x/start"),
        (Role.FIELDWORK, f"/admin/waves/{wave}/cases"),
        (Role.VERIFICATION_OFFICER, f"/admin/waves/{wave}/checks/draw"),
        (Role.VERIFICATION_OFFICER, f"/admin/waves/{wave}/checks/x"),
    ):
        assert browser(role).post(address, data={}).status_code in {400, 403}, address


def test_a_pseudonym_is_of_one_wave_only(books: Session, staffed: Settings) -> None:
    keys = FolderKeyStore(staffed.key_dir)
    person = find_actor(books, username(Role.INTERVIEWER))
    assert person.user_id is not None
    names = [
        assigning.pseudonym_of(wave, person.user_id, keys=keys)
        for wave in books.scalars(sa.select(Wave)).all()
    ]
    assert len(set(names)) == len(names) > 1
    assert all(re.fullmatch(r"V-[0-9A-F]{5}", name) for name in names)
