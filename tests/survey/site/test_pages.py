"""The public pages that are read: home, plan, results, receipt check, health."""

from __future__ import annotations

import gzip
import hashlib
import json
import re

import flask
from flask.testing import FlaskClient

from survey.db import db
from survey.kit import language
from survey.models.clock import DemoClock
from tests.survey.site.town import CITIES, Town
from tests.survey.site.visitor import Visitor


def _read(client: FlaskClient, path: str, *, lang: str = "en", status: int = 200) -> str:
    page = client.get(path, headers={"Accept-Language": lang})
    assert page.status_code == status, page.text
    return page.text


def test_home_without_anything(client: FlaskClient) -> None:
    text = _read(client, "/")
    assert "No survey is open at this moment." in text
    assert "No release has been announced yet." in text


def test_home_names_surveys_releases_and_the_plan(town: Town, client: FlaskClient) -> None:
    text = _read(client, "/")
    assert f'href="/s/{town.entry}"' in text
    assert "never scored" in text
    assert "Overdue: it was announced for" in text
    assert 'class="digest"' in text


def test_the_demo_clock_stands_on_every_page(app: flask.Flask, town: Town, client: FlaskClient) -> None:
    assert "The clock stands at" not in _read(client, "/")
    with app.app_context():
        db.session.add(DemoClock(id=1, offset_seconds=-200 * 24 * 3600))
        db.session.commit()
    for path in ("/", "/plan", "/results", "/receipt", "/nothing"):
        assert "The clock stands at" in _read(client, path, status=404 if path == "/nothing" else 200)


def test_published_digests_are_those_of_the_downloads(town: Town, client: FlaskClient) -> None:
    text = _read(client, "/plan")
    links = re.findall(r'href="(/plan/[^"]+\.json[^"]*)"', text)
    digests = set(re.findall(r'class="digest">([0-9a-f]{64})<', text))
    assert len(links) == len(digests) > 3
    assert {hashlib.sha256(client.get(link).data).hexdigest() for link in links} == digests


def test_an_instrument_is_shown_in_full_in_both_languages(town: Town, client: FlaskClient) -> None:
    english = _read(client, "/plan/instruments/residents")
    chinese = _read(client, "/plan/instruments/residents", lang="zh")
    assert "How satisfied are you with the air quality where you live?" in english
    assert "您对本地的空气质量满意吗？" in chinese
    assert "ends the interview" in english
    _read(client, "/plan/instruments/nothing", status=404)
    _read(client, "/plan/documents/" + "0" * 64 + ".json", status=404)


def test_a_release_before_its_day_shows_the_day_only(town: Town, client: FlaskClient) -> None:
    assert "Announced for" in _read(client, f"/results/{town.announced}")
    assert "This release is overdue." in _read(client, f"/results/{town.overdue}")
    _read(client, f"/results/{town.announced}/files/composites.csv", status=404)


def test_published_results_carry_intervals_ranks_gates_and_tables(town: Town, client: FlaskClient) -> None:
    text = _read(client, f"/results/{town.published}")
    assert text.count('<svg width="100%"') == text.count("The same as a table") == 5
    assert text.count("<desc") == text.count('role="img"') == 5
    for _zh, en, value in CITIES:
        assert f"{en} City Government".replace("'", "&#39;") in text
        assert f"{value:.1f} ({value - 1.7:.1f}–{value + 1.7:.1f})" in text
    assert "52.6%" in text
    assert "Not scorable this year" in text
    assert "carry less than 70 %" in text
    assert "Open participation: shown, never scored" in text
    assert text.count('<tr id="gate-G') == 17
    assert "16 of 17 checks passed" in text
    assert "The items will be revised next year." in text
    assert "The axis shows 50 to 80 of 0 to 100 points." in text
    assert "sample too small, not published" in text
    assert text.count("<dt>Statement ") == 11


def test_a_failed_block_shows_gates_and_neither_composites_nor_ranks(town: Town, client: FlaskClient) -> None:
    text = _read(client, f"/results/{town.blocked}")
    assert "No composites and no ranks this time" in text
    assert 'href="#gate-G12"' in text
    assert "Composite" not in text.replace("composites", "").split("<section", 1)[1]
    assert "Which positions are compatible" not in text


def test_files_are_downloads_with_a_digest(town: Town, client: FlaskClient) -> None:
    page = client.get(f"/results/{town.published}/files/composites.csv")
    assert page.headers["Content-Disposition"] == "attachment; filename=composites.csv"
    assert page.data.startswith(b"unit_id,composite")
    assert client.get(f"/results/{town.published}/files/..%2Fwsgi.py").status_code == 404
    assert client.get(f"/results/{town.published}/files/other.csv").status_code == 404


def test_receipts_are_checked_by_post_only(town: Town, app: flask.Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/receipt?code=00000-00000")
    assert "not a complete code" not in visitor.page.text
    visitor.send("receipt", {"code": ["00000-00000"]})
    assert "This is not a complete code." in visitor.page.text


def test_help_says_who_runs_the_survey_and_stands_on_every_page(town: Town, client: FlaskClient) -> None:
    text = _read(client, "/help")
    assert "Provincial Performance Management Office" in text
    assert '<a href="tel:000-12300"><bdi dir="ltr">000-12300</bdi></a>' in text
    assert "Field agency" not in text, "a contractor runs nothing"
    assert 'href="/continue"' in text
    of_wave = _read(client, f"/help/{town.wave}", lang="ar")
    assert '<html lang="ar" dir="rtl"' in of_wave
    assert "مكتب إدارة الأداء في المقاطعة" in of_wave
    for path in ("/", "/plan", "/results", "/receipt", "/continue"):
        assert 'href="/help"' in _read(client, path), path


def test_every_page_has_both_languages_and_remembers_the_choice(town: Town, client: FlaskClient) -> None:
    assert '<html lang="zh-Hans" dir="ltr"' in client.get("/").text
    assert '<html lang="en" dir="ltr"' in client.get("/?lang=en").text
    assert '<html lang="en" dir="ltr"' in client.get("/plan").text
    assert '<html lang="en" dir="ltr"' in client.get("/plan?lang=xx").text
    assert "lang=zh" in client.get("/results?lang=en").text


def test_pages_run_from_right_to_left_in_arabic_and_staff_pages_do_not_come_in_it(
    town: Town, app: flask.Flask, client: FlaskClient
) -> None:
    assert '<html lang="ar" dir="rtl"' in client.get("/?lang=ar").text
    assert '<html lang="ar" dir="rtl"' in client.get("/results").text
    with app.test_request_context("/admin/sign-in", headers={"Cookie": "lang=ar"}):
        assert language.current() == "zh"
        assert language.offered() == ("zh", "en")


def test_a_language_that_only_an_instrument_has_is_kept_beside_that_of_the_page(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=mn-Mong", headers={"Cookie": "lang=en"}):
        assert (language.wanted(), language.current()) == ("mn-Mong", "en")
        assert language.best_of(("zh", "mn-Mong")) == "mn-Mong"
        assert language.best_of(("zh", "en")) == "en"
        assert language.best_of(("ug",)) is None
    with app.test_request_context("/", headers={"Cookie": "lang=ar"}):
        assert language.best_of(("zh", "en")) == "en"
        assert language.best_of(("zh", "ar")) == "ar"


def test_elder_mode_is_one_tap_and_remembered_for_a_year(client: FlaskClient) -> None:
    assert "data-size" not in client.get("/").text
    chosen = client.get("/?size=elder")
    assert 'data-size="elder"' in chosen.text
    assert any(
        "size=elder" in kept and "Max-Age=31536000" in kept for kept in chosen.headers.getlist("Set-Cookie")
    )
    assert 'data-size="elder"' in client.get("/results").text
    assert 'data-size="elder-40"' in client.get("/results?size=elder-40").text
    assert "data-size" not in client.get("/results?size=normal").text
    client.set_cookie("size", "large")
    assert 'data-size="elder"' in client.get("/").text, "who chose large text before has elder mode now"


def test_long_pages_that_know_nobody_are_compressed_on_the_way(town: Town, client: FlaskClient) -> None:
    path = f"/results/{town.published}"
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == client.get(path).data
    assert "Content-Encoding" not in client.get(path).headers
    asks = client.get("/receipt", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in asks.headers, (
        "a page that holds a form's secret is never compressed here"
    )


def test_a_page_of_questions_is_compressed_where_its_address_brings_no_words(
    app: flask.Flask, town: Town
) -> None:
    visitor = Visitor(app)
    visitor.begin(f"/s/{town.entry}")
    packed = visitor.client.get(visitor.path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) * 3 < len(gzip.decompress(packed.data))
    asked = visitor.client.get(f"{visitor.path}?words=chosen", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in asked.headers


def test_the_size_chosen_at_an_address_that_leads_on_is_kept(town: Town, client: FlaskClient) -> None:
    arrived = client.get(f"/s/{town.entry}?size=elder-32&lang=ar", follow_redirects=True)
    assert 'data-size="elder-32"' in arrived.text
    assert 'lang="ar"' in arrived.text
    assert 'data-size="elder-32"' in client.get("/").text


def test_health(client: FlaskClient) -> None:
    assert json.loads(client.get("/healthz").text) == {"alive": True}
    assert json.loads(client.get("/readyz").text) == {"ready": True}
