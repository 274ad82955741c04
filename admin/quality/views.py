"""Flags: what detectors found, and what two persons in two roles decide."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.quality import queries, rules, services
from admin.quality.forms import DecisionForm
from admin.screens import go, page
from admin.words import word
from survey.errors import HouseError
from survey.identity.permissions import Permission, Role
from survey.kit import guard, language
from survey.models.quality import QualityFlag

bp = flask.Blueprint("quality", __name__, url_prefix="/admin/flags")


@bp.get("")
@guard.permitted(Permission.QUALITY_VIEW)
def index() -> ResponseReturnValue:
    session, args = screens.session(), flask.request.args
    cycles = queries.cycles(session)
    wanted = args.get("state", "")
    found = queries.flags(session, cycles[0].id) if cycles else []
    rows = [(flag, queries.settled(flag)) for flag in found]
    detector = args.get("detector", "")
    shown = [
        (flag, settled)
        for flag, settled in rows
        if (not detector or flag.detector == detector)
        and (wanted != "open" or (flag.needs_decision and settled is None))
        and (wanted != "decided" or settled is not None)
    ]
    return page(
        "quality/flags.html",
        shown=shown,
        places=queries.places(session, language.current()),
        detectors=sorted({flag.detector for flag, _settled in rows}),
        detector=detector,
        state=wanted,
        n_open=sum(flag.needs_decision and settled is None for flag, settled in rows),
        n_all=len(rows),
    )


@bp.get("/<int:flag_id>")
@guard.permitted(Permission.QUALITY_VIEW)
def show(flag_id: int) -> ResponseReturnValue:
    flag = queries.flag(screens.session(), flag_id)
    return _flag(flag, _form(flag, formdata=None))


@bp.post("/<int:flag_id>/decisions")
@guard.permitted(Permission.QUALITY_DECIDE, needs_fresh=True)
def decide(flag_id: int) -> ResponseReturnValue:
    flag = queries.flag(screens.session(), flag_id)
    form = _form(flag)
    if form.validate():
        choice = services.Choice(
            role=Role(form.role.data),
            decision=rules.Decision(form.decision.data),
            reason_code=form.reason_code.data,
            reason=form.reason.data,
        )
        try:
            settled = services.decide(screens.session(), flag, choice, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            message = (
                _("The decision is taken: two persons agree.")
                if settled
                else _(
                    "Your decision is recorded. It takes effect when a second person in another role agrees."
                )
            )
            return go("quality.show", message, flag_id=flag_id)
    return _flag(queries.flag(screens.session(), flag_id), form, status=422)


def _flag(flag: QualityFlag, form: DecisionForm, *, status: int = 200) -> ResponseReturnValue:
    me = guard.actor()
    return page(
        "quality/flag.html",
        flag=flag,
        places=queries.places(screens.session(), language.current()),
        form=form,
        decisions=queries.named_decisions(screens.session(), flag),
        settled=queries.settled(flag),
        may_decide=guard.may(Permission.QUALITY_DECIDE)
        and all(vote.user_id != me.user_id for vote in queries.votes(flag)),
        status=status,
    )


def _form(flag: QualityFlag, **given: object) -> DecisionForm:
    form = DecisionForm(**given)
    mine = [role for role in rules.DECIDING_ROLES if role in guard.actor().roles]
    form.role.choices = screens.choices((role, word("role", role)) for role in mine)
    effect = rules.Decision.SET_ASIDE if flag.subject_kind == "county" else rules.Decision.REMOVE
    options = (rules.Decision.KEEP, effect)
    form.decision.choices = screens.choices((each, word("decision", each)) for each in options)
    form.reason_code.choices = [
        choice
        for each in options
        for choice in screens.choices(
            ((code, word("reason", code)) for code in rules.REASONS[each]), group=word("decision", each)
        )
    ]
    return form
