"""axe finds no violation on any staff page, on a phone and on a desk, in both languages; nothing runs over the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flask
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from admin.demo.serve import serving
from survey.db import make_engine
from survey.identity import sessions
from survey.identity.permissions import Role
from survey.models.people import User
from tests import axe
from tests.admin.conftest import username
from tests.admin.test_workbench import PAGES
from tests.ways import STAFF

pytestmark = pytest.mark.browser


@pytest.fixture
def base(desk: flask.Flask) -> Iterator[str]:
    """The staffed platform behind a real server."""
    with serving(desk, port=0) as address:
        yield address


@pytest.fixture
def secret_of(desk: flask.Flask) -> Callable[[Role], str]:
    """The cookie of somebody who holds a role."""

    def open_for(role: Role) -> str:
        engine = make_engine(desk.config["SQLALCHEMY_DATABASE_URI"])
        with Session(engine) as session, session.begin():
            user_id = session.scalars(sa.select(User.id).where(User.username == username(role))).one()
            secret = sessions.open_session(session, user_id)
        engine.dispose()
        return secret

    return open_for


@pytest.mark.parametrize(("width", "language"), STAFF)
def test_staff_pages_are_accessible_and_fit(
    chromium: Browser,
    base: str,
    secret_of: Callable[[Role], str],
    width: int,
    language: str,
) -> None:
    faults = []
    for role, addresses in [(None, ("/admin/sign-in",)), *PAGES.items()]:
        context = chromium.new_context(
            reduced_motion="reduce",  # a colour half way to another is no colour to judge
            base_url=base,
            viewport={"width": width, "height": 800},
            bypass_csp=True,
        )
        if role is not None:
            context.add_cookies([{"name": "staff", "value": secret_of(role), "url": base}])
        page = context.new_page()
        for address in addresses:
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            found = axe.run(page)
            if found.violations_count:
                faults.append(f"{address}\n{found.generate_report()}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"{address} runs over the edge")
        context.close()
    assert faults == []
