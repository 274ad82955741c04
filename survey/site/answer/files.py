"""Files of a page: read from what was sent, kept with the draft, and put among the answers by their secret."""

from __future__ import annotations

from dataclasses import dataclass, replace

import flask
from sqlalchemy.orm import Session

from survey import clock
from survey.collect import attachments
from survey.db import db
from survey.instrument.path import PageRef
from survey.instrument.problems import Problem
from survey.instrument.shown import ShownItem, page_items
from survey.instrument.state import codes_of
from survey.kit.own_transaction import own_transaction
from survey.site.answer import respondent
from survey.site.answer.respondent import Mine
from survey.site.here import platform

REMOVE = "_remove."
_EMPTY = ("", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The interview with the files of this page, the fields with a secret for each, and what was refused."""

    mine: Mine
    raw: dict[str, list[str]]
    problems: tuple[Problem, ...] = ()


def receive(mine: Mine, ref: PageRef, raw: dict[str, list[str]]) -> Received:
    """Take the files that came with a page. A file that was kept before stays unless it is replaced or removed."""
    items = _file_items(mine, ref)
    if not items:
        return Received(mine=mine, raw=raw)
    sent = {
        key: flask.request.files[key].read()
        for key in items
        if key in flask.request.files and flask.request.files[key].filename not in _EMPTY
    }
    session: Session = db.session()
    taken = attachments.take(
        session,
        mine.draft,
        sent,
        items={key: shown.item for key, shown in items.items()},
        today=clock.today(session, mine.wave.zone),
        keys=platform().keys,
    )
    fields = dict(raw)
    for key, shown in items.items():
        if key in taken.answers:
            fields[key] = [taken.answers[key]]
        elif f"{REMOVE}{key}" in raw:
            fields[key] = []
        else:
            fields[key] = [*codes_of(shown.value)]
    return Received(mine=replace(mine, draft=taken.draft), raw=fields, problems=taken.problems)


def knows_sender() -> bool:
    """Whether an interview is under way in this browser: nobody else may send large bodies."""
    wave = (flask.request.view_args or {}).get("wave", "")
    with own_transaction(reads_only=True) as session:
        return respondent.has_interview(wave, session)


def keys_of(mine: Mine, ref: PageRef) -> list[str]:
    """The answer keys of the files that a page takes."""
    return list(_file_items(mine, ref))


def _file_items(mine: Mine, ref: PageRef) -> dict[str, ShownItem]:
    number = mine.program.page_numbers.get((ref.code, ref.unit is not None))
    if number is None or all(item.kind != "file" for item in mine.program.pages[number].items):
        return {}
    shown = page_items(mine.program, ref, mine.draft.document.state)
    return {item.key: item for item in shown if item.kind == "file"}
