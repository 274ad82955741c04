"""Translating a draft: source and target side by side, what is missing or stale, one text saved without the others."""

from __future__ import annotations

import flask
from babel import Locale, UnknownLocaleError
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.file import FileField, FileRequired

from admin import screens
from admin.designer import area
from admin.designer.translation import saving as translations
from admin.designer.translation import table as translation_table
from admin.designer.translation.marks import source_language
from admin.designer.translation.saving import Kept, Row, Typed
from admin.designer.tree import document_languages
from admin.screens import StaffForm, go
from survey.errors import HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.models.design import InstrumentDraft

bp = flask.Blueprint("translation", __name__, url_prefix="/admin/drafts/<public_id>/translation")
ON_A_PAGE = 40
_STATES = ("", "missing", "stale")
_TABLE_LIMIT = 3 * 1024 * 1024


class TableForm(StaffForm):
    """A translation table that comes back."""

    file = FileField("CSV", [FileRequired()])


@bp.get("")
@guard.permitted(Permission.CONTENT_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _page(area.load(public_id), StaffForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.INSTRUMENT_EDIT)
def save(public_id: str) -> ResponseReturnValue:
    draft, form, status = area.load(public_id), StaffForm(), 422
    if form.validate():
        source, target = _pair(draft)
        try:
            kept = translations.keep(
                screens.session(),
                draft,
                _typed(),
                document_languages(draft.document),
                source=source,
                target=target,
                actor=guard.actor(),
            )
            _confirm(draft, kept, target)
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return _kept(draft, form, kept)
    return _page(area.load(public_id), form, status=status)


@bp.get("/table.csv")
@guard.permitted(Permission.CONTENT_VIEW)
def table(public_id: str) -> ResponseReturnValue:
    draft = area.load(public_id)
    source, target = _pair(draft)
    response = flask.Response(
        translation_table.write(_rows(draft, source, target), source=source, target=target),
        mimetype="text/csv",
    )
    name = f"{draft.code or 'draft'}-{source}-{target}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@bp.post("/table")
@guard.permitted(Permission.INSTRUMENT_EDIT, upload_limit=_TABLE_LIMIT)
def take_table(public_id: str) -> ResponseReturnValue:
    draft, form, status = area.load(public_id), TableForm(), 422
    if form.validate():
        source, target = _pair(draft)
        raw, _name = screens.uploaded(form.file.data)
        try:
            typed = translation_table.read(raw, _rows(draft, source, target), source=source, target=target)
            kept = translations.keep(
                screens.session(),
                draft,
                typed,
                document_languages(draft.document),
                source=source,
                target=target,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return _kept(draft, form, kept)
    return _page(area.load(public_id), form, status=status)


def _confirm(draft: InstrumentDraft, kept: Kept, target: str) -> None:
    """The button “it still fits” sends the whole form: what was typed elsewhere is saved before."""
    place = flask.request.form.get("confirm")
    if place and place not in kept.saved:
        translations.confirm(screens.session(), draft, place=place, language=target, actor=guard.actor())


def _kept(draft: InstrumentDraft, form: StaffForm, kept: Kept) -> ResponseReturnValue:
    """Back to the list; where somebody else changed a text meanwhile, both stand side by side first."""
    if not kept.clashes:
        if kept.saved:
            return _back(draft, _("Texts saved: %(n)s.", n=len(kept.saved)))
        is_confirmed = "confirm" in flask.request.form
        return _back(
            draft, _("The translation is kept as it is.") if is_confirmed else _("Nothing was changed.")
        )
    return _page(draft, form, status=409 if not kept.saved else 200, kept=kept)


def _back(draft: InstrumentDraft, words: str) -> ResponseReturnValue:
    source, target = _pair(draft)
    values = flask.request.values
    return go(
        "translation.show",
        words,
        public_id=draft.public_id,
        source=source,
        target=target,
        state=values.get("state", ""),
        page=values.get("page", "1"),
    )


def _page(
    draft: InstrumentDraft, form: StaffForm, *, status: int = 200, kept: Kept | None = None
) -> ResponseReturnValue:
    session, languages = screens.session(), document_languages(draft.document)
    source, target = _pair(draft)
    values = flask.request.values
    state = values.get("state", "") if values.get("state", "") in _STATES else ""
    rows = _rows(draft, source, target) if target else []
    clashes = kept.clashes if kept else {}
    wanted = [row for row in rows if row.text.place in clashes] if clashes else _in_state(rows, state)
    number = values.get("page", "1")
    at = max(1, int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return area.draft_page(
        "translation",
        draft,
        status=status,
        form=form,
        languages=languages,
        names={tag: _language_name(tag) for tag in languages},
        source=source,
        target=target,
        target_dir=direction(target),
        source_dir=direction(source),
        state=state,
        progress=translations.progress(session, draft, languages),
        rows=wanted[(at - 1) * ON_A_PAGE : at * ON_A_PAGE],
        n_rows=len(wanted),
        page_number=at,
        n_pages=max(1, -(-len(wanted) // ON_A_PAGE)),
        kept=kept,
        clashes=clashes,
    )


def direction(tag: str) -> str:
    """Whether a language is written from right to left."""
    try:
        return Locale.parse(tag.replace("-", "_")).text_direction if tag else "ltr"
    except (UnknownLocaleError, ValueError):
        return "auto"


def _language_name(tag: str) -> str:
    try:
        return Locale.parse(tag.replace("-", "_")).display_name or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _in_state(rows: list[Row], state: str) -> list[Row]:
    return [row for row in rows if not state or row.state == state]


def _pair(draft: InstrumentDraft) -> tuple[str, str]:
    """Source and target as the address names them; target is empty where the draft has one language."""
    languages = document_languages(draft.document)
    values = flask.request.values
    source = values.get("source") or source_language(draft.document, languages)
    if source not in languages:
        raise _no_language()
    others = [tag for tag in languages if tag != source]
    target = values.get("target") or next(iter(others), "")
    if target and target not in others:
        raise _no_language()
    return source, target


def _rows(draft: InstrumentDraft, source: str, target: str) -> list[Row]:
    languages = document_languages(draft.document)
    return translations.rows(screens.session(), draft, languages, source=source, target=target)


def _typed() -> list[Typed]:
    """The texts of the form: of field ``text:place`` the stamp stands in ``seen:place``."""
    posted = flask.request.form
    return [
        Typed(
            place=name.removeprefix("text:"),
            text=said,
            seen=posted.get(f"seen:{name.removeprefix('text:')}", ""),
        )
        for name, said in posted.items()
        if name.startswith("text:")
    ]


def _no_language() -> NotFound:
    return NotFound(
        "language_unknown", zh="草稿没有这种语言。", en="The draft does not come in this language."
    )
