"""T12 for the ways in: after a walk through each of them the log, the addresses and the pages hold no secret."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from survey import clock
from survey.access import carried, counters, printed, tokens
from survey.access.tokens import Form, SampleCase
from survey.config import Settings
from survey.db import db
from survey.models.counter import Counter
from survey.models.wave import Wave
from tests.survey.site.conftest import town as town
from tests.survey.site.town import Town

PROGRAM = """
import json, sys
from survey.config import Settings
from wsgi import create_app
steps = json.loads(sys.argv[1])
app = create_app("public", Settings.from_env())
app.config["WTF_CSRF_ENABLED"] = False
for method, path, data in steps:
    client = app.test_client()
    answer = client.open(path, method=method, data=data)
    seen = [answer.headers.get("Location") or ""]
    if answer.status_code == 303:
        page = client.get(answer.headers["Location"])
        seen += [page.text, page.headers.get("Refresh") or ""]
    print(json.dumps([answer.status_code, answer.headers.get("Referrer-Policy"), *seen]))
"""


@pytest.fixture
def ways(app: flask.Flask, town: Town) -> dict[str, str]:
    """A secret for each way in: links, codes, a counter's code, its screen, a pass."""
    keys, session = app.extensions["minyi"].keys, None
    case = SampleCase(stratum="990100/urban", probability="0.001", seal_group="990100")
    with app.app_context():
        session = db.session()
        wave = session.get_one(Wave, town.wave_id)
        code, assigned = tokens.issue(session, wave, [case] * 2, keys=keys, form=Form.CODE)
        secret = counters.new_secret()
        screen = counters.screen_hash(secret, keys=keys)
        place = {"zh": "一号窗口", "en": "Counter 1"}
        session.add(
            Counter(wave_id=wave.id, place=place, context={}, screen_hash=screen, made_by="user:test")
        )
        session.flush()
        shown = counters.shown(screen, now=clock.now(session), keys=keys).code
        staff = carried.seal_pass(session, tokens.token_hash(assigned, keys=keys), wave_id=wave.id, keys=keys)
        session.commit()
    return {"link": town.tokens[0], "code": code, "shown": shown, "screen": secret, "pass": staff}


def test_each_way_in_leaves_no_secret_behind(
    settings: Settings, town: Town, ways: dict[str, str], app: flask.Flask
) -> None:
    unknown = printed.with_checks("7" * 16)
    steps = [
        ("GET", f"/i/{ways['link']}", None),
        ("GET", f"/i/{ways['code']}", None),
        ("GET", f"/c/{ways['shown']}", None),
        ("GET", f"/a/{ways['pass']}", None),
        ("GET", f"/screen/{ways['screen']}", None),
        ("POST", "/enter", {"code": printed.grouped(ways["code"])}),
        ("POST", "/enter", {"code": ways["shown"].lower()}),
        ("POST", "/enter", {"code": unknown}),
        ("GET", f"/i/{unknown}", None),
        ("GET", f"/s/{town.entry}", None),
    ]
    environ = {
        "SURVEY_DATA_DIR": str(settings.data_dir),
        "SURVEY_KEY_DIR": str(settings.key_dir),
        "SURVEY_DATABASE_URL": settings.database_url,
        "SURVEY_LOG_LEVEL": "DEBUG",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(steps)],
        env=environ,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer[0] for answer in answers] == [303] * 7 + [404] * 2 + [303]
    assert {answer[1] for answer in answers[:7]} == {"no-referrer"}
    assert [json.loads(line)["event"] for line in done.stderr.splitlines()].count("request") >= len(steps)
    secrets = [*ways.values(), printed.grouped(ways["code"]), printed.grouped(ways["shown"]), unknown]
    left = [secret for secret in secrets if secret.lower() in done.stderr.lower()]
    assert left == []
    for _, _, target, *pages in answers[:4]:
        assert not [secret for secret in secrets if secret in target + "".join(pages)]
    # the screen shows the code of this minute, and not what it was set up with
    assert ways["screen"] not in "".join(answers[4][2:])
    assert re.fullmatch(r"\d+", answers[4][4])


def test_a_look_at_a_link_uses_nothing_up(client: FlaskClient, ways: dict[str, str]) -> None:
    paths = [f"/i/{ways['link']}", f"/i/{ways['code']}", f"/c/{ways['shown']}", f"/a/{ways['pass']}"]
    for path in paths:
        assert [client.head(path).status_code for _ in range(3)] == [303] * 3
        assert client.get(path, headers={"User-Agent": "facebookexternalhit/1.1"}).status_code == 303
        assert client.get(path).status_code == 303
