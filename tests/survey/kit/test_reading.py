"""How a page is read: languages beyond our own, texts in another language than their page, elder mode, Arabic."""

from __future__ import annotations

import re

import flask
import pytest

from survey.errors import Gone
from survey.instrument.problems import Problem
from survey.kit import in_words, language, marked
from survey.kit.tongues import is_known, is_tag, nearest, tongue


@pytest.mark.parametrize(
    ("code", "direction", "name", "is_vertical"),
    [
        ("zh", "ltr", "中文", False),
        ("ar", "rtl", "العربية", False),
        ("ug", "rtl", "ئۇيغۇرچە", False),
        ("bo", "ltr", "བོད་སྐད་", False),
        ("mn-Mong", "ltr", "ᠮᠣᠩᠭᠣᠯ", True),
        ("qaa", "auto", "qaa", False),
    ],
)
def test_a_language_has_its_own_name_and_direction(
    code: str, direction: str, name: str, is_vertical: bool
) -> None:
    found = tongue(code)
    assert (found.dir, found.name, found.is_vertical) == (direction, name, is_vertical)


def test_only_tags_are_kept_of_what_a_browser_sends() -> None:
    assert is_tag("mn-Mong")
    assert not is_tag('en"><script>')
    assert not is_tag("")
    assert is_known("ug")
    assert not is_known("qaa")


def test_the_nearest_language_is_of_the_same_family() -> None:
    assert nearest("zh-Hant", ("en", "zh")) == "zh"
    assert nearest("en", ("en-GB", "en")) == "en"
    assert nearest("fr", ("zh", "en")) is None


def test_every_language_of_an_instrument_is_offered_and_ours_beside_them(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=zh"):
        assert [each.code for each in language.tongues_beside(("zh", "mn-Mong", "ug"))] == [
            "mn-Mong",
            "ug",
            "en",
            "ar",
        ]
    with app.test_request_context("/", headers={"Cookie": "lang=ug"}):
        assert "ug" not in {each.code for each in language.tongues_beside(("zh", "ug"))}
        assert language.current() == "zh", (
            "a page around Uyghur questions is in the nearest language that we have"
        )


def test_a_text_in_another_language_says_so(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=ar"):
        assert marked.told({"zh": "居民", "ar": "مقيم"}) == "مقيم"
        assert marked.foreign({"zh": "居民", "ar": "مقيم"}) == ""
        assert marked.foreign({"zh": "居民"}) == ' lang="zh-Hans" dir="ltr"'
        assert marked.told({"zh": "居民"}) == '<span lang="zh-Hans" dir="ltr">居民</span>'
        assert marked.told({"zh": "居民", "en": "**Residents**"}) == (
            '<span lang="en" dir="ltr"><strong>Residents</strong></span>'
        )
        assert marked.questions_in("mn-Mong").is_vertical
        assert marked.asked_in_words("ᠮᠣᠩᠭᠣᠯ") == (
            '<span lang="mn-Mong" dir="ltr" class="upright">ᠮᠣᠩᠭᠣᠯ</span>'
        )
        assert marked.tongue_attributes() == ' lang="mn-Mong" dir="ltr"'
        assert marked.questions_in("ar").dir == "rtl"
        assert marked.asked_in_words("نص") == "نص"


def test_a_button_changes_language_or_size_and_nothing_else(app: flask.Flask) -> None:
    with app.test_request_context("/", headers={"Cookie": "lang=en"}):
        language.use("elder-32")
        assert language.is_elder()
        assert (language.text_size(), language.current()) == ("elder-32", "en")
        language.use("ug")
        assert (language.wanted(), language.current()) == ("ug", "zh")
        language.use("<script>")
        assert language.wanted() == "ug"


def test_refusals_speak_arabic_with_their_values_in_place(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=ar"):
        closed = Gone(
            "x",
            zh="问卷没有这一页。",
            en="A comment has %(least)s to %(most)s characters; this one has %(n)s.",
            least=2,
            most=9,
            n=1,
        )
        said = in_words.refusal(closed)
        assert re.search("[\u0600-\u06ff]", said)
        assert {"1", "2", "9"} <= set(re.findall(r"\d", said))
        assert str(closed) == "x: A comment has 2 to 9 characters; this one has 1."
        unknown = Gone("y", zh="没有。", en="Nobody has translated this sentence.")
        assert in_words.refusal(unknown) == "Nobody has translated this sentence."
    assert re.search("[\u0600-\u06ff]", Problem(code="too_low", context={"limit": 3}).message("ar"))


def test_minutes_are_counted_as_arabic_counts(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=ar"):
        count = app.jinja_env.globals["ngettext"]
        said = [count("%(num)s minute", "%(num)s minutes", n) for n in (1, 2, 8, 11)]  # type: ignore[operator]  # Any
    assert said == ["دقيقة واحدة", "دقيقتان", "8 دقائق", "11 دقيقة"]
