"""A firm's return over HTTP: a manager who holds and signs it, accounts and personnel who fill in their parts."""

from __future__ import annotations

import re
from pathlib import Path

import flask
import pytest
import sqlalchemy as sa

from survey.db import db
from survey.models.response import Draft, Participation, UrnBox
from survey.models.returns import DraftShare
from tests.survey.interviews import World
from tests.survey.site.firm import WAVE, draw, open_wave
from tests.survey.site.visitor import Visitor

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
    assert manager.path == f"/answer/{WAVE}/return", manager.page.text
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
