"""Home of the forms for signing in and for one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm

_PASSWORD = {"autocomplete": "current-password"}
_CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "off",
    "spellcheck": "false",
}


class SignInForm(StaffForm):
    """Name and password."""

    username = StringField(
        _l("User name"),
        [InputRequired(_l("Enter your user name.")), Length(max=100)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password.")), Length(max=500)], render_kw=_PASSWORD
    )
    next = HiddenField()


class CodeForm(StaffForm):
    """The six digits of the authenticator."""

    code = StringField(
        _l("Code from your authenticator app"),
        [InputRequired(_l("Enter the six digits.")), Length(max=20)],
        description=_l("Six digits. Each code works once."),
        render_kw=_CODE,
    )
    next = HiddenField()


class ConfirmForm(StaffForm):
    """The password once more."""

    password = PasswordField(
        _l("Password"), [InputRequired(_l("Enter your password.")), Length(max=500)], render_kw=_PASSWORD
    )
    next = HiddenField()


class ConfirmWithCodeForm(ConfirmForm):
    """The password and a code once more."""

    code = StringField(
        _l("Code from your authenticator app"),
        [InputRequired(_l("Enter the six digits.")), Length(max=20)],
        render_kw=_CODE,
    )


class NewPasswordForm(StaffForm):
    """Another password, typed twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter the new password.")), Length(max=500)],
        description=_l("At least 12 characters. A sentence is easy to remember and hard to guess."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password once more"),
        [InputRequired(_l("Enter the new password once more.")), Length(max=500)],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_again(self, field: PasswordField) -> None:
        """Both must be the same."""
        if field.data != self.password.data:
            raise ValueError(_l("The two passwords differ."))


class EnrolForm(StaffForm):
    """A code that proves that the authenticator has taken the secret."""

    secret = HiddenField()
    code = StringField(
        _l("Code that the app shows now"),
        [InputRequired(_l("Enter the six digits.")), Length(max=20)],
        render_kw=_CODE,
    )
