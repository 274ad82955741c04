"""axe on the published results of a full demo, folded and open, at two widths in two languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page

from admin.demo.serve import serving
from survey.models.publication import Release
from tests import axe
from tests.journeys.demo import Demo
from tests.ways import PUBLIC
from wsgi import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def address(clean_demo: Demo) -> Iterator[str]:
    """The demo, served."""
    app = create_app("all", clean_demo.settings)
    with serving(app, port=0) as found:
        yield found


@pytest.mark.parametrize(("width", "language"), PUBLIC, ids=[f"{lang}-{width}" for width, lang in PUBLIC])
def test_no_violation_on_the_published_results(
    browser: Browser, address: str, clean_demo: Demo, width: int, language: str
) -> None:
    with clean_demo.session() as session:
        release = session.scalars(sa.select(Release.public_id)).one()
    page = _page(browser, width=width)
    problems = []
    for path in (f"/results/{release}", "/results", "/plan", "/"):
        page.goto(f"{address}{path}?lang={language}")
        problems += _violations(page)
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        problems += _violations(page)
    page.context.close()
    assert problems == []


def _page(browser: Browser, *, width: int) -> Page:
    context = browser.new_context(
        reduced_motion="reduce",  # a colour half way to another is no colour to judge
        viewport={"width": width, "height": 800},
        bypass_csp=True,
    )
    context.set_default_timeout(20_000)
    return context.new_page()


def _violations(page: Page) -> list[str]:
    found = axe.run(page)
    return [
        f"{page.url}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]
    ]
