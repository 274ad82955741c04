"""Static files under addresses that name their content, so that browsers keep them for a year."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import flask
from werkzeug.exceptions import NotFound

from survey.kit import guard

FOREVER = "public, max-age=31536000, immutable"
_COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt"}
_IMPORT = re.compile(r'^@import "([^"]+)";$', re.M)
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.S)
_LINE_END = re.compile(r"\n\s*")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file, ready to be sent."""

    address: str
    media_type: str
    content: bytes
    compressed: bytes | None


def register(app: flask.Flask) -> None:
    """Serve ``/static/…`` and give templates ``asset("kit/base.css")``."""
    app.extensions["minyi_assets"] = {}
    app.add_url_rule("/static/<path:address>", "asset", _serve)
    app.jinja_env.globals["asset"] = asset
    add_folder(app, Path(__file__).parent / "static")


def add_folder(app: flask.Flask, folder: Path) -> None:
    """Serve the files below ``folder``, named as in it. Raises ValueError where a name is taken."""
    known: dict[str, Asset] = app.extensions["minyi_assets"]
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name in known:
            raise ValueError(f"two static files are called {name}")
        known[name] = _read(path, name)


def asset(name: str) -> str:
    """The address of a static file. Raises KeyError where there is none."""
    return "/static/" + _known()[name].address


def _read(path: Path, name: str) -> Asset:
    content = _LINE_END.sub("", _sheet(path)).encode() if path.suffix == ".css" else path.read_bytes()
    mark = hashlib.sha256(content).hexdigest()[:12]
    stem, _, suffix = name.rpartition(".")
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _COMPRESSIBLE else None
    return Asset(
        address=f"{stem}.{mark}.{suffix}",
        media_type=_TYPES.get(path.suffix)
        or mimetypes.guess_type(path.name)[0]
        or "application/octet-stream",
        content=content,
        compressed=compressed if compressed and len(compressed) < len(content) else None,
    )


def _sheet(path: Path) -> str:
    """A sheet with the sheets that it imports in their places: browsers ask once, people read room by room."""
    text = _COMMENT.sub("", path.read_text(encoding="utf-8"))
    return _IMPORT.sub(lambda found: _sheet(path.parent / found[1]).rstrip("\n"), text)


@guard.public
def _serve(address: str) -> flask.Response:
    """A file under its present address only: an old mark is gone with the file it named."""
    parts = address.rsplit(".", 2)
    found = _known().get(f"{parts[0]}.{parts[2]}") if len(parts) == 3 else None
    if found is None or found.address != address:
        raise NotFound()
    zipped = found.compressed is not None and bool(flask.request.accept_encodings["gzip"])
    body = found.compressed if zipped and found.compressed is not None else found.content
    response = flask.Response(body, mimetype=found.media_type)
    response.headers["Cache-Control"] = FOREVER
    if found.compressed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _known() -> Mapping[str, Asset]:
    found: dict[str, Asset] = flask.current_app.extensions["minyi_assets"]
    return found
