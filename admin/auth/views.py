"""Signing in and out, the second factor, and giving the password again."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from admin import screens
from admin.auth import gate
from admin.auth.forms import CodeForm, ConfirmForm, ConfirmWithCodeForm, SignInForm
from admin.screens import go, page
from survey.identity import sessions, sign_in, throttle, totp
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.kit.own_transaction import own_transaction

bp = flask.Blueprint("auth", __name__, url_prefix="/admin")


@bp.get("/sign-in")
@guard.public
def show_sign_in() -> ResponseReturnValue:
    if guard.signed_in():
        return go("overview.index")
    return page("auth/sign_in.html", form=SignInForm(formdata=None, next=flask.request.args.get("next", "")))


@bp.post("/sign-in")
@guard.public
def enter() -> ResponseReturnValue:
    form = SignInForm()
    found = None
    if form.validate():
        found = gate.right_candidate(form.username.data, form.password.data)
        if found is None:
            form.form_errors.append(_("User name or password is wrong, or the account is closed."))
    if found is None or found.user_id is None:
        return page("auth/sign_in.html", form=form, status=422)
    with own_transaction() as session:
        opened = sign_in.open_for(
            session,
            found.user_id,
            agent_class=_agent_class(),
            previous=flask.request.cookies.get(guard.cookie_name()),
        )
    flask.session.clear()  # form tokens from before the sign-in are worth nothing after it
    answer = (
        go("auth.show_code", next=guard.local_target(form.next.data))
        if opened.awaits_second_factor
        else _onwards(form.next.data)
    )
    guard.set_cookie(answer, opened.secret)
    return answer


@bp.get("/sign-in/code")
@guard.public
def show_code() -> ResponseReturnValue:
    if _waiting_name() is None:
        return go("auth.show_sign_in")
    return page("auth/code.html", form=CodeForm(formdata=None, next=flask.request.args.get("next", "")))


@bp.post("/sign-in/code")
@guard.public
def enter_code() -> ResponseReturnValue:
    name, form = _waiting_name(), CodeForm()
    if name is None:
        return go("auth.show_sign_in")
    secret = None
    if form.validate():
        counted = gate.limits(f"{name}/code")
        gate.count(counted)
        with own_transaction() as session:
            old = flask.request.cookies[guard.cookie_name()]
            secret = sign_in.check_code(session, secret=old, code=form.code.data, key=_key())
            if secret is not None:
                throttle.forgive(session, counted)
        if secret is None:
            form.code.errors = [_("This code is wrong, too old, or was used before. Take the next one.")]
    if secret is None:
        return page("auth/code.html", form=form, status=422)
    answer = _onwards(form.next.data)
    guard.set_cookie(answer, secret)
    return answer


@bp.post("/sign-out")
@guard.public
def sign_out() -> ResponseReturnValue:
    secret = flask.request.cookies.get(guard.cookie_name())
    if secret:
        sessions.end(screens.session(), sessions.hash_of(secret))
    flask.session.clear()
    answer = go("auth.show_sign_in", _("You are signed out."))
    guard.drop_cookie(answer)
    return answer


@bp.get("/confirm")
@guard.permitted(Permission.OWN_ACCOUNT)
def show_confirm() -> ResponseReturnValue:
    return page(
        "auth/confirm.html", form=_confirm_form()(formdata=None, next=flask.request.args.get("next", ""))
    )


@bp.post("/confirm")
@guard.permitted(Permission.OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    me, form = guard.signed_in(), _confirm_form()()
    assert me is not None  # the guard let a signed-in person through
    assert me.actor.user_id is not None
    secret = None
    if form.validate():
        right = gate.right_candidate(me.username, form.password.data) is not None
        with own_transaction() as session:
            if right and me.has_second_factor:
                right = sign_in.take_code(session, me.actor.user_id, code=form.code.data, key=_key())
            if right:
                secret = sessions.renew(session, me.id_hash)
        if secret is None:
            form.form_errors.append(_("Password or code is wrong."))
    if secret is None:
        return page("auth/confirm.html", form=form, status=422)
    answer = _onwards(form.next.data)
    guard.set_cookie(answer, secret)
    return answer


def _confirm_form() -> type[ConfirmForm]:
    me = guard.signed_in()
    return ConfirmWithCodeForm if me and me.has_second_factor else ConfirmForm


def _onwards(raw: str | None) -> Response:
    target = guard.local_target(raw)
    return flask.redirect(target, code=303) if target else go("overview.index")


def _waiting_name() -> str | None:
    secret = flask.request.cookies.get(guard.cookie_name())
    if not secret:
        return None
    with own_transaction(reads_only=True) as session:
        user = sign_in.waiting_user(session, secret)
        return user.username if user else None


def _key() -> bytes:
    return screens.keys().get_or_create(totp.KEY_NAME)


def _agent_class() -> str:
    agent = flask.request.user_agent.string.lower()
    if not agent:
        return ""
    return "phone" if any(word in agent for word in ("mobile", "android", "iphone", "ipad")) else "desktop"
