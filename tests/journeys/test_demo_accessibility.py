"""axe on the pages of a full demo: the published results and every staff page, two widths, two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from admin.demo.serve import serving
from admin.demo.world import demo_password
from survey.models.publication import Release
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.demo import Demo
from wsgi import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("clean-demo")]
PEOPLE = ("statistician", "fieldwork", "designer", "publisher", "roles", "auditor")
SEEN = [(PHONE, "zh"), (PHONE, "en"), (DESK, "zh"), (DESK, "en")]
_ID = re.compile(r"/(\d+|[a-z0-9]{16}|[0-9a-f]{64}|G\d\d)(?=/|$)")
_axe = Axe()


@pytest.fixture(scope="module")
def address(clean_demo: Demo) -> Iterator[str]:
    """The demo, served."""
    app = create_app("all", clean_demo.settings)
    with serving(app, port=0) as found:
        yield found


@pytest.fixture(scope="module")
def staff_pages(browser: Browser, address: str, clean_demo: Demo) -> dict[str, list[str]]:
    """One address for every kind of staff page, under the first of the people who may see it."""
    found: dict[str, list[str]] = {}
    kinds: set[str] = set()
    for person in PEOPLE:
        page = _signed_in(browser, address, clean_demo, person, width=DESK, language="en")
        queue, mine = ["/admin/"], []
        while queue:
            path = queue.pop(0)
            kind = _ID.sub("/*", path)
            if kind in kinds:
                continue
            kinds.add(kind)
            response = page.goto(address + path)
            if (
                response is None
                or response.status != 200
                or "text/html" not in response.headers["content-type"]
            ):
                continue
            mine.append(path)
            hrefs = page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
            queue += [
                h
                for h in hrefs
                if h.startswith("/admin") and "?" not in h and "files/" not in h and ".json" not in h
            ]
        found[person] = mine
        page.context.close()
    return found


def test_the_crawl_reaches_the_screens_of_every_step(staff_pages: dict[str, list[str]]) -> None:
    kinds = {_ID.sub("/*", path) for paths in staff_pages.values() for path in paths}
    assert kinds >= {
        "/admin/",
        "/admin/instruments",
        "/admin/plans",
        "/admin/province",
        "/admin/waves",
        "/admin/waves/*",
        "/admin/imports",
        "/admin/flags",
        "/admin/datasets",
        "/admin/runs/*",
        "/admin/runs/*/gates/*",
        "/admin/handovers/*",
        "/admin/releases/*",
        "/admin/people",
        "/admin/audit",
    }


@pytest.mark.parametrize(("width", "language"), SEEN, ids=[f"{lang}-{width}" for width, lang in SEEN])
def test_no_violation_on_staff_pages(
    browser: Browser,
    address: str,
    clean_demo: Demo,
    staff_pages: dict[str, list[str]],
    width: int,
    language: str,
) -> None:
    problems = []
    for person, paths in staff_pages.items():
        page = _signed_in(browser, address, clean_demo, person, width=width, language=language)
        for path in paths:
            page.goto(address + path)
            problems += _violations(page)
        page.context.close()
    assert problems == []


@pytest.mark.parametrize(("width", "language"), SEEN, ids=[f"{lang}-{width}" for width, lang in SEEN])
def test_no_violation_on_the_published_results(
    browser: Browser, address: str, clean_demo: Demo, width: int, language: str
) -> None:
    with clean_demo.session() as session:
        release = session.scalars(sa.select(Release.public_id)).one()
    page = _page(browser, width=width)
    problems = []
    for path in (f"/results/{release}", "/results", "/plan", "/"):
        page.goto(f"{address}{path}?lang={language}")
        for fold in page.locator("details:not([open]) > summary").all()[:40]:
            fold.click()
        problems += _violations(page)
    page.context.close()
    assert problems == []


def _page(browser: Browser, *, width: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    context.set_default_timeout(20_000)
    return context.new_page()


def _signed_in(browser: Browser, address: str, demo: Demo, person: str, *, width: int, language: str) -> Page:
    page = _page(browser, width=width)
    page.goto(f"{address}/admin/sign-in?lang={language}")
    page.fill("input[name=username]", person)
    page.fill("input[name=password]", demo_password(demo.settings.data_dir))
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/admin/?(\?.*)?$"))
    return page


def _violations(page: Page) -> list[str]:
    found = _axe.run(page)
    return [
        f"{page.url}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]
    ]
