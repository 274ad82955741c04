"""Days, instants, numbers and plain text as pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import flask
import pytest

from survey.kit import formats, language


@pytest.mark.parametrize(
    ("lang", "day", "moment"),
    [
        ("zh", "2026年11月20日星期五", "2026年11月21日星期六 00:30"),
        ("en", "Friday, 20 November 2026", "Saturday, 21 November 2026 00:30"),
    ],
)
def test_days_and_instants_in_the_zone_of_the_survey(
    app: flask.Flask, lang: str, day: str, moment: str
) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        assert formats.day(date(2026, 11, 20)) == day
        late = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
        assert formats.moment(late, "Asia/Shanghai") == moment
        assert formats.moment(late, "UTC") != moment


def test_numbers_are_rounded_half_to_even_and_never_invented(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert formats.number(1234567) == "1,234,567"
        assert formats.number("72.45", 1) == "72.4"
        assert formats.number(Decimal("72.4"), 2) == "72.40"
        assert formats.percent(0.1234) == "12.3%"
        assert formats.number(None) == formats.percent(None) == "none"


def test_words_fall_back_to_chinese(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert language.say({"zh": "甲", "en": "A"}) == "A"
        assert language.say({"zh": "甲"}) == "甲"
        assert language.say(None) == ""


def test_plain_text_becomes_paragraphs_and_points() -> None:
    text = "您好！本次调查由办公室\n组织。\n· 自愿。\n· 不记名，\n  不收集姓名。\n"
    assert formats.prose(text) == [
        ("p", ["您好！本次调查由办公室组织。"]),
        ("ul", ["自愿。", "不记名，不收集姓名。"]),
    ]
    assert formats.prose("Hello there\nfriend.\n\nNext.\n- One\n- Two") == [
        ("p", ["Hello there friend."]),
        ("p", ["Next."]),
        ("ul", ["One", "Two"]),
    ]
    assert formats.prose("  \n ") == []


def test_an_hour_that_comes_twice_is_shown_with_its_offset(app: flask.Flask) -> None:
    with app.test_request_context("/?lang=en"):
        first, second = datetime(2024, 11, 3, 5, 30, tzinfo=UTC), datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
        assert formats.moment(first, "America/New_York").endswith("01:30 (UTC−4)")
        assert formats.moment(second, "America/New_York").endswith("01:30 (UTC−5)")
        assert formats.moment(datetime(2024, 3, 10, 7, 30, tzinfo=UTC), "America/New_York").endswith("03:30")
