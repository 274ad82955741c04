"""Cookies of one survey under the name of another: no draft, no page, no answer comes of it."""

from __future__ import annotations

import flask
import sqlalchemy as sa

from survey import ids
from survey.db import db
from survey.models.instrument import InstrumentVersion
from survey.models.response import Draft
from survey.models.wave import OpenEntry, Wave
from tests.survey.site.town import Town
from tests.survey.site.visitor import Visitor


def _second_wave(app: flask.Flask, town: Town) -> str:
    """Another open wave, with another instrument."""
    with app.app_context():
        first = db.session.get_one(Wave, town.wave_id)
        other = db.session.scalars(
            sa.select(InstrumentVersion).where(InstrumentVersion.id != first.instrument_version_id)
        ).first()
        assert other is not None
        second = Wave(
            public_id=ids.public_id(),
            code="second-2026",
            cycle_id=first.cycle_id,
            title=first.title,
            evaluator_group="enterprises",
            instrument_version_id=other.id,
            status=first.status,
            time_zone=first.time_zone,
            opens_at=first.opens_at,
            closes_at=first.closes_at,
            opened_at=first.opened_at,
        )
        db.session.add(second)
        db.session.flush()
        db.session.add(OpenEntry(code="second", wave_id=second.id))
        db.session.commit()
        return second.public_id


def test_a_grant_begins_only_the_survey_it_was_given_for(app: flask.Flask, town: Town) -> None:
    second, visitor = _second_wave(app, town), Visitor(app)
    visitor.get(f"/i/{town.tokens[0]}")
    stolen = visitor.client.get_cookie(f"grant-{town.wave}")
    assert stolen is not None
    visitor.get("/s/second")
    begin = visitor.page
    visitor.client.set_cookie(f"grant-{second}", stolen.value)
    visitor.page = begin
    visitor.send("start", {"age": ["yes"], "consent": ["yes"]})
    assert visitor.page.status_code == 400  # the form was made for the grant that it came with
    assert visitor.get(f"/answer/{second}/").status_code == 410
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 0


def test_a_draft_opens_only_under_its_own_survey(app: flask.Flask, town: Town) -> None:
    second, visitor = _second_wave(app, town), Visitor(app)
    visitor.begin(f"/i/{town.tokens[0]}")
    mine = visitor.client.get_cookie(f"draft-{town.wave}")
    assert mine is not None
    visitor.client.set_cookie(f"draft-{second}", mine.value)
    key = visitor.path.rpartition("/")[2]
    assert visitor.get(f"/answer/{second}/p/{key}").status_code == 404
    assert visitor.get(f"/answer/{second}/review").status_code == 404
    assert visitor.get(f"/answer/{town.wave}/p/{key}").status_code == 200
