"""Home of the forms of interviewers' cases."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, SelectField

from admin.interviews import rules
from admin.screens import StaffForm, choices
from admin.words import word


class AssignForm(StaffForm):
    """Cases to hand out."""

    mode = SelectField(
        _l("Mode"),
        choices=choices([("capi", _l("Face to face")), ("cati", _l("Telephone"))]),
    )
    file = FileField(
        _l("Drawn cases (CSV)"),
        [FileRequired(_l("Choose a file."))],
        description=_l(
            "stratum, probability, seal_group, and name, phone, address, note to find the case. With a column "
            "interviewer (user names) it is a list; without it the platform draws who gets which."
        ),
        render_kw={"accept": ".csv,text/csv"},
    )


class AttemptForm(StaffForm):
    """One attempt to reach a case."""

    way = RadioField(_l("How"), choices=choices([("visit", _l("Visit")), ("telephone", _l("Telephone"))]))
    code = SelectField(_l("What came of it"))
    is_final = BooleanField(_l("This ends the case"))

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.code.choices = choices((code, word("attempt", code)) for code in rules.CODES)
