"""A network between phones and the server that hangs up, stalls, delays, and delivers old copies late."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_LATE = 2.0
"""Seconds by which a copy of a form comes late."""
_WAIT = 30.0


@dataclass(slots=True, kw_only=True)
class BadNetwork:
    """What happens to each exchange, by chance: a share is cut before, in the middle or after the server's work."""

    server_port: int
    hang_ups: float = 0.3
    delay: float = 0.3
    loss: float = 0.05
    """Share of exchanges that stall for some resends, each after double the time, as lost packets do."""
    late_copies: float = 0.1
    seed: int = 17
    happened: Counter[str] = field(default_factory=Counter)
    port: int = 0
    _chance: random.Random = field(default_factory=random.Random)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """What phones connect to."""
        return f"http://127.0.0.1:{self.port}"

    def serve(self, listening: socket.socket) -> None:
        """Take connections until the socket is closed."""
        self._chance.seed(self.seed)
        while True:
            try:
                phone, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        """One exchange after another on one connection."""
        with phone, suppress(OSError):
            phone.settimeout(_WAIT)
            while request := _message(phone):
                if not self._exchange(phone, request):
                    return

    def _exchange(self, phone: socket.socket, request: bytes) -> bool:
        fate = self._fate()
        time.sleep(self.delay / 2)
        if fate == "cut before it arrived":
            return False
        if self._draw("stalled", self.loss):
            time.sleep(1.0)
        if request.startswith(b"POST") and self._draw("old copy delivered late", self.late_copies):
            threading.Timer(_LATE, self._deliver, args=(request,)).start()
        answer = self._deliver(request)
        if fate == "cut before the answer" or not answer:
            return False
        time.sleep(self.delay / 2)
        if fate == "cut within the answer":
            phone.sendall(answer[: len(answer) // 2])
            return False
        phone.sendall(answer)
        return True

    def _fate(self) -> str:
        with self._lock:
            draw = self._chance.random()
            cuts = ("cut before it arrived", "cut before the answer", "cut within the answer")
            fate = cuts[self._chance.randrange(3)] if draw < self.hang_ups else ""
            self.happened[fate or "whole"] += 1
        return fate

    def _draw(self, what: str, share: float) -> bool:
        with self._lock:
            drawn = self._chance.random() < share
            self.happened[what] += drawn
        return drawn

    def _deliver(self, request: bytes) -> bytes:
        try:
            with socket.create_connection(("127.0.0.1", self.server_port), timeout=_WAIT) as server:
                server.sendall(request)
                return _message(server)
        except OSError:
            return b""


@contextmanager
def bad_network(server_port: int, *, late_copies: float = 0.1) -> Iterator[BadNetwork]:
    """A bad network in front of a server for the length of the block."""
    network = BadNetwork(server_port=server_port, late_copies=late_copies)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        network.port = listening.getsockname()[1]
        thread = threading.Thread(target=network.serve, args=(listening,), daemon=True)
        thread.start()
        yield network
        with suppress(OSError):  # wakes the thread that waits for a connection
            listening.shutdown(socket.SHUT_RDWR)
        time.sleep(_LATE + 0.5)  # the last old copies arrive


def _message(connection: socket.socket) -> bytes:
    """One HTTP message with its body; nothing where the connection ended."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        line.split(b":", 1)[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    ]
    missing = (int(lengths[0]) if lengths else 0) - len(body)
    while missing > 0:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
        missing -= len(more)
    return data
