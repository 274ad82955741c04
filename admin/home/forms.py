"""Home of the forms on the dashboard."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm


class EvidenceForm(StaffForm):
    """What shows that a stage was done."""

    note = StringField(
        _l("Evidence"),
        [InputRequired(_l("Say what the evidence is.")), Length(max=500)],
        description=_l("A document with its number, a digest, a decision with its date."),
    )
