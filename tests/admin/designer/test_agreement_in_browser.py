"""axe finds nothing on the screens of agreement and consultation, on a phone and on a desk; nothing runs over the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import flask
import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from admin.demo.serve import serving
from admin.designer import checking, drafts, queries
from admin.designer.agreement import comments as agreement
from admin.designer.agreement import signing
from admin.designer.bank import verbs as bank
from survey import clock
from survey.identity import sessions
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.models.design import InstrumentDraft
from survey.participation import comments, consultations, replies
from survey.participation import queries as consultation_queries
from tests import axe
from tests.admin.designer.agreed import document, edit
from tests.survey.participation.draft import TERMS
from tests.ways import DESK, PHONE

pytestmark = pytest.mark.browser
Someone = Callable[[Role], Actor]


@pytest.fixture
def gallery(desk: flask.Flask, books: Session, someone: Someone) -> Iterator[Gallery]:
    """The staffed platform behind a real server, with a draft in each state."""
    found = _build(books, someone)
    with serving(desk, port=0) as address:
        found.base = address
        yield found


class Gallery:
    """Where to look."""

    def __init__(self) -> None:
        self.base = ""
        self.secrets: dict[Role, str] = {}
        self.staff: list[tuple[str, Role]] = []
        self.public: list[str] = []


@pytest.mark.parametrize(
    ("width", "language", "with_staff"),
    # each page costs half a second: the staff's screens are looked at where space and words are scarcest
    [(PHONE, "zh", True), (DESK, "en", False)],
)
def test_the_screens_are_accessible_and_fit(
    chromium: Browser, gallery: Gallery, width: int, language: str, *, with_staff: bool
) -> None:
    faults = []
    wanted: list[tuple[str, Role | None]] = [(address, None) for address in gallery.public]
    if with_staff:
        wanted += gallery.staff
    for role in dict.fromkeys(role for _address, role in wanted):
        context = chromium.new_context(
            reduced_motion="reduce",  # a colour half way to another is no colour to judge
            base_url=gallery.base,
            viewport={"width": width, "height": 800},
            bypass_csp=True,
        )
        if role is not None:
            context.add_cookies([{"name": "staff", "value": gallery.secrets[role], "url": gallery.base}])
        page = context.new_page()
        for address in [address for address, holder in wanted if holder is role]:
            answer = page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
            if answer is None or answer.status != 200:
                faults.append(f"{address} cannot be read")
            page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
            found = axe.run(page)
            if found.violations_count:
                faults.append(f"{address}\n{found.generate_report()}")
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                faults.append(f"{address} runs over the edge")
        context.close()
    assert faults == []


def test_commenting_works_without_scripts(chromium: Browser, gallery: Gallery) -> None:
    context = chromium.new_context(
        reduced_motion="reduce",  # a colour half way to another is no colour to judge
        base_url=gallery.base,
        viewport={"width": PHONE, "height": 740},
        java_script_enabled=False,
        locale="en-GB",
    )
    page = context.new_page()
    page.goto("/consultations")
    page.locator("main h3 a").first.click()
    page.get_by_role("link", name="Comment on this question Q1").click()
    page.locator("textarea").fill("Hm")
    page.get_by_role("button", name="Send the comment").click()
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("textarea").input_value() == "Hm"
    page.locator("textarea").fill("Which buses do you mean?")
    page.get_by_role("button", name="Send the comment").click()
    page.wait_for_url("**/thanks")
    reference = page.locator("main strong.mono").inner_text()
    page.get_by_role("link", name="Find the reply").click()
    page.locator("#reference").fill(reference.lower())
    page.get_by_role("button", name="Look it up").click()
    assert "Received." in page.locator("main").inner_text()
    assert reference.replace(" ", "").lower() not in page.url
    context.close()


def _build(books: Session, someone: Someone) -> Gallery:
    found = Gallery()
    designer = someone(Role.DESIGNER)
    raw = document(
        languages=["zh", "en", "ar"],
        organisers=[
            {"code": "statistics", "zh": "统计局", "en": "Statistics"},
            {"code": "office", "zh": "绩效办", "en": "Office"},
        ],
    )
    worked_on = drafts.create_draft(books, raw, actor=designer)
    _work_on(books, someone, worked_on)
    opened = _consult(books, someone, answered=False)
    answered = _consult(books, someone, answered=True)
    framework = queries.newest(books, "framework")
    assert framework is not None
    here = f"/admin/drafts/{worked_on.public_id}"
    found.public = [
        "/consultations",
        f"/consultations/{opened.public_id}",
        f"/consultations/{opened.public_id}/comment?item=Q1",
        f"/consultations/{answered.public_id}",
        "/consultations/reply",
    ]
    found.staff = [
        (f"{here}/comments", Role.STATISTICIAN),
        (f"{here}/translation", Role.DESIGNER),
        (f"{here}/translation?target=ar", Role.DESIGNER),
        (f"{here}/bank", Role.DESIGNER),
        (f"{here}/bank/Q1", Role.DESIGNER),
        (f"{here}/publish", Role.REVIEWER),
        (f"{here}/consultation", Role.PUBLISHER),
        (f"/admin/drafts/{_draft_of(books, opened.draft_id)}/consultation", Role.PUBLISHER),
        ("/admin/bank", Role.DESIGNER),
        ("/admin/bank/items/R01", Role.REVIEWER),
        (f"/admin/frameworks/{framework.id}", Role.DESIGNER),
        (f"/admin/frameworks/{framework.id}/groups/individual_businesses", Role.DESIGNER),
    ]
    for role in {role for _address, role in found.staff}:
        user_id = someone(role).user_id
        assert user_id is not None
        found.secrets[role] = sessions.open_session(books, user_id)
    books.commit()
    return found


def _work_on(books: Session, someone: Someone, draft: InstrumentDraft) -> None:
    """Comments, a sign-off that became stale, a stale translation, an item that left its wording."""
    designer, statistician = someone(Role.DESIGNER), someone(Role.STATISTICIAN)
    asked = agreement.comment(books, draft, "Which buses?", item="Q1", actor=statistician)
    agreement.reply(books, draft, asked.id, "City buses.", actor=designer)
    signing.sign(books, draft, seen=signing.digest(draft), actor=statistician)
    edit(books, draft, ("sections", 0, "questions", 0, "text", "zh"), "您每周坐公交吗？", designer)
    framework = queries.needed(books, "framework")
    taken = bank.adopt(books, queries.newest_versions(books)["residents"], framework, actor=designer)
    bank.freeze(books, taken[0], actor=someone(Role.REVIEWER))
    bank.insert(books, draft, taken[0], section="A", expected_revision=draft.revision, actor=designer)
    edit(books, draft, ("sections", 0, "questions", 2, "text", "en"), "Other words?", designer)


def _consult(books: Session, someone: Someone, *, answered: bool) -> consultations.Consultation:
    draft = drafts.create_draft(books, document(), actor=someone(Role.DESIGNER))
    program = checking.check(books, draft).program
    assert program is not None
    now = clock.now(books)
    found = consultations.plan(
        books,
        draft,
        program,
        terms=TERMS,
        opens_at=now,
        closes_at=now + timedelta(days=9),
        actor=someone(Role.PUBLISHER),
    )
    for item, text in (("Q1", "Which buses?"), (None, "Too long altogether")):
        target = comments.about(program, section=None, item=item)
        assert target is not None
        comments.add(books, found, text, target=target, speaks_as="resident", time_zone="Asia/Shanghai")
    for comment in consultation_queries.comments(books, found, shown=False)[: 2 if answered else 1]:
        for role in (Role.DESIGNER, Role.PUBLISHER):
            replies.say_whether_shown(books, comment, hidden_for=None, role=role, actor=someone(role))
        words = {"zh": "已经改了。", "en": "It was changed."}
        replies.reply(books, comment, decision="accepted", words=words, actor=someone(Role.DESIGNER))
    if answered:
        found.opens_at, found.closes_at = now - timedelta(days=9), now - timedelta(days=1)
        books.flush()
        consultations.publish_replies(books, found, actor=someone(Role.PUBLISHER))
    return found


def _draft_of(books: Session, draft_id: int) -> str:
    return books.get_one(InstrumentDraft, draft_id).public_id
