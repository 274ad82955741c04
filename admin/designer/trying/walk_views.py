"""The simulated walk: how many come by each page, where people leave, how long it takes, which quotas can fill."""

from __future__ import annotations

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.designer import area, checking
from admin.designer.area import bp, draft_page
from admin.designer.trying import walking
from admin.screens import go
from survey.identity.permissions import Permission
from survey.kit import guard


@bp.get("/<public_id>/walk")
@guard.permitted(Permission.CONTENT_VIEW)
def walk(public_id: str) -> ResponseReturnValue:
    """The long report of this save where it was made, else a short one worked out now."""
    draft, session = area.load(public_id), screens.session()
    long = walking.kept(draft, data_dir=screens.settings().data_dir)
    short = None if long else walking.report(session, draft, walks=walking.AT_ONCE)
    report = long or (short.to_json() if short else None)
    return draft_page(
        "walk",
        draft,
        report=report,
        is_long=long is not None,
        waiting=walking.asked(session, draft),
        n_long=walking.IN_BACKGROUND,
    )


@bp.post("/<public_id>/walk")
@guard.permitted(Permission.CONTENT_VIEW)
def ask_walk(public_id: str) -> ResponseReturnValue:
    draft, session = area.load(public_id), screens.session()
    if checking.check(session, draft).program is not None:
        walking.ask(session, draft)
    return go(
        "drafts.walk",
        _("The walks go on in the background, also when this page is closed."),
        public_id=public_id,
    )
