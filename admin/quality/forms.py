"""Home of the form that decides on a flag."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm


class DecisionForm(StaffForm):
    """One person's decision."""

    role = SelectField(_l("You decide as"))
    decision = RadioField(_l("Decision"), validators=[InputRequired(_l("Choose a decision."))])
    reason_code = SelectField(_l("Coded reason"), description=_l("The report counts removals by this code."))
    reason = TextAreaField(
        _l("Reason in words"),
        [InputRequired(_l("Write the reason.")), Length(max=2000)],
        description=_l("It is published with the results. Leave out names."),
    )
