"""Builds the shared core into a Flask application: database, keys, one unit of work a request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import flask
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

import survey.kit.web
import survey.models
import survey.site.web
from survey import clock, log
from survey.backends.cache import cache_at
from survey.backends.keys import FolderKeyStore
from survey.config import BadSettings, Settings
from survey.db import db, durability, engine_options, is_durable, writes_values_to_logs
from survey.kit import guard
from survey.kit.form_token import FormTokens
from survey.kit.sessions import Sessions
from survey.ports import Cache, KeyStore

_READING = {"GET", "HEAD", "OPTIONS"}
csrf = FormTokens()


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What this process has beside the database: settings, keys, counters."""

    settings: Settings
    keys: KeyStore
    cache: Cache


def register(app: flask.Flask, settings: Settings) -> None:
    """Give ``app`` the database, the keys, and the web kit."""
    log.configure(settings.log_level)
    _prepare_folder(settings)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        WTF_CSRF_SSL_STRICT=False,  # browsers inside messengers may send no referrer; Origin is looked at by the guard
        WTF_CSRF_TIME_LIMIT=None,  # a respondent who pauses an hour keeps the page
        SESSION_COOKIE_NAME="__Host-session" if settings.is_https else "session",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        MAX_FORM_PARTS=500,
        TRUSTED_HOSTS=[settings.host, "127.0.0.1", "localhost"] if settings.production else None,
    )
    app.extensions["minyi"] = Platform(
        settings=settings, keys=FolderKeyStore(settings.key_dir), cache=cache_at(settings.redis_url)
    )
    db.init_app(app)
    csrf.init_app(app)
    app.session_interface = Sessions()
    if settings.proxy_hops:
        # Without it everybody behind the proxy would be one network, and be throttled as one.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Werkzeug documents it
            app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0, x_prefix=0
        )
    app.before_request(_begin_unit_of_work)
    app.after_request(_end_unit_of_work)
    survey.kit.web.register(app)


def register_site(app: flask.Flask) -> None:
    """Add the public pages."""
    survey.site.web.register(app)


def platform() -> Platform:
    """The running application's platform."""
    found: Platform = flask.current_app.extensions["minyi"]
    return found


def refuse_unfit_database(app: flask.Flask) -> None:
    """Raise BadSettings where a production server would acknowledge what a power cut takes, or log answers."""
    if not app.extensions["minyi"].settings.production:
        return
    with app.app_context(), db.engine.connect() as connection:
        if not is_durable(connection):
            raise BadSettings(
                f"the database does not keep what it acknowledges ({durability(connection)}); "
                "turn fsync, full_page_writes and synchronous_commit on"
            )
        if writes_values_to_logs(connection):
            raise BadSettings(
                "the database server logs statements with their values; set log_statement to none or ddl, "
                "and log_parameter_max_length to 0 where slow statements are logged"
            )


def _prepare_folder(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _begin_unit_of_work() -> ResponseReturnValue | None:
    info, reads = db.session.info, flask.request.method in _READING
    info["read_only"], info[clock.IN_REQUEST] = reads, None
    if reads:
        found = guard.guard_of(flask.request.endpoint)
        info["reads_single"] = found is not None and found.reads_little
    return None


def _end_unit_of_work(response: flask.Response) -> flask.Response:
    """One commit at the edge: only a request that succeeded leaves anything behind."""
    if response.status_code >= 400:
        db.session.rollback()
        return response
    if db.session.info.get("read_only", True):  # it never began where somebody was sent on at once
        return response  # nothing was written; the end of the request closes the session
    try:
        db.session.commit()
    except Exception:
        # The answer that was made is thrown away; neither may "it is saved" reach the next page.
        flask.session.pop("_flashes", None)
        raise
    return response
