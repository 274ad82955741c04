"""Home of the forms of the designer's screens."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Length, Regexp

from admin.screens import StaffForm, choices
from survey.models.instrument import Instrument


class PlanFileForm(StaffForm):
    """A framework or scoring plan as a YAML file."""

    kind = SelectField(
        _l("What the file holds"),
        choices=choices([("framework", _l("Index framework")), ("scoring", _l("Scoring plan"))]),
    )
    file = FileField(
        _l("File (YAML)"),
        [FileRequired(_l("Choose a file."))],
        description=_l(
            "A change needs a new version number. Waves that are open keep the version they opened with."
        ),
        render_kw={"accept": ".yaml,.yml"},
    )


class EmptyDraftForm(StaffForm):
    """A draft that begins with a code and a title."""

    code = StringField(
        _l("Code"),
        [Regexp(r"[^\W\d][\w-]{0,59}$", message=_l("A letter, then letters, digits, _ or -."))],
        description=_l("Names the instrument through all its versions, such as residents."),
    )
    title_zh = StringField(_l("Title in Chinese"), [Length(max=200)])
    title_en = StringField(_l("Title in English"), [Length(max=200)])


class VersionDraftForm(StaffForm):
    """A draft that begins as a copy of a version."""

    version = SelectField(_l("Version"))

    @classmethod
    def offering(cls, instruments: Iterable[Instrument], **values: object) -> VersionDraftForm:
        """The form with all versions of these instruments, the newest first."""
        form = cls(**values)
        pairs = [
            (version.id, f"{instrument.code} {version.version}")
            for instrument in instruments
            for version in reversed(instrument.versions)
        ]
        form.version.choices = choices(pairs)
        return form


class FileDraftForm(StaffForm):
    """A draft that begins with a file."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose a file."))],
        description=_l(
            "XLSForm (.xlsx, .xls, .csv), LimeSurvey (.lss, .lsq, .lsg) or our own YAML. "
            "What cannot be carried over is listed."
        ),
        render_kw={"accept": ".xlsx,.xls,.csv,.lss,.lsq,.lsg,.qsf,.yaml,.yml"},
    )
