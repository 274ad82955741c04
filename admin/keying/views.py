"""The keying room: a sheet is found by its number, keyed field by field, finished; differences are settled."""

from __future__ import annotations

import flask
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin import screens
from admin.keying import queries
from admin.keying.fields import by_key
from admin.keying.forms import SerialForm
from admin.keying.lines import codes_of, messages, screen_of
from admin.keying.services import entering, settling, sheets
from admin.screens import StaffForm, go, page
from survey.errors import HouseError
from survey.identity.permissions import Permission
from survey.kit import guard, language

bp = flask.Blueprint("keying", __name__, url_prefix="/admin/keying")
FIELD = "f."
_OTHER = "other."


@bp.get("")
@guard.permitted(Permission.SHEET_KEY)
def index() -> ResponseReturnValue:
    return _index(SerialForm(formdata=None))


@bp.post("")
@guard.permitted(Permission.SHEET_KEY)
def begin() -> ResponseReturnValue:
    form = SerialForm()
    if not form.validate():
        return _index(form, status=422)
    try:
        serial = sheets.read_serial(form.serial.data)
        entering.begin(screens.session(), serial, actor=guard.actor(), keys=screens.keys())
    except HouseError as error:
        form.absorb(error)
        return _index(form, status=error.status)
    return go("keying.show", serial=serial.code)


@bp.get("/sheets/<serial>")
@guard.permitted(Permission.SHEET_KEY)
def show(serial: str) -> ResponseReturnValue:
    keying = entering.load(
        screens.session(), sheets.read_serial(serial), actor=guard.actor(), keys=screens.keys()
    )
    asked = flask.request.args
    checked = keying.checked
    return page(
        "keying/sheet.html",
        keying=keying,
        screen=screen_of(
            keying,
            checked,
            section=asked.get("section", ""),
            turn=asked.get("turn", ""),
            is_looking=asked.get("look") == "1",
        ),
    )


@bp.post("/sheets/<serial>")
@guard.permitted(Permission.SHEET_KEY)
def save(serial: str) -> ResponseReturnValue:
    session, keys, sent = screens.session(), screens.keys(), flask.request.form
    number, actor = sheets.read_serial(serial), guard.actor()
    keying = entering.load(session, number, actor=actor, keys=keys)
    keying = entering.read(keying, _typed())
    if sent.get("do") != "finish":
        entering.save(session, keying, seen_ver=_seen(), keys=keys)
        place = sent.get("do", "")
        return go("keying.show", serial=serial, section=place, turn=sent.get("turn", ""))
    checked = entering.finish(
        session,
        keying,
        seen_ver=_seen(),
        rest_is_blank=sent.get("rest") == "1",
        actor=actor,
        keys=keys,
    )
    if checked.empty or checked.unmarked:
        return go("keying.show", serial=serial, section=sent.get("section", ""), look="1")
    return go("keying.index", _("Sheet %(serial)s is keyed.", serial=number.printed))


@bp.post("/sheets/<serial>/check")
@guard.permitted(Permission.SHEET_KEY)
def check(serial: str) -> ResponseReturnValue:
    """What the engine says of what stands in the fields now; nothing is kept."""
    keying = entering.load(
        screens.session(), sheets.read_serial(serial), actor=guard.actor(), keys=screens.keys()
    )
    keying = entering.read(keying, _typed())
    checked = keying.checked
    return {
        "asked": sorted(checked.asked),
        "problems": messages(checked),
        "marked": sorted((checked.off_route | checked.problems.keys()) - checked.unmarked),
    }


@bp.get("/differences")
@guard.permitted(Permission.SHEET_DECIDE)
def differences() -> ResponseReturnValue:
    session = screens.session()
    found = queries.disputes(session, guard.actor())
    return page("keying/differences.html", serials=found, waves=queries.open_waves(session))


@bp.get("/differences/<serial>")
@guard.permitted(Permission.SHEET_DECIDE)
def show_differences(serial: str) -> ResponseReturnValue:
    return _dispute(serial, StaffForm(formdata=None))


@bp.post("/differences/<serial>")
@guard.permitted(Permission.SHEET_DECIDE)
def decide(serial: str) -> ResponseReturnValue:
    sent = flask.request.form
    chosen = {
        name.removeprefix(FIELD): sent.get(_OTHER + name.removeprefix(FIELD), "") if value == "*" else value
        for name, value in sent.items()
        if name.startswith(FIELD)
    }
    number = sheets.read_serial(serial)
    form = StaffForm()
    try:
        settling.decide(screens.session(), number, chosen, actor=guard.actor(), keys=screens.keys())
    except HouseError as error:
        if error.status != 422:
            raise
        form.absorb(error)
        return _dispute(serial, form, chosen=chosen, status=422)
    return go("keying.differences", _("Sheet %(serial)s is settled.", serial=number.printed))


def _index(form: SerialForm, *, status: int = 200) -> ResponseReturnValue:
    session, actor = screens.session(), guard.actor()
    return page(
        "keying/index.html",
        form=form,
        mine=queries.mine(session, actor),
        n_finished=queries.n_finished(session, actor),
        waves=queries.open_waves(session),
        n_disputes=len(queries.disputes(session, actor)) if guard.may(Permission.SHEET_DECIDE) else 0,
        status=status,
    )


def _dispute(
    serial: str, form: StaffForm, *, chosen: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    dispute = settling.dispute_of(
        screens.session(), sheets.read_serial(serial), actor=guard.actor(), keys=screens.keys()
    )
    known, tongue = by_key(dispute.work.program), dispute.work.run.language
    lines = [
        {
            "key": each.key,
            "code": known[each.key].code if known[each.key].item else "",
            "text": language.pick(known[each.key].text, tongue),
            "turn": language.pick(known[each.key].turn_words, tongue),
            "codes": codes_of(known[each.key], tongue),
            "values": list(dict.fromkeys((each.first or ".", each.second or "."))),
            "chosen": (chosen or {}).get(each.key, ""),
        }
        for each in dispute.differences
    ]
    return page("keying/dispute.html", dispute=dispute, lines=lines, form=form, status=status)


def _typed() -> dict[str, str]:
    sent = flask.request.form
    return {name.removeprefix(FIELD): value for name, value in sent.items() if name.startswith(FIELD)}


def _seen() -> int:
    text = flask.request.form.get("ver", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
