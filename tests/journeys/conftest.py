"""A real browser in front of a real server: Chromium of the system, waitress on loopback, SQLite in a file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import make_url

from admin.demo.serve import serving
from survey.db import db
from tests.conftest import make_settings
from tests.journeys.demo import Demo, run_demo
from tests.journeys.person import LOCALES
from tests.survey.site.town import Town, build
from tests.ways import PHONE
from wsgi import create_app

_HEIGHT = 740


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """The running installation: its address and where to go in it."""

    url: str
    town: Town


@pytest.fixture(scope="session")
def browser(chromium: Browser) -> Browser:
    """The one browser of this process."""
    return chromium


@pytest.fixture(scope="module")
def live(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server on loopback with the small installation."""
    settings = make_settings(tmp_path_factory.mktemp("live"))
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(sqlite_template, target)
    app = create_app("all", settings)
    with app.app_context():
        town = build(db.session(), app.extensions["minyi"].keys)
        db.session.commit()
    with serving(app, port=0) as address:
        yield Live(url=address, town=town)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def open_page(
    browser: Browser, live: Live, *, width: int = PHONE, language: str = "zh", scripts: bool = False
) -> Page:
    """A fresh browser profile. Scripts are off, as on the slowest phone; only axe needs them (and no CSP)."""
    context = browser.new_context(
        reduced_motion="reduce",  # a colour half way to another is no colour to judge
        base_url=live.url,
        viewport={"width": width, "height": _HEIGHT},
        locale=LOCALES[language],
        java_script_enabled=scripts,
        bypass_csp=scripts,
        has_touch=width == PHONE,
    )
    context.set_default_timeout(30_000)
    return context.new_page()


@pytest.fixture(scope="session")
def clean_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as everybody gets it. Minutes of work: tests that use it run together (tests.together)."""
    folder = tmp_path_factory.mktemp("demo")
    yield run_demo(folder)
    shutil.rmtree(folder, ignore_errors=True)
