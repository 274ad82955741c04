"""Handing sections of a firm's return to a colleague by link, and taking a link back."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

import flask
import segno
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.collect import returns
from survey.collect.returns import LABEL_CHARS
from survey.collect.sections import Section, quoting
from survey.db import db
from survey.errors import Conflict, Invalid
from survey.kit import guard, in_words
from survey.site.here import platform
from survey.site.returns.hub import Overview, overview

_SUGGESTED = timedelta(days=7)


def ask(wave: str) -> ResponseReturnValue:
    """The form: which sections, who, until when."""
    found = overview(wave)
    wanted = flask.request.args.getlist("section")
    return _form(found, sections=frozenset(wanted), label="", until=None, problems=[])


def make(wave: str) -> ResponseReturnValue:
    """Make the link and show it, this once."""
    found, form = overview(wave), flask.request.form
    mine = found.mine
    known = {section.code for section in found.sections}
    sections = frozenset(form.getlist("section")) & known
    last, until = _last_day(found), _day(form.get("until", ""))
    problems: list[tuple[str, str]] = []
    if not sections:
        problems.append((f"s-{found.sections[0].code}", _("Choose at least one section.")))
    if until is None or not found.today <= until <= last:
        problems.append(("until", _("Choose a day from today to the last day on which the return is kept.")))
    label = form.get("label", "")
    try:
        if problems or until is None:
            returns.fit_label(label)
            return _form(found, sections=sections, label=label, until=until, problems=problems)
        made = returns.hand_out(
            db.session(),
            mine.draft,
            sections=sections,
            label=label,
            expires_on=until,
            nonce=form.get("nonce", "")[:64],
            keys=platform().keys,
        )
    except Invalid as refused:
        problems.append(("label", in_words.refusal(refused)))
        return _form(found, sections=sections, label=label, until=until, problems=problems)
    except Conflict as refused:
        problems.append(("main", in_words.refusal(refused)))
        return _form(found, sections=sections, label=label, until=until, problems=problems)
    address = f"{platform().settings.base_url}{flask.url_for('returns.enter', secret=made.secret)}"
    code = segno.make(address, error="m", micro=False)
    return flask.render_template(
        "site/returns/link.html",
        wave=mine.wave,
        share=made.share,
        sections=[section for section in found.sections if section.code in made.share.sections],
        address=address,
        mail=_mail(address, made.share.expires_on),
        qr=code.svg_data_uri(scale=4, border=2, omitsize=True, dark="#000", light="#fff"),
    )


def take_back(wave: str) -> ResponseReturnValue:
    """End a link at once."""
    found = overview(wave)
    sent = flask.request.form.get("share", "")
    for share in found.shares:
        if share.id.hex() == sent:
            returns.take_back(db.session(), found.mine.draft, share.id)
    return flask.redirect(flask.url_for("returns.hub", wave=wave), code=303)


def _form(
    found: Overview,
    *,
    sections: frozenset[str],
    label: str,
    until: date | None,
    problems: list[tuple[str, str]],
) -> ResponseReturnValue:
    last = _last_day(found)
    return flask.render_template(
        "site/returns/ask.html",
        wave=found.mine.wave,
        overview=found,
        chosen=sections,
        label=label[:200],
        label_chars=LABEL_CHARS,
        until=until or min(last, found.today + _SUGGESTED),
        first_day=found.today,
        last=last,
        nonce=flask.request.form.get("nonce") or returns.new_nonce(),
        problems=problems,
        quoting=_quoting(found),
    )


def _quoting(found: Overview) -> list[tuple[Section, list[Section]]]:
    """Sections whose questions say again what is answered in others: whoever fills them in reads those answers."""
    known = quoting(found.mine.program)
    pairs = ((s, [o for o in found.sections if o.code in known.get(s.code, ())]) for s in found.sections)
    return [(section, others) for section, others in pairs if others]


def _mail(address: str, until: date) -> str:
    """A mail in the sender's own program: nothing passes through this server."""
    subject = _("Your part of our firm's return")
    body = _(
        "Please fill in your part of our firm's return. The link is for you alone and works until %(day)s:",
        day=until.isoformat(),
    )
    text = "\r\n".join((body, "", address, ""))
    return f"mailto:?subject={quote(subject)}&body={quote(text)}"


def _last_day(found: Overview) -> date:
    """The last day for a link: that of the return, which goes no further than the wave."""
    return max(found.today, found.mine.draft.expires_on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/answer/<wave>/return/ask", endpoint="ask")(guard.granted(ask))
    blueprint.post("/answer/<wave>/return/ask", endpoint="make")(guard.granted(make))
    blueprint.post("/answer/<wave>/return/take-back", endpoint="take_back")(guard.granted(take_back))
