"""The public logs: what they are, how anybody checks them without us, and their files at addresses that stay."""

from __future__ import annotations

import hashlib

import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from survey.backends.checkpoints import FolderCheckpoints
from survey.db import db
from survey.kit import compressed, guard
from survey.ledger import cosigning, notes
from survey.publish import logs
from survey.site.here import platform

log_pages = flask.Blueprint("logs", __name__, url_prefix="/logs")
compressed.register(log_pages)
_TEXT, _BYTES, _LINES = "text/plain", "application/octet-stream", "application/jsonl"
_MOST_DIGITS = 12


@log_pages.get("")
@guard.public
def overview() -> ResponseReturnValue:
    """Every log with its size, its root and who signed it."""
    session = db.session()
    return flask.render_template(
        "site/logs.html", waves=logs.all_waves(session), trail=logs.trail(session), auditors=_auditors()
    )


@log_pages.get("/<wave>/<file>.leaves")
@guard.public
def leaves(wave: str, file: str) -> ResponseReturnValue:
    """The leaf hashes of one log, 32 bytes each, up to its last checkpoint."""
    session = db.session()
    origin = logs.origin_of(session, wave, f"{file}.leaves")
    found = None if origin is None else logs.leaves(session, origin)
    if found is None:
        raise NotFound()
    return _file(found[0], f"{wave}-{file}.leaves", kind=_BYTES, tag=found[1])


@log_pages.get("/<wave>/<file>.consistency")
@guard.public
def consistency(wave: str, file: str) -> ResponseReturnValue:
    """The proof that a log continues what it was at ``?from=`` leaves."""
    session, old = db.session(), flask.request.args.get("from", "")
    origin = logs.origin_of(session, wave, f"{file}.leaves")
    is_number = old.isascii() and old.isdigit() and len(old) < _MOST_DIGITS
    text = logs.consistency(session, origin, old=int(old)) if origin is not None and is_number else None
    if text is None:
        raise NotFound()
    return _file(text.encode(), f"{wave}-{file}-{old}.consistency", kind=_TEXT)


@log_pages.get("/<wave>/checkpoints.jsonl")
@guard.public
def checkpoints(wave: str) -> ResponseReturnValue:
    """Every checkpoint of the logs of a wave."""
    return _of_folder(wave, "checkpoints.jsonl", kind=_LINES)


@log_pages.get("/<wave>/keys.txt")
@guard.public
def keys(wave: str) -> ResponseReturnValue:
    """The public keys, as they are announced."""
    return _of_folder(wave, "keys.txt", kind=_TEXT)


@log_pages.get("/<wave>.zip")
@guard.public
def folder(wave: str) -> ResponseReturnValue:
    """All of it in one file, with the program that checks it."""
    files = _folder(wave)
    return _file(logs.zipped(files, name=wave), f"{wave}-logs.zip", kind="application/zip")


@log_pages.get("/audit/checkpoints.jsonl")
@guard.public
def trail() -> ResponseReturnValue:
    """Every checkpoint of the audit log."""
    return _file(logs.trail_checkpoints(db.session()), "audit-checkpoints.jsonl", kind=_LINES)


@log_pages.get("/breaks.jsonl")
@guard.public
def breaks() -> ResponseReturnValue:
    """What logs lost."""
    return _file(logs.breaks(db.session()), "breaks.jsonl", kind=_LINES)


@log_pages.get(f"/{logs.CHECKER}")
@guard.public
def checker() -> ResponseReturnValue:
    """The program that checks the logs without us."""
    return _file(logs.checker(), logs.CHECKER, kind="text/x-python")


@log_pages.get(f"/{logs.SIGNER}")
@guard.public
def signer() -> ResponseReturnValue:
    """The program with which an audit office signs."""
    return _file(logs.signer(), logs.SIGNER, kind="text/x-python")


def _auditors() -> tuple[notes.VerifierKey, ...]:
    here = platform()
    memory = FolderCheckpoints(here.settings.data_dir / "auditor")
    return cosigning.announced_keys(
        here.settings.auditor_key, keys=here.keys, memory=None if here.settings.production else memory
    )


def _folder(wave: str) -> dict[str, bytes]:
    files = logs.folder(db.session(), wave, keys=platform().keys, auditors=_auditors())
    if not files:
        raise NotFound()
    return files


def _of_folder(wave: str, name: str, *, kind: str) -> flask.Response:
    return _file(_folder(wave)[name], f"{wave}-{name}", kind=kind)


def _file(content: bytes, name: str, *, kind: str, tag: str | None = None) -> flask.Response:
    """A download that a reader asks for again only to hear that nothing has changed."""
    response = flask.Response(content, mimetype=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(tag or hashlib.sha256(content).hexdigest())
    return response.make_conditional(flask.request)  # type: ignore[return-value]  # it returns the same response
