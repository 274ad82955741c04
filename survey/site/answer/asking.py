"""One page of the interview: shown, taken, kept as it is typed, refused with reasons, or found to be stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import flask
import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.collect import attachments, drafts, page_counts, pages, returns
from survey.collect.documents import DraftDocument
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.db import db
from survey.errors import Gone, HouseError, Invalid
from survey.instrument.path import PageRef, find_path
from survey.instrument.steps import step_key
from survey.kit import guard, in_words, language
from survey.kit.own_transaction import one_statement, own_transaction, reading
from survey.site import cookies
from survey.site.answer import files, full, going_on, respondent, showing
from survey.site.answer.respondent import Mine, NotBegun
from survey.site.answer.sheet import BACK, LEAVE, SWITCH, Sheet, fields, receive
from survey.site.answer.showing import Place
from survey.site.here import platform

_STALE, _TOO_LARGE, _GONE_ELSEWHERE = 409, 413, 404


def page(wave: str, key: str) -> ResponseReturnValue:
    """Show a page with what was answered so far, and what was typed on it."""
    ref = PageRef.from_key(key)
    mine = respondent.mine(wave, page=ref)
    answer = full.advice(mine, ref) or showing.show(
        mine, showing.place_of(mine, ref, flask.request.args.get("q"))
    )
    return _kept_longer(mine, answer)


def save(wave: str, key: str) -> ResponseReturnValue:
    """Take a page: on to the next one, or the same again with the reasons, or a choice between two versions."""
    raw, ref = fields(), PageRef.from_key(key)
    try:
        with reading() as session:
            mine = respondent.find_mine(wave, session, page=ref)
    except (NotBegun, Gone) as over:
        return _elsewhere(wave, raw, over)
    sheet = receive(mine, ref, raw)
    if SWITCH in raw:
        return _switch(sheet)
    if BACK in raw:
        return _back(sheet)
    return _take(sheet)


def save_with_files(wave: str, key: str) -> ResponseReturnValue:
    """The same for a page that takes files, whose body may be larger."""
    return save(wave, key)


def keep(wave: str, key: str) -> ResponseReturnValue:
    """Keep what is typed so far, for the script: answers with the version that the page now stands on."""
    raw, ref = fields(), PageRef.from_key(key)
    try:
        with reading() as session:
            mine = respondent.find_mine(wave, session, page=ref)
    except NotBegun:
        return {"state": "elsewhere"}, _GONE_ELSEWHERE
    try:
        kept = _keep_typed(receive(mine, ref, raw), beside=None)
    except StaleDraft:
        return {"state": "stale"}, _STALE
    except Invalid:
        return {"state": "long"}, _TOO_LARGE
    return {"state": "saved", "version": kept.ver}


def until(wave: str) -> ResponseReturnValue:
    """How long the survey is still open, by the server's clock: asked by a page that was asleep."""
    mine = respondent.day_under_way(wave)
    found = showing.closing(mine)
    if found is None:
        return {"seconds": None, "text": ""}
    text = flask.render_template("site/answer/closing.html", closing=found, wave=mine.wave)
    return {"seconds": found.seconds, "text": text.strip()}


def _take(sheet: Sheet) -> ResponseReturnValue:
    mine, place = sheet.mine, _place(sheet)
    before = mine.draft.document
    try:
        with _saving(sheet) as session:
            saved, outcome = pages.save_page(
                session,
                mine.draft,
                sheet.ref.key,
                sheet.raw,
                program=mine.program,
                seen_ver=sheet.seen,
                at=mine.now,
                keys=platform().keys,
                only=sheet.only,
                window=sheet.window,
                until=mine.until,
                beside=sheet.beside,
            )
    except StaleDraft as stale:
        return showing.choice(sheet, stale), _STALE
    attachments.forget_replaced(db.session(), before, saved.document, keys=platform().keys)
    if saved.expires_on > mine.draft.expires_on:
        attachments.keep_longer(db.session(), saved.document, until=saved.expires_on, keys=platform().keys)
    page_counts.count_page(
        db.session(),
        mine.program,
        before,
        saved.document,
        sheet.ref,
        wave_id=saved.wave_id,
        day=mine.today,
    )
    page_counts.write(db.session())
    mine = replace(mine, draft=saved)
    problems = sheet.refusals(outcome.problems)
    if LEAVE in sheet.raw and not sheet.refused:  # what was refused is kept as typed
        to = flask.url_for("answer.leave" if mine.share is None else "returns.part", wave=mine.wave.public_id)
    elif problems:
        return _renewed(mine, showing.show(mine, place, raw=sheet.raw, problems=problems))
    else:
        to = going_on.url(mine.wave.public_id, _next(mine, place, outcome))
    return _renewed(mine, flask.redirect(to, code=303))


def _next(mine: Mine, place: Place, outcome: pages.PageOutcome) -> str:
    """The next step of the page, the page again where it has grown, or what follows it."""
    if outcome.is_grown and place.step is not None:
        return step_key(place.ref, place.step.code)
    step = None if outcome.screened_out else showing.after(mine, place)
    if step is not None:
        return step
    following = outcome.next
    return going_on.step_after(mine, place.ref, following, screened_out=outcome.screened_out)


def _switch(sheet: Sheet) -> ResponseReturnValue:
    """The same place in another language or size. Nothing is refused; what was typed is on the page again."""
    language.use(sheet.raw[SWITCH][0])
    try:
        kept = _keep_typed(sheet, beside=sheet.with_files)
    except (StaleDraft, Invalid):
        return showing.show(sheet.mine, _place(sheet), raw=sheet.raw)
    mine = replace(sheet.mine, draft=kept)
    step = None if sheet.step is None else sheet.step.code
    to = going_on.url(mine.wave.public_id, sheet.ref.key)
    if step or language.is_elder():
        to = flask.url_for("answer.page", wave=mine.wave.public_id, key=sheet.ref.key, q=step)
    return flask.redirect(to, code=303)


def _back(sheet: Sheet) -> ResponseReturnValue:
    """To the place before; what was typed here waits for the return."""
    try:
        kept = _keep_typed(sheet, beside=sheet.with_files, backs=1)
    except StaleDraft as stale:
        return showing.choice(sheet, stale), _STALE
    except Invalid:
        return showing.show(sheet.mine, _place(sheet), raw=sheet.raw)
    mine = replace(sheet.mine, draft=kept)
    path = find_path(mine.program, kept.document.state)
    target = showing.before(mine, path, _place(replace(sheet, mine=mine)))
    return flask.redirect(going_on.url(mine.wave.public_id, target or going_on.place_now(mine)), code=303)


def _keep_typed(
    sheet: Sheet, *, beside: Callable[[DraftDocument], DraftDocument] | None, backs: int = 0
) -> OpenDraft:
    mine = sheet.mine
    with _saving(sheet) as session:
        return pages.keep_typed(
            session,
            mine.draft,
            sheet.ref.key,
            sheet.raw,
            program=mine.program,
            seen_ver=sheet.seen,
            at=mine.now,
            keys=platform().keys,
            only=sheet.only,
            window=sheet.window,
            backs=backs,
            until=mine.until,
            beside=beside,
        )


@contextmanager
def _saving(sheet: Sheet) -> Iterator[Session]:
    """What a draft is saved by: one statement, unless files are kept or forgotten together with it."""
    if sheet.mine.draft.document.files or db.session().in_transaction():
        yield db.session()
    else:
        with one_statement() as session:
            yield session


def _place(sheet: Sheet) -> Place:
    """The place that was sent, in the mode that it was sent in."""
    return Place(ref=sheet.ref) if sheet.step is None else showing.place_at(sheet.mine, sheet.ref, sheet.step)


def _elsewhere(wave: str, raw: dict[str, list[str]], over: HouseError) -> ResponseReturnValue:
    """A page whose interview is not on this device any more: what was typed on it is shown, and kept nowhere."""
    if respondent.find_receipt(wave) is not None:
        return flask.redirect(flask.url_for("answer.receipt", wave=wave), code=303)
    _, day = respondent.wave_of(wave)
    texts = [text for name, values in raw.items() if name[:1] != "_" for text in values if _is_prose(text)]
    why = in_words.refusal(over) if over.code in returns.OVER else None
    return flask.render_template(
        "site/answer/elsewhere.html", wave=day, texts=texts, why=why
    ), _GONE_ELSEWHERE


def _is_prose(text: str) -> bool:
    """Whether somebody wrote this: codes of options are plain and without spaces."""
    return not text.isascii() or len(text.split()) > 1


def _kept_longer(mine: Mine, answer: ResponseReturnValue) -> ResponseReturnValue:
    """A visit keeps the draft longer, once a day; a database that is busy must not close the page."""
    if mine.share is not None or mine.until <= mine.draft.expires_on:
        return answer
    try:
        with own_transaction() as session:
            drafts.touch(session, mine.draft, until=mine.until)
            attachments.keep_longer(session, mine.draft.document, until=mine.until, keys=platform().keys)
    except sa.exc.OperationalError:
        return answer
    return _renewed(mine, answer)


def _renewed(mine: Mine, answer: ResponseReturnValue) -> ResponseReturnValue:
    """The cookie of a draft lives as long as the draft from the last visit on."""
    secret = cookies.get(cookies.draft_name(mine.wave.public_id))
    if mine.share is not None or secret is None:
        return answer
    response = flask.make_response(answer)
    cookies.put(response, cookies.draft_name(mine.wave.public_id), secret, seconds=cookies.DRAFT_SECONDS)
    return response


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/p/<key>")(guard.granted(page))
    blueprint.post("/answer/<wave>/p/<key>")(guard.granted(save))
    blueprint.get("/answer/<wave>/f/<key>", endpoint="page_with_files")(guard.granted(page))
    blueprint.post("/answer/<wave>/f/<key>", endpoint="with_files")(
        guard.granted_upload(
            save_with_files, upload_limit=attachments.UPLOAD_LIMIT, admits=files.knows_sender
        )
    )
    blueprint.post("/answer/<wave>/k/<key>", endpoint="keep")(guard.granted(keep))
    blueprint.get("/answer/<wave>/until", endpoint="until")(guard.granted(until))
