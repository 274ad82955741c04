"""The keying room and the interviewer's screens in a real browser: keyboard, the engine's word at once, axe, no edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from admin.demo.serve import serving
from survey.identity import sessions
from survey.identity.permissions import Role
from survey.models.interviews import InterviewCase
from survey.models.people import User
from tests import axe
from tests.admin.conftest import username
from tests.admin.interviews.test_cases import assign, cases_file
from tests.admin.keying.test_screens import issue, key, second, wave, whole_sheet

pytestmark = pytest.mark.browser
__all__ = ["second", "wave"]  # fixtures
PHONE, DESK = 360, 1280


@pytest.fixture
def base(desk: flask.Flask) -> Iterator[str]:
    """The staffed platform behind a real server."""
    with serving(desk, port=0) as address:
        yield address


def test_keyed_by_keyboard_and_looked_at_in_two_sizes(
    chromium: Browser,
    base: str,
    browser: Callable[[Role | None], FlaskClient],
    second: FlaskClient,
    wave: str,
    books: Session,
) -> None:
    serial, other, _ = issue(browser, wave)
    typed = whole_sheet(books)
    rated = next(name for name in typed if not name.startswith("_"))
    key(second, serial, {**typed, rated: "?"})
    key(browser(Role.KEYING_OPERATOR), serial, typed)
    assign(browser, wave, cases_file(2))
    case = books.scalars(sa.select(InterviewCase.public_id)).first()
    books.rollback()
    number, half = serial.replace("-", ""), other.replace("-", "")
    faults = []
    for width, language in ((PHONE, "zh"), (DESK, "en")):
        for role, addresses in (
            (Role.KEYING_OPERATOR, ("/admin/keying", f"/admin/keying/sheets/{half}")),
            (
                Role.FIELDWORK,
                (
                    f"/admin/waves/{wave}/sheets",
                    f"/admin/waves/{wave}/sheets/report",
                    f"/admin/keying/differences/{number}",
                    f"/admin/waves/{wave}/cases",
                ),
            ),
            (Role.INTERVIEWER, ("/admin/interviews", f"/admin/interviews/{case}")),
            (Role.VERIFICATION_OFFICER, (f"/admin/waves/{wave}/checks",)),
        ):
            page = _open(chromium, base, books, role, width)
            if role is Role.KEYING_OPERATOR:
                _type(page, other, is_first=width == PHONE)
            for address in addresses:
                page.goto(f"{address}?lang={language}")
                found = axe.run(page)
                if found.violations_count:
                    faults.append(f"{address}\n{found.generate_report()}")
                if page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                ):
                    faults.append(f"{address} runs over the edge at {width}")
            page.context.close()
    assert faults == []


def _open(chromium: Browser, base: str, books: Session, role: Role, width: int) -> Page:
    user_id = books.scalars(sa.select(User.id).where(User.username == username(role))).one()
    secret = sessions.open_session(books, user_id)
    books.commit()
    context = chromium.new_context(
        base_url=base, viewport={"width": width, "height": 800}, bypass_csp=True, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "staff", "value": secret, "url": base}])
    return context.new_page()


def _type(page: Page, serial: str, *, is_first: bool) -> None:
    """Nothing but keys: the number, Enter, then field after field."""
    page.goto("/admin/keying")
    page.wait_for_function("document.activeElement.matches('input')")
    page.keyboard.type(serial)
    page.keyboard.press("Enter")
    page.wait_for_url("**/sheets/*")
    if not is_first:
        return
    for field, typed in (("_consent", "1"), ("_slip", "")):  # agreement; Enter on an empty field: left blank
        page.wait_for_function(f"document.activeElement.id === 'f-{field}'")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.matches('.bar .button')")
    assert page.input_value("#f-_slip") == "."
    page.keyboard.press("Enter")
    page.wait_for_url("**section=A*")
    first = page.locator(".line input").first
    page.wait_for_function("document.activeElement.matches('.line input')")
    page.keyboard.type("777")
    page.keyboard.press("Enter")
    said = page.locator(".line").first.locator(".said")
    said.filter(has_text="!").wait_for()
    assert first.get_attribute("aria-invalid") == "true"
