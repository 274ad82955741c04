"""Invitations, posters and counters: each file is made once, runs in no spreadsheet, and opens what it says."""

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

from admin.fieldwork import queries
from admin.fieldwork.printed import sheets
from survey.access import printed, tokens
from survey.identity.permissions import Role
from survey.models.access import Token
from survey.models.audit import AuditEvent
from survey.models.counter import Counter

HEAD = "stratum,probability,seal_group,mode,channel,frame_source,case"
Browser = Callable[[Role | None], FlaskClient]


def _cases(n: int, *, case: str = "a") -> str:
    rows = [f"990108,0.0125,yunlan,web,sample,statistics_office,{case}{i}" for i in range(1, n + 1)]
    return "\n".join([HEAD, *rows]) + "\n"


@pytest.fixture
def address(books: Session) -> str:
    """The screen of the ways into an open wave."""
    found = f"/admin/waves/{queries.wave_by_code(books, 'residents-2026').public_id}/ways"
    books.rollback()
    return found


def _invite(client: FlaskClient, address: str, way: str, cases: str) -> flask.Response:
    return client.post(
        f"{address}/invitations", data={"way": way, "file": (io.BytesIO(cases.encode()), "cases.csv")}
    )


@pytest.mark.parametrize("way", ["sms", "email"])
def test_messages_are_a_file_that_a_gateway_sends(browser: Browser, address: str, way: str) -> None:
    client = browser(Role.FIELDWORK)
    answer = _invite(client, address, f"{way}.csv", _cases(3))
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].endswith(f'-{way}.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["recipient"] for row in rows] == ["a1", "a2", "a3"]
    assert len({row["link"] for row in rows}) == 3
    for row in rows:
        token = row["link"].rpartition("/i/")[2]
        assert re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{22}", token)  # 128 bits that no program cuts off
        for language in ("zh", "en"):
            assert f" {row['link']} " in row[f"text_{language}"]
        assert way == "sms" or row["subject_zh"].startswith("邀请您参加")
        assert not [cell for cell in row.values() if cell.startswith(tuple("=+-@|\t"))]
    assert client.get(token_path := f"/i/{token}").status_code == 303, token_path
    again = _invite(client, address, f"{way}.csv", _cases(3))
    assert again.status_code == 422 or again.status_code == 409  # the same list is not issued twice
    assert "/i/" not in client.get(address).text


def test_letters_and_cards_carry_codes_on_numbered_sheets(
    browser: Browser, address: str, books: Session, desk: flask.Flask
) -> None:
    client = browser(Role.FIELDWORK)
    letters = _invite(client, address, "letters.html", _cases(3)).text
    codes = re.findall(r'<p class="code">([0-9A-Z-]{23})</p>', letters)
    assert len(set(codes)) == 3
    assert [f"Sheet {n} of 3" in letters for n in (1, 2, 3)] == [True] * 3
    assert letters.count("<img") == letters.count('src="data:image/svg+xml') == 3
    assert not re.search(r"(?:src|href)=\"(?!data:)", letters)  # nothing is fetched
    assert "<script" not in letters
    cards = _invite(client, address, "cards.html", _cases(9, case="b")).text
    assert cards.count('class="sheet"') == 2
    more = re.findall(r'<p class="code">([0-9A-Z-]{23})</p>', cards)
    assert len({*codes, *more}) == 12
    keys = desk.extensions["minyi"].keys
    for code in (*codes, *more):
        assert printed.read(code, groups=tokens.CODE_GROUPS).body is not None
        assert books.get(Token, tokens.token_hash(code, keys=keys)) is not None
    acts = books.execute(sa.select(AuditEvent.act, AuditEvent.after).where(AuditEvent.act == "token.issue"))
    assert [row.after for row in acts] == [{"tokens": 3}, {"tokens": 9}]
    assert not [code for code in codes if code in str(books.execute(sa.select(AuditEvent.after)).all())]
    books.rollback()


def test_a_letter_is_set_as_pdf(browser: Browser, address: str) -> None:
    try:
        import weasyprint  # noqa: F401 -- asked whether it is there
    except (ImportError, OSError):
        pytest.skip("WeasyPrint or Pango is not installed: the extra `pdf`")
    answer = _invite(browser(Role.FIELDWORK), address, "letters.pdf", _cases(2))
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") in {
        0,
        2,
    }  # where objects are compressed they are not to be counted


def test_what_cannot_be_sent_issues_nothing(
    browser: Browser, address: str, books: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def issued() -> int:
        n = books.scalar(sa.select(sa.func.count()).select_from(Token))
        books.rollback()
        return n or 0

    before, client = issued(), browser(Role.FIELDWORK)
    nameless = _cases(2).replace(",a2", ",")
    assert _invite(client, address, "sms.csv", nameless).status_code == 422
    monkeypatch.setattr("admin.fieldwork.services.invitations.MOST_SHEETS", 1)
    assert _invite(client, address, "letters.html", _cases(2)).status_code == 422
    assert _invite(client, address, "pigeons.csv", _cases(2)).status_code == 422

    def broken(_html: bytes) -> bytes:
        raise sheets.Unavailable("pdf_missing", zh="无", en="This server cannot set PDF.")

    monkeypatch.setattr(sheets, "as_pdf", broken)
    assert _invite(client, address, "cards.pdf", _cases(1)).status_code == 503
    assert issued() == before


def test_others_get_no_token_and_no_screen(browser: Browser, address: str) -> None:
    for role in (Role.UNIT_LIAISON, Role.ANALYST, Role.DESIGNER, Role.AUDITOR):
        client = browser(role)
        assert _invite(client, address, "sms.csv", _cases(1)).status_code == 403
        assert client.post(f"{address}/counters", data={"place_zh": "一", "place_en": "x"}).status_code == 403
        page = client.get(address)
        assert page.status_code == (403 if role is Role.UNIT_LIAISON else 200)
        assert "invitations" not in page.text.split("<main")[-1].partition("action=")[2]


def test_a_poster_names_the_address_that_anyone_may_use(browser: Browser, address: str) -> None:
    client = browser(Role.FIELDWORK)
    waves = address.removesuffix("/ways")
    assert client.post(f"{waves}/entries", data={"code": "wall"}).status_code == 303
    page = client.get(f"{address}/posters/wall.html").text
    assert "/s/wall</p>" in page
    assert "count in no score" in page
    assert client.get(f"{address}/posters/other.html").status_code == 404


def test_a_screen_is_set_up_once_shows_codes_and_is_ended(
    browser: Browser, address: str, books: Session, desk: flask.Flask
) -> None:
    client = browser(Role.FIELDWORK)
    assert client.post(f"{address}/counters", data={"place_zh": "", "place_en": "x"}).status_code == 422
    made = client.post(f"{address}/counters", data={"place_zh": "一号窗口", "place_en": "Counter 1"})
    link = re.findall(r"data-screen>([^<]+)<", made.text)[0]
    assert "/screen/" in link
    assert "/screen/" not in client.get(address).text  # shown once
    screen = desk.test_client()
    assert screen.get("/screen").status_code == 404
    first = screen.get(link[link.index("/screen/") :])
    assert (first.status_code, first.location) == (303, "/screen")
    page = screen.get("/screen", headers={"Accept-Language": "en"})
    assert "Counter 1" in page.text
    assert 0 < int(page.headers["Refresh"]) <= 61
    code = re.findall(r"data-code>([0-9A-Z-]{17})<", page.text)[0]
    phone = desk.test_client()
    assert phone.post("/enter", data={"code": code.lower()}).status_code == 303
    welcome = phone.get(phone.post("/enter", data={"code": code}).location, headers={"Accept-Language": "en"})
    assert "Answers from counters are shown apart." in welcome.text
    counter = books.scalars(sa.select(Counter)).one()
    where = f"{address}/counters/{counter.id}"
    books.rollback()
    assert "data-screen" in client.post(f"{where}/link").text
    assert screen.get("/screen").status_code == 404  # the old link is worth nothing
    assert phone.post("/enter", data={"code": code}).status_code == 404
    assert client.post(f"{where}/end").status_code == 303
    assert client.post(f"{where}/end").status_code == 404
    acts = books.scalars(
        sa.select(AuditEvent.act).where(AuditEvent.act.startswith("counter.")).order_by(AuditEvent.n)
    ).all()
    assert acts == ["counter.make", "counter.renew", "counter.end"]
    books.rollback()
