"""The screen at a counter: a code that changes every minute, on a page that renews itself without scripts."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import flask
import segno
import sqlalchemy as sa
from flask.typing import ResponseReturnValue

from survey import clock
from survey.access import counters, printed
from survey.db import db, table_of
from survey.errors import NotFound
from survey.kit import guard
from survey.models.counter import Counter
from survey.models.wave import Wave, WaveStatus
from survey.site import cookies
from survey.site.here import platform

screen = flask.Blueprint("screen", __name__)
_COOKIE = "screen"
_COOKIE_SECONDS = 400 * 24 * 3600
_TRY_AGAIN = 15
_counter, _wave = table_of(Counter), table_of(Wave)
_find = (
    sa.select(_counter.c.place, _counter.c.screen_hash, _wave.c.title, _wave.c.status, _wave.c.time_zone)
    .join(_wave, _wave.c.id == _counter.c.wave_id)
    .where(_counter.c.screen_hash == sa.bindparam("screen"), _counter.c.ended_on.is_(None))
)


@screen.get("/screen/<secret>")
@guard.public
def set_up(secret: str) -> ResponseReturnValue:
    """Make this browser the screen of a counter. Its secret leaves the address, which everybody there can read."""
    _row(secret)
    response = flask.make_response(flask.redirect(flask.url_for("screen.show"), code=303))
    response.headers["Referrer-Policy"] = "no-referrer"
    cookies.put(response, _COOKIE, secret, seconds=_COOKIE_SECONDS)
    return response


@screen.get("/screen")
@guard.public
def show() -> ResponseReturnValue:
    """The code of this minute, as QR code and to be typed."""
    row = _row(cookies.get(_COOKIE) or "")
    if row.status != WaveStatus.OPEN.value:
        return _page(row, shown=None, qr=None, renew=_TRY_AGAIN * 4)
    shown = counters.shown(row.screen_hash, now=clock.now(db.session()), keys=platform().keys)
    address = f"{platform().settings.base_url}/c/{shown.code}"
    code = segno.make(address, error="m", micro=False)
    qr = code.svg_data_uri(scale=4, border=2, omitsize=True, dark="#000", light="#fff")
    return _page(row, shown=shown, qr=qr, renew=shown.next_in + 1)


@screen.after_request
def _come_back(response: flask.Response) -> flask.Response:
    """Nobody stands by who could reload: after a fault the screen tries again by itself."""
    if response.status_code >= 500:
        response.headers["Refresh"] = str(_TRY_AGAIN)
    return response


def _row(secret: str) -> sa.Row[*tuple[Any, ...]]:  # Any: columns of several types
    hashed = counters.screen_hash(secret, keys=platform().keys)
    row = db.session().execute(_find, {"screen": hashed}).one_or_none()
    if row is None:
        raise NotFound(
            "screen_unknown",
            zh="这台屏幕没有设置，或已经停用。请工作人员在后台重新取得屏幕链接。",
            en="This screen is not set up, or was switched off. Staff can make a new link for it.",
        )
    return row


def _page(
    row: sa.Row[*tuple[Any, ...]], *, shown: counters.Shown | None, qr: str | None, renew: int
) -> flask.Response:
    html = flask.render_template(
        "site/screen.html",
        row=row,
        shown=shown,
        code=printed.grouped(shown.code) if shown else None,
        until=shown.until.astimezone(ZoneInfo(row.time_zone)).strftime("%H:%M") if shown else None,
        qr=qr,
        host=platform().settings.base_url.partition("://")[2],
    )
    response = flask.make_response(html)
    response.headers["Refresh"] = str(renew)
    return response
