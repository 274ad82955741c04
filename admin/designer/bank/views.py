"""The item bank: concepts, wordings with their state and history, and what of it a draft uses."""

from __future__ import annotations

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, queries
from admin.designer.agreement.forms import BankItemForm, DepartureForm, RetirementForm
from admin.designer.bank import queries as bank_queries
from admin.designer.bank import verbs as bank
from admin.designer.bank.verbs import NewItem
from admin.screens import StaffForm, carry_out, go, page
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.instrument.changes import NoSuchPlace
from survey.instrument.editing import Place
from survey.kit import guard
from survey.models.design import InstrumentDraft

bp = flask.Blueprint("bank", __name__, url_prefix="/admin")
STATES = ("draft", "reviewed", "frozen", "retired")


@bp.get("/bank")
@guard.permitted(Permission.CONTENT_VIEW)
def index() -> ResponseReturnValue:
    return _index(StaffForm(formdata=None))


@bp.get("/bank/items/<code>")
@guard.permitted(Permission.CONTENT_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _item(code, StaffForm(formdata=None))


@bp.post("/bank/items/<code>/<int:number>/review")
@guard.permitted(Permission.INSTRUMENT_LOCK)
def review(code: str, number: int) -> ResponseReturnValue:
    def act() -> None:
        session = screens.session()
        bank.review(session, bank_queries.revision(session, code, number), actor=guard.actor())

    return _changed(code, StaffForm(), act, _("The wording is reviewed."))


@bp.post("/bank/items/<code>/<int:number>/freeze")
@guard.permitted(Permission.INSTRUMENT_LOCK, needs_fresh=True)
def freeze(code: str, number: int) -> ResponseReturnValue:
    def act() -> None:
        session = screens.session()
        bank.freeze(session, bank_queries.revision(session, code, number), actor=guard.actor())

    return _changed(code, StaffForm(), act, _("The wording is frozen."))


@bp.post("/bank/items/<code>/<int:number>/retire")
@guard.permitted(Permission.INSTRUMENT_LOCK, needs_fresh=True)
def retire(code: str, number: int) -> ResponseReturnValue:
    form = RetirementForm()

    def act() -> None:
        session = screens.session()
        revision = bank_queries.revision(session, code, number)
        bank.retire(session, revision, reason=form.reason.data, actor=guard.actor())

    return _changed(code, form, act, _("The wording is retired."))


@bp.post("/bank/versions")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def adopt() -> ResponseReturnValue:
    form, status = StaffForm(), 422
    if form.validate():
        raw = flask.request.form.get("version", "")
        session = screens.session()
        try:
            version = queries.version(session, int(raw) if raw.isascii() and raw.isdigit() else 0)
            framework = queries.needed(session, "framework")
            taken = bank.adopt(session, version, framework, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("bank.index", _("Wordings taken into the bank: %(n)s.", n=len(taken)))
    return _index(form, status=status)


@bp.get("/drafts/<public_id>/bank")
@guard.permitted(Permission.CONTENT_VIEW)
def of_draft(public_id: str) -> ResponseReturnValue:
    return _draft(area.load(public_id), StaffForm(formdata=None))


@bp.post("/drafts/<public_id>/bank")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def insert(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()

    def act() -> None:
        posted, session = flask.request.form, screens.session()
        code, _at, number = posted.get("wording", "").partition("@")
        bank.insert(
            session,
            draft,
            bank_queries.revision(session, code, int(number) if number.isdigit() else 0),
            section=posted.get("section", ""),
            expected_revision=area.seen(),
            actor=guard.actor(),
        )

    return _edited(public_id, form, act, _("The item is in the draft."))


@bp.post("/drafts/<public_id>/bank/<address>/depart")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def depart(public_id: str, address: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), DepartureForm()

    def act() -> None:
        bank.depart(
            screens.session(),
            draft,
            address,
            reason=form.reason.data,
            expected_revision=area.seen(),
            actor=guard.actor(),
        )

    return _edited(public_id, form, act, _("The item no longer refers to the bank."))


@bp.get("/drafts/<public_id>/bank/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def offer(public_id: str, address: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    place, form = area.find_item(draft.document, address), BankItemForm(formdata=None)
    form.code.data = place.code
    return _offer(draft, place, form)


@bp.post("/drafts/<public_id>/bank/<address>")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def take_in(public_id: str, address: str) -> ResponseReturnValue:
    draft, form, status = area.load(public_id), BankItemForm(), 422
    place = area.find_item(draft.document, address)
    if form.validate():
        new = NewItem(
            code=form.code.data,
            concept=form.concept.data,
            concept_title={"zh": form.concept_zh.data, "en": form.concept_en.data or form.concept_zh.data},
            document=place.raw,
        )
        try:
            bank.take_in(screens.session(), new, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("bank.show", _("The wording is in the bank, as a draft of it."), code=new.code)
    return _offer(area.load(public_id), place, form, status=status)


def _index(form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session, asked = screens.session(), flask.request.args
    found = bank_queries.items(
        session,
        concept=asked.get("concept", ""),
        state=asked.get("state", ""),
        words=asked.get("q", "").strip()[:80],
    )
    revisions = [revision for item in found for revision in item.revisions]
    locked = [v for i in queries.instruments(session) for v in i.versions if v.locked_at is not None]
    return page(
        "designer/bank.html",
        status=status,
        items=found,
        uses=bank_queries.uses(session, revisions),
        concepts=bank_queries.concepts(session),
        states=STATES,
        locked=locked,
        asked=asked,
        form=form,
    )


def _item(code: str, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    item = bank_queries.item(session, code)
    return page(
        "designer/bank_item.html",
        status=status,
        item=item,
        uses=bank_queries.uses(session, item.revisions),
        form=form,
    )


def _changed(code: str, form: StaffForm, act: Callable[[], None], words: str) -> ResponseReturnValue:
    if (status := carry_out(form, act)) is None:
        return go("bank.show", words, code=code)
    return _item(code, form, status=status)


def _draft(draft: InstrumentDraft, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    return area.draft_page(
        "bank",
        draft,
        status=status,
        form=form,
        deviations=bank_queries.deviations(session, draft.document),
        departures=bank_queries.departures(session, draft),
        usable=bank_queries.usable(session),
    )


def _edited(public_id: str, form: StaffForm, act: Callable[[], None], words: str) -> ResponseReturnValue:
    status = 422
    if form.validate():
        try:
            act()
        except NoSuchPlace:
            form.absorb(area.place_gone())
            status = 404
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("bank.of_draft", words, public_id=public_id)
    return _draft(area.load(public_id), form, status=status)


def _offer(
    draft: InstrumentDraft, place: Place, form: BankItemForm, *, status: int = 200
) -> ResponseReturnValue:
    return area.draft_page(
        "bank_offer",
        draft,
        status=status,
        form=form,
        place=place,
        concepts=bank_queries.concepts(screens.session()),
    )
