"""A person answers on a phone, in Chinese and in English, without JavaScript, to the receipt."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import walk
from tests.journeys.conftest import PHONE, Live, open_page

pytestmark = pytest.mark.browser
PROGRESS = {"zh": re.compile(r"第1部分，共\d部分"), "en": re.compile(r"Section 1 of \d")}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_the_open_entry_to_a_checked_receipt(browser: Browser, live: Live, language: str) -> None:
    page = open_page(browser, live, language=language)
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    expect(page.locator(".where")).to_contain_text(PROGRESS[language])
    assert walk.answer_all(page) > 5
    page.locator("form[data-form=submit] button").click()
    code = page.locator("[data-receipt]").inner_text()
    assert len(code.replace("-", "")) == 27
    assert page.locator("img.qr").bounding_box() is not None
    page.goto("/receipt")
    page.locator("#code").fill(code.lower())
    page.locator("form[data-form=receipt] button").click()
    expect(page.locator(".note.good")).to_be_visible()
    page.context.close()


def test_errors_take_the_focus_and_lead_to_their_question(browser: Browser, live: Live) -> None:
    # Scripts run in this one only so that the test can ask where the focus is.
    page = open_page(browser, live, language="en", scripts=True)
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    walk.go_on(page)
    assert page.title().startswith("Error: ")
    expect(page.locator(".errors")).to_be_focused()
    link = page.locator(".errors a").first
    question = page.locator("fieldset.question", has_text="How old are you?")
    words = question.locator(".wrong").inner_text()
    assert words in link.inner_text()
    link.click()
    expect(question.locator("input").first).to_be_focused()
    page.context.close()


def test_back_and_forth_loses_nothing(browser: Browser, live: Live) -> None:
    page = open_page(browser, live)
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    walk.fill(page)
    walk.go_on(page)
    second = page.url
    page.locator(".where .back").click()
    expect(page.locator("input[name=A1][value='18-29']")).to_be_checked()
    page.go_back()
    assert page.url == second
    page.context.close()


def test_the_language_switch_keeps_what_was_typed(browser: Browser, live: Live) -> None:
    page = open_page(browser, live, language="zh")
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    page.locator("label.option", has_text="30至39岁").click()
    page.locator("button.tongue[lang=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("label.option", has_text="30 to 39").locator("input")).to_be_checked()
    page.context.close()


def test_enter_in_the_form_goes_on_and_does_not_switch_the_language(browser: Browser, live: Live) -> None:
    page = open_page(browser, live, language="en")
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    walk.fill(page)
    page.locator("input[name=A1]").first.press("Enter")
    page.wait_for_url(re.compile("/p/(?!A$)"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.context.close()


def test_a_used_link_explains_itself(browser: Browser, live: Live) -> None:
    page = open_page(browser, live, language="en")
    page.goto(f"/i/{live.town.tokens[0]}")
    assert live.town.tokens[0] not in page.url
    walk.agree(page)
    walk.answer_all(page)
    page.locator("form[data-form=submit] button").click()
    expect(page.locator("[data-receipt]")).to_be_visible()
    answer = page.goto(f"/i/{live.town.tokens[0]}")
    assert answer is not None
    assert answer.status == 410
    expect(page.locator("h1")).to_have_text("This invitation has been used")
    page.context.close()


def test_rows_are_large_enough_for_a_thumb_and_nothing_scrolls_sideways(browser: Browser, live: Live) -> None:
    page = open_page(browser, live, language="en", scripts=True)
    for address in _addresses(live):
        page.goto(address)
        assert _overflow(page) <= 0, f"{address} is wider than the phone"
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    assert _overflow(page) <= 0
    for row in page.locator("label.option, form[data-form=page] .actions button, select").all():
        box = row.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    page.context.close()


def test_a_page_asks_only_its_own_site_and_breaks_no_policy(browser: Browser, live: Live) -> None:
    context = browser.new_context(base_url=live.url, viewport={"width": PHONE, "height": 740})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for address in _addresses(live):
        page.goto(address, wait_until="load")
    assert [url for url in asked if not url.startswith((live.url, "data:"))] == []
    assert said == []
    context.close()


def _addresses(live: Live) -> list[str]:
    town = live.town
    return [
        "/",
        "/plan",
        "/plan/instruments/residents",
        "/results",
        f"/results/{town.announced}",
        f"/results/{town.overdue}",
        f"/results/{town.published}",
        f"/results/{town.blocked}",
        "/receipt",
        "/continue",
        f"/s/{town.entry}",
    ]


def _overflow(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return found
