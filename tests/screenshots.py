"""`make screenshots`: the pictures of the README, taken from a copy of the demo in the system's Chromium."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.engine import make_url

from admin.demo import serve
from admin.demo.cli import MARK
from admin.demo.stages.fieldwork import OPEN_ENTRY
from admin.demo.world import demo_password
from survey.config import Settings
from tests.chromium import FLAGS
from tests.chromium import NAMES as CHROMIUM
from tests.house.test_layout import ROOT
from tests.journeys.walk import agree, answer_all, fill, go_on
from tests.ways import DESK, PHONE
from wsgi import create_app

PICTURES = ROOT / "docs" / "pictures"
HEIGHTS = {PHONE: 720, DESK: 860}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo being served: its address, and the password of its people."""

    url: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: who looks at what, how wide, in which language. ``go`` walks to the page."""

    name: str
    width: int
    language: str
    go: Callable[[Page, Demo], None]


def _home(page: Page, _demo: Demo) -> None:
    page.goto("/")


def _question(page: Page, _demo: Demo) -> None:
    page.goto(f"/s/{OPEN_ENTRY}")
    agree(page)
    fill(page)
    go_on(page)
    fill(page, most=1)


def _receipt(page: Page, _demo: Demo) -> None:
    page.goto(f"/s/{OPEN_ENTRY}")
    agree(page)
    answer_all(page)
    page.locator("form[data-form=submit] button").click()
    page.wait_for_url("**/receipt")


def _result(page: Page, _demo: Demo) -> None:
    page.goto("/results")
    page.locator("a[href^='/results/']").first.click()


def _cities(page: Page, demo: Demo) -> None:
    _result(page, demo)
    page.goto(f"{page.url}#class-D")


def _gates(page: Page, demo: Demo) -> None:
    _result(page, demo)
    page.goto(f"{page.url}#gates")


def _workbench(page: Page, demo: Demo) -> None:
    page.goto("/admin/sign-in")
    page.locator("input[name=username]").fill("statistician")
    page.locator("input[name=password]").fill(demo.password)
    page.locator("main form button").first.click()
    page.wait_for_url("**/admin/")


GALLERY = (
    Picture(name="home-phone-zh", width=PHONE, language="zh", go=_home),
    Picture(name="question-phone-zh", width=PHONE, language="zh", go=_question),
    Picture(name="question-phone-en", width=PHONE, language="en", go=_question),
    Picture(name="receipt-phone-zh", width=PHONE, language="zh", go=_receipt),
    Picture(name="result-desktop-zh", width=DESK, language="zh", go=_result),
    Picture(name="cities-desktop-en", width=DESK, language="en", go=_cities),
    Picture(name="gates-desktop-en", width=DESK, language="en", go=_gates),
    Picture(name="workbench-desktop-en", width=DESK, language="en", go=_workbench),
)


def take(picture: Picture, browser: Browser, demo: Demo) -> None:
    """Walk to the page in a fresh profile and write the picture."""
    context = browser.new_context(
        base_url=demo.url,
        viewport={"width": picture.width, "height": HEIGHTS[picture.width]},
        locale="zh-CN" if picture.language == "zh" else "en-GB",
        java_script_enabled=False,
        reduced_motion="reduce",
        has_touch=picture.width == PHONE,
    )
    with closing(context):
        context.set_default_timeout(15_000)
        page = context.new_page()
        picture.go(page, demo)
        page.screenshot(path=PICTURES / f"{picture.name}.png", animations="disabled")


@contextmanager
def served_copy(source: Settings, folder: Path) -> Iterator[Demo]:
    """Serve a copy of the demo, so that the walk leaves nothing in the one that people use."""
    database = Path(make_url(source.database_url).database or "")
    shutil.copytree(source.data_dir, folder, ignore=shutil.ignore_patterns("db"), dirs_exist_ok=True)
    (folder / "db").mkdir()
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as there,
        closing(sqlite3.connect(folder / "db" / database.name)) as here,
    ):
        there.backup(here)
    app = create_app("all", Settings.from_env({"SURVEY_DATA_DIR": str(folder)}))
    with serve.serving(app, port=0) as url:
        yield Demo(url=url, password=demo_password(folder))
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def main() -> int:
    """Take every picture, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="pictures to take; all of them if none is named")
    wanted = set(parser.parse_args().names)
    if unknown := wanted - {picture.name for picture in GALLERY}:
        parser.error(f"no picture is called {', '.join(sorted(unknown))}")
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.stderr.write("No Chromium found. On Debian: apt install chromium fonts-noto-cjk\n")
        return 1
    settings = Settings.from_env()
    if not (settings.data_dir / MARK).exists():
        sys.stderr.write(f"{settings.data_dir} holds no demo yet. Run `make demo` once, then this again.\n")
        return 1
    PICTURES.mkdir(exist_ok=True)
    os.environ["SURVEY_LOG_LEVEL"] = "WARNING"
    with TemporaryDirectory() as name, served_copy(settings, Path(name)) as demo, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for picture in GALLERY:
            if not wanted or picture.name in wanted:
                take(picture, browser, demo)
                size = (PICTURES / f"{picture.name}.png").stat().st_size
                sys.stdout.write(f"{picture.name}.png  {size // 1024} KB\n")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
