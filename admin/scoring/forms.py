"""Home of the forms of runs, written answers and signatures."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from admin.screens import StaffForm


class RunForm(StaffForm):
    """A new run."""

    dataset = SelectField(_l("Dataset"), coerce=int)
    seed = IntegerField(
        _l("Seed"),
        [InputRequired(_l("Enter a whole number.")), NumberRange(min=0, max=2**31 - 1)],
        description=_l("Fixes every random step. The same seed gives the same digits."),
    )


class AnswerForm(StaffForm):
    """The written answer to a warning, in both languages."""

    text_zh = TextAreaField(
        _l("Answer in Chinese"), [InputRequired(_l("Write the answer.")), Length(max=2000)]
    )
    text_en = TextAreaField(
        _l("Answer in English"),
        [InputRequired(_l("Write the answer.")), Length(max=2000)],
        description=_l("Both are published with the results."),
    )


class RoleForm(StaffForm):
    """The role in which a person signs."""

    role = SelectField(_l("You sign as"))
