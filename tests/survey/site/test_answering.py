"""Answering on the web, page by page, as a person without JavaScript meets it."""

from __future__ import annotations

import re

import flask
import pytest
import sqlalchemy as sa

from survey.db import db
from survey.models.access import Token
from survey.models.response import DispositionCount, Draft, Participation, Submission, UrnBox
from survey.models.wave import QuotaCell, Wave, WaveStatus
from tests.survey.site.town import Town
from tests.survey.site.visitor import Forms, Visitor


@pytest.fixture
def visitor(app: flask.Flask) -> Visitor:
    return Visitor(app)


def _count(app: flask.Flask, table: type) -> int:
    with app.app_context():
        return db.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _receipt(page: str) -> str:
    found = re.search(r"data-receipt[^>]*>(?:<[^>]+>)*([^<]+)<", page)
    assert found is not None, page
    return found[1]


def test_open_entry_to_receipt(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    assert "Section 1 of " in visitor.page.text
    visitor.answer_all()
    assert visitor.path.endswith("/review")
    visitor.send("submit")
    assert visitor.path.endswith("/receipt")
    code = _receipt(visitor.page.text)
    assert _count(app, Draft) == 0
    assert _count(app, Participation) == _count(app, UrnBox) == 1
    visitor.get("/receipt")
    visitor.send("receipt", {"code": [code]})
    assert "Received." in visitor.page.text


def test_nothing_is_stored_before_consent(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.get(f"/s/{town.entry}")
    assert _count(app, Draft) == 0
    visitor.send("start", {"age": ["yes"]})
    assert 'href="#consent"' in visitor.page.text
    assert 'href="#age"' not in visitor.page.text
    assert visitor.page.text.count("Confirm that you want to take part.") == 2  # at the top and at the box
    assert _count(app, Draft) == 0


def test_a_personal_link_changes_nothing_and_leaves_its_token_behind(
    app: flask.Flask, town: Town, visitor: Visitor
) -> None:
    first = visitor.client.get(f"/i/{town.tokens[0]}")
    assert first.status_code == 303
    assert town.tokens[0] not in first.headers["Location"]
    assert first.headers["Referrer-Policy"] == "no-referrer"
    visitor.get(f"/i/{town.tokens[0]}")
    assert town.tokens[0] not in visitor.page.text
    with app.app_context():
        assert db.session.scalars(sa.select(Token.used)).all() == [0, 0, 0, 0]


def test_a_used_link_says_so(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/i/{town.tokens[0]}")
    visitor.answer_all()
    visitor.send("submit")
    code = _receipt(visitor.page.text)
    visitor.get(f"/i/{town.tokens[0]}")
    assert visitor.page.status_code == 410
    assert "This invitation has been used" in visitor.page.text
    assert code not in visitor.page.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/i/short", 404, "This link is not complete"),
        ("/i/" + "A" * 32, 404, "This link or code is not known"),
        ("/s/nowhere", 404, "There is no survey at this address"),
        ("/answer/nothing/", 404, "There is no such survey"),
    ],
)
def test_links_that_lead_nowhere(town: Town, visitor: Visitor, path: str, status: int, words: str) -> None:
    visitor.get(path)
    assert (visitor.page.status_code, words in visitor.page.text) == (status, True)


def test_a_closed_wave_and_an_expired_grant(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.get(f"/answer/{town.wave}/")
    assert visitor.page.status_code == 410
    assert "Please open your link again" in visitor.page.text
    with app.app_context():
        db.session.execute(sa.update(Wave).values(status=WaveStatus.SEALED.value))
        db.session.commit()
    visitor.get(f"/s/{town.entry}")
    assert visitor.page.status_code == 410
    assert "This survey has closed" in visitor.page.text


def test_refusals_stand_at_the_top_and_at_the_item_and_keep_what_was_typed(
    town: Town, visitor: Visitor
) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.send("page", {"A2": ["female"]})
    text = visitor.page.text
    assert "<title>Error: " in text
    assert 'href="#i-A1"' in text
    assert 'id="i-A1"' in text
    assert 'id="e-A1"' in text
    assert Forms(text).chosen("page")["A2"] == ["female"]
    visitor.get(visitor.path)
    assert Forms(visitor.page.text).chosen("page")["A2"] == ["female"]  # valid answers are kept


def test_the_change_of_language_keeps_what_was_typed_and_takes_nothing(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.send("page", {"A1": ["30-39"], "_switch": ["zh"]})
    assert '<html lang="zh-Hans"' in visitor.page.text
    assert Forms(visitor.page.text).chosen("page")["A1"] == ["30-39"]
    visitor.get(visitor.path)
    assert '<html lang="zh-Hans"' in visitor.page.text  # remembered
    assert Forms(visitor.page.text).chosen("page")["A1"] == ["30-39"]
    visitor.get(f"/answer/{town.wave}/review")
    assert visitor.path.endswith("/p/A")  # typed is not answered


def test_back_shows_the_answers_and_a_changed_answer_changes_the_path(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_page({"A7": ["edu", "adm"]})
    assert 'name="R01"' in visitor.page.text
    visitor.send("page", {"R01": ["5"], "_back": ["1"]})
    assert Forms(visitor.page.text).chosen("page")["A7"] == ["edu", "adm"]
    visitor.send("page", {"A7": ["none"]})
    assert 'name="R01"' not in visitor.page.text
    assert 'name="R10"' in visitor.page.text


def test_a_stale_tab_is_offered_a_choice_and_loses_nothing(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    old_tab = visitor.page
    visitor.answer_page({"A1": ["30-39"]})
    visitor.page = old_tab
    visitor.answer_page({"A1": ["60+"]})
    assert visitor.page.status_code == 409
    assert "30 to 39" in visitor.page.text
    assert "60 or over" in visitor.page.text
    visitor.send("mine")
    visitor.get(old_tab.request.path)
    assert Forms(visitor.page.text).chosen("page")["A1"] == ["60+"]


def test_the_same_page_twice_is_once(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    first = visitor.page
    visitor.answer_page()
    second = visitor.path
    visitor.page = first
    visitor.answer_page()
    assert (visitor.page.status_code, visitor.path) == (200, second)


def test_back_to_the_welcome_page_and_begin_again_carries_on(town: Town, visitor: Visitor) -> None:
    visitor.get(f"/s/{town.entry}")
    welcome = visitor.page
    visitor.send("start", {"age": ["yes"], "consent": ["yes"]})
    begun = visitor.path
    visitor.page = welcome  # what the browser kept, with the token of a grant that is used up
    visitor.send("start", {"age": ["yes"], "consent": ["yes"]})
    assert (visitor.page.status_code, visitor.path) == (200, begun)


def test_a_second_tap_on_submit_gets_the_same_receipt(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_all()
    review = visitor.page
    visitor.send("submit")
    code = _receipt(visitor.page.text)
    visitor.page = review
    visitor.send("submit")
    assert _receipt(visitor.page.text) == code
    assert _count(app, Participation) == 1


def test_receipts_of_different_answers_are_the_same_page(app: flask.Flask, town: Town) -> None:
    pages = []
    for choice in ("1", "5"):
        visitor = Visitor(app)
        visitor.begin(f"/s/{town.entry}")
        visitor.answer_all({f"R{n:02}": [choice] for n in range(1, 31)})
        visitor.send("submit")
        text = visitor.page.text.replace(_receipt(visitor.page.text), "CODE")
        text = re.sub(r'src="data:[^"]+"', 'src="QR"', text)
        pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "CSRF", text))
    assert pages[0] == pages[1]


def test_answers_are_not_shown_again_after_submission(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    first = visitor.path
    visitor.answer_all()
    visitor.send("submit")
    visitor.get(first)
    assert visitor.page.status_code == 404
    assert "checked" not in visitor.page.text


def test_carrying_on_elsewhere_with_a_code(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_page()
    here = visitor.path
    visitor.get(f"/answer/{town.wave}/leave")
    visitor.send("code")
    code = re.search(r"data-code>([^<]+)<", visitor.page.text)
    assert code is not None
    other = Visitor(app)
    other.get("/continue")
    other.send("resume", {"code": ["0000-0000-0000-0000-0"]})
    assert "was not found" in other.page.text
    other.send("resume", {"code": [code[1].lower()]})
    assert other.path == here


def test_wrong_codes_are_limited_by_network(town: Town, visitor: Visitor) -> None:
    visitor.get("/continue")
    for _ in range(20):
        visitor.send("resume", {"code": ["0000-0000-0000-0000-0"]})
        assert visitor.page.status_code == 200
    visitor.send("resume", {"code": ["0000-0000-0000-0000-0"]})
    assert visitor.page.status_code == 429
    assert int(visitor.page.headers["Retry-After"]) > 0


def test_valid_links_work_on_a_network_where_others_guess(town: Town, visitor: Visitor) -> None:
    for n in range(25):
        visitor.get("/i/" + f"{n:032}")
    assert visitor.page.status_code == 429
    visitor.get(f"/i/{town.tokens[1]}")
    assert visitor.page.status_code == 200


def test_no_page_repeats_the_host_it_was_called_by(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.get(f"/answer/{town.wave}/leave")
    form = Forms(visitor.page.text)
    page = visitor.client.post(
        form.actions["code"], data=form.chosen("code"), headers={"X-Forwarded-Host": "evil.example"}
    )
    assert "data-code" in page.text
    assert "evil.example" not in page.text


def test_whom_the_survey_is_not_for_may_correct_a_slip_or_end(
    app: flask.Flask, town: Town, visitor: Visitor
) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_page({"A1": ["under18"]})
    assert visitor.path.endswith("/end")
    visitor.get(f"/answer/{town.wave}/review")
    assert visitor.path.endswith("/end")
    visitor.send("end")
    assert "nothing of it is kept" in visitor.page.text
    assert _count(app, Draft) == 0
    with app.app_context():
        assert db.session.scalars(sa.select(DispositionCount.code)).all() == ["screened_out"]


def test_a_full_quota_is_told_and_counted(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    visitor.answer_all()
    review = visitor.path
    with app.app_context():  # the last place goes while this person reads the review
        db.session.add(QuotaCell(wave_id=town.wave_id, code="all", definition={"A5": ["urban"]}, cap=0, n=0))
        db.session.commit()
    visitor.send("submit")
    assert (review.rpartition("/")[2], visitor.page.status_code) == ("review", 410)
    assert _count(app, Participation) == 0
    visitor.send("full")  # counted when it was refused, and not once more at the end
    with app.app_context():
        assert db.session.scalars(sa.select(DispositionCount.code)).all() == ["quota_full"]


def test_taking_an_answer_back_frees_the_link(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/i/{town.tokens[0]}")
    visitor.answer_all()
    visitor.send("submit")
    visitor.send("take-back")
    assert "has been taken back" in visitor.page.text
    assert _count(app, Participation) == _count(app, Submission) == 0
    visitor.begin(f"/i/{town.tokens[0]}")
    assert "/p/" in visitor.path


def test_two_surveys_in_one_browser_do_not_mix(app: flask.Flask, town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    names = {cookie.key for cookie in visitor.client._cookies.values()}
    assert f"draft-{town.wave}" in names
    visitor.get("/answer/0000000000000000/p/A")
    assert visitor.page.status_code == 404


def test_a_forged_cookie_is_no_entry(town: Town, visitor: Visitor) -> None:
    for name in (f"draft-{town.wave}", f"grant-{town.wave}"):
        visitor.client.set_cookie(name, "A" * 500)
    assert visitor.get(f"/answer/{town.wave}/p/A").status_code == 404
    assert visitor.get(f"/answer/{town.wave}/").status_code == 410
    assert visitor.get(f"/answer/{town.wave}/receipt").status_code == 404


def test_a_post_without_its_token_is_refused(town: Town, visitor: Visitor) -> None:
    visitor.get(f"/s/{town.entry}")
    page = visitor.client.post(f"/answer/{town.wave}/start", data={"age": "yes", "consent": "yes"})
    assert page.status_code == 400
    assert "Cookie" in page.text


def test_hostile_text_is_kept_as_text(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    for _ in range(40):
        if "<textarea" in visitor.page.text:
            break
        visitor.answer_page()
    place, name = visitor.path, Forms(visitor.page.text)
    field = next(n for _form, n, _value, kind, _chosen in name.fields if kind == "textarea")
    visitor.answer_page({field: ["</textarea><script>alert(1)</script>\u202e"]})
    visitor.get(place)
    assert "<script>alert" not in visitor.page.text
    assert "&lt;script&gt;" in visitor.page.text


def test_too_long_text_is_refused_and_still_there(town: Town, visitor: Visitor) -> None:
    visitor.begin(f"/s/{town.entry}")
    for _ in range(40):
        if "<textarea" in visitor.page.text:
            break
        visitor.answer_page()
    field = next(n for _f, n, _v, kind, _c in Forms(visitor.page.text).fields if kind == "textarea")
    visitor.answer_page({field: ["长" * 4001]})
    assert "<title>Error: " in visitor.page.text
    assert "长" * 4001 in visitor.page.text
    visitor.answer_page({field: ["x" * 300_000]})
    assert visitor.page.status_code == 413
