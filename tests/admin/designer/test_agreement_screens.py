"""The screens by which an instrument is agreed on, walked over HTTP by the people who hold the duties."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from admin.designer import drafts, queries
from survey import clock
from survey.identity.actors import Actor
from survey.identity.permissions import Role
from survey.instrument.changes import put
from survey.models.consultation import Consultation
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion
from survey.participation import queries as consultation_queries
from tests.admin.designer.agreed import document

Browser = Callable[[Role | None], FlaskClient]
# Everybody of the staffed platform works for one organisation.
ORGANISERS = [{"code": "statistics", "zh": "统计局", "en": "Statistics"}]


@pytest.fixture
def draft(books: Session, someone: Callable[[Role], Actor]) -> str:
    """The public id of a small draft in three languages."""
    raw = document(organisers=ORGANISERS, languages=["zh", "en", "ar"])
    public_id = drafts.create_draft(books, raw, actor=someone(Role.DESIGNER)).public_id
    books.commit()
    return public_id


def fresh(books: Session, public_id: str) -> InstrumentDraft:
    """The draft as it stands; the caller ends the transaction."""
    books.rollback()
    return drafts.load(books, public_id)


def digest_on(page: str) -> str:
    found = re.search(r'class="digest"[^>]*>([0-9a-f]{64})<', page)
    assert found
    return found[1]


def test_from_comments_to_a_published_version(browser: Browser, books: Session, draft: str) -> None:
    address = f"/admin/drafts/{draft}"
    designer, statistician, reviewer = (
        browser(role) for role in (Role.DESIGNER, Role.STATISTICIAN, Role.REVIEWER)
    )
    # A language that nobody translated is taken out; the text is then complete.
    gate = designer.get(f"{address}/publish?lang=en").text
    assert "“ar”" in gate
    assert f"{address}/translation?source=zh&amp;target=ar&amp;state=missing" in gate
    here = fresh(books, draft)
    path = ("languages",)
    drafts.apply_edit(
        books,
        here,
        put(here.document, path, ["zh", "en"]),
        expected_revision=here.revision,
        actor=Actor.command("test"),
        act="settings.change",
    )
    books.commit()
    sent = statistician.post(f"{address}/comments", data={"about": "item:Q1", "text": "Which buses?"})
    assert sent.status_code == 303
    page = statistician.get(f"{address}/comments?lang=en").text
    assert "Which buses?" in page
    comment = re.search(r'id="comment-(\d+)"', page)
    assert comment
    replied = designer.post(f"{address}/comments/{comment[1]}/replies", data={"text": "City buses."})
    assert replied.status_code == 303
    assert designer.post(f"{address}/comments/{comment[1]}/resolve").status_code == 303
    signed = statistician.post(f"{address}/sign-off", data={"digest": digest_on(page)})
    assert signed.status_code == 303
    again = statistician.post(f"{address}/sign-off", data={"digest": digest_on(page)})
    assert again.status_code == 409
    ready = reviewer.get(f"{address}/publish?lang=en").text
    assert "1 of" in ready
    seen = {"digest": digest_on(ready), "compared_with": ""}
    unread = reviewer.post(f"{address}/publish/approval", data=seen)
    assert unread.status_code == 422
    approved = reviewer.post(f"{address}/publish/approval", data={**seen, "has_read": "y"})
    assert approved.status_code == 303
    revision = re.search(r'name="_rev" value="(\d+)"', designer.get(f"{address}/publish").text)
    assert revision
    published = designer.post(f"{address}/publish", data={"_rev": revision[1]})
    assert published.status_code == 303
    assert "approved by the-reviewer" in designer.get(f"{published.location}?lang=en").text
    books.rollback()
    version = books.query(InstrumentVersion).filter_by(version="2026.1", draft_id=1).one()
    assert version.locked_at is not None
    public = browser(None).get("/plan/instruments/buses")
    books.rollback()
    assert public.status_code == 200
    assert version.digest in public.text


def test_translating_in_the_browser(browser: Browser, books: Session, draft: str) -> None:
    address = f"/admin/drafts/{draft}/translation"
    client = browser(Role.DESIGNER)
    page = client.get(f"{address}?target=ar&lang=en").text
    assert re.search(r'<textarea name="text:Q1\.text" lang="ar" dir="rtl"', page)
    stamps = dict(re.findall(r'name="seen:([^"]+)" value="([^"]+)"', page))
    typed = {f"text:{place}": "" for place in stamps} | {f"seen:{p}": stamp for p, stamp in stamps.items()}
    kept = client.post(address, data={**typed, "target": "ar", "text:Q1.text": "هل تركب الحافلة؟"})
    assert kept.status_code == 303
    # A second tab that was open all the while: its other text is saved, the clash is shown with both.
    late = {**typed, "target": "ar", "text:Q1.text": "سؤال", "text:title": "الحافلات"}
    clash = client.post(address, data=late)
    assert "سؤال" in clash.text
    assert "هل تركب الحافلة؟" in clash.text
    here = fresh(books, draft)
    assert here.document["title"]["ar"] == "الحافلات"
    assert here.document["sections"][0]["questions"][0]["text"]["ar"] == "هل تركب الحافلة؟"
    books.rollback()
    missing = client.get(f"{address}?target=ar&state=missing").text
    assert "text:Q2.text" in missing
    assert "text:title" not in missing
    table = client.get(f"{address}/table.csv?target=ar").data.decode("utf-8-sig")
    filled = re.sub(r",missing,([^\r\n]*?),?\r\n", r",missing,\1,نص\r\n", table).replace(",,نص", ",نص")
    file = (io.BytesIO(filled.encode()), "ar.csv")
    taken = client.post(f"{address}/table", data={"target": "ar", "file": file})
    assert taken.status_code == 303, taken.text
    assert "text:" not in client.get(f"{address}?target=ar&state=missing").text


def test_a_consultation_from_planning_to_its_replies(
    browser: Browser, books: Session, someone: Callable[[Role], Actor], draft: str
) -> None:
    address = f"/admin/drafts/{draft}/consultation"
    publisher, designer, anybody = browser(Role.PUBLISHER), browser(Role.DESIGNER), browser(None)
    today = clock.today(books, "Asia/Shanghai")
    books.rollback()
    terms = {f"{name}_{tag}": "见说明" for name in ("change", "fixed", "replies") for tag in ("zh", "en")}
    days = {"opens": today.isoformat(), "closes": (today + timedelta(days=10)).isoformat()}
    assert publisher.post(address, data={**terms, **days, "closes": days["opens"]}).status_code == 422
    assert publisher.post(address, data={**terms, **days}).status_code == 303
    consultation = books.query(Consultation).one()
    public_id = consultation.public_id
    books.rollback()
    sent = anybody.post(f"/consultations/{public_id}/comment", data={"item": "Q1", "text": "Which buses?"})
    assert sent.status_code == 303
    comment = consultation_queries.comments(books, books.query(Consultation).one(), shown=False)[0].id
    books.rollback()
    observer = browser(Role.OBSERVER)
    assert "Which buses?" not in observer.get(address).text  # who answers reads, nobody else
    for client in (publisher, designer):
        assert client.post(f"{address}/comments/{comment}/word", data={"hidden_for": ""}).status_code == 303
    assert "Which buses?" in anybody.get(f"/consultations/{public_id}/comment?item=Q1").text
    early = publisher.post(f"{address}/replies")
    assert early.status_code == 409
    answer = {"decision": "accepted", "reply_zh": "已改为每周次数。", "reply_en": "It asks for a number now."}
    assert designer.post(f"{address}/comments/{comment}/reply", data=answer).status_code == 303
    now = clock.now(books)
    books.query(Consultation).update(
        {"opens_at": now - timedelta(days=20), "closes_at": now - timedelta(days=1)}
    )
    books.commit()
    assert anybody.get(f"/consultations/{public_id}").status_code == 404
    assert publisher.post(f"{address}/replies").status_code == 303
    assert "It asks for a number now." in anybody.get(f"/consultations/{public_id}?lang=en").text


def test_the_bank_from_a_locked_version_to_a_draft(browser: Browser, books: Session, draft: str) -> None:
    designer, reviewer = browser(Role.DESIGNER), browser(Role.REVIEWER)
    version = queries.newest_versions(books)["residents"].id
    books.rollback()
    assert designer.post("/admin/bank/versions", data={"version": str(version)}).status_code == 303
    listed = designer.get("/admin/bank?q=R01&lang=en").text
    assert "R01@1" in listed
    assert "R02@1" not in listed
    assert "asked in residents-2026 (2026)" in listed
    assert reviewer.post("/admin/bank/items/R01/1/freeze").status_code == 303
    assert "Frozen" in designer.get("/admin/bank/items/R01?lang=en").text
    address = f"/admin/drafts/{draft}/bank"
    revision = fresh(books, draft).revision
    books.rollback()
    sent = designer.post(address, data={"wording": "R01@1", "section": "A", "_rev": str(revision)})
    assert sent.status_code == 303
    stale = designer.post(address, data={"wording": "R02@1", "section": "A", "_rev": str(revision)})
    assert stale.status_code == 409
    offered = designer.post(
        f"{address}/Q1",
        data={"code": "BUS", "concept": "use", "concept_zh": "使用", "concept_en": "Use"},
    )
    assert offered.status_code == 303
    own = designer.post("/admin/bank/items/BUS/1/review")
    assert own.status_code == 403  # the designer holds no such permission
    assert reviewer.post("/admin/bank/items/BUS/1/review").status_code == 303


def test_the_framework_shows_tree_lineage_and_advice(browser: Browser, books: Session) -> None:
    found = queries.newest(books, "framework")
    assert found is not None
    address = f"/admin/frameworks/{found.id}"
    books.rollback()
    page = browser(Role.ANALYST).get(f"{address}?lang=en").text
    assert "makes 80 % of “Service users”" in page
    assert "Registered users of digital government" in page
    assert "Left out on purpose" in page
    assert "Citizens and users" in page
    assert f"{address}/groups/residents" not in page  # an analyst refines nothing
