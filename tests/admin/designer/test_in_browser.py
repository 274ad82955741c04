"""The designer in Chromium: by keyboard alone from an empty draft to a condition, seen, undone, mended; axe everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from admin.designer import queries
from admin.designer.beginning import from_version
from survey.identity.permissions import Role
from tests import axe
from tests.admin.test_in_browser import base, secret_of
from tests.ways import DESK, PHONE

__all__ = ["base", "secret_of"]  # fixtures
pytestmark = pytest.mark.browser
TABLETS = (768, 1024)
PATHS = (
    *("", "/settings", "/lists", "/preview", "/problems", "/history", "/files", "/walk", "/compare"),
    *("/sections/B", "/sections/A/new", "/items/A7", "/logic/item/R01/show_if"),
)


@pytest.fixture
def open_page(chromium: Browser, base: str, secret_of: Callable[[Role], str]) -> Any:
    """Open a browser of a width in which the designer is signed in. Any: a fixture that makes pages."""
    made = []

    def make(width: int, **more: Any) -> Page:
        context = chromium.new_context(
            reduced_motion="reduce",  # a colour half way to another is no colour to judge
            base_url=base,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            **more,
        )
        made.append(context)
        context.add_cookies([{"name": "staff", "value": secret_of(Role.DESIGNER), "url": base}])
        context.set_default_timeout(30_000)
        return context.new_page()

    yield make
    for context in made:
        context.close()


@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh"), (DESK, "en")])
def test_every_screen_is_accessible_and_fits(
    open_page: Any, begin: Callable[[dict[str, Any]], str], books: Session, width: int, language: str
) -> None:
    document = from_version(queries.newest_versions(books)["residents"].document)
    document["sections"][1]["questions"][0] |= {"show_if": "${A7} = ", "text": {"zh": "？"}}
    public_id = begin(document)
    page, faults = open_page(width, bypass_csp=True), []
    for path in ("", *(f"/{public_id}{path}" for path in PATHS)):
        page.goto(f"/admin/drafts{path}?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        found = axe.run(page)
        if found.violations_count:
            faults.append(f"{path}\n{found.generate_report()}")
        for wide in (width, *(TABLETS if width == DESK else ())):
            page.set_viewport_size({"width": wide, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"{path} runs over the edge at {wide}")
        page.set_viewport_size({"width": width, "height": 900})
    assert faults == []


class Keys:
    """A person with a keyboard: reaches a control by Tab, types, presses; never points."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str) -> None:
        """Tab until the first control that fits has the focus."""
        for _step in range(400):
            if self.page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {selector}")

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach a control and press a key on it."""
        self.reach(selector)
        self.page.keyboard.press(key)

    def go(self, selector: str) -> None:
        """Reach a link or button and follow it."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, selector: str, text: str) -> None:
        """Reach a field and write over what stands in it."""
        self.reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, start: str) -> None:
        """Reach a list and choose by its first letters."""
        self.reach(selector)
        self.page.keyboard.type(start)
        self.page.keyboard.press("Tab")


def test_a_draft_is_written_by_keyboard_alone(open_page: Any) -> None:
    page = open_page(DESK)
    keys = Keys(page)
    page.goto("/admin/drafts?lang=en")
    keys.press("details:has(#code) > summary", "Space")
    keys.type("#code", "parks")
    keys.type("#title_en", "Parks")
    keys.go("form:has(#code) button")

    # a section more, then three items of different types
    keys.go("form[action$='/sections'] button")
    keys.type("[id='f-title-en']", "About parks")
    keys.go("button[value=save]:not(.vh)")
    _add_item(keys, "single", "Did you visit a park this year?")
    keys.type("[id='f-options-0-text-en']", "Yes")
    keys.type("[id='f-options-1-text-en']", "No")
    keys.press("button[value='add:options']")
    page.wait_for_selector("[id='f-options-n1-code']")
    keys.type("[id='f-options-n1-code']", "88")
    keys.type("[id='f-options-n1-text-en']", "Don't know")
    keys.go("button[value=save]:not(.vh)")
    _add_item(keys, "number", "How often?")
    keys.go("button[value=save]:not(.vh)")
    _add_item(keys, "text", "What did you miss there?")
    assert "What did you miss there?" in page.locator("[data-look]").inner_text()  # before it is saved
    keys.go("button[value=save]:not(.vh)")

    # the condition, by choosing
    if not page.locator("#f-show_if").is_visible():
        keys.press("details:has(#f-show_if) > summary", "Space")
    keys.go("a[data-logic='f-show_if']")
    keys.choose("#g0-c0-item", "B1")
    page.wait_for_selector("#g0-c0-op")
    page.wait_for_selector("input[name='g0.c0.value']")
    keys.press("input[name='g0.c0.value']", "Space")
    page.locator(".said code", has_text="${B1} = ").wait_for()
    keys.go("button[value=save]:not(.vh)")
    assert page.locator("#f-show_if").input_value() == "${B1} = '1'"

    # seen in the preview: shown to those who said yes, not to others
    address = page.url.split("/items/")[0]
    page.goto(f"{address}/problems")
    assert "A" in page.locator(".findings").inner_text()  # the first section is empty
    keys.go(".findings a")
    _remove_empty_section(keys, address)
    page.goto(f"{address}/preview")
    assert "What did you miss there?" not in page.locator("[data-phone]").inner_text()
    keys.press("[data-phone] input[value='1']", "Space")
    keys.go("[data-phone] .actions .button")
    assert "What did you miss there?" in page.locator("[data-phone]").inner_text()

    # taken back, made again
    page.goto(f"{address}/items/B3")
    keys.type("[id='f-text-en']", "Changed?")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert page.locator("[id='f-text-en']").input_value() == "Changed?"
    keys.go("[data-step=undo] button")
    assert page.locator("[id='f-text-en']").input_value() == "What did you miss there?"


def _add_item(keys: Keys, kind: str, text: str) -> None:
    """From any form of section B on to a new item, its text typed."""
    address = keys.page.url.split("/sections/")[0].split("/items/")[0]
    keys.page.goto(f"{address}/sections/B")
    keys.go("a[href$='/new']")
    keys.go(f"button[value={kind}]")
    keys.type("[id='f-text-en']", text)
    keys.page.locator("[data-look]", has_text=text).wait_for()


def _remove_empty_section(keys: Keys, address: str) -> None:
    keys.page.goto(f"{address}/sections/A")
    keys.press("details:has(button[value='remove:section:A']) > summary", "Space")
    keys.go("button[value='remove:section:A']")


def test_what_was_typed_survives_a_closed_window(open_page: Any, bench: Any) -> None:
    page = open_page(DESK)
    page.goto(bench.url("/items/R01?lang=en"))
    page.locator("[id='f-text-en']").fill("Half a tho")
    page.reload()
    assert page.locator("[id='f-text-en']").input_value() == "Half a tho"
    assert page.locator("[data-unsaved]").is_visible()
    page.locator("button[value=save]:not(.vh)").click()
    page.wait_for_load_state()
    assert bench.item("R01")["text"]["en"] == "Half a tho"


def test_an_item_is_dragged_to_its_place(open_page: Any, bench: Any) -> None:
    page = open_page(DESK)
    page.goto(bench.url("?lang=en"))
    grip = page.locator("[data-leaf=A3] [data-grip]").bounding_box()
    target = page.locator("[data-leaf=A1]").bounding_box()
    assert grip is not None
    assert target is not None
    page.mouse.move(grip["x"] + 5, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 200, target["y"] + 4, steps=5)
    page.mouse.up()
    page.wait_for_url("**#item-A3")
    assert bench.codes()[:3] == ["A3", "A1", "A2"]
