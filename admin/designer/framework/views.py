"""The index framework: its tree with weights, coverage and lineage, what looks unbalanced, and its refinement."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from admin import screens
from admin.content import framework_review
from admin.designer import queries
from admin.designer.agreement.forms import RefinementForm
from admin.designer.framework import verbs as frameworks
from admin.designer.framework.verbs import Refinement
from admin.screens import go, page
from survey import text
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.models.content import ContentDocument

bp = flask.Blueprint("frameworks", __name__, url_prefix="/admin/frameworks")
_LONGEST_NAME = 100


@bp.get("/<int:document_id>")
@guard.permitted(Permission.CONTENT_VIEW)
def show(document_id: int) -> ResponseReturnValue:
    session = screens.session()
    document = frameworks.framework(session, document_id)
    return page(
        "designer/framework.html",
        document=document,
        plan=document.document,
        review=frameworks.look_through(session, document),
        programs=frameworks.programs_by_group(session),
        units={unit.code: unit for unit in queries.units(session)},
        thresholds=framework_review,
    )


@bp.get("/<int:document_id>/groups/<group>")
@guard.permitted(Permission.PLAN_EDIT)
def refine(document_id: int, group: str) -> ResponseReturnValue:
    return _form(document_id, group, RefinementForm(formdata=None), MultiDict())


@bp.post("/<int:document_id>/groups/<group>")
@guard.permitted(Permission.PLAN_EDIT)
def keep(document_id: int, group: str) -> ResponseReturnValue:
    form, posted = RefinementForm(), flask.request.form
    if form.validate():
        session = screens.session()
        try:
            kept = frameworks.refine(
                session,
                frameworks.framework(session, document_id),
                group,
                _refinement(form, posted),
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go(
                "frameworks.show", _("The new version has no problems and is kept."), document_id=kept.id
            )
    return _form(document_id, group, form, posted, status=422)


def _form(
    document_id: int,
    group: str,
    form: RefinementForm,
    posted: Mapping[str, str],
    *,
    status: int = 200,
) -> ResponseReturnValue:
    session = screens.session()
    document = frameworks.framework(session, document_id)
    programs = frameworks.programs_by_group(session)
    if group not in document.document["groups"] or group not in programs:
        raise NotFound("group_unknown", zh="没有这个评价群体。", en="There is no such evaluator group.")
    if not form.is_submitted():
        form.version.data = _next_version(document)
    return page(
        "designer/framework_refine.html",
        status=status,
        document=document,
        plan=document.document,
        group=group,
        form=form,
        rows=_rows(document.document, group),
        ratings=frameworks.ratings(programs[group]),
        posted=posted,
    )


def _rows(plan: Mapping[str, Any], group: str) -> dict[str, dict[str, str]]:
    """What stands in the form before anybody types: weights by code, and the indicator of each item."""
    found: dict[str, dict[str, str]] = {"dimension": {}, "indicator": {}, "item": {}, "home": {}}
    tree = plan["groups"][group]
    for dimension, part in tree.items():
        found["dimension"][dimension] = f"{part['weight']:.6g}"
        for indicator, inner in part["indicators"].items():
            found["indicator"][indicator] = f"{inner['weight']:.6g}"
            for item, weight in inner["items"].items():
                found["item"][item] = f"{weight:.6g}"
                found["home"][item] = indicator
    return found


def _refinement(form: RefinementForm, posted: Mapping[str, str]) -> Refinement:
    def weights(kind: str) -> dict[str, float]:
        return {code: _weight(raw) for code, raw in _given(posted, kind).items() if raw.strip()}

    names: dict[str, dict[str, str]] = {}
    for language in ("zh", "en"):
        for code, raw in _given(posted, f"name_{language}").items():
            if raw.strip():
                names.setdefault(code, {})[language] = text.one_line(raw)[:_LONGEST_NAME]
    return Refinement(
        version=form.version.data,
        reason=form.reason.data,
        dimensions=weights("dimension"),
        indicators=weights("indicator"),
        items=weights("item"),
        homes={item: home for item, home in _given(posted, "home").items() if home},
        names=names,
    )


def _given(posted: Mapping[str, str], kind: str) -> dict[str, str]:
    """The fields ``kind:code`` of the form by code."""
    start = f"{kind}:"
    return {name.removeprefix(start): raw for name, raw in posted.items() if name.startswith(start)}


def _weight(raw: str) -> float:
    """A weight as typed; what is no number weighs nothing, and the sum above it says so."""
    try:
        number = text.number(raw)
    except text.UnfitText:
        return 0.0
    value = 0.0 if number is None else float(number)
    return value if math.isfinite(value) else 0.0


def _next_version(document: ContentDocument) -> str:
    year, _dot, number = document.version.partition(".")
    return f"{year}.{int(number) + 1}" if number.isdigit() else document.version
