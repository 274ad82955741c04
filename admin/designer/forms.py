"""Home of the forms of the designer's screens."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField

from admin.screens import StaffForm, choices


class InstrumentFileForm(StaffForm):
    """An instrument as a YAML file."""

    file = FileField(
        _l("Instrument file (YAML)"),
        [FileRequired(_l("Choose a file."))],
        description=_l(
            "It is checked as a whole; problems are shown with line and place, and nothing is kept."
        ),
        render_kw={"accept": ".yaml,.yml"},
    )


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
