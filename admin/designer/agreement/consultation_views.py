"""Putting a draft to the public and answering: days and terms, two persons' word on each comment, replies, publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, checking
from admin.designer.agreement.forms import ConsultationForm, ReplyForm
from admin.screens import StaffForm, carry_out, go
from survey import clock
from survey.errors import Conflict, NotFound
from survey.identity.permissions import Permission, Role
from survey.kit import guard
from survey.models.consultation import Consultation
from survey.models.design import InstrumentDraft
from survey.participation import consultations, queries, replies
from survey.participation.consultations import Terms
from survey.participation.phases import phase_of

bp = flask.Blueprint("consultations", __name__, url_prefix="/admin/drafts/<public_id>/consultation")


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _page(area.load(public_id), ConsultationForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.CONSULTATION_RUN, needs_fresh=True)
def plan(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), ConsultationForm()
    return _done(public_id, form, lambda: _plan(draft, form), _("The consultation is planned."))


@bp.post("/withdraw")
@guard.permitted(Permission.CONSULTATION_RUN, needs_fresh=True)
def withdraw(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()

    def act() -> None:
        consultations.withdraw(screens.session(), _newest(draft), actor=guard.actor())

    return _done(public_id, form, act, _("The consultation is taken back; its page is gone."))


@bp.post("/replies")
@guard.permitted(Permission.CONSULTATION_RUN, needs_fresh=True)
def publish(public_id: str) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()

    def act() -> None:
        consultations.publish_replies(screens.session(), _newest(draft), actor=guard.actor())

    return _done(public_id, form, act, _("All replies are public."))


@bp.post("/comments/<int:comment_id>/word")
@guard.permitted(Permission.CONSULTATION_REPLY)
def say(public_id: str, comment_id: int) -> ResponseReturnValue:
    draft, form = area.load(public_id), StaffForm()

    def act() -> None:
        session, actor = screens.session(), guard.actor()
        comment = queries.comment(session, _newest(draft), comment_id)
        role = _role(comment.cleared_as)
        hidden = flask.request.form.get("hidden_for") or None
        replies.say_whether_shown(session, comment, hidden_for=hidden, role=role, actor=actor)

    return _done(public_id, form, act, _("Your word is kept."))


@bp.post("/comments/<int:comment_id>/reply")
@guard.permitted(Permission.CONSULTATION_REPLY)
def reply(public_id: str, comment_id: int) -> ResponseReturnValue:
    draft, form = area.load(public_id), ReplyForm()

    def act() -> None:
        session = screens.session()
        replies.reply(
            session,
            queries.comment(session, _newest(draft), comment_id),
            decision=form.decision.data,
            words={"zh": form.reply_zh.data or "", "en": form.reply_en.data or ""},
            actor=guard.actor(),
        )

    return _done(public_id, form, act, _("The reply is kept; it becomes public with all others."))


def _plan(draft: InstrumentDraft, form: ConsultationForm) -> None:
    session, zone = screens.session(), screens.settings().time_zone
    program = checking.check(session, draft).program
    if program is None:
        raise Conflict(
            "draft_has_errors",
            zh="草稿还有错误，不能征求意见。请先到“问题”页改正。",
            en="The draft has errors; mend them under “Problems” before the public reads it.",
        )
    today = clock.today(session, zone)
    opens = _midnight(form.opens.data, zone)
    consultations.plan(
        session,
        draft,
        program,
        terms=Terms(
            what_can_change={"zh": form.change_zh.data, "en": form.change_en.data},
            what_cannot_change={"zh": form.fixed_zh.data, "en": form.fixed_en.data},
            reply_rule={"zh": form.replies_zh.data, "en": form.replies_en.data},
        ),
        # one that opens today opens now
        opens_at=clock.now(session) if form.opens.data == today else opens,
        closes_at=_midnight(form.closes.data + timedelta(days=1), zone),
        actor=guard.actor(),
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _role(taken: str | None) -> Role:
    """The role in which this person speaks: one that may reply, and not the one that spoke already."""
    held = sorted(guard.actor().roles & _SPEAKING)
    if not held:
        raise NotFound("role_unknown", zh="没有可用的角色。", en="There is no role to speak in.")
    return next((role for role in held if role.value != taken), held[0])


_SPEAKING = frozenset({Role.DESIGNER, Role.REVIEWER, Role.PERFORMANCE_LEAD, Role.PUBLISHER})


def _newest(draft: InstrumentDraft) -> Consultation:
    found = consultations.of_draft(screens.session(), draft)
    if not found:
        raise NotFound(
            "consultation_unknown", zh="这份草稿没有征求意见。", en="There is no consultation on this draft."
        )
    return found[0]


def _done(public_id: str, form: StaffForm, act: Callable[[], None], words: str) -> ResponseReturnValue:
    if (status := carry_out(form, act)) is None:
        return go("consultations.show", words, public_id=public_id)
    return _page(area.load(public_id), form, status=status)


def _page(draft: InstrumentDraft, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    now = clock.now(session)
    found = consultations.of_draft(session, draft)
    newest = found[0] if found else None
    may_read = guard.may(Permission.CONSULTATION_REPLY)
    return area.draft_page(
        "consultation",
        draft,
        status=status,
        form=form,
        plan_form=form if isinstance(form, ConsultationForm) else ConsultationForm(formdata=None),
        consultation=newest,
        phase=phase_of(newest, now=now).value if newest else "",
        earlier=[(each, phase_of(each, now=now).value) for each in found[1:]],
        comments=queries.comments(session, newest, shown=False) if newest and may_read else [],
        program=queries.program_of(newest) if newest else None,
        unfinished=consultations.open_comments(session, newest) if newest else 0,
        hiding_words=_hiding_words(),
        has_public_site="consultation.show" in flask.current_app.view_functions,
    )


def _hiding_words() -> dict[str, str]:
    return {
        "names_a_person": _("It names a person or gives a number or address"),
        "insult": _("It insults"),
        "advertising": _("It advertises"),
        "not_about_the_draft": _("It is not about the draft"),
        "repeated": _("It repeats another one"),
    }
