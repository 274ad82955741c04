"""The audit office's signature: what there is to sign goes out as a file, what it signed comes back as one."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.people import auditor_folder, queries
from admin.people.forms import SignaturesForm
from admin.screens import go, page
from survey.errors import Conflict, HouseError, NotFound
from survey.identity.permissions import Permission
from survey.kit import guard
from survey.ledger import cosigning, notes, signature_file
from survey.ledger.cosigning import Kept
from survey.publish import logs

bp = flask.Blueprint("signatures", __name__, url_prefix="/admin/audit/signatures")


@bp.get("")
@guard.permitted(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    return _list(SignaturesForm(formdata=None))


@bp.get("/<wave>.zip")
@guard.permitted(Permission.AUDIT_VIEW)
def download(wave: str) -> ResponseReturnValue:
    """The folder that the audit office's tool reads: both logs of a wave, and the acts of staff."""
    session, keys = screens.session(), screens.keys()
    files = auditor_folder.to_sign(
        session,
        queries.wave(session, wave),
        keys=keys,
        auditors=auditor_folder.announced(screens.settings(), keys),
    )
    if not files:
        raise NotFound(
            "wave_has_no_logs", zh="这个轮次还没有签署的登记簿。", en="This wave has no signed logs yet."
        )
    response = flask.Response(logs.zipped(files, name=wave), mimetype="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{wave}-to-sign.zip")
    return response


@bp.post("")
@guard.permitted(Permission.LOG_COSIGN, needs_fresh=True, upload_limit=signature_file.MAX_BYTES + 65536)
def take() -> ResponseReturnValue:
    form = SignaturesForm()
    status = 422
    if form.validate():
        content, _name = screens.uploaded(form.file.data)
        try:
            key = _key()
            if key is None:
                raise Conflict(
                    "no_audit_office",
                    zh="尚未公布审计机关的公钥。请系统管理员先设置 SURVEY_AUDITOR_KEY（auditor.py show-key 的输出）。",
                    en="No key of an audit office is announced. The operator sets SURVEY_AUDITOR_KEY first, to what "
                    "auditor.py show-key prints.",
                )
            found = cosigning.take(screens.session(), content, key=key, actor=guard.actor().ref)
        except HouseError as error:
            form.absorb(error)
            status = error.status
        else:
            return go("signatures.index", _said(found))
    return _list(form, status=status)


def _said(found: list[Kept]) -> str:
    fresh = sum(kept.is_new for kept in found)
    grown = [kept for kept in found if kept.size < kept.size_now and len(kept.origin.split("/")) > 2]
    if not fresh:
        return str(_("These signatures were kept already. Nothing is new."))
    if grown:
        return str(
            _(
                "%(n)s signatures are kept. %(log)s has grown since, from %(old)s to %(new)s entries: its newest state waits for the next signature.",
                n=fresh,
                log=grown[0].origin,
                old=grown[0].size,
                new=grown[0].size_now,
            )
        )
    return str(_("%(n)s signatures are kept.", n=fresh))


def _key() -> notes.VerifierKey | None:
    announced = screens.settings().auditor_key
    return None if announced is None else notes.VerifierKey.parse(announced)


def _list(form: SignaturesForm, *, status: int = 200) -> ResponseReturnValue:
    session, key = screens.session(), _key()
    return page(
        "people/signatures.html",
        key=key,
        is_demo=not screens.settings().production,
        waves=queries.waves_to_sign(session, key=key),
        trail=queries.trail_to_sign(session, key=key),
        form=form,
        status=status,
    )
