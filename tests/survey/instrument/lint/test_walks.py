"""Simulated walks are interviews that the engine accepts, and what is counted is what happened."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
import yaml

from survey.instrument.lint.coverage import PER_PAGE, PER_QUESTION, coverage
from survey.instrument.lint.model import build_model
from survey.instrument.lint.respondent import Respondent
from survey.instrument.lint.run import lint
from survey.instrument.lint.timing import Clock, reading_seconds
from survey.instrument.lint.walks import Walk, Walker, simulate
from survey.instrument.path import find_path
from survey.instrument.program import Program
from survey.instrument.validate import validate_interview
from tests.survey.instrument.make import APPRAISAL, EVERYTHING, FOLLOW_UP, build, document

ALL_TYPES = """
schema: minyi/instrument/2
id: types
title: {zh: 各种题, en: Types}
languages: [zh, en]
lists:
  services: [{code: a, text: {zh: 甲, en: A}, kind: x}, {code: b, text: {zh: 乙, en: B}, kind: y}, {code: c, text: {zh: 丙, en: C}, kind: y}]
sections:
- id: A
  title: {zh: 甲, en: First}
  questions:
  - {id: single, type: single, required: true, text: {zh: 一, en: One}, options: [{code: x, zh: 子, en: X}, {code: y, zh: 丑, en: Y}, {code: o, zh: 其他, en: Other, other: true}]}
  - {id: multi, type: multi, list: services, required: true, min_choices: 2, max_choices: 2, text: {zh: 二, en: Two}}
  - {id: nps, type: nps, text: {zh: 推荐, en: Recommend}, low: {zh: 不, en: No}, high: {zh: 是, en: Sure}}
  - {id: review, type: review, text: {zh: 好差评, en: Review}}
  - {id: battery, type: battery, of: single, text: {zh: 题组, en: Battery}, rows: [{code: r1, text: {zh: 行一, en: Row one}}, {code: r2, text: {zh: 行二, en: Row two}}], options: [{code: g, zh: 好, en: Good}, {code: n, zh: 差, en: Bad}]}
- id: B
  title: {zh: 乙, en: Second}
  questions:
  - {id: number, type: number, form: money, min: 0, max: 100000, required: true, constraint: ". > 10", text: {zh: 收入, en: Income}, options: [{code: 88, zh: 不知, en: Don't know, missing: true}]}
  - {id: percent, type: number, form: percent, max: "${number}", text: {zh: 比例, en: Share}}
  - {id: text, type: text, required: true, pattern: "[A-Z]{2}[0-9]+", text: {zh: 编号, en: Number}}
  - {id: mail, type: text, required: true, format: email, text: {zh: 邮箱, en: Mail}}
  - {id: date, type: date, min: "2020-01-01", max: "2030-12-31", required: true, text: {zh: 日期, en: Date}}
  - {id: month, type: month, text: {zh: 月, en: Month}}
  - {id: year, type: year, min: 1900, max: 2026, text: {zh: 年, en: Year}}
  - {id: time, type: time, text: {zh: 时, en: Time}}
  - {id: length, type: duration, text: {zh: 多久, en: How long}}
  - {id: rank, type: ranking, list: services, text: {zh: 排序, en: Rank}}
  - {id: sum, type: allocation, total: 100, required: true, text: {zh: 分配, en: Share out}, rows: [{code: r1, text: {zh: 一, en: One}}, {code: r2, text: {zh: 二, en: Two}}]}
  - {id: slider, type: slider, min: 5, max: 95, step: 10, text: {zh: 滑, en: Slide}}
  - {id: file, type: file, media: image, text: {zh: 图, en: Picture}}
  - {id: geo, type: geopoint, precision: exact, text: {zh: 点, en: Point}}
  - {id: total, type: computed, calculation: "${number} * 2", value: number, text: {zh: 合计, en: Total}}
- id: L
  title: {zh: 每项, en: Each}
  loop: {over: multi}
  questions:
  - {id: L1, type: single, required: true, choice_filter: "kind = 'y'", list: services, text: {zh: 哪个, en: Which}}
  - {id: L2, type: text, text: {zh: 何, en: Why}, show_if: "${L1} = 'b' and ${total} > 50"}
- id: C
  title: {zh: 丙, en: Third}
  questions:
  - {id: end, type: end, screen_out: true, text: {zh: 完, en: End}, show_if: "${single} = 'x' and ${nps} = 3"}
- id: D
  title: {zh: 丁, en: Fourth}
  questions:
  - {id: last, type: consent, required: true, text: {zh: 同意, en: Agree}}
"""
PROGRAMS = {"everything": EVERYTHING, "appraisal": APPRAISAL, "follow-up": FOLLOW_UP, "types": ALL_TYPES}


def made(name: str) -> tuple[Program, dict[str, Any]]:
    """One of the instruments above."""
    raw = document(PROGRAMS[name])
    compilation = build(raw)
    assert compilation.program, [problem.message("en") for problem in compilation.problems]
    return compilation.program, raw


def walks_of(program: Program, count: int) -> list[Walk]:
    """Some walks, each with the answers it ended with."""
    model = build_model(program)
    walker = Walker(model, [Clock(program, language) for language in program.languages])
    respondent = Respondent(program, rng=Random(5), margins={}, search=model.search)
    return [walker.walk(respondent, None) for _ in range(count)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_walk_is_an_interview_that_the_engine_accepts(name: str) -> None:
    program, _ = made(name)
    ends = set()
    for walk in walks_of(program, 60):
        ends.add(walk.end)
        path = find_path(program, walk.state)
        numbers = [program.page_numbers[ref.code, ref.unit is not None] for ref in path.pages]
        assert walk.pages == numbers
        assert path.stale == ()
        problems = {p.code for p in validate_interview(program, walk.state) if p.level == "error"}
        # The one text of a form that the simulation does not know is left out.
        left_out = {p.where.item for p in validate_interview(program, walk.state) if p.code == "required"}
        assert left_out <= {"text"}
        assert problems - {"required"} == ({"screened_out"} if walk.end == "screened_out" else set())
    assert "stuck" not in ends


def test_items_that_the_same_page_opens_are_asked_and_count_for_what_follows() -> None:
    raw = yaml.safe_load(
        """
        schema: minyi/instrument/2
        id: moves
        title: {en: Moves}
        languages: [en]
        sections:
        - id: A
          title: {en: First}
          together: true
          questions:
          - {id: A1, type: single, required: true, text: {en: One}, options: [{code: x, en: X}, {code: o, en: Other, other: true}]}
          - {id: A2, type: single, text: {en: Two}, show_if: "${A1} = 'x'", options: [{code: p, en: P}, {code: q, en: Q}]}
          - {id: A3, type: text, text: {en: Four}, show_if: "not(${A1} = 'x')"}
        - {id: B, title: {en: Second}, questions: [{id: B1, type: text, text: {en: Three}, show_if: "${A2} = 'p'"}]}
        """
    )
    program = build(raw).program
    assert program
    found = lint(program, raw, walks=200).coverage
    assert found
    assert all(share.reached for share in (*found.items, *found.conditions, *found.options)), found.items
    for walk in walks_of(program, 40):
        assert find_path(program, walk.state).stale == ()


def test_a_walk_stops_where_it_cannot_go_on() -> None:
    raw = yaml.safe_load(
        """
        schema: minyi/instrument/2
        id: stuck
        title: {en: Stuck}
        languages: [en]
        sections:
        - {id: A, title: {en: First}, questions: [{id: A1, type: number, form: integer, min: 0, max: 9, required: true, text: {en: One}}]}
        - {id: B, title: {en: Second}, questions: [{id: B1, type: number, form: integer, required: true, min: 5, max: "${A1}", text: {en: Two}}]}
        - {id: C, title: {en: Third}, questions: [{id: C1, type: text, text: {en: Three}}]}
        """
    )
    program = build(raw).program
    assert program
    found = lint(program, raw, walks=400)
    assert found.coverage
    assert found.coverage.stuck == found.coverage.leaving[1].stuck > 100
    assert found.coverage.completed + found.coverage.stuck == 400
    by_code = {finding.code: finding for finding in found.findings}
    assert by_code["dead_end"].where.item == "B1"
    assert by_code["dead_end"].level == "gap"
    assert by_code["walk_stuck"].where.section == "B"


def test_counts_agree_with_each_other() -> None:
    program, _ = made("everything")
    tally = simulate(build_model(program), walks=300, rng=Random(3), margins={})
    found = coverage(program, tally, seed=3)
    assert found.completed + found.screened_out + found.stuck == found.walks == 300
    shares = {share.place: share for share in found.items}
    sides = {share.place: share for share in found.conditions}
    for name in ("B1", "C2"):
        true, false = sides[f"{name}=true"], sides[f"{name}=false"]
        assert true.reached == shares[name].reached
        assert true.reached + false.reached == true.of == false.of == 300 - tally.ends["screened_out"]
    assert found.paths == len(tally.paths) == len(found.routes)
    assert sum(route.walks for route in found.routes) == 300
    assert all(0 < route.median <= route.longest for route in found.routes)
    assert found.routes[0].walks == max(route.walks for route in found.routes)
    # Whoever is screened out leaves after the first page.
    assert shares["A1"].reached == 300
    assert {share.place: share.reached for share in found.options}["A1.under18"] == tally.ends["screened_out"]
    first = found.leaving[0]
    assert first.share == pytest.approx(PER_PAGE + 3 * PER_QUESTION, abs=1e-6)
    assert sum(leaving.share for leaving in found.leaving) < 0.05


def test_margins_say_how_often_an_option_is_chosen() -> None:
    program, raw = made("everything")
    found = lint(program, raw, walks=400, margins={"A1": {"under18": 0.5, "18+": 0.5}, "A3": {"school": 1.0}})
    assert found.coverage
    assert 150 < found.coverage.screened_out < 250
    options = {share.place: share for share in found.coverage.options}
    assert options["A3.school"].reached > 0.8 * options["A3.school"].of


def test_time_is_reading_and_answering() -> None:
    assert reading_seconds("问" * 255, "zh") == pytest.approx(60)
    assert reading_seconds("word " * 238, "en") == pytest.approx(60)
    assert reading_seconds("mot " * 184, "fr") == pytest.approx(60)
    program, raw = made("everything")
    found = lint(program, raw, walks=200)
    for duration in found.durations:
        assert 5 < duration.low <= duration.median <= duration.high <= duration.longest < 200
    # Items that share a scale are read faster the second time.
    clock = Clock(program, "zh")
    scales: set[object] = set()
    first, second = (clock.item(program.places[code].item, scales) for code in ("B1", "C1"))
    assert first > second
