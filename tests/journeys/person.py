"""A person with a phone: one way of holding it, and every page answered as it comes, to the receipt."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests import axe

PHONE = {"width": 360, "height": 640}
LOCALES = {"zh": "zh-CN", "en": "en-GB", "ar": "ar-EG"}
HTML = {"zh": "zh-Hans", "en": "en", "ar": "ar"}
_MOST_PAGES = 150
_SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 ms and 400 kbit/s, as Chromium's own tools define a slow third-generation network."""
_FILL = """() => {
  const form = document.querySelector("form[data-form=page]")
  const all = (within, wanted) => [...within.querySelectorAll(wanted)].filter(each => each.checkVisibility())
  const put = (field, value) => {
    field.value = value
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }))
  }
  for (const [n, group] of all(form, "fieldset:not(:has(fieldset))").entries()) {
    const rows = all(group, "label.option")
    if (n && rows.length && !group.querySelector("input:checked")) rows[0].click()
  }
  for (const choice of all(form, "select"))
    if (!choice.value) put(choice, choice.options[Math.min(2, choice.options.length - 1)].value)
  for (const text of all(form, "textarea, input[type=text]"))
    if (!text.value) put(text, text.inputMode ? "3" : "路灯太暗 lamp مصباح")
}"""
"""Each group whose answer is one, each list and each field that is seen and empty."""
_TOO_SMALL = """least => [...document.querySelectorAll("label.option, .actions .button, select")]
  .filter(each => each.checkVisibility())
  .map(each => each.getBoundingClientRect().height)
  .filter(height => height && height < least - 0.5)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """How the phone is held."""

    language: str = "zh"
    scripts: bool = True
    elder: bool = False
    slow: bool = False
    dark: bool = False
    gap: bool = False
    """The network is gone for a while in the middle; needs scripts."""

    def __str__(self) -> str:
        marks = [name for name in ("elder", "slow", "dark", "gap") if getattr(self, name)]
        return "-".join([self.language, "scripts" if self.scripts else "plain", *marks])


@dataclass(slots=True, kw_only=True)
class Walked:
    """What was met on the way."""

    pages: int = 0
    templates: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    receipt: str = ""
    moved: int = 0
    """Bytes that travelled, as the browser counted them; pages with scripts only."""


def open_phone(browser: Browser, url: str, holding: Holding) -> Page:
    """A fresh profile on a phone of 360 by 640."""
    context = browser.new_context(
        base_url=url,
        viewport={**PHONE},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        locale=LOCALES[holding.language],
        java_script_enabled=holding.scripts,
        color_scheme="dark" if holding.dark else "light",
        reduced_motion="reduce",
        service_workers="allow",
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    if holding.slow:
        session = context.new_cdp_session(page)
        session.send("Network.emulateNetworkConditions", _SLOW_3G)
    return page


def walk(page: Page, link: str, holding: Holding, *, look: bool = False) -> Walked:
    """From the link to the receipt and its check. ``look`` runs axe and the tree of a screen reader on every page."""
    walked = Walked()
    page.on("response", lambda response: _weigh(walked, response.headers.get("content-length", "0")))
    page.goto(link)
    if token := _secret(link):
        _expect(walked, token not in page.url, f"the token stays in the address {page.url}")
    _choose_language(page, holding)
    if holding.elder:
        page.locator(".tongue[value=elder], a.tongue[href*='size=elder']").first.click()
        _expect(walked, page.locator("html[data-size=elder]").count() == 1, "elder mode was not taken")
    _see(page, holding, walked, look=look)
    for box in page.locator("form[data-form=start] input[type=checkbox]").all():
        box.check()
    _press(page, page.locator("form[data-form=start] button.button").first)
    for n in range(_MOST_PAGES):
        form = page.locator("form[data-form=page]")
        if not form.count() and page.locator("form[data-form=end]").count():
            page.locator(
                ".actions a.second"
            ).first.click()  # a slip of the finger: screened out, and corrected
            fill(page, row=1)
        elif not form.count() and page.locator(".parts").count() and not _sign_off(page).count():
            _press(page, page.locator(".actions a.button").first)  # a firm's overview leads to its next part
            continue
        elif not form.count():
            break
        else:
            fill(page)
        walked.pages += 1
        if look or n % 4 == 0:
            _see(page, holding, walked, look=look)
        if holding.gap and n == 1:
            _without_network(page, walked)
        _press(page, form.locator(".actions button").first)
    _see(page, holding, walked, look=look)
    if (function := _sign_off(page).locator("input[type=radio]")).count():  # a firm's return is signed off
        function.first.check()
        _sign_off(page).locator("input[type=checkbox]").check()
    _press(page, _sign_off(page).locator("button").first)
    page.locator("[data-receipt]").wait_for()
    _see(page, holding, walked, look=look)
    walked.receipt = page.locator("[data-receipt]").inner_text().strip()
    page.goto("/receipt")
    page.locator("#code").fill(walked.receipt)
    _press(page, page.locator("form[data-form=receipt] button").first)
    _expect(walked, page.locator(".note.good").count() == 1, "the receipt is not known")
    _see(page, holding, walked, look=look)
    return walked


def fill(page: Page, *, row: int = 0) -> None:
    """Answer everything that the page asks, rows and fields; ``row`` > 0 changes the first answer.

    The first row is tapped as a finger does it, the others from inside: a hundred taps take a minute.
    """
    rows = page.locator("form[data-form=page] fieldset:not(:has(fieldset)):visible").first.locator(
        "label.option:visible"
    )
    if (n := rows.count()) and (row or not rows.locator("input:checked").count()):
        rows.nth(min(row, n - 1)).click()
    page.evaluate(_FILL)


def _sign_off(page: Page) -> Locator:
    return page.locator("form[data-form=submit]")


def _choose_language(page: Page, holding: Holding) -> None:
    """The browser's own language should have been met already; else tap it."""
    wanted = HTML[holding.language]
    if page.locator("html").get_attribute("lang") != wanted:
        page.locator(f".tongue[lang={wanted}]").first.click()
    page.locator(f"html[lang={wanted}]").wait_for(state="attached")


def _without_network(page: Page, walked: Walked) -> None:
    """The network goes, somebody taps Continue; it is said, nothing is lost, and it goes on when it is back."""
    context: BrowserContext = page.context
    before = page.url
    page.locator("input[name=_window]").wait_for(
        state="attached"
    )  # what keeps words is loaded after the page
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    context.set_offline(True)
    said = page.locator("[data-status]").first.text_content()
    page.locator("form[data-form=page] .actions button").first.click()
    page.wait_for_function(
        "said => ![said, ''].includes(document.querySelector('[data-status]').textContent)", arg=said
    )
    _expect(walked, page.url == before, "the page was left although there was no network")
    context.set_offline(False)
    page.wait_for_url(lambda url: url != before)
    walked.pages += 1
    fill(page)


def _press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.click()


def _see(page: Page, holding: Holding, walked: Walked, *, look: bool) -> None:
    """What must hold on every page, in every way of holding the phone."""
    url = re.sub(r"^https?://[^/]+", "", page.url)
    html = page.locator("html")
    direction = "rtl" if holding.language == "ar" else "ltr"
    _expect(walked, html.get_attribute("lang") == HTML[holding.language], f"{url}: another language")
    _expect(walked, html.get_attribute("dir") == direction, f"{url}: another direction")
    _expect(walked, page.locator("h1:visible").count() == 1, f"{url}: not one heading")
    if not holding.scripts:
        return
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    _expect(walked, wide <= 0, f"{url}: {wide} px wider than the phone")
    least = 60 if holding.elder else 44
    for height in page.evaluate(_TOO_SMALL, least):
        walked.wrong.append(f"{url}: a target of {height:.0f} px")
    if look:
        found = axe.run(page)
        walked.wrong += [
            f"{url}: axe {each['id']} {each['nodes'][0]['html'][:100]}"
            for each in found.response["violations"]
        ]


def _expect(walked: Walked, held: bool, otherwise: str) -> None:
    if not held:
        walked.wrong.append(otherwise)


def _secret(link: str) -> str:
    return link.removeprefix("/i/") if link.startswith("/i/") else ""


def _weigh(walked: Walked, length: str) -> None:
    walked.moved += int(length) if length.isdigit() else 0
