"""axe finds no violation on any public page, on a phone and on a desk, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests import axe
from tests.journeys import walk
from tests.journeys.conftest import Live, open_page
from tests.ways import PUBLIC

pytestmark = pytest.mark.browser


@pytest.fixture(params=PUBLIC, ids=lambda seen: f"{seen[1]}-{seen[0]}")
def page(request: pytest.FixtureRequest, browser: Browser, live: Live) -> Iterator[Page]:
    """A page for axe alone: scripts on, content policy off."""
    width, language = request.param
    page = open_page(browser, live, width=width, language=language, scripts=True)
    yield page
    page.context.close()


def test_pages_that_are_read(page: Page, live: Live) -> None:
    town = live.town
    for address in (
        "/",
        "/plan",
        "/plan/instruments/residents",
        "/results",
        f"/results/{town.overdue}",
        f"/results/{town.published}",
        f"/results/{town.blocked}",
        "/receipt",
        "/continue",
        "/nothing-here",
        "/i/short",
    ):
        page.goto(address)
        _check(page)


def test_pages_that_are_answered(page: Page, live: Live) -> None:
    page.goto(f"/s/{live.town.entry}")
    _check(page)
    page.locator("form[data-form=start] button").click()
    _check(page)
    walk.agree(page)
    walk.go_on(page)
    _check(page)  # with every refusal on it
    seen = set()
    while "/p/" in page.url:
        kind = page.url.rsplit("/", 1)[1].split("@")[0]
        walk.fill(page, most=100 if not seen else 1)
        if kind in {"A", "B", "U", "U%40", "G"} and kind not in seen:
            _check(page)
        seen.add(kind)
        walk.go_on(page)
    _check(page)
    page.goto(page.url.replace("/review", "/leave"))
    _check(page)
    page.go_back()
    page.locator("form[data-form=submit] button").click()
    _check(page)


def test_axe_sees_a_planted_fault(page: Page, live: Live) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/x.png\">')")
    with pytest.raises(AssertionError, match="image-alt"):
        _check(page)


def _check(page: Page) -> None:
    found = axe.run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
