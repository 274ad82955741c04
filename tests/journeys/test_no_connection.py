"""Across a gap in the network: saved as one types, kept encrypted on the phone, sent once there is a connection."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import walk
from tests.journeys.conftest import Live, open_page

pytestmark = pytest.mark.browser
PATIENCE = 30_000
WAITING = """
async () => new Promise((resolve) => {
  const request = indexedDB.open("minyi", 1);
  request.onsuccess = () => {
    const rows = request.result.transaction("queue").objectStore("queue").getAll();
    rows.onsuccess = () => resolve(rows.result.map(({ box }) => String.fromCharCode(...new Uint8Array(box))));
  };
})
"""


def _ready(page: Page) -> None:
    """The script that saves is loaded on demand, after the page."""
    expect(page.locator("input[name=_window]")).to_be_attached(timeout=PATIENCE)


def test_across_a_gap_nothing_is_lost(browser: Browser, live: Live) -> None:
    page = open_page(browser, live, language="en", scripts=True)
    context = page.context
    page.goto(f"/s/{live.town.entry}")
    walk.agree(page)
    _ready(page)

    # As it is typed, without a button.
    page.locator("input[name=A1][value='30-39']").check()
    expect(page.locator("[data-status]")).to_have_text("Saved", timeout=PATIENCE)
    page.reload()
    expect(page.locator("input[name=A1][value='30-39']")).to_be_checked()
    _ready(page)
    page.wait_for_function("navigator.serviceWorker.controller !== null", timeout=PATIENCE)

    # A page in the gap: kept, said, not readable on the phone, and sent by itself.
    walk.fill(page)
    here = page.url
    context.set_offline(True)
    page.locator("#page .actions button.button").click()
    expect(page.locator("[data-status]")).to_contain_text("kept on this device", timeout=PATIENCE)
    kept = page.evaluate(WAITING)
    assert kept
    assert not any(word in box for box in kept for word in ("A1", "csrf_token"))
    context.set_offline(False)
    page.wait_for_url(lambda url: url != here and "/p/" in url, timeout=PATIENCE)
    _ready(page)

    # Without a connection no page with answers is shown, only the one that says so.
    context.set_offline(True)
    page.goto(here)
    expect(page.locator("main.away")).to_be_visible(timeout=PATIENCE)
    context.set_offline(False)
    expect(page.locator("#page")).to_be_visible(timeout=PATIENCE)

    # A submission in the gap: the receipt comes once it is over, and nothing stays on the phone.
    walk.answer_all(page)
    expect(page.locator("form[data-form=submit]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    page.locator("form[data-form=submit] button").click()
    expect(page.locator("[data-status]")).to_contain_text("kept on this device", timeout=PATIENCE)
    context.set_offline(False)
    expect(page.locator("[data-receipt]")).to_be_visible(timeout=PATIENCE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(WAITING) == []
    context.close()
