"""What differs between a draft and a version, or between two versions: every change with its class, broken series."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.designer import area, checking, draft_queries, queries
from admin.designer.area import bp, draft_page
from survey.collect import programs
from survey.errors import NotFound
from survey.identity.permissions import Permission
from survey.instrument.versions.diff import compare
from survey.kit import guard
from survey.models.design import InstrumentDraft
from survey.models.instrument import InstrumentVersion


@bp.get("/<public_id>/compare")
@guard.permitted(Permission.CONTENT_VIEW)
def compare_draft(public_id: str) -> ResponseReturnValue:
    """The draft beside a version: the one it began from, or the one that is chosen."""
    draft, session = area.load(public_id), screens.session()
    versions = draft_queries.versions_of(session, draft.code)
    before = _chosen(draft, versions)
    after = checking.check(session, draft).program
    difference = None
    if before is not None and after is not None:
        difference = compare(programs.load(session, before.digest), after)
    return draft_page(
        "compare", draft, versions=versions, before=before, difference=difference, runs=after is not None
    )


def _chosen(draft: InstrumentDraft, versions: object) -> InstrumentVersion | None:
    asked = flask.request.args.get("version", "")
    if asked:
        if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
            raise NotFound(
                "version_unknown", zh="没有这个问卷版本。", en="There is no such instrument version."
            )
        return queries.version(screens.session(), int(asked))
    if draft.based_on is not None:
        return draft.based_on
    return next(iter(versions), None) if isinstance(versions, list) else None
