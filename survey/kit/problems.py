"""Turns every refusal and every failure into one kind page (or problem+json), and leaks nothing."""

from __future__ import annotations

import flask
import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from survey.db import db
from survey.errors import HouseError, RateLimited, Unavailable
from survey.kit import guard, in_words, language, tracing

API = "/api/"
_RETRY_SECONDS = 10
_UNREACHABLE = (sa.exc.OperationalError, sa.exc.InterfaceError, sa.exc.TimeoutError)
"""Locked, full, shutting down, out of connections: nothing is broken, the moment is."""


def register(app: flask.Flask) -> None:
    """Answer every error of ``app`` from here."""
    app.register_error_handler(HouseError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http)


def _refused(error: HouseError) -> ResponseReturnValue:
    here = language.current()
    retry = error.retry_after if isinstance(error, RateLimited | Unavailable) else None
    return _answer(
        error.status,
        code=error.code,
        text=in_words.refusal(error),
        details=[problem.message(here) for problem in error.problems],
        retry_after=retry,
    )


def _stale_form(_error: CSRFError) -> ResponseReturnValue:
    return _answer(
        400,
        code="stale_form",
        text=_(
            "This page lost its connection to your browser, often because cookies are switched off. "
            "Nothing was changed. Go back, reload the page and send it again."
        ),
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    cause = error.original_exception if isinstance(error, InternalServerError) else None
    if cause is not None:
        tracing.crash(cause)
        flask.g.without_database = True
        if isinstance(cause, HouseError):  # raised while the work was being committed
            return _refused(cause)
        if isinstance(cause, _UNREACHABLE):
            return _answer(503, code="busy", text=_texts()[503], retry_after=_RETRY_SECONDS)
    if error.response is not None:  # a redirect, or a complete answer
        return error.response
    status = error.code or 500
    texts = _texts()
    return _answer(status, code=f"http_{status}", text=texts.get(status) or texts[status // 100 * 100])


def _answer(
    status: int, *, code: str, text: str, details: list[str] | None = None, retry_after: int | None = None
) -> flask.Response:
    title = _titles_by_code().get(code) or _titles().get(status) or _titles()[status // 100 * 100]
    if status >= 500:
        flask.g.without_database = True
    db.session.rollback()
    db.session.info["read_only"] = True  # a refusal is only read; it waits for no other writer
    if flask.request.path.startswith(API):
        response = flask.jsonify(
            type="about:blank",
            title=title,
            status=status,
            detail=text,
            code=code,
            problems=details or [],
            request_id=tracing.request_id(),
        )
        response.mimetype = "application/problem+json"
    else:
        response = flask.make_response(
            flask.render_template(
                "kit/problem.html",
                title=title,
                text=text,
                details=details or [],
                status=status,
                code=code,
                request_id=tracing.request_id(),
                again=_typed() if status == 503 else (),
            )
        )
    response.status_code = status
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _typed() -> list[tuple[str, str]]:
    """What a respondent had just sent, so that the same page can send it again and nothing is typed twice."""
    found = guard.guard_of(flask.request.endpoint)
    if flask.request.method != "POST" or found is None or found.kind is not guard.Kind.GRANTED:
        return []
    return [(name, value) for name, values in flask.request.form.lists() for value in values]


def _titles() -> dict[int, str]:
    return {
        400: _("This request cannot be read"),
        403: _("Not open to you"),
        404: _("There is no page here"),
        405: _("This page cannot do that"),
        409: _("Something changed in the meantime"),
        410: _("No longer here"),
        413: _("Too much at once"),
        422: _("This cannot be taken as it is"),
        429: _("Too many attempts"),
        500: _("Something broke on our side"),
        503: _("Not possible at this moment"),
    }


def _titles_by_code() -> dict[str, str]:
    return {
        "token_used": _("This invitation has been used"),
        "token_expired": _("This invitation has expired"),
        "token_malformed": _("This link is not complete"),
        "token_unknown": _("This link or code is not known"),
        "wave_not_open_yet": _("Not open yet"),
        "wave_closed": _("This survey has closed"),
        "grant_expired": _("Please open your link again"),
        "grant_missing": _("Please open your link again"),
        "counter_code_unknown": _("This code is no longer good"),
        "screen_unknown": _("This screen is not set up"),
        "draft_unknown": _("No questionnaire under way here"),
        "share_over": _("This link is closed"),
        "share_expired": _("This link has ended"),
        "part_handed_back": _("Your part is handed back"),
        "quota_full": _("Thank you, there are enough answers"),
    }


def _texts() -> dict[int, str]:
    return {
        400: _("The browser sent something that we cannot read. Go back and try once more."),
        403: _("This page is not open to you."),
        404: _("The address may be mistyped, or the page has moved. Check it, or begin on the home page."),
        405: _("The address exists, but it does not take this kind of request. Begin on the home page."),
        413: _("What was sent is larger than we take. Shorten the text or send a smaller file."),
        422: _("The input cannot be taken as it is. Go back and look it over."),
        429: _("Wait a little and try again."),
        500: _("It is not your fault, and what was saved before is still there. Try again in a minute."),
        503: _("Nothing that was saved is lost. Wait a few seconds and send the page again."),
    }
