"""Registers the public pages."""

from __future__ import annotations

import flask

from survey.kit import form_token
from survey.site import cookies, health
from survey.site.access.screen import screen
from survey.site.access.views import access
from survey.site.answer import begin
from survey.site.answer.views import answer
from survey.site.consultation.views import consultation
from survey.site.help.views import help_pages
from survey.site.home.views import home
from survey.site.logs.views import log_pages
from survey.site.plan.views import plan
from survey.site.receipt.views import receipt
from survey.site.results.views import results
from survey.site.returns.views import returns


def register(app: flask.Flask) -> None:
    """Add the public pages to ``app``."""
    form_token.bind(app, cookies.of_interview, passed=begin.has_begun)
    app.register_blueprint(flask.Blueprint("site", __name__, template_folder="templates"))
    for pages in (
        home,
        help_pages,
        plan,
        consultation,
        access,
        screen,
        answer,
        returns,
        receipt,
        results,
        log_pages,
        health.health,
    ):
        app.register_blueprint(pages)
