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
from survey.identity import users
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
            users.create_user(
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
            return go("people.show", _("The roles are changed. The person signs in anew."), user_id=user_id)
    return _person(user_id, form, status=422)


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
    held = {each.role for each in person.roles}
    return page("people/person.html", person=person, held=held, roles=list(Role), form=form, status=status)


def _new_form(**given: object) -> NewUserForm:
    form = NewUserForm(**given)
    here = language.current()
    named = [(u.code, f"{u.official_code} {getattr(u, here)}") for u in queries.units(screens.session())]
    form.unit.choices = screens.choices([("", _("none")), *named])
    return form
