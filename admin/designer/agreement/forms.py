"""Home of the forms by which an instrument is agreed on: comments, sign-off, consultation, bank, framework."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from admin.screens import StaffForm, choices

_REASON = Length(min=5, max=500, message=_l("Give the reason in 5 to 500 characters."))


class RefinementForm(StaffForm):
    """The head of a refined framework; its weights are fields of their own."""

    version = StringField(
        _l("Number of the new version"),
        [Regexp(r"^[0-9]{4}\.[0-9]{1,3}$", message=_l("A version is written like 2026.2."))],
        render_kw={"inputmode": "decimal", "size": 10},
    )
    reason = StringField(_l("Reason of the change"), [_REASON], render_kw={"size": 60})


class CommentForm(StaffForm):
    """A remark on a draft, or a reply to one."""

    text = TextAreaField(
        _l("Comment"),
        [Length(min=2, max=2000, message=_l("Write 2 to 2,000 characters."))],
        render_kw={"rows": 3, "maxlength": 2000},
    )


class DepartureForm(StaffForm):
    """Why an item leaves its frozen wording."""

    reason = StringField(_l("Reason"), [_REASON], render_kw={"size": 60})


class ApprovalForm(StaffForm):
    """The second person's word on a draft."""

    has_read = BooleanField(
        _l("I have read every change shown above and accept it."),
        [InputRequired(message=_l("Say that you have read the changes."))],
    )


class ConsultationForm(StaffForm):
    """When a draft is open to the public, and on what terms."""

    opens = DateField(_l("Opens on"), [InputRequired(message=_l("Name the day."))])
    closes = DateField(_l("Last day for comments"), [InputRequired(message=_l("Name the day."))])
    change_zh = StringField(_l("What can change, in Chinese"), [Length(min=2, max=500)])
    change_en = StringField(_l("What can change, in English"), [Length(min=2, max=500)])
    fixed_zh = StringField(_l("What cannot, in Chinese"), [Length(min=2, max=500)])
    fixed_en = StringField(_l("What cannot, in English"), [Length(min=2, max=500)])
    replies_zh = StringField(_l("How replies are given, in Chinese"), [Length(min=2, max=500)])
    replies_en = StringField(_l("How replies are given, in English"), [Length(min=2, max=500)])


class ReplyForm(StaffForm):
    """What became of a public comment, and why."""

    decision = SelectField(
        _l("Decision"),
        choices=choices(
            [
                ("", _l("choose")),
                ("accepted", _l("Adopted")),
                ("partly_accepted", _l("Partly adopted")),
                ("not_accepted", _l("Not adopted")),
            ]
        ),
    )
    reply_zh = TextAreaField(_l("Reason, in Chinese"), render_kw={"rows": 3, "maxlength": 1000, "lang": "zh"})
    reply_en = TextAreaField(_l("Reason, in English"), render_kw={"rows": 3, "maxlength": 1000, "lang": "en"})


class BankItemForm(StaffForm):
    """An item taken into the bank."""

    code = StringField(
        _l("Code in the bank"),
        [Regexp(r"^[^\W\d][\w-]{0,63}$", message=_l("A letter, then letters, digits, _ or -."))],
    )
    concept = StringField(
        _l("Code of the concept"),
        [Regexp(r"^[^\W\d][\w-]{0,63}$", message=_l("A letter, then letters, digits, _ or -."))],
    )
    concept_zh = StringField(_l("What it measures, in Chinese"), [Length(min=1, max=200)])
    concept_en = StringField(_l("What it measures, in English"), [Length(max=200)])


class RetirementForm(StaffForm):
    """Why a wording is not to be used any more."""

    reason = StringField(
        _l("Why it is not to be used any more"),
        [Length(min=5, max=300, message=_l("Give the reason in 5 to 300 characters."))],
    )
