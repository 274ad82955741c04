"""How a person fills in the pages of a questionnaire in a browser."""

from __future__ import annotations

from playwright.sync_api import Page


def agree(page: Page) -> None:
    """Confirm age and consent and begin."""
    page.locator("#age").check()
    page.locator("#consent").check()
    page.locator("form[data-form=start] button").click()


def fill(page: Page, *, most: int = 100) -> None:
    """Answer the page by tapping whole rows: everything, or only the first ``most`` questions."""
    for question in page.locator("fieldset.question").all()[:most]:
        rows = question.locator("label.option")
        name = rows.first.locator("input").get_attribute("name")
        rows.nth(0 if name in {"A3", "A5"} or rows.count() == 1 else 1).click()
    for choice in page.locator("form[data-form=page] select").all():
        choice.select_option(index=3)
    for text in page.locator("form[data-form=page] textarea").all():
        text.fill("路灯太暗")


def go_on(page: Page) -> None:
    """Tap the one button at the bottom."""
    page.locator("form[data-form=page] .actions button").click()


def answer_all(page: Page) -> int:
    """Page after page until the review; returns how many there were."""
    for n in range(40):
        if "/p/" not in page.url:
            return n
        fill(page, most=100 if n == 0 else 2)  # the first page holds what must be answered
        go_on(page)
    raise AssertionError(f"no end of pages: {page.url}")
