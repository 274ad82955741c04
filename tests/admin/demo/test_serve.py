"""The embedded server leaves as people expect: who is inside gets an answer, nobody new is let in."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time

from tests.faults.installation import ROOT, free_port

_SERVER = """
import sys, time, flask
from admin.demo.serve import serve_forever
app = flask.Flask("slow")
@app.get("/")
def slow():
    time.sleep(float(flask.request.args.get("for", 0)))
    return "done " * 100_000
serve_forever(app, port=int(sys.argv[1]))
"""


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def test_requests_in_hand_are_finished() -> None:
    port = free_port()
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(port)], cwd=ROOT)
    try:
        until, is_up = time.monotonic() + 60, False
        while not is_up and time.monotonic() < until:
            try:
                is_up = bool(_get(port, "/"))
            except OSError:
                time.sleep(0.05)
        got: list[str] = []
        inside = threading.Thread(target=lambda: got.append(_get(port, "/?for=1")))
        inside.start()
        time.sleep(0.3)
        os.kill(server.pid, signal.SIGTERM)
        time.sleep(0.3)
        try:
            late = _get(port, "/")
        except OSError:
            late = ""
        inside.join(20)
        assert got == ["done " * 100_000]
        assert late == ""
        assert server.wait(20) == 0
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
