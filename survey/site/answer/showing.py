"""One page of the interview as it is shown: whole or one step of it, with what was typed and what was refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import flask
from flask.typing import ResponseReturnValue

from survey.collect import pages, typed
from survey.collect.drafts import OpenDraft, StaleDraft
from survey.errors import NotFound
from survey.instrument.offered import is_interviewer
from survey.instrument.path import PageRef, Path, find_path
from survey.instrument.problems import Problem
from survey.instrument.shown import ShownItem, progress, show_page
from survey.instrument.state import codes_of
from survey.instrument.steps import Step, only_step, step_key, step_of, steps_of
from survey.kit import language, page_memory, security, set_pages
from survey.kit.page_form import PageForm, Raw, page_form
from survey.ledger.batching import GRACE
from survey.site.answer import going_on, handing, respondent
from survey.site.answer.respondent import Mine
from survey.site.answer.sheet import Sheet

_BESIDE = frozenset({"contact", "file"})
_TEMPLATE = "site/answer/page.html"
CLOSES_SOON = timedelta(hours=24)
"""From when a page says when the survey closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody stands: a page, and in elder mode the step of it and which one of how many it is."""

    ref: PageRef
    step: Step | None = None
    steps: tuple[Step, ...] = ()

    @property
    def number(self) -> int:
        """Which step this is, from 1."""
        return 0 if self.step is None else self.steps.index(self.step) + 1


def place_of(mine: Mine, ref: PageRef, code: str | None) -> Place:
    """The place that an address names; the whole page where pages are not asked step by step."""
    if not language.is_elder():
        return Place(ref=ref)
    steps = steps_of(mine.program, ref, mine.draft.document.state)
    return Place(ref=ref, step=step_of(steps, code), steps=steps)


def place_at(mine: Mine, ref: PageRef, step: Step) -> Place:
    """The place of a step that was sent, whatever the mode is now."""
    steps = steps_of(mine.program, ref, mine.draft.document.state)
    return Place(ref=ref, step=step, steps=steps if step in steps else (step,))


def show(
    mine: Mine, place: Place, *, raw: Raw | None = None, problems: Sequence[Problem] = ()
) -> ResponseReturnValue:
    """The page, or on to where the interview goes on if an earlier answer took it off the path."""
    ref = place.ref
    if ref.code not in {page.code for page in mine.program.pages}:
        raise NotFound("page_unknown", zh="问卷没有这一页。", en="The questionnaire has no such page.")
    form = _form(mine, place, raw=raw, problems=problems)
    if form is None:
        return flask.redirect(going_on.url(mine.wave.public_id, going_on.place_now(mine)), code=303)
    text = _written(mine, place, form)
    response = flask.make_response(text)
    if form.asks_where:  # this page alone may ask the device, and does so when a button is pressed
        response.headers["Permissions-Policy"] = security.WITH_PLACE
    return response


def _written(mine: Mine, place: Place, form: PageForm) -> str:
    """The page as it travels. Where it is the same for everybody who comes to it alike, it is only filled in."""
    path = find_path(mine.program, mine.draft.document.state)
    section, n_sections = progress(mine.program, [p for p in path.pages if mine.admits(p)], place.ref)
    tongue, near = respondent.tongue(mine.program), closing(mine)
    around = {
        "tongue": None if tongue == language.current() else tongue,
        "section": section,
        "n_sections": n_sections,
        "back": before(mine, path, place),
        "overview": _overview(mine),
        "is_part": mine.share is not None,
        "handing": handing.place_of(mine),
    }
    slots: dict[str, object] = {
        "version": mine.draft.ver,
        "sent_window": mine.draft.document.window,
        "closing_seconds": 0 if near is None else near.seconds,
    }

    def context() -> dict[str, object]:
        return {
            **around,
            "wave": mine.wave,
            "program": mine.program,
            "form": form,
            "place": place,
            "closing": near,
        }

    if form.edition is None:
        return flask.render_template(_TEMPLATE, **context(), **slots)
    is_soon = near is not None and near.is_soon
    rests_on = (form.edition, mine.wave.closes_at, near is not None, is_soon, *around.values())
    return set_pages.page(_TEMPLATE, rests_on=rests_on, slots=slots, context=context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """When the survey closes and until when a draft may still be sent, in seconds from now and in words."""

    seconds: int
    is_soon: bool
    closes_at: datetime
    last_at: datetime


def closing(mine: Mine) -> Closing | None:
    """When the wave closes, if that is near enough to be said on a page."""
    closes_at = mine.wave.closes_at
    if closes_at is None or closes_at - mine.now > CLOSES_SOON:
        return None
    left = closes_at - mine.now
    return Closing(
        seconds=int(left.total_seconds()),
        is_soon=left <= GRACE,
        closes_at=closes_at,
        last_at=closes_at + GRACE,
    )


def before(mine: Mine, path: Path, place: Place) -> str | None:
    """The place before this one; none before the first, and none that is somebody else's part."""
    if place.number > 1:
        return step_key(place.ref, place.steps[place.number - 2].code)
    page = pages.previous_page(path, place.ref)
    if page is None or not mine.admits(page):
        return None
    if place.step is not None:
        steps = steps_of(mine.program, page, mine.draft.document.state)
        return step_key(page, steps[-1].code) if steps else page.key
    return page.key


def after(mine: Mine, place: Place) -> str | None:
    """The step after this one on the same page, as the answers stand now; None where it was the last."""
    if place.step is None:
        return None
    steps = steps_of(mine.program, place.ref, mine.draft.document.state)
    codes = [step.code for step in steps]
    if place.step.code not in codes:
        return step_key(place.ref, codes[0]) if codes else None
    rest = codes[codes.index(place.step.code) + 1 :]
    return step_key(place.ref, rest[0]) if rest else None


def choice(sheet: Sheet, stale: StaleDraft) -> str:
    """The page on which a person chooses between what is stored and what an older window sent."""
    mine, current = sheet.mine, stale.current
    shown = show_page(mine.program, sheet.ref, current.document.state)
    page = typed.Page(
        program=mine.program,
        ref=sheet.ref,
        state=current.document.state,
        contacts=current.document.contacts,
    )
    stored = typed.as_shown(page, current.document.typed, only=sheet.only)
    differing = []
    for item in () if shown is None else shown.items:
        if item.kind in _BESIDE or (sheet.only is not None and item.item.code not in sheet.only):
            continue  # a file or a contact has no words that could stand in a table
        kept = codes_of(item.value) if stored is None else stored.get(item.key, ())
        sent = sheet.raw.get(item.key, ())
        if {c for c in kept if c} != {c for c in sent if c}:
            differing.append((item.text, _words(item, kept), _words(item, sent)))
    return flask.render_template(
        "site/answer/stale.html",
        wave=mine.wave,
        differing=differing,
        stored=going_on.url(mine.wave.public_id, _stored_place(sheet, current)),
        sent=[(name, value) for name, values in sheet.raw.items() if name[:1] != "_" for value in values],
        step=None if sheet.step is None else sheet.step.code,
        version=current.ver,
        page_key=sheet.ref.key,
    )


def _words(item: ShownItem, values: Sequence[str]) -> list[object]:
    names = {option.code: option.text for option in item.options}
    return [names.get(value, value) for value in values if value]


def _stored_place(sheet: Sheet, current: OpenDraft) -> str:
    if sheet.ref not in find_path(sheet.mine.program, current.document.state).pages:
        return going_on.place_now(replace(sheet.mine, draft=current))
    return sheet.ref.key if sheet.step is None else step_key(sheet.ref, sheet.step.code)


def _form(mine: Mine, place: Place, *, raw: Raw | None, problems: Sequence[Problem]) -> PageForm | None:
    """The page prepared for its template; None where it is not on the path."""
    document, tongue = mine.draft.document, respondent.tongue(mine.program)
    is_alone = document.private.is_with_respondent
    if raw is None and document.typed:
        page = typed.Page(
            program=mine.program, ref=place.ref, state=document.state, contacts=document.contacts
        )
        raw = typed.as_shown(page, document.typed)
    is_plain = raw is None and place.step is None and not (problems or document.files or document.contacts)
    if is_plain and not is_alone:
        return page_memory.fresh_form(
            mine.program, place.ref, document.state, language=tongue, interface=language.current()
        )
    shown = show_page(mine.program, place.ref, document.state)
    if shown is None:
        return None
    return page_form(
        shown if place.step is None else only_step(shown, place.step),
        language=tongue,
        interface=language.current(),
        raw=raw,
        problems=problems,
        files=document.files,
        contacts=document.contacts,
        program=mine.program,
        is_interviewer=is_interviewer(document.state) and not is_alone,
    )


def _overview(mine: Mine) -> str | None:
    """Where all sections of a firm's return stand, or those of one's own part."""
    if not mine.is_shared:
        return None
    return flask.url_for("returns.hub" if mine.share is None else "returns.part", wave=mine.wave.public_id)
