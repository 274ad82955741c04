"""After the last page: review, submission, receipt; or the end for whom the survey is not meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import flask
import segno
from flask.typing import ResponseReturnValue

from survey.collect import dispositions, handing_in, programs, quotas, returns, submit, withdraw
from survey.db import db
from survey.errors import Gone, Invalid, NotFound
from survey.instrument.path import PageRef, Reach, find_path
from survey.instrument.piping import has_holes
from survey.instrument.problems import Problem
from survey.instrument.program import Words
from survey.instrument.shown import title_of
from survey.instrument.speaking import Speaker
from survey.instrument.state import answer_key
from survey.kit import guard, language, set_pages
from survey.kit.own_transaction import reading
from survey.site import cookies
from survey.site.answer import full, going_on, last_words, respondent
from survey.site.answer.respondent import Mine
from survey.site.here import platform
from survey.site.returns import signing

NOTHING_ASKED = frozenset({"note", "computed", "end"})
"""Kinds that are read and not answered: the review does not count them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One page in the review: how much of it was answered. What was answered is not repeated on the screen."""

    title: Words
    address: str
    n_asked: int
    n_answered: int


def review(wave: str) -> ResponseReturnValue:
    """The last look before submitting."""
    mine = respondent.mine(wave)
    place = going_on.where_next(mine.program, mine.draft.document)
    if place != (going_on.HUB if mine.is_shared else going_on.REVIEW):
        return flask.redirect(going_on.url(wave, place), code=303)
    return full.advice(mine) or _review(mine, ())


def submit_interview(wave: str) -> ResponseReturnValue:
    """Check, seal and count the interview in one transaction; a second tap finds the same receipt.

    Two statements read (the draft with its wave and the time; the wave as it stands), at most six write.
    """
    keys, secret = platform().keys, cookies.get(cookies.draft_name(wave))
    with reading() as session:
        found = None if secret is None else handing_in.find(session, secret, public_id=wave, keys=keys)
        program = None if found is None else programs.load(session, found.draft.document.instrument)
    if found is None or program is None:
        return _nothing_to_submit(wave)
    draft = found.draft
    if returns.is_shared(program, draft.document):
        mine, unsigned = signing.signed(respondent.mine(wave), flask.request.form)
        if unsigned:
            return signing.page(mine, refused=unsigned)
        draft = mine.draft
    try:
        prepared = submit.prepare(draft, program=program, wave=found.wave, keys=keys, now=found.now)
    except Invalid as refused:
        return _review(respondent.mine(wave), [p for p in refused.problems if isinstance(p, Problem)])
    try:
        submit.commit(db.session(), prepared, keys=keys)
    except Gone as refused:
        if refused.code != quotas.FULL:
            raise
        return full.refused(wave, draft, program, refused)
    return flask.redirect(flask.url_for("answer.receipt", wave=wave), code=303)


def _nothing_to_submit(wave: str) -> ResponseReturnValue:
    """A second tap: the receipt of the first. Raises NotFound where nothing was ever begun here."""
    try:
        respondent.mine(wave)
    except respondent.NotBegun:
        if respondent.find_receipt(wave) is None:
            raise
    return flask.redirect(flask.url_for("answer.receipt", wave=wave), code=303)


def receipt(wave: str) -> ResponseReturnValue:
    """The receipt. The same page whatever was answered, and nothing of it."""
    told = respondent.told(wave)
    found = respondent.find_receipt(wave)
    if found is None:
        respondent.refuse_part(wave)
        if respondent.find_draft(wave, db.session()) is not None:
            return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)
        raise NotFound(
            "receipt_gone",
            zh="这里不再保存回执页面。若您抄下了回执编号，可在“查询回执”页查询。",
            en="The receipt page is no longer kept here. If you wrote down the code, check it under “Check a receipt”.",
        )

    def context() -> dict[str, object]:
        program = programs.load(db.session(), told.instrument)
        return {
            "wave": told.day,
            "release": told.release,
            "earlier": told.earlier,
            "closing": last_words.on_receipt(program, set_pages.slot("printed")),
        }

    # The pattern is fixed: any reader knows all eight, and choosing the prettiest costs more than the rest of the page.
    code = segno.make(found.code, error="m", micro=False, mask=0)
    slots = {
        "printed": found.printed,
        "qr": code.svg_data_uri(scale=4, border=2, omitsize=True, dark="#000", light="#fff"),
    }
    return set_pages.page("site/answer/receipt.html", rests_on=repr(told), slots=slots, context=context)


def take_back(wave: str) -> ResponseReturnValue:
    """Take the answer back, which is possible until it is sealed."""
    _, day = respondent.wave_of(wave)
    respondent.refuse_part(wave)
    withdraw.withdraw(db.session(), cookies.get(cookies.draft_name(wave)) or "", keys=platform().keys)
    response = flask.make_response(flask.render_template("site/answer/taken_back.html", wave=day))
    cookies.drop(response, cookies.draft_name(wave))
    return response


def end(wave: str) -> ResponseReturnValue:
    """For whom the survey is not meant: one tap ends it, another one corrects a slip of the finger."""
    mine = respondent.mine(wave)
    path = find_path(mine.program, mine.draft.document.state)
    if path.screened_out is None:
        return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)
    back = going_on.url(wave, path.pages[-1].key) if path.pages else None
    own = _own_words(mine, path.screened_out)
    return flask.render_template("site/answer/end.html", wave=mine.wave, back=back, own=own)


def end_here(wave: str) -> ResponseReturnValue:
    """Keep nothing but a count."""
    mine = respondent.mine(wave)
    if find_path(mine.program, mine.draft.document.state).screened_out is None:
        return flask.redirect(flask.url_for("answer.on", wave=wave), code=303)
    dispositions.screen_out(db.session(), mine.draft)
    response = flask.make_response(flask.render_template("site/answer/ended.html", wave=mine.wave))
    cookies.drop(response, cookies.draft_name(wave))
    return response


def _own_words(mine: Mine, stop: str) -> Words | None:
    """What the questionnaire itself says at this end; None where a screening answer ended it."""
    place = mine.program.places[stop]
    if place.item.kind != "end":
        return None
    reach = Reach(mine.program, mine.draft.document.state)
    return Speaker(reach, place.page, None).fill(place.item.text)


def _review(mine: Mine, problems: Sequence[Problem]) -> ResponseReturnValue:
    if mine.is_shared:
        return signing.page(mine, refused=[_located(mine.wave.public_id, problem) for problem in problems])
    state, wave = mine.draft.document.state, mine.wave.public_id
    parts = []
    for ref, page, items in Reach(mine.program, state).walk():
        asked = [item for item in items if item.kind not in NOTHING_ASKED and item.other_of is None]
        answered = sum(bool(state.answers.get(answer_key(item.code, ref.unit))) for item in asked)
        parts.append((ref, page, len(asked), answered))
    words = last_words.before_sending(mine)

    def context() -> dict[str, object]:
        return {
            "wave": mine.wave,
            "program": mine.program,
            "words": words,
            "problems": [_located(wave, problem) for problem in problems],
            "reviewed": [
                Reviewed(
                    title=title_of(mine.program, page, ref.unit, state),
                    address=going_on.url(wave, ref.key),
                    n_asked=n_asked,
                    n_answered=n_answered,
                )
                for ref, page, n_asked, n_answered in parts
            ],
        }

    slots = {"sent_window": mine.draft.document.window}
    if words or problems or any(has_holes(page.title) for _, page, _, _ in parts):
        return flask.render_template("site/answer/review.html", **context(), **slots)
    # How many were answered, never what: of that the page says nothing either.
    counts = tuple((ref.key, n_asked, n_answered) for ref, _, n_asked, n_answered in parts)
    rests_on = (mine.program.digest, counts)
    return set_pages.page("site/answer/review.html", rests_on=rests_on, slots=slots, context=context)


def _located(wave: str, problem: Problem) -> tuple[str, str]:
    place = PageRef.from_key(problem.where.section or "").key
    target = f"{going_on.url(wave, place)}#i-{problem.where.item}" if place else "#main"
    return target, problem.message(language.current())


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/review")(guard.granted(review))
    blueprint.post("/answer/<wave>/submit", endpoint="submit")(guard.granted(submit_interview))
    blueprint.get("/answer/<wave>/receipt")(guard.granted(receipt))
    blueprint.post("/answer/<wave>/take-back", endpoint="take_back")(guard.granted(take_back))
    blueprint.get("/answer/<wave>/end")(guard.granted(end))
    blueprint.post("/answer/<wave>/end", endpoint="end_here")(guard.granted(end_here))
