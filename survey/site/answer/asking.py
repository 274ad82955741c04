"""One page of the interview: shown, taken, refused with reasons, or found to be stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import flask
from flask.typing import ResponseReturnValue

from survey import clock
from survey.collect import attachments, drafts, pages
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.db import db
from survey.errors import NotFound
from survey.instrument.offered import is_interviewer
from survey.instrument.path import PageRef, find_path
from survey.instrument.problems import Problem
from survey.instrument.shown import progress, show_page
from survey.instrument.state import codes_of
from survey.kit import guard, language, page_memory, security
from survey.kit.own_transaction import reading
from survey.kit.page_form import PageForm, Raw, page_form
from survey.site.answer import files, full, handing, respondent
from survey.site.answer.respondent import Mine
from survey.site.here import platform

VERSION, SWITCH, LEAVE = "_ver", "_switch", "_leave"
_NO_VERSION = 0
_BESIDE = frozenset({"contact", "file"})


def page(wave: str, key: str) -> ResponseReturnValue:
    """Show a page with what was answered so far."""
    ref = PageRef.from_key(key)
    mine = respondent.mine(wave, page=ref)
    return full.advice(mine, ref) or _shown(mine, ref)


def save(wave: str, key: str) -> ResponseReturnValue:
    """Take a page: on to the next one, or the same again with the reasons, or a choice between two versions."""
    raw, ref = _raw(), PageRef.from_key(key)
    with reading() as session:
        mine, at = respondent.find_mine(wave, session, page=ref), clock.now(session)
    if SWITCH in raw:
        # Nothing is saved or refused by a change of language; what was typed is on the page again.
        language.use(raw[SWITCH][0])
        return _shown(mine, ref, raw=raw)
    before = mine.draft.document
    received = files.receive(mine, ref, raw)
    mine, raw = received.mine, received.raw
    document = mine.draft.document
    if mine.share is None:  # the language of a return is that of whoever signs it
        document = replace(document, language=respondent.tongue(mine.program))
    try:
        saved, outcome = pages.save_page(
            db.session(),
            replace(mine.draft, document=document),
            key,
            raw,
            program=mine.program,
            seen_ver=_seen(raw),
            at=at,
            keys=platform().keys,
        )
    except StaleDraft as stale:
        return _choice(mine, ref, raw, stale), 409
    attachments.forget_replaced(db.session(), before, saved.document, keys=platform().keys)
    mine = replace(mine, draft=saved)
    if problems := _with_refused_files(outcome.problems, received.problems):
        return _shown(mine, ref, raw=raw, problems=problems)
    if LEAVE in raw:
        place = flask.url_for("answer.leave" if mine.share is None else "returns.part", wave=wave)
        return flask.redirect(place, code=303)
    place = respondent.step_after(mine, ref, outcome.next, screened_out=outcome.screened_out)
    return flask.redirect(respondent.url(wave, place), code=303)


def save_with_files(wave: str, key: str) -> ResponseReturnValue:
    """The same for a page that takes files, whose body may be larger."""
    return save(wave, key)


def leave(wave: str) -> ResponseReturnValue:
    """What is saved stays; a code for another device can be asked for here."""
    mine = respondent.mine(wave)
    return flask.render_template("site/answer/leave.html", wave=mine.wave, code=None)


def resume_code(wave: str) -> ResponseReturnValue:
    """A code to carry on elsewhere; it is shown once and an earlier one stops working."""
    mine = respondent.mine(wave)
    _, code = drafts.make_resume_code(db.session(), mine.draft, keys=platform().keys)
    return flask.render_template(
        "site/answer/leave.html",
        wave=mine.wave,
        code=code,
        address=f"{platform().settings.base_url}/continue",
    )


def _shown(
    mine: Mine, ref: PageRef, *, raw: Raw | None = None, problems: Sequence[Problem] = ()
) -> ResponseReturnValue:
    state = mine.draft.document.state
    form = _form(mine, ref, raw=raw, problems=problems)
    if ref.code not in {page.code for page in mine.program.pages}:
        raise NotFound("page_unknown", zh="问卷没有这一页。", en="The questionnaire has no such page.")
    if form is None:  # no longer on the path: an earlier answer was changed
        place = respondent.place_now(mine)
        return flask.redirect(respondent.url(mine.wave.public_id, place), code=303)
    path = find_path(mine.program, state)
    own = [each for each in path.pages if mine.admits(each)]
    section, n_sections = progress(mine.program, own, ref)
    tongue = respondent.tongue(mine.program)
    text = flask.render_template(
        "site/answer/page.html",
        wave=mine.wave,
        program=mine.program,
        form=form,
        tongue=None if tongue == language.current() else tongue,
        version=mine.draft.ver,
        section=section,
        n_sections=n_sections,
        back=_back(mine, pages.previous_page(path, ref)),
        overview=_overview(mine),
        handing=handing.place_of(mine),
    )
    response = flask.make_response(text)
    if form.asks_where:  # this page alone may ask the device, and does so when a button is pressed
        response.headers["Permissions-Policy"] = security.WITH_PLACE
    return response


def _form(mine: Mine, ref: PageRef, *, raw: Raw | None, problems: Sequence[Problem]) -> PageForm | None:
    """The page prepared for its template; None where it is not on the path."""
    document, tongue = mine.draft.document, respondent.tongue(mine.program)
    is_alone = document.private.is_with_respondent
    if raw is None and not (problems or document.files or document.contacts or is_alone):
        return page_memory.fresh_form(
            mine.program, ref, document.state, language=tongue, interface=language.current()
        )
    shown = show_page(mine.program, ref, document.state)
    if shown is None:
        return None
    return page_form(
        shown,
        language=tongue,
        interface=language.current(),
        raw=raw,
        problems=problems,
        files=document.files,
        contacts=document.contacts,
        program=mine.program,
        is_interviewer=is_interviewer(document.state) and not is_alone,
    )


def _back(mine: Mine, before: PageRef | None) -> str | None:
    """The address of the page before this one; none before the first, and none that is somebody else's part."""
    if before is None or not mine.admits(before):
        return None
    return respondent.url(mine.wave.public_id, before.key)


def _overview(mine: Mine) -> str | None:
    """Where all sections of a firm's return stand, or those of one's own part."""
    if not mine.is_shared:
        return None
    return flask.url_for("returns.hub" if mine.share is None else "returns.part", wave=mine.wave.public_id)


def _with_refused_files(problems: Sequence[Problem], files: Sequence[Problem]) -> tuple[Problem, ...]:
    """What was refused; of a file that was sent and refused it is not also said that none was sent."""
    refused = {problem.where.item for problem in files}
    return (*(p for p in problems if p.code != "required" or p.where.item not in refused), *files)


def _choice(mine: Mine, ref: PageRef, raw: Raw, stale: StaleDraft) -> str:
    """The page on which a person chooses between what is stored and what an older tab sent."""
    shown = show_page(mine.program, ref, stale.current.document.state)
    differing = []
    for item in () if shown is None else shown.items:
        if item.kind in _BESIDE:  # a file or a contact has no words that could stand in a table
            continue
        names = {option.code: option.text for option in item.options}
        stored = codes_of(stale.current.document.state.answers.get(item.key))
        sent = codes_of(stale.yours.state.answers.get(item.key))
        if set(stored) != set(sent):
            differing.append((item.text, [names.get(c, c) for c in stored], [names.get(c, c) for c in sent]))
    return flask.render_template(
        "site/answer/stale.html",
        wave=mine.wave,
        differing=differing,
        stored=respondent.url(mine.wave.public_id, _stored_place(mine, ref, stale.current)),
        sent=[(name, value) for name, values in raw.items() if not _is_own(name) for value in values],
        version=stale.current.ver,
        page_key=ref.key,
    )


def _stored_place(mine: Mine, ref: PageRef, current: OpenDraft) -> str:
    on_path = ref in find_path(mine.program, current.document.state).pages
    return ref.key if on_path else respondent.place_now(replace(mine, draft=current))


def _raw() -> dict[str, list[str]]:
    return {name: values for name, values in flask.request.form.lists() if name != "csrf_token"}


def _seen(raw: Raw) -> int:
    text = next(iter(raw.get(VERSION, ())), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else _NO_VERSION


def _is_own(name: str) -> bool:
    return name.startswith("_")


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
    blueprint.get("/answer/<wave>/leave")(guard.granted(leave))
    blueprint.post("/answer/<wave>/code", endpoint="code")(guard.granted(resume_code))
