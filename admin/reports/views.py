"""Releases: announced at least 28 days ahead, approved by two persons, published on the announced day."""

from __future__ import annotations

from datetime import datetime, time

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.reports import gather, listing, methods, queries, rules, services
from admin.reports.forms import AnnounceForm, ApproveForm, ChooseRunForm, MethodForm
from admin.screens import StaffForm, go, page
from admin.words import word
from survey import clock
from survey.backends.checkpoints import FolderCheckpoints
from survey.errors import Conflict, HouseError
from survey.identity.permissions import Permission, Role
from survey.kit import guard
from survey.ledger.checkpoint import Auditor, demo_auditor
from survey.ledger.cosigning import AuditOffice
from survey.models.publication import Release

bp = flask.Blueprint("releases", __name__, url_prefix="/admin/releases")


@bp.get("")
@guard.permitted(Permission.RELEASE_VIEW)
def index() -> ResponseReturnValue:
    return _list(AnnounceForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.RELEASE_ANNOUNCE, needs_fresh=True)
def announce() -> ResponseReturnValue:
    form, session = AnnounceForm(), screens.session()
    if form.validate():
        try:
            cycle = listing.cycle(session)
            plan = queries.locked(session, "scoring").document
            at = time.fromisoformat(str(plan["publication"]["release_time"]))
            zone = listing.zone(queries.zone_of(session, cycle))
            release = services.announce(
                session,
                cycle,
                title={"zh": form.title_zh.data, "en": form.title_en.data},
                release_at=datetime.combine(form.day.data, at, zone),
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            message = _("The day is announced and stands on the public page.")
            return go("releases.show", message, public_id=release.public_id)
    return _list(form, status=422)


@bp.get("/<public_id>")
@guard.permitted(Permission.RELEASE_VIEW)
def show(public_id: str) -> ResponseReturnValue:
    return _release(public_id, StaffForm(formdata=None))


@bp.post("/<public_id>/run")
@guard.permitted(Permission.RELEASE_ANNOUNCE, needs_fresh=True)
def choose_run(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    form = _run_form(queries.release_by_id(session, public_id))
    if form.validate():
        try:
            run = listing.run(session, form.run.data)
            release = queries.release_by_id(session, public_id)
            services.choose_run(session, release, run=run, actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            return go("releases.show", _("The run is chosen."), public_id=public_id)
    return _release(public_id, form, status=422)


@bp.get("/<public_id>/method/<part>")
@guard.permitted(Permission.RELEASE_APPROVE)
def show_method(public_id: str, part: str) -> ResponseReturnValue:
    release = queries.release_by_id(screens.session(), public_id)
    written = release.method_statement.get(part, {})
    form = MethodForm(formdata=None, text_zh=written.get("zh"), text_en=written.get("en"))
    return _method(release, part, form)


@bp.post("/<public_id>/method/<part>")
@guard.permitted(Permission.RELEASE_APPROVE)
def write_method(public_id: str, part: str) -> ResponseReturnValue:
    session, form = screens.session(), MethodForm()
    if form.validate():
        try:
            services.fill_method(
                session,
                queries.release_by_id(session, public_id),
                part_id=part,
                zh=form.text_zh.data,
                en=form.text_en.data,
                actor=guard.actor(),
            )
        except HouseError as error:
            form.absorb(error)
        else:
            return go("releases.show", _("The part is written. Approvals start anew."), public_id=public_id)
    return _method(queries.release_by_id(session, public_id), part, form, status=422)


@bp.post("/<public_id>/approve")
@guard.permitted(Permission.RELEASE_APPROVE, needs_fresh=True)
def approve(public_id: str) -> ResponseReturnValue:
    session, form = screens.session(), _approve_form()
    if form.validate():
        try:
            release = queries.release_by_id(session, public_id)
            services.approve(session, release, role=Role(form.role.data), actor=guard.actor())
        except HouseError as error:
            form.absorb(error)
        else:
            return go("releases.show", _("Your approval is recorded."), public_id=public_id)
    return _release(public_id, form, status=422)


@bp.post("/<public_id>/publish")
@guard.permitted(Permission.RELEASE_PUBLISH, needs_fresh=True)
def publish(public_id: str) -> ResponseReturnValue:
    session = screens.session()
    release = queries.release_by_id(session, public_id)
    folder = screens.settings().data_dir
    try:
        run = listing.chosen_run(session, release)
        if run is None:
            raise Conflict(
                "run_not_chosen", zh="还没有选定要发布的计算。", en="No run is chosen for this release."
            )
        services.publish(
            session,
            release,
            run=run,
            results=services.results_of(run, data_dir=folder),
            actor=guard.actor(),
            keys=screens.keys(),
            sink=FolderCheckpoints(folder / "checkpoints"),
            auditor=_auditor(),
            office=AuditOffice.of(
                announced=screens.settings().auditor_key, production=screens.settings().production
            ),
        )
    except HouseError as error:
        form = StaffForm(formdata=None)
        form.absorb(error)
        return _release(public_id, form, status=error.status)
    return go("releases.show", _("The results are public."), public_id=public_id)


def _auditor() -> Auditor | None:
    if screens.settings().production:
        return None
    return demo_auditor(screens.keys(), FolderCheckpoints(screens.settings().data_dir / "auditor"))


def _list(form: AnnounceForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    return page(
        "reports/releases.html",
        releases=queries.releases(session),
        now=clock.now(session),
        form=form,
        status=status,
    )


def _release(public_id: str, form: StaffForm, *, status: int = 200) -> ResponseReturnValue:
    session = screens.session()
    release = queries.release_by_id(session, public_id)
    run = listing.chosen_run(session, release)
    facts = None
    if run is not None and release.published_at is None:
        results = services.results_of(run, data_dir=screens.settings().data_dir)
        facts = gather.facts_of(session, release, run, results=results)
    approvals = queries.approvals(session, release)
    return page(
        "reports/release.html",
        release=release,
        run=run,
        now=clock.now(session),
        approvals=approvals,
        is_missing_approvals=rules.missing_approvals([approval.role for approval, _user in approvals]),
        parts=queries.latest(session, "report").document["method_statement"],
        empty=methods.empty_parts(facts) if facts else [],
        form=form,
        run_form=_run_form(release, formdata=None),
        approve_form=_approve_form(formdata=None),
        status=status,
    )


def _method(release: Release, part: str, form: MethodForm, *, status: int = 200) -> ResponseReturnValue:
    return page(
        "reports/method.html",
        release=release,
        part=listing.method_part(screens.session(), part),
        form=form,
        status=status,
    )


def _run_form(release: Release, **given: object) -> ChooseRunForm:
    form = ChooseRunForm(**given)
    form.run.choices = screens.choices(
        (run.public_id, _("Run %(n)s of %(day)s", n=run.number, day=run.requested_at.date().isoformat()))
        for run in listing.runs_done(screens.session(), release)
    )
    return form


def _approve_form(**given: object) -> ApproveForm:
    form = ApproveForm(**given)
    allowed = rules.METHOD_ROLES | rules.PUBLIC_ROLES
    mine = [role for role in Role if role in guard.actor().roles and role in allowed]
    form.role.choices = screens.choices((role, word("role", role)) for role in mine)
    return form
