"""The embedded server: one process, buffering slow phones, with the jobs of the platform beside it."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import flask
import waitress
from waitress.server import create_server

THREADS = 8
LARGEST_BODY = 20 * 1024 * 1024
"""Refused before it is read; each view has a narrower limit of its own."""


@contextmanager
def serving(app: flask.Flask, *, port: int) -> Iterator[str]:
    """Serve ``app`` on loopback for the length of the block; yields its address. Port 0 takes any free one."""
    server = create_server(
        app, host="127.0.0.1", port=port, threads=THREADS, ident=None, max_request_body_size=LARGEST_BODY
    )
    thread = threading.Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=10)  # requests in hand are finished
        server.close()
        thread.join(timeout=10)


def is_taken(port: int) -> bool:
    """Whether something else listens on this port of the loopback address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serve_forever(app: flask.Flask, *, port: int) -> None:
    """Serve until somebody presses Ctrl-C or sends SIGTERM; requests in hand are finished."""

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    waitress.serve(
        app,
        host="127.0.0.1",
        port=port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        _quiet=True,
    )
