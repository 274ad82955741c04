"""Logs are JSON lines without tokens, receipts, codes, telephone numbers or the text of errors."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys

import pytest

from survey import log
from survey.ledger import codes
from survey.ledger.receipts import new_receipt

_TOKEN = secrets.token_urlsafe(24)
_RESUME = codes.encode(secrets.token_bytes(10), length=16)


@pytest.mark.parametrize(
    "secret",
    [
        _TOKEN,
        _RESUME,
        codes.grouped(_RESUME),
        new_receipt().code,
        new_receipt().printed,
        secrets.token_hex(16),
        "13912345678",
        "+86 139 1234 5678",
    ],
    ids=[
        "token",
        "resume",
        "resume-grouped",
        "receipt",
        "receipt-printed",
        "hex",
        "telephone",
        "telephone-spaced",
    ],
)
def test_no_secret_reaches_a_line_however_it_is_wrapped(secret: str) -> None:
    event = {
        "event": "x",
        "plain": f"before {secret} after",
        "path": f"/i/{secret}?lang=zh",
        "deep": {"list": [secret, (secret,)], secret: 1},
        "bytes": secret.encode(),
        "object": ValueError(secret),
    }
    line = json.dumps(log.redact(None, "info", event))
    assert secret not in line
    assert "[secret]" in line


def test_what_is_no_secret_stays() -> None:
    event = {
        "event": "job.failed",
        "job_id": 1234567,
        "kind": "ledger.seal",
        "wave": "residents-2026",
        "ok": True,
    }
    assert log.redact(None, "info", dict(event)) == event


def test_lines_are_json_whatever_is_logged_and_errors_come_without_their_text() -> None:
    program = """
import structlog
from survey import log
log.configure("INFO")
logger = structlog.get_logger()
logger.info("a\\nforged", value='line\\n{"event": "forged"}\\x1b[31m')
try:
    raise ValueError("what somebody answered")
except ValueError:
    logger.exception("job.failed", kind="k")
logger.debug("quiet")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["a\nforged", "job.failed"]
    assert lines[1]["error"] == "ValueError"
    assert lines[1]["at"] == ["<string>:8"]
    assert "answered" not in done.stderr


def test_a_full_disk_of_the_log_stops_nobody() -> None:
    program = (
        "import structlog; from survey import log; log.configure('INFO')\n"
        "for n in range(300): log.request(path='/', n=n); structlog.get_logger().error('crash', n=n)\n"
        "print('alive', flush=True)"
    )
    with open("/dev/full", "ab") as full:
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=full, check=False, text=True
        )
    assert done.stdout == "alive\n"
