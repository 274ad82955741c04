"""A server that asks one question of every type, and people who answer it with the keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import flask
import yaml
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from admin.demo.serve import serving as serve_on_loopback
from survey.collect import drafts
from survey.collect.documents import DraftDocument
from survey.db import make_engine
from survey.instrument.compile import compile_instrument
from survey.instrument.program import AreaRef, Program
from tests.conftest import make_settings
from tests.journeys.person import LOCALES
from tests.survey.interviews import make_world
from wsgi import create_app

SOURCE = Path(__file__).parent / "data" / "every_type.yaml"
AREAS = (
    AreaRef(code="dong", level="province", zh="东岭省", en="Dongling"),
    AreaRef(code="xi", level="province", zh="西屏省", en="Xiping"),
    AreaRef(code="lan", level="city", zh="岚川市", en="Lanchuan", parent="dong"),
    AreaRef(code="qiao", level="city", zh="桥州市", en="Qiaozhou", parent="xi"),
    AreaRef(code="lan-an", level="county", zh="岚安县", en="Lan'an", parent="lan"),
    AreaRef(code="lanqiao", level="county", zh="岚桥区", en="Lanqiao", parent="lan"),
    AreaRef(code="qiaobei", level="county", zh="桥北区", en="Qiaobei", parent="qiao"),
    AreaRef(code="qiaoyang", level="county", zh="桥阳县", en="Qiaoyang", parent="qiao"),
)
ENTRY, WAVE = "open1", "every-type"


@cache
def every_type() -> Program:
    """The compiled instrument."""
    document = yaml.safe_load(SOURCE.read_text())
    compiled = compile_instrument(document, scales={}, modules={}, units=(), areas=AREAS)
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """The running installation."""

    url: str
    app: flask.Flask

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session beside the server's."""
        engine = make_engine(self.app.config["SQLALCHEMY_DATABASE_URI"])
        with Session(engine) as session:
            yield session
        engine.dispose()

    def draft(self, page: Page) -> DraftDocument:
        """What is stored for this browser: opened with its own cookie, as only it can."""
        secret = next(each["value"] for each in page.context.cookies() if each["name"] == f"draft-{WAVE}")
        with self.session() as session:
            return drafts.load(session, secret, keys=self.app.extensions["minyi"].keys).document


@contextmanager
def serving(template: Path, folder: Path) -> Iterator[Asking]:
    """Serve the instrument from a fresh installation in ``folder``."""
    settings = make_settings(folder)
    target = Path(make_url(settings.database_url).database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, target)
    engine = make_engine(settings.database_url)
    make_world(engine, folder, program=every_type(), code=WAVE)
    engine.dispose()
    app = create_app("public", settings)
    with serve_on_loopback(app, port=0) as address:
        yield Asking(url=address, app=app)
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def open_browser(
    browser: Browser,
    asking: Asking,
    *,
    width: int,
    language: str,
    scripts: bool,
    for_axe: bool = False,
) -> Page:
    """A fresh profile. The policy against foreign scripts stands, except for axe, which is one."""
    context = browser.new_context(
        base_url=asking.url,
        viewport={"width": width, "height": 740},
        locale=LOCALES[language],
        java_script_enabled=scripts,
        bypass_csp=for_axe,
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def begin(page: Page) -> None:
    """Agree and come to the first page."""
    page.goto(f"/s/{ENTRY}")
    page.locator("#consent").press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/p/C")


@dataclass(slots=True, kw_only=True)
class Keyboard:
    """Hands on the keyboard: everything is reached with Tab and done with arrows, Space, Enter and letters."""

    page: Page
    most: int = 140
    pressed: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.pressed.append(key)
            self.page.keyboard.press(key)

    def to(self, selector: str) -> Locator:
        """Tab until the control has the focus."""
        wanted = self.page.locator(f"{selector}:focus")
        for _ in range(self.most):
            if wanted.count():
                return wanted
            self.press("Tab")
        raise AssertionError(f"Tab never reaches {selector}")

    def choose(self, name: str, code: str) -> None:
        """In a group of radio buttons: go there and move with the arrow until the code is chosen."""
        self.to(f"input[name='{name}']")
        self.press("Space")
        chosen = self.page.locator(f"input[name='{name}'][value='{code}']")
        for _ in range(20):
            if chosen.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {code} of {name}")

    def tick(self, name: str, *codes: str) -> None:
        """Tick boxes."""
        for code in codes:
            self.to(f"input[name='{name}'][value='{code}']")
            self.press("Space")

    def pick(self, selector: str, value: str) -> None:
        """In a list: move with the arrow until the entry is chosen."""
        field = self.to(selector)
        for _ in range(30):
            if field.input_value() == value:
                return
            self.press("ArrowDown")
        raise AssertionError(f"the arrows never reach {value} of {selector}")

    def write(self, selector: str, text: str) -> None:
        """Write into a field."""
        self.to(selector)
        self.page.keyboard.type(text)

    def go_on(self, place: str) -> None:
        """Press the one button at the bottom and arrive at a place."""
        self.to("form[data-form=page] .actions button")
        self.press("Enter")
        self.page.wait_for_url(f"**{place}")


ANSWERED: dict[str, str | list[str]] = {
    "RADIO": "other",
    "RADIO_other_text": "Village hall",
    "MULTI": ["phone", "app"],
    "AGREE": "yes",
    "HELPED": "yes",
    "WHOLE": "3",
    "KIND": "traffic",
    "LAST": "go",
    "GRID_wait": "5",
    "RANK": ["near", "price"],
}
PAGES = ("C", "S", "N", "T", "K", "G", "F", "F2", "L@phone", "Z.2")


def answer_at_once(page: Page, asking: Asking) -> None:
    """Put answers into this browser's draft, so that every page of the questionnaire is on its path."""
    keys = asking.app.extensions["minyi"].keys
    secret = next(each["value"] for each in page.context.cookies() if each["name"] == f"draft-{WAVE}")
    with asking.session() as session:
        draft = drafts.load(session, secret, keys=keys)
        state = draft.document.state.merged(ANSWERED)
        drafts.save(session, draft, replace(draft.document, state=state), keys=keys)
        session.commit()
