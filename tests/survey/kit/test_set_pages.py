"""A page is set once and filled in for each: nobody's slot reaches anybody else, and slots are escaped as ever."""

from __future__ import annotations

import flask
import pytest
from jinja2 import DictLoader

from survey.kit import form_token, set_pages

_PAGE = "{{ heading }}|{{ code }}|{{ csrf_token() }}|{{ page_lang.html }}"


@pytest.fixture
def pages(app: flask.Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An application with one page; the list grows by the heading each time the page is set."""
    monkeypatch.setattr(app.jinja_env, "loader", DictLoader({"p": _PAGE}))
    monkeypatch.setattr(set_pages, "_set", {})
    return []


def _page(
    app: flask.Flask, made: list[str], code: str, *, heading: str = "h", path: str = "/p", token: str = "t"
) -> str:
    def context() -> dict[str, object]:
        made.append(heading)
        return {"heading": heading}

    with app.test_request_context(path, headers={"Accept-Language": "en"}):
        flask.g.form_token = token
        text = set_pages.page("p", rests_on=heading, slots={"code": code}, context=context)
        assert form_token.form_token() == token
        return text


def test_a_page_is_set_once_and_filled_in_for_each(app: flask.Flask, pages: list[str]) -> None:
    assert _page(app, pages, "1", token="mine") == "h|1|mine|en"
    assert _page(app, pages, "2", token="yours") == "h|2|yours|en"
    assert pages == ["h"]


def test_it_is_set_anew_where_anything_differs_that_it_rests_on(app: flask.Flask, pages: list[str]) -> None:
    _page(app, pages, "1")
    assert _page(app, pages, "1", heading="other").startswith("other|")
    assert _page(app, pages, "1", path="/q").startswith("h|")
    assert _page(app, pages, "1", path="/p?lang=ar").endswith("|ar")
    assert pages == ["h", "other", "h", "h"]


def test_addresses_that_anybody_can_make_up_are_not_kept(app: flask.Flask, pages: list[str]) -> None:
    for n in range(3):
        _page(app, pages, "1", path=f"/p?x={n}")
    assert pages == ["h"] * 3
    assert set_pages._set == {}


def test_what_fills_a_slot_is_text_and_never_markup_or_another_slot(
    app: flask.Flask, pages: list[str]
) -> None:
    hostile = f"<b>{set_pages.slot('code')}"
    assert _page(app, pages, hostile).split("|")[1] == f"&lt;b&gt;{set_pages.slot('code')}"
    assert _page(app, pages, "2").split("|")[1] == "2"
