"""A draft put to the public: what is asked, a comment on any item, and afterwards every reply and what changed."""

from __future__ import annotations

from collections.abc import Mapping

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from survey import clock
from survey.access import limits
from survey.db import db
from survey.errors import HouseError, Invalid
from survey.instrument.program import Program
from survey.kit import guard, in_words, safe_csv
from survey.models.consultation import Consultation
from survey.participation import comments, queries
from survey.participation.comments import About
from survey.participation.phases import Phase
from survey.site.consultation.words import decision_words, speaker_words
from survey.site.here import address, platform, time_zone

consultation = flask.Blueprint("consultation", __name__, url_prefix="/consultations")
REFERENCE = "consultation_reference"
"""Key of the browser's own session under which the newest reference waits to be shown once more."""
_LONGEST_REFERENCE = 100
_TRAP = "website"
_COLUMNS = ("section", "item", "speaks_as", "text", "received_on", "decision", "reply_zh", "reply_en")


@consultation.get("")
@guard.public
def index() -> ResponseReturnValue:
    """What may be commented on now, and what came of earlier consultations."""
    session = db.session()
    return flask.render_template(
        "site/consultation/index.html", listed=queries.public_list(session, now=clock.now(session))
    )


@consultation.get("/<public_id>")
@guard.public
def show(public_id: str) -> ResponseReturnValue:
    """The draft while it is open; the replies and the changes once they are published."""
    session = db.session()
    found, phase = queries.find_public(session, public_id, now=clock.now(session))
    program = queries.program_of(found)
    if phase is Phase.ANSWERED:
        return flask.render_template(
            "site/consultation/outcome.html",
            consultation=found,
            program=program,
            outcome=queries.outcome(session, found),
            decision_words=decision_words(),
            speaker_words=speaker_words(),
        )
    shown = queries.comments(session, found, shown=True)
    return flask.render_template(
        "site/consultation/draft.html",
        consultation=found,
        program=program,
        numbers={item: sum(each.item == item for each in shown) for item in program.places},
    )


@consultation.get("/<public_id>/comment")
@guard.public
def ask(public_id: str) -> ResponseReturnValue:
    """Where a comment on an item, a section or the whole is written."""
    found, program = _open(public_id)
    return _form(found, program, _target(program, flask.request.args))


@consultation.post("/<public_id>/comment")
@guard.public
def send(public_id: str) -> ResponseReturnValue:
    """Take a comment; its reference is shown on the next page and stays out of the address."""
    session, here, form = db.session(), platform(), flask.request.form
    found, program = _open(public_id)
    target = _target(program, form)
    today = clock.today(session, time_zone())
    limits.count(comments.NEW_COMMENTS, address(), today=today, cache=here.cache, keys=here.keys)
    try:
        if form.get(_TRAP):
            raise Invalid(
                "hidden_field",
                zh="有一个应留空的栏目填了内容。请清空后再提交。",
                en="A field that must stay empty was filled in. Empty it and send the comment again.",
            )
        reference = comments.add(
            session,
            found,
            form.get("text", ""),
            target=target,
            speaks_as=form.get("speaks_as", ""),
            time_zone=time_zone(),
        )
    except Invalid as error:
        return _form(found, program, target, error=error), error.status
    flask.session[REFERENCE] = [public_id, reference]
    return flask.redirect(flask.url_for("consultation.thanks", public_id=public_id), code=303)


@consultation.get("/<public_id>/thanks")
@guard.public
def thanks(public_id: str) -> ResponseReturnValue:
    """The reference under which the reply is found."""
    found, _program = _open(public_id)
    of, reference = flask.session.get(REFERENCE) or ("", "")
    if of != public_id:
        return flask.redirect(flask.url_for("consultation.show", public_id=public_id), code=303)
    return flask.render_template(
        "site/consultation/thanks.html", consultation=found, reference=comments.written(reference)
    )


@consultation.get("/reply")
@guard.public
def reply_form() -> ResponseReturnValue:
    """Where a reference is typed in."""
    return flask.render_template("site/consultation/reply.html", reference="", asked=False)


@consultation.post("/reply")
@guard.public
def reply() -> ResponseReturnValue:
    """What became of one's comment. By POST, so that references stay out of addresses, histories and logs."""
    session, here = db.session(), platform()
    raw = flask.request.form.get("reference", "")[:_LONGEST_REFERENCE]
    today = clock.today(session, time_zone())
    limits.check(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
    found = comments.by_reference(session, raw)
    if found is None:
        limits.count(limits.FAILED_CODES, address(), today=today, cache=here.cache, keys=here.keys)
    now = clock.now(session)
    phase = queries.phase_for_writer(session, found.consultation, now=now) if found else None
    return flask.render_template(
        "site/consultation/reply.html",
        reference=raw,
        asked=True,
        comment=found,
        phase=phase,
        decision_words=decision_words(),
    )


@consultation.get("/<public_id>/comments.csv")
@guard.public
def export(public_id: str) -> ResponseReturnValue:
    """The comments that the public may read, with the replies once they are published."""
    session = db.session()
    found, phase = queries.find_public(session, public_id, now=clock.now(session))
    is_answered = phase is Phase.ANSWERED
    rows = [
        {
            "section": each.section,
            "item": each.item,
            "speaks_as": each.speaks_as,
            "text": each.text,
            "received_on": each.received_on.isoformat(),
            "decision": each.decision if is_answered else None,
            "reply_zh": (each.reply or {}).get("zh") if is_answered else None,
            "reply_en": (each.reply or {}).get("en") if is_answered else None,
        }
        for each in queries.comments(session, found, shown=True)
    ]
    response = flask.Response(safe_csv.csv_bytes(_COLUMNS, rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"consultation-{public_id}.csv")
    return response


def _open(public_id: str) -> tuple[Consultation, Program]:
    """A consultation that takes comments now; any other is not found, as if it had never been."""
    session = db.session()
    found, phase = queries.find_public(session, public_id, now=clock.now(session))
    if phase is not Phase.OPEN:
        raise NotFound()
    return found, queries.program_of(found)


def _target(program: Program, given: Mapping[str, str]) -> About:
    target = comments.about(program, section=given.get("section"), item=given.get("item"))
    if target is None:
        raise NotFound()
    return target


def _form(found: Consultation, program: Program, target: About, *, error: HouseError | None = None) -> str:
    shown = queries.comments(db.session(), found, shown=True)
    return flask.render_template(
        "site/consultation/comment.html",
        consultation=found,
        program=program,
        place=program.places[target.item] if target.item else None,
        target=target,
        shown=[each for each in shown if (each.section, each.item) == (target.section, target.item)],
        speaker_words=speaker_words(),
        text=flask.request.form.get("text", ""),
        speaks_as=flask.request.form.get("speaks_as", ""),
        problems=[("text", in_words.refusal(error), _("Your comment"))] if error else [],
        longest=comments.LONGEST,
        trap=_TRAP,
    )
