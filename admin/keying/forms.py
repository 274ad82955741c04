"""Home of the forms of keying."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from admin.keying.services.issuing import SPOILED_FOR
from admin.screens import StaffForm, choices
from admin.words import word

_SERIAL = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}


class SerialForm(StaffForm):
    """The number of a sheet."""

    serial = StringField(
        _l("Number on the sheet"),
        [InputRequired(_l("Enter the number of the sheet.")), Length(max=40)],
        description=_l("Eleven digits; dashes may be left out."),
        render_kw=_SERIAL,
    )


class SpoilForm(SerialForm):
    """A sheet to take out, with the reason."""

    reason = SelectField(_l("Reason"))

    def __init__(self, **given: object) -> None:
        super().__init__(**given)
        self.reason.choices = choices((code, word("sheet_reason", code)) for code in SPOILED_FOR)


class RunForm(StaffForm):
    """A run to print."""

    mode = SelectField(
        _l("Filled in"),
        choices=choices(
            [("paper", _l("on paper, by the respondent")), ("cati", _l("on the telephone, noted down"))]
        ),
    )
    language = SelectField(_l("Language"))
    decides = SelectField(
        _l("Differences are settled by"),
        choices=choices(
            [("third", _l("a third person")), ("either", _l("either of the two, with the sheet in hand"))]
        ),
    )
    file = FileField(
        _l("Drawn cases (CSV)"),
        description=_l("One sheet a case: stratum, probability, seal_group; case in confidential waves."),
        render_kw={"accept": ".csv,text/csv"},
    )
    n = IntegerField(
        _l("Or this many sheets for anybody"),
        [Optional()],
        description=_l("Without a file. What is written on these is shown apart and never scored."),
    )
