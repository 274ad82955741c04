"""What the log of a process holds after people have been there: lines of JSON, and nothing of theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from survey.config import Settings

TOKEN, CODE, WORDS = "Zm9yIG9uZSBwZXJzb24gb25seQ", "ABCDE-FGHJK-MNPQR-STVWX-YZ012-34", "my-own-words"
SCRIPT = f"""
import sys
from survey.config import Settings
from wsgi import create_app
app = create_app("public", Settings.from_env())
app.add_url_rule("/crash", "crash", lambda: 1 / 0)
app.view_functions["crash"].guard = app.view_functions["home.front"].guard
client = app.test_client()
client.get("/i/{TOKEN}")
client.get("/?q={WORDS}", headers={{"User-Agent": "{WORDS}", "X-Forwarded-For": "203.0.113.9"}})
client.post("/receipt", data={{"code": "{CODE}"}})
client.get("/crash")
"""


def test_the_log_is_json_and_names_nobody(settings: Settings) -> None:
    environ = {
        "SURVEY_DATA_DIR": str(settings.data_dir),
        "SURVEY_KEY_DIR": str(settings.key_dir),
        "SURVEY_DATABASE_URL": settings.database_url,
        "SURVEY_LOG_LEVEL": "INFO",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environ,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines].count("request") == 4
    (crash,) = [line for line in lines if line["event"] == "crash"]
    assert crash["error"] == "ZeroDivisionError"
    for private in (TOKEN, CODE, WORDS, "203.0.113.9", "127.0.0.1", "/i/"):
        assert private not in done.stderr
