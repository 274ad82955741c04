"""The server under test, in a process of its own: the whole application, or one with a planted mistake.

Run with a port and a number of workers; with none it is the embedded server.

Settings come from ``SURVEY_*``; ``FAULTS_PLANTED`` names mistakes, ``FAULTS_DISK`` a file that holds the
largest number of pages the database may have (a full disk that can be emptied while the server runs).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import flask
import sqlalchemy as sa
from sqlalchemy import event

from admin.demo.serve import serve_forever
from survey import serving
from tests.faults.planted import MISTAKES
from wsgi import create_app


def make_app() -> flask.Flask:
    """The application as it runs, with what the environment asks for."""
    if disk := os.environ.get("FAULTS_DISK"):
        _limit_pages(Path(disk))
    app = create_app("all")
    for planted in filter(None, os.environ.get("FAULTS_PLANTED", "").split(",")):
        MISTAKES[planted](app)
    return app


def _limit_pages(limit: Path) -> None:
    @event.listens_for(sa.pool.Pool, "checkout")
    def limit_pages(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute(f"PRAGMA max_page_count={int(limit.read_text())}")


if __name__ == "__main__":
    chosen, workers = int(sys.argv[1]), int(sys.argv[2])
    if workers:
        serving.serve(make_app(), host="127.0.0.1", port=chosen, workers=workers)
    else:
        serve_forever(make_app(), port=chosen)
