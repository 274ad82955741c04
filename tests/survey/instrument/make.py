"""Small instruments written in place, and the lists they refer to."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import yaml

from survey.instrument.compile import Compilation, compile_instrument
from survey.instrument.program import AreaRef, Program, UnitRef

UNITS = tuple(
    UnitRef(code=code, zh=f"{code}局", en=f"Office of {code}", unit_class="D" if code == "town" else "A")
    for code in ("edu", "health", "police", "water", "town")
)
AREAS = (
    AreaRef(code="990100", level="city", zh="甲市", en="Jia", parent="990000"),
    AreaRef(code="990101", level="county", zh="甲一县", en="Jia One", parent="990100"),
    AreaRef(code="990102", level="county", zh="甲二县", en="Jia Two", parent="990100"),
)
SCALES = yaml.safe_load(
    """
    schema: satisfaction-demo/scales/1
    special_codes:
      88: {zh: 说不清, en: Don't know}
      98: {zh: 拒答, en: Refused, interviewer_only: true}
      99: {zh: 不适用, en: Not applicable}
    scales:
      sat5: {5: {zh: 很好, en: Very good}, 4: {zh: 好, en: Good}, 3: {zh: 一般, en: So so}, 2: {zh: 差, en: Bad}, 1: {zh: 很差, en: Very bad}}
      yes2: {2: {zh: 是, en: "Yes"}, 1: {zh: 否, en: "No"}}
      mute: {2: {zh: 是, en: "Yes"}, 1: {zh: 否}}
      gaps: {5: {zh: 是, en: "Yes"}, 1: {zh: 否, en: "No"}}
    presentation: {direction: {rule: random_half}}
    """
)
MODULE = yaml.safe_load(
    """
    schema: satisfaction-demo/module/1
    id: rating
    unit_list: {filter: {classes: [A]}, order: random, none_of_these: {zh: 都没有, en: None}}
    questions:
    - {id: U01, type: scale, scale: sat5, weight: 0.6, text: {zh: "对{unit}满意吗？", en: "How good was {unit}?"}}
    - {id: U02, type: scale, scale: sat5, weight: 0.4, na: true, text: {zh: 态度, en: Manner}}
    """
)
# One of everything: screening, areas, conditions on answers and context, a module, free text.
EVERYTHING = """
schema: satisfaction-demo/instrument/1
id: everything
version: "2026.1"
title: {zh: 样例, en: Sample}
evaluator_group: [residents, guests]
languages: [zh, en]
modes: [web, cati]
min_age: 18
allow_skip: true
context_fields:
- {id: channel, source: transaction, zh: 渠道, en: Channel, codes: [window, online]}
consent: {zh: 自愿, en: Voluntary}
closing: {zh: "回执{receipt}", en: "Receipt {receipt}"}
sections:
- id: A
  title: {zh: 甲, en: First}
  questions:
  - id: A1
    type: single
    required: true
    quasi_identifier: true
    text: {zh: 年龄, en: Age}
    options: [{code: under18, zh: 未满, en: Under 18, screen_out: true}, {code: "18+", zh: 已满, en: 18 or over}]
  - {id: A2, type: select_area, level: county, required: true, prefill: frame, text: {zh: 县, en: County}}
  - id: A3
    type: multi
    text: {zh: 经历, en: Experience}
    options:
    - {code: school, zh: 上学, en: School}
    - {code: clinic, zh: 看病, en: Clinic}
    - {code: extra, zh: 附加, en: Extra, analysis_only: true}
    - {code: none, zh: 都没有, en: None, exclusive: true}
- id: B
  title: {zh: 乙, en: Second}
  show_if: {question: A3, any_of: [school, clinic]}
  questions:
  - {id: B1, type: scale, scale: sat5, show_if: {question: A3, any_of: [school]}, text: {zh: 学校, en: School}}
  - {id: B2, type: scale, scale: sat5, na: true, groups: [guests], text: {zh: 来客, en: Guests}}
  - {id: B3, type: scale, scale: sat5, show_if: {context: channel, any_of: [window]}, text: {zh: 窗口, en: Counter}}
- id: C
  title: {zh: 丙, en: Third}
  questions:
  - {id: C1, type: scale, scale: sat5, criterion: true, text: {zh: 总体, en: Overall}}
  - {id: C2, type: text, max_chars: 20, show_if: {question: B1, any_of: [1, 2]}, text: {zh: 原因, en: Why}}
- id: U
  title: {zh: 单位, en: Units}
  questions:
  - {id: UM, type: module, module: rating, max_units: 2, text: {zh: 打过交道, en: Dealt with}}
"""
APPRAISAL = """
schema: satisfaction-demo/instrument/1
id: appraisal
version: "2026.1"
title: {zh: 评议, en: Appraisal}
evaluator_group: [organs, experts]
languages: [zh, en]
modes: [web]
units_per_respondent: {assigned: 3, rule: balanced_random, may_decline: true, decline_reasons: [not_familiar]}
consent: {zh: 自愿, en: Voluntary}
closing: {zh: 谢谢, en: Thanks}
sections:
- id: P
  repeat: assigned_unit
  title: {zh: "评议{unit}", en: "Appraisal of {unit}"}
  questions:
  - {id: P1, type: scale, scale: sat5, weight: 1.0, text: {zh: "{unit}如何", en: "How is {unit}?"}}
  - {id: P2, type: scale, scale: sat5, groups: [organs], text: {zh: 建议, en: Proposals}}
  - {id: P3, type: text, text: {zh: 意见, en: Remarks}}
"""
FOLLOW_UP = """
schema: satisfaction-demo/instrument/1
id: follow_up
version: "2026.1"
title: {zh: 回访, en: Follow-up}
evaluator_group: residents
applies_to: commitment
languages: [zh, en]
modes: [web]
consent: {zh: 自愿, en: Voluntary}
closing: {zh: 谢谢, en: Thanks}
sections:
- id: F
  repeat: commitment
  title: {zh: "承诺：{commitment}", en: "Commitment: {commitment}"}
  questions:
  - id: F1
    type: single
    text: {zh: 有关吗, en: "Does it matter to you?"}
    options: [{code: "yes", zh: 有关, en: "Yes"}, {code: "no", zh: 无关, en: "No", skip_to_end_of_block: true}]
  - id: F2
    type: single
    text: {zh: 解决了吗, en: "Solved?"}
    options: [{code: solved, zh: 是, en: "Yes"}, {code: open, zh: 否, en: "No"}]
  - {id: F3, type: text, show_if: {question: F2, equal: open}, text: {zh: 还差什么, en: "What is missing?"}}
"""


def document(text: str = EVERYTHING) -> Any:
    """A fresh document to change in a test."""
    return copy.deepcopy(_parsed(text))


@cache
def _parsed(text: str) -> Any:
    return yaml.safe_load(text)


def build(raw: Any, **sources: Any) -> Compilation:
    """Compile with the lists above, unless a test brings its own."""
    given = {"scales": SCALES, "modules": {"rating": MODULE}, "units": UNITS, "areas": AREAS, **sources}
    return compile_instrument(raw, **copy.deepcopy(given))


def program(text: str = EVERYTHING) -> Program:
    """A program that must compile."""
    compilation = build(document(text))
    assert compilation.program, [str(problem) for problem in compilation.problems]
    return compilation.program


def section(raw: Any, code: str) -> Any:
    """One section of a document."""
    return next(part for part in raw["sections"] if part["id"] == code)


def item(raw: Any, code: str) -> Any:
    """One item of a document."""
    return next(q for part in raw["sections"] for q in part["questions"] if q["id"] == code)
