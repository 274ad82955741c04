"""Home of the forms of fieldwork."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from admin.screens import StaffForm, choices

_CODE = {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}


class WaveForm(StaffForm):
    """A new wave."""

    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter a code.")), Length(max=60)],
        description=_l("Lower-case letters, digits, dots and dashes; it names the public logs of this wave."),
        render_kw=_CODE,
    )
    title_zh = StringField(_l("Title in Chinese"), [InputRequired(_l("Enter the title.")), Length(max=120)])
    title_en = StringField(_l("Title in English"), [InputRequired(_l("Enter the title.")), Length(max=120)])
    cycle = SelectField(_l("Cycle"), coerce=int)
    evaluator_group = SelectField(_l("Evaluator group"))
    version = SelectField(_l("Instrument version"), coerce=int)
    period = SelectField(
        _l("Period"),
        choices=choices(
            [("annual", _l("Annual survey")), *((f"peacetime_Q{q}", f"Q{q}") for q in range(1, 5))]
        ),
    )
    anonymity = SelectField(
        _l("Anonymity"),
        choices=choices(
            [
                ("anonymous", _l("Anonymous")),
                ("confidential", _l("Confidential")),
                ("identified", _l("Identified by consent")),
            ]
        ),
        description=_l(
            "Confidential keeps a keyed hash of the case inside the sealed box, for back-checks. Identified keeps the "
            "case itself with the answers of those who agree to that apart. The mode is fixed when the wave opens."
        ),
    )
    opens_at = DateTimeLocalField(_l("Opens at"), [InputRequired(_l("Enter the opening time."))])
    closes_at = DateTimeLocalField(_l("Closes at"), [InputRequired(_l("Enter the closing time."))])


class EntryForm(StaffForm):
    """An open entry."""

    code = StringField(
        _l("Code of the entry"),
        [InputRequired(_l("Enter a code.")), Length(max=30)],
        description=_l(
            "The address becomes /s/ and this code. What arrives there is shown apart and never scored."
        ),
        render_kw=_CODE,
    )


class CsvForm(StaffForm):
    """A CSV file."""

    file = FileField(
        _l("CSV file in UTF-8"),
        [FileRequired(_l("Choose a file."))],
        render_kw={"accept": ".csv,text/csv"},
    )


class InviteForm(CsvForm):
    """Drawn cases, and how their invitations leave the house."""

    way = SelectField(
        _l("How they are invited"),
        choices=choices(
            [
                ("sms.csv", _l("Text messages: a file for the gateway")),
                ("email.csv", _l("E-mails: a file for the gateway")),
                ("letters.html", _l("Letters with a code, to print from a browser")),
                ("letters.pdf", _l("Letters with a code, as PDF")),
                ("cards.html", _l("Cards with a code, eight a page, to print from a browser")),
                ("cards.pdf", _l("Cards with a code, eight a page, as PDF")),
            ]
        ),
    )


class CounterForm(StaffForm):
    """A counter whose screen shows a code."""

    place_zh = StringField(_l("Place in Chinese"), [InputRequired(_l("Name the place.")), Length(max=60)])
    place_en = StringField(_l("Place in English"), [InputRequired(_l("Name the place.")), Length(max=60)])
    context = TextAreaField(
        _l("What is known about everybody who answers there"),
        description=_l("One a line, field=value, for example unit=edu. May be empty."),
    )


class ImportForm(CsvForm):
    """A file of fieldwork, with what it holds."""

    kind = SelectField(_l("What the file holds"))
    cycle = SelectField(_l("Cycle"), coerce=int)
