"""Registers the staff side with the application."""

from __future__ import annotations

from pathlib import Path

import flask

from admin import cli, menu, words
from admin.auth import account
from admin.auth import views as auth
from admin.commands.register import register as register_commands
from admin.datasets import views as datasets
from admin.demo import cli as demo
from admin.designer import routes
from admin.designer import views as instruments
from admin.designer.agreement import consultation_views, publish_views
from admin.designer.agreement import views as agreement_views
from admin.designer.bank import views as bank_views
from admin.designer.framework import plan_views
from admin.designer.framework import views as framework_views
from admin.designer.translation import views as translation_views
from admin.fieldwork import beside_views, breakoff_views, frame_views, import_views, wave_views, ways_views
from admin.home import views as home
from admin.interviews import views as interviews
from admin.interviews import wave_views as case_views
from admin.keying import run_views as keying_runs
from admin.keying import views as keying
from admin.people import audit_views, signature_views
from admin.people import views as people
from admin.quality import views as quality
from admin.reports import views as releases
from admin.scoring import handover_views
from admin.scoring import views as runs
from survey.kit import assets, guard, language

_HERE = Path(__file__).parent
_BLUEPRINTS = (
    auth.bp,
    account.bp,
    home.bp,
    instruments.bp,
    routes.bp,
    plan_views.bp,
    plan_views.province,
    framework_views.bp,
    translation_views.bp,
    agreement_views.bp,
    consultation_views.bp,
    publish_views.bp,
    bank_views.bp,
    wave_views.bp,
    beside_views.bp,
    breakoff_views.bp,
    ways_views.bp,
    frame_views.bp,
    import_views.bp,
    keying.bp,
    keying_runs.bp,
    interviews.bp,
    case_views.bp,
    case_views.checks,
    quality.bp,
    datasets.bp,
    runs.bp,
    handover_views.bp,
    releases.bp,
    people.bp,
    audit_views.bp,
    signature_views.bp,
    audit_views.health,
)


def register(app: flask.Flask, *, screens: bool) -> None:
    """Add the staff side to ``app``: with ``screens`` its pages, always its commands."""
    cli.register(app)
    register_commands(app)
    demo.register(app)
    if not screens:
        return
    app.config.update(
        {
            guard.SIGN_IN: "auth.show_sign_in",
            guard.CONFIRM: "auth.show_confirm",
            guard.ENROL: "account.show_enrol",
        }
    )
    language.add_catalogue(app, _HERE / "locales")
    assets.add_folder(app, _HERE / "static")
    menu.register(app)
    words.register(app)
    app.register_blueprint(flask.Blueprint("admin", __name__, template_folder="templates"))
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
