"""Every type of question is answered with the keyboard alone, with and without scripts, and passes axe."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests import axe
from tests.journeys.every_type import (
    PAGES,
    WAVE,
    Asking,
    Keyboard,
    answer_at_once,
    begin,
    open_browser,
    serving,
)
from tests.ways import DESK, PHONE, PUBLIC

pytestmark = pytest.mark.browser
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture(scope="module")
def asking(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    """The instrument, served."""
    with serving(sqlite_template, tmp_path_factory.mktemp("types")) as found:
        yield found


def _photo() -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").save(target, "JPEG", comment=b"13800138000")
    return target.getvalue()


def _is_chinese(keys: Keyboard) -> bool:
    return keys.page.locator("html").get_attribute("lang") == "zh-Hans"


# --- the keyboard scripts, one a page: what each type takes, in the order of the page -----------------------


def _choices(keys: Keyboard, *, scripts: bool) -> None:
    keys.choose("RADIO", "other")
    keys.write("[name=RADIO_other_text]", "Village hall")
    keys.pick("select[name=DROP]", "middle")
    if scripts:  # with a script a long list is narrowed by typing; Enter takes the first that is left
        keys.write("input[type=search]", "公交" if _is_chinese(keys) else "bu")
        keys.press("Enter")
    else:
        keys.pick("select[name=SEARCH]", "bus")
    keys.tick("MULTI", "phone", "app")
    if scripts:  # "none of these" and the others take turns
        keys.tick("MULTI", "none")
        expect(keys.page.locator("[name=MULTI]:checked")).to_have_count(1)
        keys.page.keyboard.press("Shift+Tab")
        keys.page.keyboard.press("Shift+Tab")
        keys.press("Space")
        keys.page.keyboard.press("Shift+Tab")
        keys.page.keyboard.press("Shift+Tab")
        keys.press("Space")
        expect(keys.page.locator("[name=MULTI][value=none]")).not_to_be_checked()
    keys.tick("AGREE", "yes")


CHOICES = {
    "RADIO": "other",
    "RADIO_other_text": "Village hall",
    "DROP": "middle",
    "SEARCH": "bus",
    "MULTI": ["phone", "app"],
    "AGREE": "yes",
}


def _scales(keys: Keyboard, *, scripts: bool) -> None:
    for name, answer in SCALES.items():
        if name.startswith("MANY"):
            keys.tick(name, *answer)
        elif name.startswith("CROSS"):
            keys.write(f"[name={name}]", str(answer))
        else:
            keys.choose(name, str(answer))


SCALES: dict[str, str | list[str]] = {
    "LIKERT": "4",
    "FOUR": "2",
    "SEVEN": "99",
    "TEN": "7",
    "NPS": "9",
    "REVIEW": "3",
    "GRID_wait": "5",
    "GRID_tone": "1",
    "GRID_info": "99",
    "MANY_hall": ["ask", "file"],
    "MANY_web": ["none"],
    "CROSS_hall_last": "3",
    "CROSS_hall_this": "0",
    "CROSS_web_last": "12",
    "CROSS_web_this": "7",
}


def _numbers(keys: Keyboard, *, scripts: bool) -> None:
    keys.tick("WHOLE", "#88")
    keys.write("[name=DECIMAL]", "12.50")
    keys.write("[name=PERCENT]", "33")
    keys.write("[name=MONEY]", "1,200.5")
    keys.write("[name=LINE]", "４")
    if scripts:
        keys.to("input[type=range]")
        keys.press("ArrowRight", "ArrowRight")
        expect(keys.page.locator("[name=SLIDER]")).to_have_value("60")
    else:
        keys.write("[name=SLIDER]", "60")
    keys.write("[name=SHARE_speed]", "50")
    keys.write("[name=SHARE_price]", "30")
    keys.write("[name=SHARE_care]", "20")
    if scripts:
        expect(keys.page.locator(".total")).to_have_class("total met")
    keys.write("[name=SHORT]", "Quick")
    keys.write("[name=LONG]", "Open on Saturdays")
    keys.write("[name=MAIL]", "https://example.org/x")
    keys.write("[name=NAMES_first]", "East")
    keys.write("[name=NAMES_second]", "West")


NUMBERS = {
    "WHOLE": "#88",
    "DECIMAL": "12.5",
    "PERCENT": "33",
    "MONEY": "1200.5",
    "LINE": "4",
    "SLIDER": "60",
    "SHARE_speed": "50",
    "SHARE_price": "30",
    "SHARE_care": "20",
    "SHORT": "Quick",
    "LONG": "Open on Saturdays",
    "MAIL": "https://example.org/x",
    "NAMES_first": "East",
    "NAMES_second": "West",
}


def _times_and_places(keys: Keyboard, *, scripts: bool) -> None:
    # Native fields take digits in the order of the browser's own language, which here is American English.
    keys.write("[name=DAY]", "03152026")
    keys.write("[name='MONTH.year']", "2025")
    keys.pick("[name='MONTH.month']", "9")
    keys.write("[name=YEAR]", "1998")
    keys.write("[name=TIME]", "0830A")
    keys.write("[name=MOMENT]", "03152026")
    keys.press("ArrowRight")
    keys.page.keyboard.type("0945A")
    keys.write("[name='LENGTH.hours']", "2")
    keys.write("[name='LENGTH.minutes']", "30")
    if scripts:  # put three in order, then move the last one up
        keys.to("button[data-act='in near']")
        keys.press("Enter")
        keys.to("button[data-act='in speed']:not([disabled])")
        keys.press("Space")
        keys.to("button[data-act='in price']")
        keys.press("Enter")
        keys.to("button[data-act='up price']")
        keys.press("Enter")
        expect(keys.page.locator("[aria-live]").last).not_to_be_empty()
    else:
        for n, code in enumerate(("near", "price", "speed")):
            keys.pick(f"[id='i-RANK{f'-{n}' if n else ''}']", code)
    for name in ("AREA", "POINT"):
        if scripts:  # province, then city, then county
            keys.pick(f"[id='i-{name}-0']", "西屏省")
            keys.pick(f"[id='i-{name}-1']", "桥州市")
        keys.pick(f"select[name={name}]", "qiaoyang")
    keys.write("[name='EXACT.lat']", "30.27415")
    keys.write("[name='EXACT.lon']", "120.1551")


TIMES = {
    "DAY": "2026-03-15",
    "MONTH": "2025-09",
    "YEAR": "1998",
    "TIME": "08:30",
    "MOMENT": "2026-03-15T09:45",
    "LENGTH": "150",
    "RANK": ["near", "price", "speed"],
    "AREA": "qiaoyang",
    "POINT": "qiaoyang",
    "EXACT": "30.27415 120.1551",
}


def _contact_and_files(keys: Keyboard, *, scripts: bool) -> None:
    keys.write("[name='CONTACT.name']", "Li Hua")
    keys.write("[name='CONTACT.phone']", "13800138000")
    for name, media, content in (("PHOTO", "image/jpeg", _photo()), ("PAPER", "application/pdf", PDF)):
        keys.to(f"[name={name}]")
        with keys.page.expect_file_chooser() as chooser:
            keys.press("Space")
        chooser.value.set_files({"name": f"my {name}", "mimeType": media, "buffer": content})


def _together(keys: Keyboard, *, scripts: bool) -> None:
    who = keys.page.locator("[name=WHO]")
    if scripts:
        expect(who).not_to_be_visible()
        keys.choose("HELPED", "yes")
        expect(who).to_be_visible()
    else:  # the page comes once more, without an error
        keys.choose("HELPED", "yes")
        keys.go_on("/p/G")
        expect(who).to_be_visible()
        expect(keys.page.locator(".errors")).to_have_count(0)
    keys.write("[name=WHO]", "A neighbour")


def _filter(keys: Keyboard, *, scripts: bool) -> None:
    keys.choose("KIND", "traffic")


def _filtered(keys: Keyboard, *, scripts: bool) -> None:
    assert keys.page.locator("input[name=WHICH]").count() == 2
    keys.choose("WHICH", "road")
    keys.choose("LAST", "go")


SCRIPTS = (
    ("C", _choices, CHOICES, "/p/S"),
    ("S", _scales, SCALES, "/p/N"),
    ("N", _numbers, NUMBERS, "/p/T"),
    ("T", _times_and_places, TIMES, "/p/K"),
    ("K", _contact_and_files, {"CONTACT": "given"}, "/p/G"),
    ("G", _together, {"HELPED": "yes", "WHO": "A neighbour"}, "/p/F"),
    ("F", _filter, {"KIND": "traffic"}, "/p/F2"),
    ("F2", _filtered, {"WHICH": "road", "LAST": "go", "FIXED": "Q3"}, "/p/L@phone"),
)


@pytest.mark.parametrize(
    ("scripts", "language", "width"), [(True, "zh", PHONE), (False, "en", DESK)], ids=["scripts", "plain"]
)
def test_the_keyboard_answers_every_type(
    browser: Browser, asking: Asking, scripts: bool, language: str, width: int
) -> None:
    page = open_browser(browser, asking, width=width, language=language, scripts=scripts)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    begin(page)
    for name, script, expected, after in SCRIPTS:
        assert page.url.endswith(f"/p/{name}"), page.url
        keys = Keyboard(page=page)
        script(keys, scripts=scripts)
        keys.go_on(after)
        stored = asking.draft(page).state.answers
        assert {key: stored.get(key) for key in expected} == expected
    document = asking.draft(page)
    assert document.contacts == {"CONTACT": {"name": "Li Hua", "phone": "13800138000"}}
    assert sorted(kind for kind, _ in document.files.values()) == ["application/pdf", "image/jpeg"]
    assert said == []
    page.context.close()


def test_a_photo_that_is_too_large_is_made_smaller_before_it_is_sent(
    browser: Browser, asking: Asking
) -> None:
    page = open_browser(browser, asking, width=PHONE, language="en", scripts=True)
    begin(page)
    answer_at_once(page, asking)
    page.goto(f"/answer/{WAVE}/p/K")
    noise = Image.effect_noise((2800, 1400), 90)
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=97)
    assert len(target.getvalue()) > 2 * 2**20
    field = page.locator("[name=PHOTO]")
    field.set_input_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": target.getvalue()})
    expect(field).to_have_value("C:\\fakepath\\photo.jpg")
    side = field.evaluate("field => createImageBitmap(field.files[0]).then(picture => picture.width)")
    assert side == 2400
    page.context.close()


@pytest.mark.parametrize(
    ("width", "language"), PUBLIC, ids=[f"{language}-{width}" for width, language in PUBLIC]
)
def test_axe_finds_nothing_on_any_type(browser: Browser, asking: Asking, width: int, language: str) -> None:
    page = open_browser(browser, asking, width=width, language=language, scripts=True, for_axe=True)
    begin(page)
    page.locator("form[data-form=page] .actions button").click()
    expect(page.locator(".errors")).to_be_visible()
    _check(page)  # with refusals beside the questions
    answer_at_once(page, asking)
    for name in PAGES:
        page.goto(f"/answer/{WAVE}/p/{name}")
        assert page.url.endswith(f"/p/{name}"), page.url
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        _check(page)
    if (width, language) == (
        PHONE,
        "en",
    ):  # in the large letters of elder mode, and every row large enough for a thumb
        for name in PAGES:
            page.goto(f"/answer/{WAVE}/p/{name}?size=large")
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
            heights = page.locator(
                "label.option:visible, .move:visible, select:visible, .button:visible"
            ).evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
            assert min(heights) >= 44, name
    page.context.close()


def _check(page: Page) -> None:
    found = axe.run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
