"""A firm's return over HTTP: a manager who holds and signs it, accounts and personnel who fill in their parts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa

from survey.db import db
from survey.models.response import Draft, Participation, UrnBox
from survey.models.returns import DraftShare
from tests.survey.interviews import World
from tests.survey.site.firm import WAVE, draw, open_wave
from tests.survey.site.visitor import Forms, Visitor

SIGNED = {"function": ["finance"], "declared": ["yes"]}


@pytest.fixture
def world(app: flask.Flask, tmp_path: Path) -> World:
    return open_wave(app, tmp_path)


@pytest.fixture
def manager(app: flask.Flask, world: World) -> Visitor:
    """Whoever opened the firm's letter and stands before the overview."""
    visitor = Visitor(app)
    visitor.begin(f"/i/{draw(world)}")
    assert visitor.path == f"/answer/{WAVE}/return", visitor.page.text
    return visitor


def hand_over(holder: Visitor, *sections: str, label: str = "Accounts", **more: list[str]) -> str:
    """Make a link as the holder; its path."""
    holder.get(f"/answer/{WAVE}/return/ask?section={sections[0]}")
    holder.send("ask", {"section": list(sections), "label": [label], **more})
    found = re.search(r"data-link>([^<]+)<", holder.page.text)
    assert found is not None, holder.page.text
    return "/" + found[1].split("/", 3)[3]


def colleague(app: flask.Flask, link: str) -> Visitor:
    """Somebody with the link who has agreed to take part."""
    visitor = Visitor(app)
    visitor.get(link)
    assert visitor.path == f"/answer/{WAVE}/part"
    visitor.send("agree", {"age": ["yes"], "consent": ["yes"]})
    return visitor


def _count(app: flask.Flask, table: type) -> int:
    with app.app_context():
        return db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_three_people_fill_in_one_return_and_one_signs(
    app: flask.Flask, world: World, manager: Visitor
) -> None:
    accounts = colleague(app, hand_over(manager, "B"))
    personnel = colleague(app, hand_over(manager, "C", label="Personnel"))
    assert accounts.path == f"/answer/{WAVE}/p/B"
    assert personnel.path == f"/answer/{WAVE}/p/C"

    manager.get(f"/answer/{WAVE}/return")
    assert "Asked: Accounts" in manager.page.text
    assert "Filling it in" in manager.page.text
    manager.get(f"/answer/{WAVE}/p/A")
    # all three at once, each from the version they saw
    accounts.send("page", {"B1": ["4"], "B2": ["Rents of our accountant"]})
    assert accounts.path == f"/answer/{WAVE}/part", accounts.page.text
    personnel.send("page", {"C1": ["2"], "C2": ["Welders"]})
    assert personnel.path == f"/answer/{WAVE}/part", personnel.page.text
    manager.send("page", {"A1.right": ["yes"], "A2.right": ["no"], "A2": ["large"], "A3": ["loan"]})
    assert manager.path == f"/answer/{WAVE}/return", manager.page.text  # colleagues still have their parts
    accounts.send("done")
    assert "You have handed your part back" in accounts.page.text
    manager.get(f"/answer/{WAVE}/return")
    assert "Not handed back yet: Personnel." in manager.page.text
    personnel.send("done")

    manager.get(f"/answer/{WAVE}/review")
    assert manager.page.text.count("Complete") == 3
    manager.send("submit", {"declared": ["yes"]})
    assert "Choose your function in the firm." in manager.page.text
    manager.send("submit", SIGNED)
    assert manager.path == f"/answer/{WAVE}/receipt", manager.page.text
    assert (_count(app, Draft), _count(app, Participation), _count(app, UrnBox)) == (0, 1, 1)
    assert _count(app, DraftShare) == 0

    personnel.get(f"/answer/{WAVE}/part")
    assert personnel.page.status_code == 404
    assert "This link opens nothing any more." in personnel.page.text
    personnel.get(f"/answer/{WAVE}/receipt")
    assert personnel.page.status_code == 403


def test_a_link_reaches_its_sections_and_nothing_else(app: flask.Flask, manager: Visitor) -> None:
    manager.send("page") if "/p/" in manager.path else manager.get(f"/answer/{WAVE}/p/A")
    manager.send("page", {"A1.right": ["yes"], "A2.right": ["yes"], "A3": ["loan"]})
    manager.get(f"/answer/{WAVE}/p/C")
    manager.send("page", {"C1": ["1"], "C2": ["The secret of the manager"]})
    accounts = colleague(app, hand_over(manager, "B"))
    token = Forms(accounts.page.text).chosen("page")["csrf_token"]
    seen = [accounts.page.text]
    for path in (
        "p/A",
        "p/C",
        "f/C",
        "p/nowhere",
        "review",
        "leave",
        "on",
        "end",
        "return",
        "return/ask",
        "receipt",
    ):
        accounts.get(f"/answer/{WAVE}/{path}")
        assert accounts.page.status_code in (403, 404), path
        seen.append(accounts.page.text)
    for path in (
        *("p/C", "f/C", "p/A", "submit", "code", "end", "take-back"),
        *("return/ask", "return/take-back"),
    ):
        sent = {
            "csrf_token": token,
            "_ver": "4",
            "C1": "5",
            "C2": "Overwritten",
            **{k: v[0] for k, v in SIGNED.items()},
        }
        answer = accounts.client.post(f"/answer/{WAVE}/{path}", data=sent)
        assert answer.status_code in (403, 404), (path, answer.status_code)
        seen.append(answer.text)
    accounts.get(f"/answer/{WAVE}/")
    assert accounts.path == f"/answer/{WAVE}/part"
    accounts.get(f"/answer/{WAVE}/return/next")
    assert accounts.path == f"/answer/{WAVE}/p/B"
    seen.append(accounts.page.text)
    assert not any("secret of the manager" in text or "Building" in text for text in seen)
    manager.get(f"/answer/{WAVE}/p/C")
    assert "The secret of the manager" in manager.page.text
    assert (_count(app, Draft), _count(app, Participation)) == (1, 0)


def test_the_secret_leaves_the_address_bar_and_looking_at_it_changes_nothing(
    app: flask.Flask, manager: Visitor
) -> None:
    link = hand_over(manager, "B")
    assert link.startswith("/part/")
    other = Visitor(app)
    first = other.client.get(link)
    assert first.status_code == 303
    assert link.rsplit("/", 1)[1] not in first.headers["Location"]
    assert first.headers["Referrer-Policy"] == "no-referrer"
    other.get(link)
    assert link.rsplit("/", 1)[1] not in other.page.text
    assert "What is stored, and who sees it" in other.page.text
    manager.get(f"/answer/{WAVE}/return")
    assert "Not opened yet" in manager.page.text
    assert link.rsplit("/", 1)[1] not in manager.page.text  # it was shown once


def test_nobody_begins_a_part_without_agreeing(app: flask.Flask, manager: Visitor) -> None:
    other = Visitor(app)
    other.get(hand_over(manager, "B"))
    other.send("agree", {"age": ["yes"]})
    assert 'href="#consent"' in other.page.text
    other.get(f"/answer/{WAVE}/p/B")
    assert other.page.status_code == 403
    assert "please read what it is about" in other.page.text


def test_a_link_taken_back_or_over_its_day_opens_nothing(
    app: flask.Flask, world: World, manager: Visitor
) -> None:
    accounts = colleague(app, hand_over(manager, "B"))
    accounts.send("page", {"B1": ["4"], "B2": ["Kept in the return"]})
    personnel = colleague(app, hand_over(manager, "C", label="Personnel"))
    manager.get(f"/answer/{WAVE}/return")
    manager.send("take-back-2")  # in the order of their labels
    for path in ("part", "p/C"):
        personnel.get(f"/answer/{WAVE}/{path}")
        assert (personnel.page.status_code, "opens nothing any more" in personnel.page.text) == (404, True)
    world.move_clock(timedelta(days=8))
    accounts.get(f"/answer/{WAVE}/p/B")
    assert accounts.page.status_code == 410
    assert "This link has ended" in accounts.page.text
    manager.get(f"/answer/{WAVE}/return")
    assert "The link has ended" in manager.page.text
    manager.get(f"/answer/{WAVE}/p/B")
    assert "Kept in the return" in manager.page.text


@pytest.mark.parametrize("link", ["/part/x", "/part/" + "A" * 43, "/part/%00", "/part/" + "汉" * 30])
def test_links_that_were_never_made_are_refused_alike(manager: Visitor, app: flask.Flask, link: str) -> None:
    other = Visitor(app)
    other.get(link)
    assert (other.page.status_code, "opens nothing any more" in other.page.text) == (404, True)


def test_a_double_tap_makes_one_link(app: flask.Flask, manager: Visitor) -> None:
    manager.get(f"/answer/{WAVE}/return/ask")
    page = manager.page
    links = set()
    for _ in range(2):
        manager.page = page
        manager.send("ask", {"section": ["B"], "label": ["Accounts"]})
        links.update(re.findall(r"data-link>([^<]+)<", manager.page.text))
    assert len(links) == 1
    assert _count(app, DraftShare) == 1


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"section": []}, "Choose at least one section."),
        ({"section": ["Z"]}, "Choose at least one section."),
        ({"label": ["  "]}, "Say who fills it in"),
        ({"label": ["x" * 41]}, "Say who fills it in"),
        ({"until": ["2001-01-01"]}, "Choose a day from today"),
        ({"until": ["9999-12-31"]}, "Choose a day from today"),
        ({"until": ["soon"]}, "Choose a day from today"),
    ],
)
def test_what_a_link_needs(
    app: flask.Flask, manager: Visitor, sent: dict[str, list[str]], words: str
) -> None:
    manager.get(f"/answer/{WAVE}/return/ask")
    manager.send("ask", {"section": ["B"], "label": ["Accounts"], **sent})
    assert manager.page.text.count(words) == 2  # at the top and at the field
    assert _count(app, DraftShare) == 0


def test_the_holder_is_told_which_questions_repeat_other_answers(manager: Visitor) -> None:
    manager.get(f"/answer/{WAVE}/p/A")
    manager.send("page", {"A1.right": ["yes"], "A3": ["tax"]})
    manager.get(f"/answer/{WAVE}/return/ask")
    assert "The questions of “Taxes” repeat answers from: About the firm." in manager.page.text


def test_two_people_in_one_section_choose_and_nothing_is_lost(app: flask.Flask, manager: Visitor) -> None:
    accounts = colleague(app, hand_over(manager, "B"))
    manager.get(f"/answer/{WAVE}/p/B")
    accounts.send("page", {"B1": ["5"], "B2": ["Accounts were first"]})
    manager.send("page", {"B1": ["1"], "B2": ["The manager was late"]})
    assert manager.page.status_code == 409
    assert "Accounts were first" in manager.page.text
    manager.get(f"/answer/{WAVE}/p/B")
    assert "Accounts were first" in manager.page.text


def test_a_colleague_takes_a_part_up_again_on_another_device(app: flask.Flask, manager: Visitor) -> None:
    link = hand_over(manager, "B", "C")
    first = colleague(app, link)
    first.send("page", {"B1": ["4"], "B2": ["Begun here"]})
    assert first.path == f"/answer/{WAVE}/p/C"
    second = Visitor(app)
    second.get(link)
    assert "My part is done" in second.page.text
    second.get(f"/answer/{WAVE}/return/next")
    assert second.path == f"/answer/{WAVE}/p/C"
    second.get(f"/answer/{WAVE}/part")
    second.send("done")
    second.get(f"/answer/{WAVE}/p/B")
    assert second.page.status_code == 403
    second.get(f"/answer/{WAVE}/part")
    second.send("again")
    second.get(f"/answer/{WAVE}/p/B")
    assert "Begun here" in second.page.text


def test_the_holder_is_told_who_opens_a_link_on_their_own_device(manager: Visitor) -> None:
    manager.get(hand_over(manager, "B"))
    assert "You hold the whole return here" in manager.page.text
    manager.get(f"/answer/{WAVE}/p/A")
    assert manager.page.status_code == 200


def test_open_problems_stand_on_the_sign_off_and_hold_it_up(app: flask.Flask, manager: Visitor) -> None:
    manager.get(f"/answer/{WAVE}/p/A")
    manager.send("page", {"A1.right": ["no"]})
    assert "You said that the register is wrong" in manager.page.text
    manager.send("page", {"A1.right": ["yes"], "A2.right": ["yes"], "A3": ["tax"]})
    manager.get(f"/answer/{WAVE}/return")
    assert "Taxes" in manager.page.text  # opened by what was answered in the first section
    manager.get(f"/answer/{WAVE}/p/C")
    manager.send("page", {"C2": ["Nobody"]})
    manager.get(f"/answer/{WAVE}/return")
    assert "With errors" in manager.page.text
    manager.get(f"/answer/{WAVE}/review")
    assert f'href="/answer/{WAVE}/p/C#i-C1"' in manager.page.text
    assert "Not begun: Money, Taxes." in manager.page.text
    manager.send("submit", SIGNED)
    assert _count(app, Participation) == 0
    manager.get(f"/answer/{WAVE}/p/C")
    manager.send("page", {"C1": ["3"]})
    manager.get(f"/answer/{WAVE}/review")
    manager.send("submit", SIGNED)
    assert manager.path.endswith("/receipt")


def test_an_interview_of_one_person_is_as_it_was(app: flask.Flask, tmp_path: Path) -> None:
    world = open_wave(app, tmp_path, unit="person")
    visitor = Visitor(app)
    visitor.begin(f"/i/{draw(world)}")
    assert visitor.path == f"/answer/{WAVE}/p/A"
    assert "/return" not in visitor.page.text
    visitor.get(f"/answer/{WAVE}/return")
    assert visitor.page.status_code == 404


def test_in_an_identified_wave_the_return_is_signed_by_name(app: flask.Flask, tmp_path: Path) -> None:
    world = open_wave(app, tmp_path, anonymity="identified")
    visitor = Visitor(app)
    visitor.begin(f"/i/{draw(world)}")
    visitor.get(f"/answer/{WAVE}/p/C")
    visitor.send("page", {"C1": ["3"]})
    visitor.get(f"/answer/{WAVE}/review")
    visitor.send("submit", SIGNED)
    assert "Write your name." in visitor.page.text


def test_what_a_colleague_writes_too_late_is_shown_and_not_stored(app: flask.Flask, manager: Visitor) -> None:
    accounts = colleague(app, hand_over(manager, "B"))
    manager.get(f"/answer/{WAVE}/p/A")
    manager.send("page", {"A1.right": ["yes"]})
    manager.get(f"/answer/{WAVE}/p/C")
    manager.send("page", {"C1": ["3"]})
    manager.get(f"/answer/{WAVE}/review")
    assert "Not handed back yet: Accounts." in manager.page.text
    manager.send("submit", SIGNED)
    assert manager.path.endswith("/receipt")
    accounts.send("page", {"B1": ["4"], "B2": ["Written after the signature"]})
    assert accounts.page.status_code == 404
    assert "This link opens nothing any more." in accounts.page.text
    assert "Written after the signature" in accounts.page.text


def test_a_saved_page_costs_a_colleague_no_more_statements_than_anybody(
    app: flask.Flask, manager: Visitor
) -> None:
    accounts = colleague(app, hand_over(manager, "B"))
    accounts.send("page", {"B1": ["4"]})  # counts of pages are written with the first of a while
    accounts.get(f"/answer/{WAVE}/p/B")
    forms = Forms(accounts.page.text)
    sent = {**forms.chosen("page"), "B1": ["2"]}
    seen: list[str] = []
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    accounts.client.post(forms.actions["page"], data=sent)
    statements = [text for text in seen if text.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    assert len(statements) <= 3, statements


def test_a_colleague_learns_how_long_it_is_open_too(app: flask.Flask, manager: Visitor) -> None:
    """A page that was asleep asks for it; a part is no reason to be sent away, nor is one that was handed back."""
    accounts = colleague(app, hand_over(manager, "B"))
    answer = accounts.client.get(f"/answer/{WAVE}/until")
    assert answer.status_code == 200, answer.text
    assert answer.json == manager.client.get(f"/answer/{WAVE}/until").json
    assert app.test_client().get(f"/answer/{WAVE}/until").status_code == 404
    assert accounts.client.get(f"/answer/{WAVE}/review").status_code == 403
