"""Hand-overs: prepared from a run that every gate lets through, signed by two persons, downloaded as a signed file."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.scoring import handover, listing, queries, rules, services
from admin.scoring.forms import RoleForm
from admin.scoring.views import _run
from admin.screens import StaffForm, go, page
from admin.words import word
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission, Role
from survey.kit import guard
from survey.ledger.canonical import canonical_bytes

bp = flask.Blueprint("handovers", __name__, url_prefix="/admin/handovers")


@bp.get("")
@guard.permitted(Permission.HANDOVER_VIEW)
def index() -> ResponseReturnValue:
    session = screens.session()
    return page("scoring/handovers.html", hand_overs=listing.hand_overs(session), runs=listing.runs(session))


@bp.post("/of/<public_id>")
@guard.permitted(Permission.HANDOVER_PREPARE, needs_fresh=True)
def prepare(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    run = queries.run_by_id(session, public_id)
    try:
        rules.refuse_unready(run, queries.gate_answers(session, run))
        results = services.read_results(run, data_dir=screens.settings().data_dir)
        record = handover.prepare(session, run, results=results, actor=guard.actor())
    except HouseError as error:
        form = StaffForm(formdata=None)
        form.absorb(error)
        return _run(queries.run_by_id(session, public_id), form, status=error.status)
    return go("handovers.show", _("The record is prepared. Two persons sign it."), public_id=record.public_id)


@bp.get("/<public_id>")
@guard.permitted(Permission.HANDOVER_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _record(public_id, _role_form(formdata=None))


@bp.post("/<public_id>/sign")
@guard.permitted(Permission.HANDOVER_SIGN, needs_fresh=True)
def sign(public_id: str) -> ResponseReturnValue:
    form, session = _role_form(), screens.session()
    if form.validate():
        record = queries.hand_over_by_id(session, public_id)
        try:
            handover.countersign(
                session, record, role=Role(form.role.data), actor=guard.actor(), keys=screens.keys()
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("handovers.show", _("Your signature is recorded."), public_id=public_id)
    return _record(public_id, form, status=422)


@bp.get("/<public_id>/signed.json")
@guard.permitted(Permission.HANDOVER_VIEW)
def download(public_id: str) -> ResponseReturnValue:
    record = queries.hand_over_by_id(screens.session(), public_id)
    if record.signed_file is None:
        raise NotFound(
            "not_signed",
            zh="这份记录还没有会签完成，没有签名文件。",
            en="This record is not fully signed yet; there is no signed file.",
        )
    answer = flask.Response(canonical_bytes(record.signed_file), mimetype="application/json")
    cycle = record.document["cycle"]
    answer.headers["Content-Disposition"] = f'attachment; filename="hand-over-{cycle}-{public_id}.json"'
    return answer


def _record(public_id: str, form: RoleForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    record = queries.hand_over_by_id(session, public_id)
    signed = listing.signatures(session, record)
    me = guard.actor()
    return page(
        "scoring/handover.html",
        record=record,
        document=record.document,
        signatures=signed,
        missing=sorted(rules.REQUIRED_SIGNERS - {each.signature.role for each in signed}),
        may_sign=bool(form.role.choices) and all(each.signature.user_id != me.user_id for each in signed),
        names=listing.unit_names(session),
        form=form,
        status=status,
    )


def _role_form(**given: object) -> RoleForm:
    form = RoleForm(**given)
    signers = rules.REQUIRED_SIGNERS | rules.OPTIONAL_SIGNERS
    mine = [role for role in Role if role in guard.actor().roles and role.value in signers]
    form.role.choices = screens.choices((role, word("role", role)) for role in mine)
    return form
