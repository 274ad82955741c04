"""The live preview of a draft: a phone on the screen that asks what the public page would ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.designer import area, checking
from admin.designer.area import bp, draft_page
from admin.designer.trying import previewing
from admin.designer.trying.previewing import Interview
from survey import clock
from survey.identity.permissions import Permission
from survey.instrument.offered import is_interviewer
from survey.instrument.path import find_path
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.shown import progress, show_page
from survey.kit import guard, language
from survey.kit.page_form import page_form
from survey.models.design import InstrumentDraft

_SEED = 1
_BODY_LIMIT = 1024 * 1024
_MODES = ("web", "capi", "cati", "kiosk")


@bp.get("/<public_id>/preview")
@guard.permitted(Permission.CONTENT_VIEW)
def preview(public_id: str) -> ResponseReturnValue:
    """From the start, or at the item that the address names."""
    draft = area.load(public_id)
    program = checking.check(screens.session(), draft).program
    if program is None:
        return draft_page("preview", draft, form=None)
    interview = previewing.begin(program, seed=_seed(), mode=_mode(), at=clock.now(screens.session()))
    return _at_item(draft, program, interview, flask.request.args.get("item", ""))


@bp.post("/<public_id>/preview")
@guard.permitted(Permission.CONTENT_VIEW, upload_limit=_BODY_LIMIT)
def answer_preview(public_id: str) -> ResponseReturnValue:
    """A page sent; or back, another language, another item. Nothing of it is stored."""
    draft = area.load(public_id)
    session = screens.session()
    program = checking.check(session, draft).program
    if program is None:
        return draft_page("preview", draft, form=None)
    form, now = flask.request.form, clock.now(session)
    secret = str(flask.current_app.secret_key)
    interview = previewing.resumed(program, form.get("_state", ""), secret=secret, at=now)
    if interview is None:
        interview = previewing.begin(program, seed=_seed(), mode=_mode(), at=now)
        return _shown(draft, program, interview)
    raw = {name: values for name, values in form.lists() if name != "csrf_token"}
    if "_jump" in form:
        return _at_item(draft, program, interview, form["_jump"])
    if "_back" in form:
        return _shown(draft, program, previewing.back(program, interview))
    if "_tongue" in form or interview.page is None:
        return _shown(draft, program, interview, raw=raw if interview.page else None)
    after, outcome = previewing.step(program, interview, raw, at=now)
    return _shown(draft, program, after, raw=raw if outcome.problems else None, problems=outcome.problems)


def _at_item(
    draft: InstrumentDraft, program: Program, interview: Interview, item: str
) -> ResponseReturnValue:
    found = previewing.jump(program, interview, item) if item else interview
    if found is not None:
        return _shown(draft, program, found)
    invented = previewing.way_to(program, interview, item)
    if invented is not None:
        return _shown(draft, program, invented, invented=item)
    return _shown(draft, program, interview, missed=item)


def _shown(
    draft: InstrumentDraft,
    program: Program,
    interview: Interview,
    *,
    raw: Mapping[str, Sequence[str]] | None = None,
    problems: Sequence[Problem] = (),
    missed: str = "",
    invented: str = "",
) -> ResponseReturnValue:
    state, document = interview.document.state, interview.document
    path = find_path(program, state)
    shown = None if interview.page is None else show_page(program, interview.page, state)
    tongue = _tongue(program)
    section, n_sections = (0, 0) if shown is None else progress(program, path.pages, shown.ref)
    return draft_page(
        "preview",
        draft,
        program=program,
        tongue=tongue,
        form=None
        if shown is None
        else page_form(
            shown,
            language=tongue,
            raw=raw,
            problems=problems,
            files=document.files,
            contacts=document.contacts,
            program=program,
            is_interviewer=is_interviewer(state),
        ),
        is_end=shown is None,
        screened_out=path.screened_out if shown is None else None,
        section=section,
        n_sections=n_sections,
        answers=sorted(state.answers.items()),
        state=previewing.signed(interview, secret=str(flask.current_app.secret_key)),
        mode=document.state.context.get("mode"),
        modes=_MODES,
        missed=missed,
        invented=invented,
    )


def _tongue(program: Program) -> str:
    """The language of the questionnaire in the preview: any that the draft has."""
    asked = flask.request.values.get("_tongue") or flask.request.values.get("_lang")
    if asked in program.languages:
        return str(asked)
    here = language.current()
    return here if here in program.languages else program.languages[0]


def _mode() -> str:
    asked = flask.request.args.get("mode", "")
    return asked if asked in _MODES else "web"


def _seed() -> int:
    text = flask.request.args.get("seed", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else _SEED
