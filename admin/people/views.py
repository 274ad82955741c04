"""Accounts and their roles."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.people import queries
from admin.people.forms import NewUserForm, RolesForm
from admin.screens import StaffForm, go, page
from survey.errors import HouseError
from survey.identity import role_requests, users
from survey.identity.permissions import Permission, Role
from survey.kit import guard, language

bp = flask.Blueprint("people", __name__, url_prefix="/admin/people")


@bp.get("")
@guard.permitted(Permission.USER_VIEW)
def index() -> ResponseReturnValue:
    return page("people/index.html", users=queries.users(screens.session()))


@bp.get("/new")
@guard.permitted(Permission.USER_EDIT)
def show_new() -> ResponseReturnValue:
    return page("people/new.html", form=_new_form(formdata=None), roles=list(Role))


@bp.post("/new")
@guard.permitted(Permission.USER_EDIT, needs_fresh=True)
def create() -> ResponseReturnValue:
    form = _new_form()
    if form.validate():
        try:
            made = users.create_user(
                screens.session(),
                username=form.username.data,
                display_name=form.display_name.data,
                organisation=form.organisation.data,
                password=form.password.data,
                roles=form.chosen(),
                unit_code=form.unit.data or None,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            if made.requests:
                message = _("The account is made. Its roles wait for a second administrator.")
                return go("people.show", message, user_id=made.id)
            return go("people.index", _("The account is made."))
    return page("people/new.html", form=form, roles=list(Role), status=422)


@bp.get("/<int:user_id>")
@guard.permitted(Permission.USER_VIEW)
def show(user_id: int) -> ResponseReturnValue:
    return _person(user_id, RolesForm(formdata=None))


@bp.post("/<int:user_id>/roles")
@guard.permitted(Permission.USER_EDIT, needs_fresh=True)
def set_roles(user_id: int) -> ResponseReturnValue:
    form = RolesForm()
    if form.validate():
        try:
            users.set_roles(screens.session(), user_id, roles=form.chosen(), actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            if queries.user(screens.session(), user_id).requests:
                message = _("What takes a role away counts now. New roles wait for a second administrator.")
            else:
                message = _("The roles are changed. The person signs in anew.")
            return go("people.show", message, user_id=user_id)
    return _person(user_id, form, status=422)


@bp.post("/<int:user_id>/<any(confirm, refuse):word>")
@guard.permitted(Permission.USER_EDIT, needs_fresh=True)
def answer_request(user_id: int, word: str) -> ResponseReturnValue:
    session, form = screens.session(), RolesForm(formdata=None)
    person = queries.user(session, user_id)
    try:
        if word == "refuse":
            role_requests.refuse(session, person, actor=guard.actor())
            return go("people.show", _("The roles are not given."), user_id=user_id)
        role_requests.confirm(session, person, actor=guard.actor())
    except HouseError as error:
        form.absorb(error)
        return _person(user_id, form, status=error.status)
    return go("people.show", _("The roles are given. The person signs in anew."), user_id=user_id)


@bp.post("/<int:user_id>/<any(close, open):what>")
@guard.permitted(Permission.USER_EDIT, needs_fresh=True)
def set_active(user_id: int, what: str) -> ResponseReturnValue:
    try:
        users.set_active(screens.session(), user_id, is_active=what == "open", actor=guard.actor())
    except HouseError as error:
        form = RolesForm(formdata=None)
        form.absorb(error)
        return _person(user_id, form, status=error.status)
    message = _("The account is open again.") if what == "open" else _("The account is closed.")
    return go("people.show", message, user_id=user_id)


def _person(user_id: int, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    person = queries.user(screens.session(), user_id)
    held, asked = {each.role for each in person.roles}, {each.role for each in person.requests}
    return page(
        "people/person.html",
        person=person,
        held=held,
        asked=asked,
        ticked=held | asked,
        askers=queries.askers(screens.session(), person),
        roles=list(Role),
        form=form,
        status=status,
    )


def _new_form(**given: object) -> NewUserForm:
    form = NewUserForm(**given)
    here = language.current()
    named = [(u.code, f"{u.official_code} {getattr(u, here)}") for u in queries.units(screens.session())]
    form.unit.choices = screens.choices([("", _("none")), *named])
    return form
