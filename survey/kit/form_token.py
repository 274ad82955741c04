"""Home of the token that every form carries, so that no other site can send one in somebody's name.

Forms of an interview carry one that is made from the cookie of that very interview: it needs no session, and is
checked with one hash. All others carry Flask-WTF's, which a session cookie holds.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import flask
from flask_wtf.csrf import CSRFProtect, generate_csrf, same_origin

from survey.kit import guard

FIELD = "csrf_token"
_BYTES = 18
_BINDINGS, _PASSED = "minyi_form_bindings", "minyi_form_passed"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
Bindings = Callable[[], Iterable[str]]
"""The secret cookies that an interview's browser holds in this request, those that last longest first."""
Passed = Callable[[], str | None]
"""Where somebody is by now who sends a form that they have already got past; None where that is not so."""


class FormTokens(CSRFProtect):  # type: ignore[misc]  # Flask-WTF has no types
    """Flask-WTF's check, with a shorter way for the forms of an interview."""

    def init_app(self, app: flask.Flask) -> None:
        """Check the forms of ``app``, and give its templates ``csrf_token()``."""
        super().init_app(app)
        app.jinja_env.globals[FIELD] = form_token
        app.context_processor(lambda: {FIELD: form_token})

    def protect(self, apply_exemptions: bool = False) -> None:
        """Refuse a change that does not come from one of our pages."""
        request = flask.request
        if request.method not in _CHANGING or not _is_of_interview():
            if request.method in _CHANGING and (further_on := _further_on()):
                flask.abort(
                    flask.redirect(further_on, code=303)
                )  # only looked at: nothing that was sent is used
            super().protect(apply_exemptions=apply_exemptions)
            return
        # Some browsers inside messengers send no referrer at all; a foreign one is refused.
        if (
            request.is_secure
            and request.referrer
            and not same_origin(request.referrer, f"https://{request.host}/")
        ):
            self._error_response("The referrer does not match the host.")
        flask.g.csrf_valid = True


def bind(app: flask.Flask, bindings: Bindings, *, passed: Passed) -> None:
    """Say which cookies the forms of an interview are bound to, and which forms somebody may be past."""
    app.extensions[_BINDINGS] = bindings
    app.extensions[_PASSED] = passed


def form_token() -> str:
    """The token for the forms of this page."""
    found: str | None = flask.g.get("form_token")
    if found is None:
        own = next(_own_tokens(), None)
        found = flask.g.form_token = generate_csrf() if own is None else own
    return found


@contextmanager
def standing_for(mark: str) -> Iterator[None]:
    """Pages that are written in this block carry ``mark`` where the token goes."""
    before = flask.g.get("form_token")
    flask.g.form_token = mark
    try:
        yield
    finally:
        flask.g.form_token = before


def _further_on() -> str | None:
    passed: Passed | None = flask.current_app.extensions.get(_PASSED)
    return None if passed is None else passed()


def _is_of_interview() -> bool:
    """Whether the form that was sent carries the token of an interview under way in this browser."""
    sent = flask.request.form.get(FIELD) or flask.request.headers.get("X-CSRFToken", "")
    return any(hmac.compare_digest(own.encode(), sent.encode("utf-8", "replace")) for own in _own_tokens())


def _own_tokens() -> Iterator[str]:
    found = guard.guard_of(flask.request.endpoint)
    bindings: Bindings | None = flask.current_app.extensions.get(_BINDINGS)
    if bindings is not None and found is not None and found.kind is guard.Kind.GRANTED:
        for cookie in bindings():
            yield _token(cookie)


def _token(cookie: str) -> str:
    key = str(flask.current_app.secret_key).encode()
    mac = hmac.digest(key, b"form " + cookie.encode("utf-8", "replace"), "sha256")
    return base64.urlsafe_b64encode(mac[:_BYTES]).decode()
