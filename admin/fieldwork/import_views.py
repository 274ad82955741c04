"""Imports of what fieldwork recorded beside the answers: whole files or nothing, with every row at fault."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.fieldwork import columns, queries
from admin.fieldwork.forms import ImportForm
from admin.fieldwork.services import imports
from admin.fieldwork.services.files import Source
from admin.fieldwork.wave_views import UPLOAD_LIMIT
from admin.screens import go, page
from admin.words import word
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard, language
from survey.models.cycle import Cycle

bp = flask.Blueprint("imports", __name__, url_prefix="/admin/imports")
_VERBS = {
    "dispositions": imports.import_dispositions,
    "call_backs": imports.import_call_backs,
    "frames": imports.import_frames,
    "internal_scores": imports.import_internal_scores,
    "appeals": imports.import_appeals,
}
_COLUMNS = {
    "dispositions": columns.DISPOSITIONS,
    "call_backs": columns.CALL_BACKS,
    "frames": columns.FRAMES,
    "internal_scores": columns.internal_scores(score=("0", "100"), additions="0", deductions="0"),
    "appeals": columns.APPEALS,
    "cases": columns.CASES,
}


@bp.get("")
@guard.permitted(Permission.IMPORT_VIEW)
def index() -> ResponseReturnValue:
    return _list(_form(formdata=None))


@bp.post("")
@guard.permitted(Permission.IMPORT_RUN, upload_limit=UPLOAD_LIMIT)
def take() -> ResponseReturnValue:
    form = _form()
    if form.validate():
        content, filename = screens.uploaded(form.file.data)
        cycle = screens.session().get(Cycle, form.cycle.data)
        if cycle is None:
            raise NotFound("cycle_unknown", zh="没有这个周期。", en="There is no such cycle.")
        try:
            file = _VERBS[form.kind.data](
                screens.session(), cycle, Source(content=content, filename=filename), actor=guard.actor()
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("imports.index", _("The file is taken: %(n)s rows.", n=file.n_rows))
    return _list(form, status=422)


def _form(**given: object) -> ImportForm:
    form = ImportForm(**given)
    form.kind.choices = screens.choices((kind, word("import", kind)) for kind in _VERBS)
    form.cycle.choices = screens.choices(
        (c.id, language.say(c.title)) for c in queries.cycles(screens.session())
    )
    return form


def _list(form: ImportForm, *, status: int = 200) -> ResponseReturnValue:
    files = queries.imported_files(screens.session())
    return page("fieldwork/imports.html", files=files, form=form, columns=_COLUMNS, status=status)
