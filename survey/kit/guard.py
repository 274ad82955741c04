"""Home of the guards: who may enter a view. A view without a guard is closed to everybody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

import flask
import sqlalchemy as sa
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from survey.config import Settings
from survey.errors import Forbidden, NotFound
from survey.identity import sessions
from survey.identity.actors import Actor
from survey.identity.permissions import Permission, permissions_of
from survey.identity.sessions import SignedIn
from survey.kit.own_transaction import own_transaction

_P = ParamSpec("_P")
_R = TypeVar("_R")
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
SIGN_IN, CONFIRM, ENROL = "STAFF_SIGN_IN", "STAFF_CONFIRM", "STAFF_ENROL"
"""Configuration keys: the endpoints for signing in, giving the password again, enrolling a second factor."""


class Kind(StrEnum):
    PUBLIC = "public"
    GRANTED = "granted"
    PERMITTED = "permitted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a view demands of whoever enters; found as ``view.guard``."""

    kind: Kind
    permission: Permission | None = None
    needs_fresh: bool = False
    upload_limit: int | None = None
    """Bytes that a body may have here, where files are taken; None for the application's limit."""
    admits: Callable[[], bool] | None = None
    """Who may send so much, where that is no question of permission."""
    reads_little: bool = False
    """Whether a visit reads a few rows, each by itself: then the database need not hold one state for it."""


def public(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Anyone may enter."""
    return _wear(view, Guard(kind=Kind.PUBLIC))


def doorway(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Anyone may enter, and is sent on at once."""
    return _wear(view, Guard(kind=Kind.PUBLIC, reads_little=True))


def granted(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Whoever holds a grant to answer may enter; the view redeems it through ``survey.access``."""
    return _wear(view, Guard(kind=Kind.GRANTED, reads_little=True))


def granted_upload(
    view: Callable[_P, _R], *, upload_limit: int, admits: Callable[[], bool]
) -> Callable[_P, _R]:
    """The same where files are taken; only whom ``admits`` knows may send more than everybody else."""
    return _wear(view, Guard(kind=Kind.GRANTED, upload_limit=upload_limit, admits=admits, reads_little=True))


def permitted(
    permission: Permission, *, needs_fresh: bool = False, upload_limit: int | None = None
) -> Callable[[Callable[_P, ResponseReturnValue]], Callable[_P, ResponseReturnValue]]:
    """Staff whose roles hold ``permission`` may enter; with ``needs_fresh`` only soon after giving a password."""
    guard = Guard(
        kind=Kind.PERMITTED, permission=permission, needs_fresh=needs_fresh, upload_limit=upload_limit
    )

    def wear(view: Callable[_P, ResponseReturnValue]) -> Callable[_P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: _P.args, **kwargs: _P.kwargs) -> ResponseReturnValue:
            refusal = _admit(guard)
            return view(*args, **kwargs) if refusal is None else refusal

        return _wear(guarded, guard)

    return wear


def signed_in() -> SignedIn | None:
    """The live staff session of this request, or None; read from the database once a request."""
    if "signed_in" not in flask.g:
        flask.g.signed_in = _load()
    found: SignedIn | None = flask.g.signed_in
    return found


def actor() -> Actor:
    """The person who sent this request. Raises Forbidden where nobody is signed in."""
    found = signed_in()
    if found is None:
        raise _forbidden()
    return found.actor


def may(permission: Permission) -> bool:
    """Whether the person of this request holds ``permission``: for menus and buttons."""
    found = signed_in()
    return found is not None and permission in _rights(found)


def register(app: flask.Flask) -> None:
    """Close every view without a guard, and refuse changes that another site sends."""
    if "minyi_guard" in app.extensions:
        return
    app.extensions["minyi_guard"] = True
    app.url_value_preprocessor(_set_body_limit)
    app.before_request(_refuse_unguarded)
    app.before_request(_refuse_cross_site)


def cookie_name() -> str:
    """Name of the staff cookie: bound to this host wherever people come by https."""
    return "__Host-staff" if _settings().is_https else "staff"


def set_cookie(response: Response, secret: str) -> None:
    """Hand the session's secret to the browser."""
    response.set_cookie(
        cookie_name(), secret, path="/", httponly=True, secure=_settings().is_https, samesite="Lax"
    )


def drop_cookie(response: Response) -> None:
    """Tell the browser to forget the session."""
    response.delete_cookie(
        cookie_name(), path="/", httponly=True, secure=_settings().is_https, samesite="Lax"
    )


def local_target(raw: str | None) -> str | None:
    """``raw`` where it is an address on this site to go on to, else None: never another host."""
    if not raw or not raw.startswith("/") or raw.startswith("//") or "\\" in raw:
        return None
    return raw if raw.isprintable() else None


def _wear(view: Callable[_P, _R], guard: Guard) -> Callable[_P, _R]:
    view.guard = guard  # type: ignore[attr-defined]  # functions carry attributes; Callable does not say so
    return view


def guard_of(endpoint: str | None) -> Guard | None:
    """The guard of an endpoint of the running application."""
    view = flask.current_app.view_functions.get(endpoint or "")
    found: Guard | None = getattr(view, "guard", None)
    return found


def _admit(guard: Guard) -> ResponseReturnValue | None:
    found = signed_in()
    if found is None:
        return _send_to(SIGN_IN)
    if guard.permission not in _rights(found):
        if guard.permission in permissions_of(found.actor.roles):  # held, but the second factor is missing
            return _send_to(ENROL)
        raise _forbidden()
    if guard.needs_fresh and not found.is_fresh:
        return _send_to(CONFIRM)
    return None


def _rights(found: SignedIn) -> frozenset[Permission]:
    if _settings().production and not found.gave_second_factor:
        return frozenset({Permission.OWN_ACCOUNT})
    return permissions_of(found.actor.roles)


def _send_to(endpoint_key: str) -> ResponseReturnValue:
    endpoint = flask.current_app.config.get(endpoint_key)
    if endpoint is None:  # a public process has no staff screens
        raise NotFound("no_page", zh="这里没有页面。", en="There is no page here.")
    request = flask.request
    # A refused POST is not repeated after signing in; the person starts again from the page it was sent from.
    target = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else None
    return flask.redirect(flask.url_for(endpoint, next=target), code=303)


def _load() -> SignedIn | None:
    secret = flask.request.cookies.get(cookie_name())
    if not secret:
        return None
    with own_transaction(reads_only=True) as session:
        found = sessions.find(session, secret)
    if found is None or (found.has_second_factor and not found.gave_second_factor):
        return None
    if found.is_due_for_touch:
        # A locked or full database must not close the pages that are only read.
        with suppress(sa.exc.OperationalError), own_transaction() as session:
            sessions.touch(session, found.id_hash)
    return found


def _set_body_limit(endpoint: str | None, _values: dict[str, object] | None) -> None:
    guard = guard_of(endpoint)
    if guard is None or guard.upload_limit is None:
        return
    knows = guard.admits() if guard.admits else guard.permission is not None and may(guard.permission)
    if knows:
        flask.request.max_content_length = guard.upload_limit


def _refuse_unguarded() -> None:
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint == "static" or endpoint.endswith(".static"):
        return
    if guard_of(endpoint) is None:
        raise _forbidden()


def _refuse_cross_site() -> None:
    request = flask.request
    if request.method not in _WRITING:
        return
    origin = request.headers.get("Origin")
    # Behind a proxy the application may see another host name than people do; the base URL is what they see.
    ours = {_settings().base_url, request.host_url.rstrip("/")}
    # Some embedded browsers send "null" for their own pages; the form token still stands guard there.
    if origin not in {None, "null", *ours}:
        raise _forbidden()
    site = request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"} and not (origin in ours and _is_for_respondents()):
        raise _forbidden()


def _is_for_respondents() -> bool:
    """Where people answer, an Origin of ours outranks Sec-Fetch-Site: browsers inside messengers get that one wrong."""
    found = guard_of(flask.request.endpoint)
    return found is not None and found.kind is not Kind.PERMITTED


def _forbidden() -> Forbidden:
    return Forbidden(
        "not_permitted",
        zh="您的账户没有这项权限。如确有需要，请联系角色管理员。",
        en="Your account does not have this permission. If you need it, ask the role administrator.",
    )


def _settings() -> Settings:
    found: Settings = flask.current_app.extensions["minyi"].settings
    return found
