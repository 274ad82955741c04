"""One's own account: password, second factor, and the sessions that are open."""

from __future__ import annotations

import flask
import segno
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.auth.forms import EnrolForm, NewPasswordForm
from admin.screens import go, page
from survey.errors import HouseError
from survey.identity import sessions, totp, users
from survey.identity.permissions import Permission
from survey.identity.sessions import SignedIn
from survey.kit import guard

bp = flask.Blueprint("account", __name__, url_prefix="/admin/account")


@bp.get("")
@guard.permitted(Permission.OWN_ACCOUNT)
def index() -> ResponseReturnValue:
    me = _me()
    mine = sessions.list_of(screens.session(), _id(me), this=me.id_hash)
    return page("auth/account.html", me=me, sessions=mine)


@bp.post("/sessions/<name>/end")
@guard.permitted(Permission.OWN_ACCOUNT)
def end_session(name: str) -> ResponseReturnValue:
    sessions.end_named(screens.session(), _id(_me()), name)
    return go("account.index", _("The session has ended."))


@bp.post("/sessions/end-others")
@guard.permitted(Permission.OWN_ACCOUNT)
def end_others() -> ResponseReturnValue:
    me = _me()
    sessions.end_all(screens.session(), _id(me), keep=me.id_hash)
    return go("account.index", _("All other sessions have ended."))


@bp.get("/password")
@guard.permitted(Permission.OWN_ACCOUNT, needs_fresh=True)
def show_password() -> ResponseReturnValue:
    return page("auth/password.html", form=NewPasswordForm(formdata=None))


@bp.post("/password")
@guard.permitted(Permission.OWN_ACCOUNT, needs_fresh=True)
def set_password() -> ResponseReturnValue:
    me, form = _me(), NewPasswordForm()
    if form.validate():
        try:
            users.set_password(
                screens.session(),
                _id(me),
                password=form.password.data,
                actor=me.actor,
                keep_session=me.id_hash,
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("account.index", _("Your password is changed. All other sessions have ended."))
    return page("auth/password.html", form=form, status=422)


@bp.get("/second-factor")
@guard.permitted(Permission.OWN_ACCOUNT, needs_fresh=True)
def show_enrol() -> ResponseReturnValue:
    form = EnrolForm(formdata=None, secret=totp.new_secret())
    return page("auth/enrol.html", form=form, me=_me(), picture=_picture(form.secret.data))


@bp.post("/second-factor")
@guard.permitted(Permission.OWN_ACCOUNT, needs_fresh=True)
def enrol() -> ResponseReturnValue:
    me, form, session = _me(), EnrolForm(), screens.session()
    if not totp.is_secret(form.secret.data or ""):
        return go("account.show_enrol")
    counter = None
    if form.validate():
        counter = totp.counter_of(form.secret.data, form.code.data, at=totp.real_now(session), last=None)
        if counter is None:
            form.code.errors = [
                _("This code does not fit. Check the time of your phone and take the next one.")
            ]
    if counter is None:
        return page("auth/enrol.html", form=form, me=me, status=422, picture=_picture(form.secret.data))
    key = screens.keys().get_or_create(totp.KEY_NAME)
    sealed = totp.seal(form.secret.data, key=key, username=me.username)
    users.set_second_factor(session, _id(me), sealed_secret=sealed, counter=counter, actor=me.actor)
    sessions.end_all(session, _id(me), keep=me.id_hash)
    answer = go("account.index", _("Your authenticator is set up. It is asked for at every sign-in."))
    guard.set_cookie(answer, sessions.renew(session, me.id_hash, gave_second_factor=True))
    return answer


@bp.post("/second-factor/drop")
@guard.permitted(Permission.OWN_ACCOUNT, needs_fresh=True)
def drop_factor() -> ResponseReturnValue:
    me, session = _me(), screens.session()
    users.set_second_factor(session, _id(me), sealed_secret=None, counter=None, actor=me.actor)
    answer = go("account.index", _("Your authenticator is no longer asked for."))
    guard.set_cookie(answer, sessions.renew(session, me.id_hash, gave_second_factor=False))
    return answer


def _me() -> SignedIn:
    me = guard.signed_in()
    assert me is not None  # the guard let a signed-in person through
    return me


def _id(me: SignedIn) -> int:
    assert me.actor.user_id is not None  # sessions belong to persons
    return me.actor.user_id


def _picture(secret: str) -> dict[str, str]:
    code = segno.make(totp.address(secret, _me().username), error="m")
    return {
        "picture": code.svg_data_uri(scale=5, border=3, dark="#1c1b19", light="#ffffff"),
        "typed_secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    }
