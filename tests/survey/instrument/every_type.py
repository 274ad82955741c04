"""One instrument of format 2 with every type of item in it, and a builder of small ones."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import yaml

from survey.instrument.compile import Compilation
from survey.instrument.path import PageRef
from survey.instrument.problems import Problem
from survey.instrument.program import Program
from survey.instrument.shown import ShownItem, page_items
from survey.instrument.state import AnswerState
from survey.instrument.validate import PageResult, validate_page
from tests.survey.instrument.make import build

EVERY_TYPE = """
schema: minyi/instrument/2
id: every_type
version: "1"
title: {zh: 全部题型, en: Every type}
languages: [zh, en]
evaluator_group: residents
legal: {table_number: 表1号, maker: 省绩效办, approving_body: 省统计局, approval_number: 2026-1, expires_on: "2027-12-31"}
organisers: [{code: perf, zh: 绩效办, en: Performance office}]
mandated: [age]
lists:
  services:
  - {code: tax, text: {zh: 税务, en: Tax}, field: money}
  - {code: school, text: {zh: 学校, en: School}, field: people}
  - {code: clinic, text: {zh: 诊所, en: Clinic}, field: people}
  - {code: else, text: {zh: 其他, en: Other}, field: people, other: true}
  - {code: none, text: {zh: 都没有, en: None}, field: people, exclusive: true}
quotas:
- {code: young, title: {zh: 青年, en: Young}, limit: 100, where: "${age} < 30"}
sections:
- id: chosen
  title: {zh: 选择, en: Chosen}
  questions:
  - id: sex
    type: single
    quasi_identifier: true
    text: {zh: 性别, en: Sex}
    options: [{code: m, text: {zh: 男, en: Male}}, {code: f, text: {zh: 女, en: Female}}, {code: "88", text: {zh: 不说, en: No answer}, missing: true}]
  - {id: used, type: multi, list: services, min_choices: 1, max_choices: 2, text: {zh: 用过什么, en: "What did you use?"}}
  - id: why
    type: single
    appearance: dropdown
    order: random
    text: {zh: 为什么, en: "Why?"}
    options: [{code: a, zh: 近, en: Near}, {code: b, zh: 快, en: Fast}, {code: c, zh: 好, en: Good}, {code: o, zh: 其他, en: Other, other: true}]
  - {id: sat, type: scale, scale: sat5, na: true, weight: 0.5, text: {zh: 满意吗, en: "Satisfied?"}}
  - id: seven
    type: scale
    weight: 0.5
    text: {zh: 七级, en: Seven points}
    options: [{code: 1, zh: 一, en: One}, {code: 2, zh: 二, en: Two}, {code: 3, zh: 三, en: Three}, {code: 4, zh: 四, en: Four}, {code: 5, zh: 五, en: Five}, {code: 6, zh: 六, en: Six}, {code: 7, zh: 七, en: Seven}, {code: 99, zh: 不适用, en: Not applicable, missing: true}]
  - {id: likely, type: nps, text: {zh: 会推荐吗, en: "Would you recommend it?"}}
  - {id: grade, type: review, text: {zh: 评价, en: Review}}
  - {id: ranks, type: ranking, list: services, min_ranked: 2, max_ranked: 3, text: {zh: 排序, en: Put in order}}
  - {id: county, type: select_area, level: county, cascade: true, text: {zh: 县, en: County}}
- id: typed
  title: {zh: 填写, en: Typed}
  questions:
  - {id: age, type: number, form: integer, min: 0, max: 120, unit: {zh: 岁, en: years}, text: {zh: 年龄, en: Age}, options: [{code: 88, text: {zh: 不知道, en: Don't know}}]}
  - {id: income, type: number, form: money, currency: CNY, min: 0, text: {zh: 收入, en: Income}}
  - {id: share, type: number, form: percent, text: {zh: 占比, en: Share}}
  - {id: heat, type: slider, min: 0, max: 10, step: 0.5, low: {zh: 冷, en: Cold}, high: {zh: 热, en: Hot}, text: {zh: 温度, en: Heat}}
  - {id: remark, type: text, max_chars: 50, lines: 3, text: {zh: 意见, en: Remarks}}
  - {id: mail, type: text, format: email, text: {zh: 邮箱, en: E-mail}}
  - {id: plate, type: text, pattern: "[A-Z]{2}[0-9]{3}", pattern_message: {zh: 两个字母三个数字, en: Two letters and three digits}, text: {zh: 编号, en: Number}}
  - {id: born, type: date, min: "1900-01-01", max: "2026-12-31", text: {zh: 生日, en: Born on}}
  - {id: since, type: month, text: {zh: 起始月份, en: Since}}
  - {id: built, type: year, min: 1900, max: 2030, text: {zh: 年份, en: Year}}
  - {id: opened, type: time, text: {zh: 时间, en: Time}}
  - {id: visit, type: datetime, text: {zh: 到访, en: Visit}}
  - {id: waited, type: duration, max: 600, text: {zh: 等候, en: Waited}}
- id: rows
  title: {zh: 多行, en: Rows}
  questions:
  - id: desk
    type: battery
    of: scale
    scale: sat5
    text: {zh: 窗口服务, en: The counter}
    rows: [{code: speed, text: {zh: 速度, en: Speed}}, {code: tone, text: {zh: 态度, en: Manner}, show_if: "${age} > 17"}]
  - id: grid
    type: battery
    of: single
    text: {zh: 两次, en: Twice}
    rows: [{code: 1, text: {zh: 第一, en: First}}, {code: 2, text: {zh: 第二, en: Second}}]
    columns: [{code: now, text: {zh: 现在, en: Now}}, {code: before, text: {zh: 以前, en: Before}}]
    options: [{code: y, zh: 是, en: "Yes"}, {code: n, zh: 否, en: "No"}]
  - {id: names, type: texts, text: {zh: 去过的网点, en: Branches}, max_chars: 40, rows: [{code: 1, text: {zh: 一, en: One}}, {code: 2, text: {zh: 二, en: Two}}, {code: 3, text: {zh: 三, en: Three}}]}
  - {id: money, type: allocation, total: 100, unit: {zh: 元, en: yuan}, text: {zh: 分配, en: Share out}, rows: [{code: a, text: {zh: 路, en: Roads}}, {code: b, text: {zh: 学校, en: Schools}}, {code: c, text: {zh: 医院, en: Hospitals}}]}
- id: turns
  title: {zh: "关于{loop}", en: "About {loop}"}
  loop: {over: used}
  questions:
  - {id: t_sat, type: scale, scale: sat5, text: {zh: "{loop}好吗", en: "How was {loop}?"}}
  - {id: t_why, type: text, show_if: "${t_sat} < 3", text: {zh: 原因, en: "Why?"}}
- id: branches
  title: {zh: 网点, en: Branches}
  loop: {rows: names, label: {zh: "网点{loop}", en: "the branch {loop}"}}
  questions:
  - {id: b_ok, type: single, text: {zh: "{loop}好吗", en: "Was {loop} good?"}, options: [{code: y, zh: 是, en: "Yes"}, {code: n, zh: 否, en: "No"}]}
- id: more
  title: {zh: 其他, en: The rest}
  questions:
  - {id: hello, type: note, text: {zh: "您说年龄是${age}岁，性别${sex}", en: "You said that you are ${age}, ${sex}"}}
  - {id: reach, type: contact, fields: [name, phone, email], purpose: {zh: 回访, en: To call you back}, text: {zh: 联系方式, en: Contact}}
  - {id: photo, type: file, media: image, max_mb: 5, text: {zh: 照片, en: Photo}}
  - {id: place, type: geopoint, text: {zh: 地点, en: Place}}
  - {id: point, type: geopoint, precision: exact, private: true, text: {zh: 位置, en: Point}}
  - {id: double, type: computed, calculation: "${age} * 2", value: number, text: {zh: 两倍, en: Double}}
  - {id: told, type: computed, calculation: "${age} * 2", shown: true, text: {zh: 两倍是, en: The double is}}
  - {id: agree, type: consent, required: true, text: {zh: 同意, en: I agree}}
- id: last
  title: {zh: 结束, en: End}
  questions:
  - {id: stop, type: end, screen_out: true, show_if: "${age} < 18", text: {zh: 未满十八岁，谢谢, en: You are too young. Thank you}}
  - {id: bye, type: text, text: {zh: 还有吗, en: "Anything else?"}}
"""


def document(text: str = EVERY_TYPE) -> Any:
    """A fresh document to change in a test."""
    return copy.deepcopy(_parsed(text))


@cache
def _parsed(text: str) -> Any:
    return yaml.safe_load(text)


@cache
def program(text: str = EVERY_TYPE) -> Program:
    """A program that must compile without any problem."""
    compilation = build(document(text))
    assert compilation.program, [(str(p.where), p.message("en")) for p in compilation.problems]
    assert not compilation.problems, [(str(p.where), p.message("en")) for p in compilation.problems]
    return compilation.program


def small(*questions: Any, **more: Any) -> Any:
    """A document of format 2 with one section of items, each given as YAML; further sections with ``sections``."""
    read = [yaml.safe_load(q) if isinstance(q, str) else q for q in questions]
    for question in read:
        question.setdefault("text", {"zh": f"题{question.get('id')}", "en": f"Item {question.get('id')}"})
    sections = [
        {"id": "S", "title": {"zh": "甲", "en": "First"}, "questions": read},
        *more.pop("sections", []),
    ]
    return {
        "schema": "minyi/instrument/2",
        "id": "small",
        "title": {"zh": "小", "en": "Small"},
        "languages": ["zh", "en"],
        "sections": sections,
        **more,
    }


def section(code: str, *questions: Any, **more: Any) -> Any:
    """One further section for ``small``."""
    inner = small(*questions)["sections"][0]
    return {**inner, "id": code, "title": {"zh": code, "en": code}, **more}


def made(*questions: Any, **more: Any) -> Program:
    """The program of a small document, which must compile."""
    compilation = build(small(*questions, **more))
    assert compilation.program, [(p.code, str(p.where), p.message("en")) for p in compilation.problems]
    return compilation.program


def found(compilation: Compilation) -> list[tuple[str, str]]:
    """Codes and places of all problems."""
    return [(problem.code, str(problem.where)) for problem in compilation.problems]


def send(program: Program, raw: Any, *, page: str = "S", state: AnswerState | None = None) -> PageResult:
    """What comes of sending one page."""
    return validate_page(program, PageRef.from_key(page), raw, state or AnswerState())


def refused(result: PageResult) -> list[tuple[str, str | None]]:
    """Codes and items of what was refused."""
    return [(problem.code, problem.where.item) for problem in result.problems]


def shown(program: Program, page: str = "S", state: AnswerState | None = None) -> dict[str, ShownItem]:
    """The items of a page by key."""
    return {item.key: item for item in page_items(program, PageRef.from_key(page), state or AnswerState())}


def only(problems: tuple[Problem, ...]) -> Problem:
    """The one problem there is."""
    (problem,) = problems
    return problem
