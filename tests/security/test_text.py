"""R21 and R22: every script of the world comes back as it was typed; what cannot be kept is refused, not lost."""

from __future__ import annotations

import json
import unicodedata

import flask
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.db import make_engine
from survey.ledger import seal
from survey.models.response import Response
from survey.models.wave import Wave
from tests import hostile
from tests.survey.interviews import begin, fill, hand_in, make_world
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor


def _to_the_text(visitor: Visitor, town: Town) -> str:
    """Stand on the page with the open answer; its name."""
    visitor.begin(f"/s/{town.entry}")
    for _ in range(40):
        if "<textarea" in visitor.page.text:
            break
        visitor.answer_page()
    fields = Forms(visitor.page.text).fields
    return next(name for _form, name, _value, kind, _chosen in fields if kind == "textarea")


def test_every_script_comes_back_on_the_page(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    field = _to_the_text(visitor, town)
    place = visitor.path
    for text in hostile.UNICODE:
        visitor.get(place)
        visitor.answer_page({field: [text]})
        assert visitor.page.status_code == 200, text
        visitor.get(place)
        (shown,) = Forms(visitor.page.text).chosen("page")[field]
        expected = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        assert shown == expected


def test_what_cannot_be_kept_is_refused_where_it_stands(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    field = _to_the_text(visitor, town)
    page = visitor.page
    for raw in (b"a%00b", b"half%20%ED%A0%80%20pair", b"%FF%FE%FD"):
        visitor.page = page
        form = Forms(page.text)
        body = "&".join(
            f"{name}={value}"
            for name, values in form.chosen("page").items()
            if name != field
            for value in values
        )
        answer = visitor.client.post(
            form.actions["page"],
            data=body.encode() + b"&" + field.encode() + b"=" + raw,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code < 500
        if b"%00" in raw:
            assert answer.status_code == 200
            assert f'id="e-{field}"' in answer.text


def test_both_databases_keep_the_same_literals(any_settings: Settings) -> None:
    engine = make_engine(any_settings.database_url)
    world = make_world(engine, any_settings.data_dir)
    with world.session() as session:
        for text in hostile.UNICODE:
            draft = begin(world, session, world_token(session, world)).draft
            hand_in(world, session, fill(world, session, draft, _answers(text)))
        for text in hostile.UNFIT:
            draft = begin(world, session, world_token(session, world)).draft
            with pytest.raises(AssertionError):  # the page says what is wrong with it
                fill(world, session, draft, _answers(text))
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        seal.seal_wave(session, wave, keys=world.keys, closing=True)
    with world.session() as session:
        stored = {
            json.dumps(d["state"]["answers"]["T1"]) for d in session.scalars(sa.select(Response.document))
        }
    engine.dispose()
    normal = (
        unicodedata.normalize("NFC", t.replace("\r\n", "\n").replace("\r", "\n")).strip()
        for t in hostile.UNICODE
    )
    assert stored == {json.dumps(text) for text in normal}


def test_the_limit_stands_beside_the_field_and_holds(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    field = _to_the_text(visitor, town)
    assert "Up to " in visitor.page.text
    place = visitor.path
    for length in (5_000, 50_000):
        visitor.get(place)
        visitor.answer_page({field: ["é" * length]})
        assert visitor.page.status_code in {200, 413, 422}
        assert "<title>Error: " in visitor.page.text or visitor.page.status_code == 413
    visitor.get(place)
    visitor.answer_page({field: ["é" * 1_000_000]})
    assert visitor.page.status_code == 413
    visitor.get(place)
    assert visitor.page.status_code == 200  # and the interview goes on


def world_token(session: Session, world: object) -> str | None:
    """Nobody's link: the open entry."""
    return None


def _answers(text: str) -> dict[str, list[str]]:
    return {"A1": ["north"], "A2": ["school"], "R04": ["5"], "T1": [text]}
