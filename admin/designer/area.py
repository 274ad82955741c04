"""Home of what all screens of a draft share: the blueprint, the frame around each page, the revision a form names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import flask
from babel import Locale, UnknownLocaleError
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from admin import screens
from admin.designer import checking, drafts
from admin.designer.fields.kinds import Ground
from admin.designer.logic.conditions import condition_text
from admin.designer.tree import document_languages, tree
from survey.errors import NotFound
from survey.identity.permissions import Permission
from survey.instrument import editing
from survey.instrument.changes import Document, NoSuchPlace
from survey.instrument.editing import Place
from survey.instrument.program import Words
from survey.kit import guard, language
from survey.models.design import InstrumentDraft

bp = flask.Blueprint("drafts", __name__, url_prefix="/admin/drafts")


@bp.app_template_filter("language_name")
def language_name(tag: str) -> str:
    """A language by its own name: 中文, English, العربية; the tag where nobody knows it."""
    try:
        found = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return tag
    return found or tag


SEEN, DECIDED = "_rev", "_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One screen of a draft; it is offered where its endpoint exists."""

    label: object
    endpoint: str
    mark: str = ""
    """Which count of problems stands beside it."""


TABS = (
    Tab(label=_l("Outline"), endpoint="drafts.show"),
    Tab(label=_l("Settings"), endpoint="drafts.settings"),
    Tab(label=_l("Lists"), endpoint="drafts.lists"),
    Tab(label=_l("Translation"), endpoint="translation.show"),
    Tab(label=_l("Item bank"), endpoint="bank.of_draft"),
    Tab(label=_l("Preview"), endpoint="drafts.preview"),
    Tab(label=_l("Problems"), endpoint="drafts.problems", mark="problems"),
    Tab(label=_l("Simulated walk"), endpoint="drafts.walk"),
    Tab(label=_l("Comments"), endpoint="agreement.show"),
    Tab(label=_l("Consultation"), endpoint="consultations.show"),
    Tab(label=_l("Comparison"), endpoint="drafts.compare_draft"),
    Tab(label=_l("History"), endpoint="drafts.history"),
    Tab(label=_l("Files and paper"), endpoint="drafts.files"),
    Tab(label=_l("Publish"), endpoint="publishing.show"),
)


def load(public_id: str) -> InstrumentDraft:
    """The draft of this address. Raises NotFound."""
    return drafts.load(screens.session(), public_id)


def find_item(document: Document, address: str) -> Place:
    """The item at an address. Raises NotFound."""
    try:
        return editing.find_item(document, address)
    except NoSuchPlace:
        raise place_gone() from None


def find_section(document: Document, address: str) -> Place:
    """The section at an address. Raises NotFound."""
    try:
        return editing.find_section(document, address)
    except NoSuchPlace:
        raise place_gone() from None


def place_gone() -> NotFound:
    """There is no such section or item any more."""
    return NotFound(
        "draft_place_unknown",
        zh="草稿里没有这一部分或题目，可能已被别人移走或删除。",
        en="The draft has no such section or item; somebody may have renamed or removed it.",
    )


def ground(document: Document) -> Ground:
    """What forms need to know of the document."""
    return Ground(languages=document_languages(document), condition_text=condition_text)


def posted() -> dict[str, list[str]]:
    """All fields of the form that was sent."""
    return dict(flask.request.form.lists())


def seen(name: str = SEEN) -> int:
    """The revision that the form was filled in from; 0 where it names none."""
    text = flask.request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def may_edit(draft: InstrumentDraft) -> bool:
    """Whether the person of this request may edit this draft now."""
    return drafts.is_editable(draft) and guard.may(Permission.INSTRUMENT_EDIT)


def draft_page(
    template: str, draft: InstrumentDraft, *, status: int = 200, **values: Any
) -> Response:  # Any: what templates are given
    """A screen of a draft with its outline, its problems and its tabs around it."""
    session = screens.session()
    compilation = checking.check(session, draft)
    spots = checking.spots(draft.document, compilation.problems)
    return screens.page(
        f"designer/draft/{template}.html",
        status=status,
        draft=draft,
        draft_title=title_of(draft),
        tree=tree(draft.document, spots, language.current()),
        spots=spots,
        counts=checking.counts(compilation.problems),
        undo=drafts.next_undo(session, draft),
        redo=drafts.next_redo(session, draft),
        may_edit=may_edit(draft),
        tabs=_tabs(draft),
        act_label=act_label,
        back=_readable_here(draft),
        **values,
    )


def _readable_here(draft: InstrumentDraft) -> str:
    """The address of this page, to come back to after an undo; of the outline where this one only takes forms."""
    adapter = flask.current_app.create_url_adapter(flask.request)
    if adapter is not None and adapter.test(method="GET"):
        return flask.request.path
    return flask.url_for("drafts.show", public_id=draft.public_id)


def title_of(draft: InstrumentDraft) -> Words:
    """The title of a draft, or its code, or that it has none."""
    return draft.title or {"zh": draft.code or "（无题）", "en": draft.code or "(untitled)"}


def act_label(act: str) -> str:
    """What an edit did, for people."""
    known: Mapping[str, str] = {
        "item:change": _("changed item"),
        "item:add": _("added item"),
        "item:copy": _("copied item"),
        "item:move": _("moved item"),
        "item:remove": _("removed item"),
        "item:retype": _("changed the type of item"),
        "section:change": _("changed section"),
        "section:add": _("added section"),
        "section:move": _("moved section"),
        "section:remove": _("removed section"),
        "settings:change": _("changed settings"),
        "list:change": _("changed list"),
        "list:remove": _("removed list"),
        "text:translate": _("translated"),
        "item:depart": _("dropped the bank reference of"),
        "undo": _("undid"),
        "redo": _("redid"),
    }
    return known.get(act, act)


def _tabs(draft: InstrumentDraft) -> list[tuple[Tab, str, bool]]:
    here = flask.request.endpoint
    return [
        (tab, flask.url_for(tab.endpoint, public_id=draft.public_id), tab.endpoint == here)
        for tab in TABS
        if tab.endpoint in flask.current_app.view_functions
    ]
