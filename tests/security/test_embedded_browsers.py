"""Browsers inside messengers: what they get wrong about where a form comes from keeps nobody out, a foreign site does."""

from __future__ import annotations

import dataclasses

import flask
import pytest
from flask.testing import FlaskClient

from survey.config import Settings
from tests.survey.site.conftest import town as town
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms
from wsgi import create_app

HOST = "https://survey.example"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 13; V2250A Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240301 MicroMessenger/8.0.49.2600(0x28003133)"
)


@pytest.fixture
def app(settings: Settings) -> flask.Flask:
    """The application as people reach it: by https, with form tokens in force."""
    return create_app("all", dataclasses.replace(settings, base_url=HOST))


@pytest.fixture
def phone(app: flask.Flask, town: Town) -> FlaskClient:
    """A phone that opened a personal link from a message and stands on the welcome page."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = WECHAT
    client.get(f"/i/{town.tokens[0]}", base_url=HOST, headers={"Referer": "https://mp.weixin.qq.com/"})
    return client


def _start(phone: FlaskClient, town: Town, headers: dict[str, str]) -> int:
    page = phone.get(f"/answer/{town.wave}/", base_url=HOST)
    assert page.status_code == 200
    form = Forms(page.text)
    data = {**form.chosen("start"), "age": "yes", "consent": "yes"}
    return phone.post(form.actions["start"], base_url=HOST, data=data, headers=headers).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},  # neither Origin nor Referer
        {"Origin": "null"},
        {"Origin": HOST},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "same-site", "Referer": f"{HOST}/"},
        {"Sec-Fetch-Site": "none", "Referer": f"{HOST}/answer/"},
    ],
)
def test_our_own_form_is_taken_whatever_the_browser_leaves_out(
    phone: FlaskClient, town: Town, headers: dict[str, str]
) -> None:
    assert _start(phone, town, headers) == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_foreign_form_is_refused(phone: FlaskClient, town: Town, headers: dict[str, str]) -> None:
    assert _start(phone, town, headers) == 403


def test_a_browser_that_keeps_no_cookies_is_told_so(app: flask.Flask, town: Town) -> None:
    forgetful = app.test_client(use_cookies=False)
    entered = forgetful.get(f"/i/{town.tokens[0]}", base_url=HOST, headers={"Accept-Language": "en"})
    assert entered.status_code == 303
    page = forgetful.get(entered.location, base_url=HOST, headers={"Accept-Language": "en"})
    assert page.status_code == 410
    assert "open it in another one" in page.text
