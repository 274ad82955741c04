"""The audit log and the health of the platform, for those who watch over it."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue

from admin import screens
from admin.people import queries
from admin.screens import page
from survey import audit as log
from survey import clock, text
from survey.db import durability, is_durable
from survey.identity.permissions import Permission
from survey.kit import guard

bp = flask.Blueprint("audit", __name__, url_prefix="/admin/audit")
health = flask.Blueprint("machine", __name__, url_prefix="/admin/health")


@bp.get("")
@guard.permitted(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    args = flask.request.args
    before = args.get("before", "")
    wanted = queries.AuditFilter(
        actor=_plain(args.get("actor", "")),
        act=_plain(args.get("act", "")),
        on=_plain(args.get("on", "")),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
    )
    session = screens.session()
    return page(
        "people/audit.html",
        wanted=wanted,
        found=queries.audit_events(session, wanted),
        acts=queries.acts(session),
    )


@bp.get("/check")
@guard.permitted(Permission.AUDIT_VIEW)
def check() -> ResponseReturnValue:
    session = screens.session()
    return page("people/audit_check.html", faults=log.check(session), checked_at=clock.now(session))


@health.get("")
@guard.permitted(Permission.HEALTH_VIEW)
def index_machine() -> ResponseReturnValue:
    connection = screens.session().connection()
    return page(
        "people/health.html",
        durability=durability(connection),
        is_durable=is_durable(connection),
        dialect=connection.dialect.name,
        jobs=queries.jobs(screens.session()),
    )


def _plain(raw: str) -> str:
    try:
        return text.one_line(raw)[:160]
    except text.UnfitText:
        return ""
