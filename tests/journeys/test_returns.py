"""A firm's return in a real browser: axe finds nothing on any of its pages, none is wider than the phone."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import make_url

from admin.demo.serve import serving
from tests import axe
from tests.conftest import make_settings
from tests.survey.site.firm import WAVE, draw, open_wave
from tests.ways import PHONE
from wsgi import create_app

pytestmark = pytest.mark.browser
_LEAST_TARGET = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Firms:
    """A running installation with one drawn firm."""

    url: str
    token: str


@pytest.fixture(scope="module")
def firms(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firms]:
    """A server on loopback with an open wave of firms."""
    folder = tmp_path_factory.mktemp("firms")
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_template, target)
    app = create_app("public", settings)
    world = open_wave(app, folder)
    with serving(app, port=0) as address:
        yield Firms(url=address, token=draw(world))
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _phone(browser: Browser, url: str, *, language: str) -> Page:
    context = browser.new_context(
        base_url=url,
        viewport={"width": PHONE, "height": 740},
        locale=language,
        bypass_csp=True,  # axe is a foreign script
        reduced_motion="reduce",
        has_touch=True,
    )
    context.set_default_timeout(120_000)  # several browsers may share two cores
    return context.new_page()


def _send(page: Page, form: str) -> None:
    with page.expect_navigation():
        page.locator(f"form[data-form={form}] .actions button").first.click()


@pytest.mark.parametrize("language", ["en-GB", "ar-EG"])
def test_every_page_of_a_return_can_be_read_and_tapped(browser: Browser, firms: Firms, language: str) -> None:
    wrong: list[str] = []
    look = _looker(wrong)
    manager = _phone(browser, firms.url, language=language)
    manager.goto(f"/i/{firms.token}")
    for box in ("#age", "#consent"):
        manager.locator(box).check()
    _send(manager, "start")
    look(manager, "overview")
    manager.goto(f"/answer/{WAVE}/p/A")
    assert not manager.locator(
        "#i-A1"
    ).is_visible()  # the register's word stands until it is said to be wrong
    manager.locator("[name='A1.right'][value=no]").check()
    assert manager.locator("#i-A1").is_visible()
    look(manager, "facts")
    _send(manager, "page")
    look(manager, "facts with a refusal")
    manager.goto(f"/answer/{WAVE}/return/ask?section=B")
    _send(manager, "ask")
    look(manager, "asking with a refusal")
    manager.locator("#label").fill("财务部")
    _send(manager, "ask")
    look(manager, "link")
    link = manager.locator("[data-link]").inner_text()

    accounts = _phone(browser, firms.url, language=language)
    accounts.goto("/part/" + link.rsplit("/", 1)[1])
    look(accounts, "part before agreeing")
    for box in ("#age", "#consent"):
        accounts.locator(box).check()
    _send(accounts, "agree")
    accounts.goto(f"/answer/{WAVE}/part")
    look(accounts, "part")
    accounts.goto(f"/answer/{WAVE}/review")
    look(accounts, "refused")
    accounts.goto(f"/answer/{WAVE}/part")
    _send(accounts, "done")
    look(accounts, "handed back")
    accounts.goto("/part/nothing")
    look(accounts, "closed link")

    manager.goto(f"/answer/{WAVE}/return")
    look(manager, "overview with a link")
    manager.goto(f"/answer/{WAVE}/review")
    _send(manager, "submit")
    look(manager, "sign-off with a refusal")
    assert wrong == []


def _looker(wrong: list[str]) -> Callable[[Page, str], None]:

    def look(page: Page, name: str) -> None:
        for each in axe.run(page).response["violations"]:
            wrong.append(f"{name}: {each['id']} {each['nodes'][0]['html'][:100]}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wrong.append(f"{name}: wider than the phone")
        for target in page.locator("label.option:visible, .actions .button:visible, .ways a:visible").all():
            box = target.bounding_box()
            if box and box["height"] < _LEAST_TARGET - 0.5:
                wrong.append(f"{name}: a target of {box['height']:.0f} px")

    return look
