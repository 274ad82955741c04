"""What a browser holds for the time without a connection: the service worker, and the one page that it shows."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import flask
from flask.typing import ResponseReturnValue

import survey.kit
from survey.kit import guard
from survey.kit.assets import asset

FILES = (
    "kit/questionnaire.css",
    "kit/questionnaire.js",
    "kit/expression.js",
    "kit/keep.js",
)
"""All that a page of an interview is made of beside itself."""


def worker() -> ResponseReturnValue:
    """The service worker, with the addresses of the files that it may hold. Browsers ask for it anew each day."""
    files = json.dumps([asset(name) for name in FILES])
    response = flask.Response(f"const FILES = {files};\n{_script()}", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def offline() -> ResponseReturnValue:
    """No connection: what was sent is kept on the device and goes out once there is one."""
    return flask.render_template("site/answer/offline.html")


@cache
def _script() -> str:
    return (Path(survey.kit.__file__).parent / "static/kit/sw.js").read_text()


def register(blueprint: flask.Blueprint) -> None:
    """The addresses of this module."""
    blueprint.get("/sw.js", endpoint="worker")(guard.public(worker))
    blueprint.get("/offline", endpoint="offline")(guard.public(offline))
