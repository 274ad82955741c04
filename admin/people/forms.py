"""Home of the forms for accounts, and for what the audit office hands in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm, choices
from survey.identity.permissions import Role


class RolesForm(StaffForm):
    """The roles of a person."""

    roles = SelectMultipleField(_l("Roles"), choices=choices((role, role) for role in Role))

    def chosen(self) -> list[Role]:
        """The ticked roles."""
        return [Role(code) for code in self.roles.data or []]


class NewUserForm(RolesForm):
    """A new account."""

    username = StringField(
        _l("User name"),
        [InputRequired(_l("Enter a user name.")), Length(max=60)],
        description=_l("Lower-case letters, digits, dots and dashes."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    display_name = StringField(_l("Name"), [InputRequired(_l("Enter the person's name.")), Length(max=120)])
    organisation = StringField(
        _l("Organisation"), [InputRequired(_l("Enter the organisation.")), Length(max=120)]
    )
    password = PasswordField(
        _l("First password"),
        [InputRequired(_l("Enter a first password.")), Length(max=500)],
        description=_l("At least 12 characters. The person changes it after signing in."),
        render_kw={"autocomplete": "new-password"},
    )
    unit = SelectField(_l("Unit, for a unit liaison only"), default="")


class SignaturesForm(StaffForm):
    """The file that the audit office's tool wrote."""

    file = FileField(
        _l("The file that auditor.py sign wrote"),
        [FileRequired(_l("Choose a file."))],
        description=_l("Everything in it is checked first. One wrong line, and nothing of it is kept."),
    )
