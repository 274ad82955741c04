"""The public side of a consultation: nothing of a draft that is not open, comments without a name, replies for all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import flask
import pytest
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy.orm import Session

from survey.db import db
from survey.identity.permissions import Role
from survey.models.consultation import ConsultationComment
from survey.models.design import InstrumentDraft
from survey.participation import comments, consultations, queries, replies
from survey.participation.comments import NEW_COMMENTS
from tests import hostile
from tests.survey.instrument import every_type
from tests.survey.participation.draft import LEADER, SECRET, WRITER, Put, let_pass, put

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def visitor(app: flask.Flask) -> FlaskClient:
    """Somebody from the public; form tokens are tested apart."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def act(app: flask.Flask) -> Callable[[Callable[[Session], object]], str]:
    """Does something in the installation and commits; returns the public id of the newest consultation."""

    def run(work: Callable[[Session], object]) -> str:
        with app.app_context():
            done = work(db.session())
            db.session.commit()
            return done.consultation.public_id if isinstance(done, Put) else ""

    return run


def _pages(public_id: str) -> list[tuple[str, str]]:
    """Every address under which something of a consultation could be read, and every way to write to it."""
    here = f"/consultations/{public_id}"
    read = ["", "/comment", "/comment?item=A1", "/comment?section=A", "/thanks", "/comments.csv"]
    read += [".json", "/", "/comments", "?preview=1", "/comment?item=A1&lang=en", "/comments.csv?all=1"]
    return [*(("GET", here + tail) for tail in read), ("HEAD", here), ("POST", f"{here}/comment")]


def _state(session: Session, name: str) -> Put:
    """A consultation that is not open, for each reason there is."""
    here = put(session, opens_in=2 if name == "planned" else 0)
    if name == "answering":
        let_pass(session, days=15)
    elif name == "withdrawn":
        consultations.withdraw(session, here.consultation, actor=LEADER)
    elif name == "discarded":
        here.draft.state = "discarded"
    return here


@pytest.mark.parametrize("name", ["planned", "answering", "withdrawn", "discarded"])
def test_a_draft_that_is_not_open_gives_no_access_at_all(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient, name: str
) -> None:
    kept: list[str] = []

    def build(session: Session) -> Put:
        here = _state(session, name)
        kept.append(here.draft.public_id)
        return here

    public_id = act(build)
    for address in ("/consultations", "/consultations?all=1", "/plan", "/"):
        page = visitor.get(address, headers=ENGLISH)
        assert page.status_code == 200
        for secret in (SECRET, public_id, "Sample", *kept):
            assert secret not in page.text, address
    for method, address in _pages(public_id) + _pages(kept[0]) + _pages("1"):
        answer = visitor.open(address, method=method, headers=ENGLISH, data={"text": "A fair comment"})
        assert answer.status_code == 404, (method, address)
        assert SECRET not in answer.text
    # What nobody may see looks exactly like what never was.
    there = visitor.get(f"/consultations/{public_id}", headers=ENGLISH)
    nowhere = visitor.get(f"/consultations/{'0' * 16}", headers=ENGLISH)
    without_number = re.compile(r"request [0-9a-z]{16}|" + public_id + "|" + "0" * 16)
    assert without_number.sub("", there.text) == without_number.sub("", nowhere.text)


def test_an_open_draft_is_read_and_commented_without_a_name(
    app: flask.Flask, act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient
) -> None:
    public_id = act(put)
    for address in ("/", "/consultations"):
        assert f'href="/consultations/{public_id}"' in visitor.get(address, headers=ENGLISH).text
    page = visitor.get(f"/consultations/{public_id}", headers=ENGLISH)
    assert SECRET in page.text
    form = visitor.get(f"/consultations/{public_id}/comment?item=A1", headers=ENGLISH)
    assert SECRET in form.text
    assert not re.search(r'name="(name|email|phone)"', form.text)
    sent = visitor.post(
        f"/consultations/{public_id}/comment",
        data={"item": "A1", "text": "Which bridge?", "speaks_as": "resident", "website": ""},
    )
    assert sent.status_code == 303
    reference = _reference(visitor, sent.location)
    other = act(put)
    assert visitor.get(f"/consultations/{other}/thanks").status_code == 303  # nothing was said there
    assert reference.replace(" ", "").lower() not in sent.location
    # It waits for two persons: nobody reads it yet.
    for address in ("", "/comment?item=A1", "/comments.csv"):
        assert "Which bridge?" not in visitor.get(f"/consultations/{public_id}{address}").text
    told = visitor.post("/consultations/reply", data={"reference": reference}, headers=ENGLISH)
    assert "Received." in told.text
    with app.app_context():
        (kept,) = db.session.query(ConsultationComment).all()
        assert (kept.item, kept.text, kept.state) == ("A1", "Which bridge?", "waiting")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_type_of_item_is_put_to_the_public(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient, language: str
) -> None:
    compiled = every_type.program()
    public_id = act(lambda session: put(session, compiled=compiled))
    page = visitor.get(f"/consultations/{public_id}?lang={language}").text
    for code, place in compiled.places.items():
        assert f">{code}</span>" in page
        words = place.item.text.get(language) or place.item.text[compiled.first_language]
        assert str(escape(words)) in page, code
        form = visitor.get(f"/consultations/{public_id}/comment", query_string={"item": code})
        assert form.status_code == 200, code
    for battery in compiled.batteries:
        assert str(escape(battery.text.get(language) or battery.text[compiled.first_language])) in page


def test_replies_are_public_and_found_by_the_reference(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient
) -> None:
    public_id = act(put)
    shown = _send(visitor, public_id, "Which bridge?", item="A1")
    whole = _send(visitor, public_id, "Too long altogether")
    hidden = _send(visitor, public_id, "Ask Mr Example, 13800000000")

    def finish(session: Session) -> None:
        let_pass(session, days=15)
        consultation = queries.find(session, public_id)
        for comment in queries.comments(session, consultation, shown=False):
            reason = "names_a_person" if "Example" in comment.text else None
            for role, actor in ((Role.DESIGNER, WRITER), (Role.PERFORMANCE_LEAD, LEADER)):
                replies.say_whether_shown(session, comment, hidden_for=reason, role=role, actor=actor)
            words = {"zh": "题目已写明桥名。", "en": "The item names the bridge now."}
            replies.reply(session, comment, decision="accepted", words=words, actor=WRITER)
        told = visitor.post("/consultations/reply", data={"reference": shown}, headers=ENGLISH)
        assert "names the bridge" not in told.text  # not before all replies are published together
        consultations.publish_replies(session, consultation, actor=LEADER)

    act(finish)
    page = visitor.get(f"/consultations/{public_id}", headers=ENGLISH).text
    assert page.index("Which bridge?") < page.index("Too long altogether")
    assert "The item names the bridge now." in page
    assert "Mr Example" not in page
    assert "What changed and why" in page
    table = visitor.get(f"/consultations/{public_id}/comments.csv").text
    row, other = csv.DictReader(io.StringIO(table))
    assert (other["item"], other["text"]) == ("", "Too long altogether")
    assert (row["item"], row["decision"], row["reply_en"]) == (
        "A1",
        "accepted",
        "The item names the bridge now.",
    )
    for reference in (shown, whole, hidden):
        told = visitor.post("/consultations/reply", data={"reference": reference}, headers=ENGLISH)
        assert "The item names the bridge now." in told.text
    closed = visitor.post(f"/consultations/{public_id}/comment", data={"text": "One more thing"})
    assert closed.status_code == 404


def test_the_writer_is_told_when_a_draft_is_put_away(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient
) -> None:
    public_id = act(put)
    reference = _send(visitor, public_id, "Which bridge?")

    def put_away(session: Session) -> None:
        session.get_one(InstrumentDraft, queries.find(session, public_id).draft_id).state = "discarded"

    act(put_away)
    told = visitor.post("/consultations/reply", data={"reference": reference}, headers=ENGLISH)
    assert "The consultation was taken back." in told.text


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "abc"},
        {"text": "x" * 1001},
        {"text": "A fair comment", "website": "http://spam.example"},
        {"text": "null\x00byte here"},
    ],
    ids=["short", "long", "trap", "unfit"],
)
def test_unfit_comments_are_refused_with_the_text_kept(
    app: flask.Flask,
    act: Callable[[Callable[[Session], object]], str],
    visitor: FlaskClient,
    sent: dict[str, str],
) -> None:
    public_id = act(put)
    answer = visitor.post(f"/consultations/{public_id}/comment", data=sent, headers=ENGLISH)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert sent["text"].replace("\x00", "")[:3] in answer.text
    with app.app_context():
        assert db.session.query(ConsultationComment).count() == 0


@pytest.mark.parametrize("target", [{"item": "Z9"}, {"section": "Z"}, {"item": "../A1"}])
def test_a_comment_on_nothing_is_not_found(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient, target: dict[str, str]
) -> None:
    public_id = act(put)
    assert visitor.get(f"/consultations/{public_id}/comment", query_string=target).status_code == 404
    answer = visitor.post(f"/consultations/{public_id}/comment", data={**target, "text": "A fair comment"})
    assert answer.status_code == 404


def test_one_network_cannot_flood_and_cannot_guess_references(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient
) -> None:
    public_id = act(put)
    codes = [
        visitor.post(f"/consultations/{public_id}/comment", data={"text": f"Comment {n}"}).status_code
        for n in range(NEW_COMMENTS.most + 1)
    ]
    assert codes == [303] * NEW_COMMENTS.most + [429]
    guesses = [
        visitor.post("/consultations/reply", data={"reference": f"{n:016d}"}).status_code for n in range(21)
    ]
    assert guesses == [200] * 20 + [429]


def test_hostile_comments_stay_text(
    act: Callable[[Callable[[Session], object]], str], visitor: FlaskClient
) -> None:
    public_id = act(put)
    for text in (*hostile.MARKUP[:12], *hostile.FORMULAS[:6]):
        act(lambda session, text=text: _shown(session, public_id, f"{text} said somebody"))  # type: ignore[misc]  # bound at once
    page = visitor.get(f"/consultations/{public_id}/comment").text
    inside = page.split("<h1>", 1)[1].split("</main>", 1)[0]
    assert "said somebody" in inside
    assert not re.search(rf"<({hostile.TAG}|script|img|svg|iframe|object)\b", inside)
    cells = [row["text"] for row in csv.DictReader(io.StringIO(visitor.get(
        f"/consultations/{public_id}/comments.csv").text, newline=""))]  # fmt: skip
    assert cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@|\t"))]


def _shown(session: Session, public_id: str, text: str) -> None:
    consultation = queries.find(session, public_id)
    target = comments.About()
    comments.add(session, consultation, text, target=target, speaks_as="", time_zone="Asia/Shanghai")
    comment = queries.comments(session, consultation, shown=False)[-1]
    for role, actor in ((Role.DESIGNER, WRITER), (Role.PERFORMANCE_LEAD, LEADER)):
        replies.say_whether_shown(session, comment, hidden_for=None, role=role, actor=actor)


def _send(visitor: FlaskClient, public_id: str, text: str, **target: str) -> str:
    sent = visitor.post(f"/consultations/{public_id}/comment", data={"text": text, **target})
    assert sent.status_code == 303
    return _reference(visitor, sent.location)


def _reference(visitor: FlaskClient, address: str) -> str:
    page = visitor.get(address, headers=ENGLISH).text
    found = re.search(r'class="mono">([0-9A-Z ]{19})<', page)
    assert found, page
    return found[1]
