"""Home of the session cookie: opened only where there is one."""

from __future__ import annotations

import flask
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """Flask's signed cookie. Interviews have none, and Flask would set up a signer for each of their requests."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> SecureCookieSession | None:
        """What the cookie holds, else an empty session."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
