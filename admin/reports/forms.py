"""Home of the forms of releases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm


class AnnounceForm(StaffForm):
    """A release to be announced."""

    title_zh = StringField(_l("Title in Chinese"), [InputRequired(_l("Enter the title.")), Length(max=200)])
    title_en = StringField(_l("Title in English"), [InputRequired(_l("Enter the title.")), Length(max=200)])
    day = DateField(
        _l("Day of the release"),
        [InputRequired(_l("Enter a day."))],
        description=_l("At least 28 days ahead. The hour is the one that the plan fixes."),
    )


class ChooseRunForm(StaffForm):
    """The run that a release publishes."""

    run = SelectField(_l("Run"))


class MethodForm(StaffForm):
    """A part of the method statement, in both languages."""

    text_zh = TextAreaField(_l("In Chinese"), [InputRequired(_l("Write this part.")), Length(max=4000)])
    text_en = TextAreaField(_l("In English"), [InputRequired(_l("Write this part.")), Length(max=4000)])


class ApproveForm(StaffForm):
    """The role in which a person approves."""

    role = SelectField(_l("You approve as"))
