"""The embedded server: one process, buffering slow phones, with the jobs of the platform beside it."""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import flask
from waitress import wasyncore
from waitress.server import create_server

from survey.kit import admission
from survey.serving import use_few_arenas

LIMITS: dict[str, Any] = {  # Any: settings of several types
    "threads": admission.THREADS,
    # Refused before it is read; each view has a narrower limit of its own.
    "max_request_body_size": 20 * 1024 * 1024,
    # Phones keep a connection after a page. At the default of 100 the hundredth idle one locks everybody else out.
    "connection_limit": 800,  # below the 1024 open files that a process may usually have
    "channel_timeout": 30,
    "cleanup_interval": 10,
    "asyncore_use_poll": True,
    # The application reads them itself, by the number of its proxies; taken away, everybody would be one network.
    "clear_untrusted_proxy_headers": False,
    "ident": None,
}


FINISH_SECONDS = 10.0
"""How long those inside have when the server is told to leave."""
_LOOK_EVERY, _QUIET_LOOKS = 0.05, 3


@contextmanager
def serving(app: flask.Flask, *, port: int) -> Iterator[str]:
    """Serve ``app`` on loopback for the length of the block; yields its address. Port 0 takes any free one."""
    server = create_server(app, host="127.0.0.1", port=port, **LIMITS)
    leaving = threading.Event()
    thread = threading.Thread(target=_run_until, args=(server, leaving), name="waitress", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        _wait_for_those_inside(server)
        leaving.set()
        server.pull_trigger()
        thread.join(timeout=FINISH_SECONDS)


def _run_until(server: Any, leaving: threading.Event) -> None:  # Any: waitress has no types
    """The server's loop, ended by the thread that runs it: closed by another, it waits on sockets that are gone."""
    while not leaving.is_set():
        server.asyncore.loop(timeout=1, use_poll=LIMITS["asyncore_use_poll"], map=server._map, count=1)
    server.task_dispatcher.shutdown(cancel_pending=False)
    wasyncore.close_all(server._map)


def is_taken(port: int) -> bool:
    """Whether something else listens on this port of the loopback address."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def serve_forever(app: flask.Flask, *, port: int) -> None:
    """Serve until somebody presses Ctrl-C or sends SIGTERM; then nobody new is let in, and who is inside finishes."""
    server = create_server(app, host="127.0.0.1", port=port, **LIMITS)
    is_leaving = threading.Event()

    def leave(_signal: int, _frame: FrameType | None) -> None:
        if is_leaving.is_set():
            raise SystemExit(0)
        is_leaving.set()
        threading.Thread(target=_finish, args=(server,), daemon=True).start()

    signal.signal(signal.SIGTERM, leave)
    use_few_arenas()
    gc.collect()
    gc.freeze()  # what stands now stays for good: the collector need not look through it again and again
    server.run()


def _finish(server: Any) -> None:  # Any: waitress has no types
    """Close the door, wait until the last answer has left, and go: the loop of the server runs meanwhile."""
    server.trigger.pull_trigger(lambda: wasyncore.dispatcher.close(server))
    _wait_for_those_inside(server)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait_for_those_inside(server: Any) -> None:
    until = time.monotonic() + FINISH_SECONDS
    quiet = 0
    while quiet < _QUIET_LOOKS and time.monotonic() < until:
        time.sleep(_LOOK_EVERY)
        quiet = 0 if _is_busy(server) else quiet + 1


def _is_busy(server: Any) -> bool:
    dispatcher = server.task_dispatcher
    with dispatcher.lock:
        if dispatcher.queue or dispatcher.active_count:
            return True
    return any(
        channel.total_outbufs_len or channel.requests for channel in list(server.active_channels.values())
    )
