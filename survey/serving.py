"""Home of the server for many people at once: granian, with worker processes that share what the first one has built."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

import flask

from survey.db import db
from survey.errors import Invalid
from survey.kit import admission

_M_ARENA_MAX = -8
"""Of ``malloc.h``."""


def serve(app: flask.Flask, *, host: str, port: int, workers: int) -> None:
    """Serve ``app`` until SIGTERM or Ctrl-C. Raises Invalid where granian is not installed.

    The application is built before the workers are forked, so that they hold it together and not one each; what stands
    then is taken out of the garbage collector's sight, which would otherwise copy it page by page.
    """
    try:
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server
    except ImportError:
        raise Invalid(
            "no_granian",
            zh="没有安装 granian。请安装可选依赖 server 后再试：pip install 'minyi[server]'。",
            en="granian is not installed. Install the extra `server` and try again: pip install 'minyi[server]'.",
        ) from None
    with app.app_context():
        db.engine.dispose()  # no worker may share a connection with another
    use_few_arenas()
    gc.collect()
    gc.freeze()
    server = Server(
        app.name,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=admission.THREADS,
        websockets=False,
        respawn_failed_workers=True,
        log_access=False,
        log_level=LogLevels.error,  # it warns of many threads: most of ours wait at the gate
    )
    server.serve(target_loader=lambda *_: app)


def use_few_arenas() -> None:
    """Have all threads share two heaps. With glibc each keeps one of its own, which holds on to what it once needed."""
    with suppress(OSError, AttributeError):  # another C library has neither the function nor the habit
        ctypes.CDLL("libc.so.6").mallopt(_M_ARENA_MAX, 2)
