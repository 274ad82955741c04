"""Items that are typed: what is read, in which stored form, and every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from survey.instrument.codebook import codebook, dataset_values
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_interview
from tests.survey.instrument.every_type import made, only, refused, send, shown

TYPES: dict[str, str] = {
    "integer": "{id: q, type: number, form: integer, min: 0, max: 120, options: [{code: 88, zh: 不知道, en: Don't know}]}",
    "decimal": "{id: q, type: number, decimals: 2}",
    "money": "{id: q, type: number, form: money, currency: CNY, min: 0}",
    "percent": "{id: q, type: number, form: percent}",
    "slider": "{id: q, type: slider, min: -1, max: 1, step: 0.25}",
    "date": '{id: q, type: date, min: "2026-01-01", max: "2026-12-31"}',
    "month": "{id: q, type: month}",
    "year": "{id: q, type: year, min: 1900, max: 2030}",
    "time": '{id: q, type: time, min: "08:00"}',
    "datetime": "{id: q, type: datetime}",
    "duration": "{id: q, type: duration, max: 600}",
    "days": "{id: q, type: duration, units: [days, hours]}",
    "text": "{id: q, type: text, max_chars: 10}",
    "email": "{id: q, type: text, format: email}",
    "phone": "{id: q, type: text, format: phone}",
    "url": "{id: q, type: text, format: url}",
    "pattern": '{id: q, type: text, pattern: "[A-Z]{2}[0-9]+", pattern_message: {zh: 两个字母, en: Two letters}}',
    "point": "{id: q, type: geopoint, precision: exact}",
    "file": "{id: q, type: file}",
}
GIVEN: list[tuple[str, Any, str]] = [
    ("integer", "42", "42"),
    ("integer", "４２", "42"),
    ("integer", " 007 ", "7"),
    ("integer", "12.0", "12"),
    ("integer", "#88", "#88"),
    ("decimal", "12.50", "12.5"),
    ("decimal", "-0.00", "0"),
    ("decimal", ".5", "0.5"),
    ("decimal", "1,234,567.8", "1234567.8"),
    ("decimal", "+3", "3"),
    ("money", "99.99", "99.99"),
    ("percent", "100", "100"),
    ("slider", "-0.75", "-0.75"),
    ("date", "2026-11-21", "2026-11-21"),
    ("date", "2026/1/2", "2026-01-02"),
    ("date", "2026年11月2日", "2026-11-02"),
    ("date", {"year": "2026", "month": "2", "day": "28"}, "2026-02-28"),
    ("month", "2026-11", "2026-11"),
    ("month", {"year": "2026", "month": "3"}, "2026-03"),
    ("year", "２０２６", "2026"),
    ("time", "8:30", "08:30"),
    ("time", "08:30:15", "08:30"),
    ("time", {"hour": "18", "minute": ""}, "18:00"),
    ("datetime", "2026-11-21T08:30", "2026-11-21T08:30"),
    (
        "datetime",
        {"year": "2026", "month": "11", "day": "21", "hour": "8", "minute": "5"},
        "2026-11-21T08:05",
    ),
    ("duration", "90", "90"),
    ("duration", {"hours": "1", "minutes": "30"}, "90"),
    ("days", {"days": "2", "hours": "3"}, "3060"),
    ("text", "  好的\r\n", "好的"),
    ("email", "a.b@example.com", "a.b@example.com"),
    ("phone", "+86 571-8888 0000", "+86 571-8888 0000"),
    ("url", "https://example.com/a?b=1", "https://example.com/a?b=1"),
    ("pattern", "AB12", "AB12"),
    ("point", "30.2500001 120.1 12.34", "30.25 120.1 12.3"),
    ("point", {"lat": "30.25", "lon": "120.1"}, "30.25 120.1"),
    ("point", "30.25 120.1 7 12", "30.25 120.1 12"),
    ("file", "a1b2c3d4e5", "a1b2c3d4e5"),
]
REFUSED: list[tuple[str, Any, str]] = [
    ("integer", "forty", "number_unreadable"),
    ("integer", "1e3", "number_unreadable"),
    ("integer", "1,5", "number_unreadable"),
    ("integer", "NaN", "number_unreadable"),
    ("integer", "9" * 65, "number_unreadable"),
    ("integer", "12.5", "number_not_whole"),
    ("integer", "-1", "too_low"),
    ("integer", "121", "too_high"),
    ("integer", "#99", "number_unreadable"),
    ("decimal", "1.234", "too_precise"),
    ("money", "1.001", "too_precise"),
    ("percent", "100.5", "too_high"),
    ("slider", "0.3", "off_step"),
    ("slider", "x", "number_unreadable"),
    ("date", "2026-02-30", "date_unreadable"),
    ("date", "2025-12-31", "too_early"),
    ("date", "2027-01-01", "too_late"),
    ("date", {"year": "2026", "month": "13", "day": "1"}, "date_unreadable"),
    ("date", {"year": "2026", "month": "", "day": "1"}, "date_unreadable"),
    ("month", "2026-13", "month_unreadable"),
    ("year", "26", "year_unreadable"),
    ("year", "1899", "too_low"),
    ("time", "24:00", "time_unreadable"),
    ("time", "07:59", "too_early"),
    ("datetime", "2026-11-21", "datetime_unreadable"),
    ("duration", "1.5", "duration_unreadable"),
    ("duration", {"hours": "11", "minutes": "x"}, "duration_unreadable"),
    ("duration", "601", "too_high"),
    ("text", "一二三四五六七八九十一", "text_too_long"),
    ("text", "a\x00b", "unfit_text"),
    ("email", "nobody", "email_unreadable"),
    ("phone", "call me", "phone_unreadable"),
    ("url", "javascript:alert(1)", "url_unreadable"),
    ("pattern", "ab12", "pattern_mismatch"),
    ("pattern", "AB12x", "pattern_mismatch"),
    ("point", "91 10", "point_unreadable"),
    ("point", {"lat": "30", "lon": ""}, "point_unreadable"),
    ("file", "../../etc/passwd", "file_unreadable"),
]
PROGRAMS = {name: made(question) for name, question in TYPES.items()}


def raw(value: Any) -> dict[str, list[str]]:
    return (
        {f"q.{part}": [text] for part, text in value.items()} if isinstance(value, dict) else {"q": [value]}
    )


@pytest.mark.parametrize(("name", "typed", "stored"), GIVEN)
def test_what_is_typed_is_stored_in_one_form(name: str, typed: Any, stored: str) -> None:
    result = send(PROGRAMS[name], raw(typed))
    assert result.problems == ()
    assert result.answers == {"q": stored}
    # What is stored is itself an answer, and the whole interview accepts it.
    assert send(PROGRAMS[name], {"q": [stored]}).answers == {"q": stored}
    state = result.into(AnswerState())
    assert validate_interview(PROGRAMS[name], state) == ()
    assert shown(PROGRAMS[name], state=state)["q"].value == stored


@pytest.mark.parametrize(("name", "typed", "code"), REFUSED)
def test_what_cannot_be_read_is_refused_at_its_item(name: str, typed: Any, code: str) -> None:
    result = send(PROGRAMS[name], raw(typed))
    assert refused(result) == [(code, "q")]
    assert result.answers == {}
    assert result.cleared == ()  # nothing stored before is lost for it


def test_a_pattern_has_the_words_of_its_designer() -> None:
    problem = only(send(PROGRAMS["pattern"], {"q": ["x"]}).problems)
    assert (problem.message("zh"), problem.message("en")) == ("两个字母", "Two letters")


def test_a_reason_for_no_answer_stands_beside_the_field_and_excludes_it() -> None:
    both = send(PROGRAMS["integer"], {"q": ["30", "#88"]})
    assert refused(both) == [("missing_and_value", "q")]
    assert refused(send(PROGRAMS["integer"], {"q": ["30", "31"]})) == [("one_answer_only", "q")]
    assert [option.code for option in shown(PROGRAMS["integer"])["q"].options] == ["88"]


def test_a_number_keeps_its_reasons_apart_in_the_dataset() -> None:
    compiled = PROGRAMS["integer"]
    assert [(v.name, v.kind, v.missing) for v in codebook(compiled)] == [
        ("q", "number", ()),
        ("q.status", "status", ("88", "97")),
    ]
    for answers, cells in (
        ({"q": "42"}, {"q": 42.0, "q.status": "0"}),
        ({"q": "#88"}, {"q": None, "q.status": "88"}),
        ({}, {"q": None, "q.status": "97"}),
    ):
        assert dataset_values(compiled, AnswerState(answers=answers))[0] == cells


def test_dates_and_times_are_text_in_the_dataset() -> None:
    for name, value in (("date", "2026-11-21"), ("time", "08:30"), ("month", "2026-11"), ("year", "2026")):
        compiled = PROGRAMS[name]
        assert codebook(compiled)[0].kind == name
        assert dataset_values(compiled, AnswerState(answers={"q": value}))[0] == {"q": value}
        assert dataset_values(compiled, AnswerState())[0] == {"q": "97"}


@pytest.mark.parametrize("name", ["text", "email", "pattern", "point", "file"])
def test_what_could_name_somebody_is_never_a_variable(name: str) -> None:
    assert codebook(PROGRAMS[name]) == ()


def test_parts_are_shown_with_what_they_hold() -> None:
    state = AnswerState(answers={"q": "2026-11-05"})
    parts = shown(PROGRAMS["date"], state=state)["q"].parts
    assert [(part.name, part.value) for part in parts] == [
        ("q.year", "2026"),
        ("q.month", "11"),
        ("q.day", "05"),
    ]
    parts = shown(PROGRAMS["days"], state=AnswerState(answers={"q": "3060"}))["q"].parts
    assert [(part.part, part.value) for part in parts] == [("days", "2"), ("hours", "3")]


def test_bounds_may_be_computed() -> None:
    compiled = made(
        "{id: rooms, type: number, form: integer, min: 1}",
        '{id: beds, type: number, form: integer, min: 0, max: "${rooms} * 4"}',
        "{id: start, type: date}",
        '{id: end, type: date, min: "${start}"}',
    )
    state = AnswerState(answers={"rooms": "2", "start": "2026-05-01"})
    assert (shown(compiled, state=state)["beds"].high, shown(compiled, state=state)["end"].low) == (
        "8",
        "2026-05-01",
    )
    everything = {"rooms": ["2"], "beds": ["9"], "start": ["2026-05-01"], "end": ["2026-04-30"]}
    result = send(compiled, everything)
    assert refused(result) == [("too_high", "beds"), ("too_early", "end")]
    assert [problem.context["limit"] for problem in result.problems] == ["8", "2026-05-01"]
    # Without the first answer there is no bound.
    assert send(compiled, {"beds": ["99"]}).problems == ()


def test_a_contact_goes_elsewhere_and_leaves_a_word_only() -> None:
    compiled = made(
        "{id: q, type: contact, required: true, fields: [name, phone, email], purpose: {zh: 回访, en: To call}}"
    )
    result = send(compiled, {"q.name": ["李 四"], "q.phone": ["13800000000"], "q.email": [""]})
    assert result.contacts == {"q": {"name": "李 四", "phone": "13800000000"}}
    assert result.answers == {"q": "given"}
    assert codebook(compiled) == ()
    wrong = send(compiled, {"q.name": ["Li"], "q.phone": ["none"]})
    assert [(p.code, p.where.item, p.where.field) for p in wrong.problems] == [
        ("phone_unreadable", "q", "phone")
    ]
    assert (wrong.contacts, wrong.answers) == ({}, {})
    assert refused(send(compiled, {})) == [("required", "q")]
    assert validate_interview(compiled, result.into(AnswerState())) == ()
