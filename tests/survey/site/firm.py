"""A firm that was drawn from the register, and the return that several of its people fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import flask

from survey.db import db
from survey.instrument.compile import compile_instrument
from survey.instrument.program import Program
from tests.survey.interviews import SCALES, World, make_world

WAVE = "firms-2026"


def _words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _options(*codes: str) -> list[dict[str, str]]:
    return [{"code": code, "zh": f"选项{code}", "en": code.capitalize()} for code in codes]


DOCUMENT: Mapping[str, object] = {
    "schema": "minyi/instrument/2",
    "id": "firms",
    "version": "2026.1",
    "title": _words("企业调查", "Survey of firms"),
    "evaluator_group": "enterprises",
    "unit_of_answer": "firm",
    "languages": ["zh", "en"],
    "modes": ["web", "cati"],
    "min_age": 18,
    "scales_file": "_scales.yaml",
    "consent": _words("自愿参加。", "Taking part is voluntary."),
    "consent_required": True,
    "closing": _words("回执 {receipt}", "Receipt {receipt}"),
    "sections": [
        {
            "id": "A",
            "title": _words("企业情况", "About the firm"),
            "questions": [
                {
                    "id": "A1",
                    "type": "single",
                    "required": True,
                    "prefill": "frame",
                    "text": _words("主要行业是？", "What is the main industry?"),
                    "options": _options("farming", "building", "trade"),
                },
                {
                    "id": "A2",
                    "type": "single",
                    "prefill": "frame",
                    "text": _words("规模是？", "What is the size?"),
                    "options": _options("large", "small"),
                },
                {
                    "id": "A3",
                    "type": "multi",
                    "text": _words("经历过？", "What did you go through?"),
                    "options": _options("tax", "loan"),
                },
            ],
        },
        {
            "id": "B",
            "title": _words("财务", "Money"),
            "questions": [
                {"id": "B1", "type": "scale", "scale": "sat5", "text": _words("贷款？", "Loans?")},
                {"id": "B2", "type": "text", "max_chars": 200, "text": _words("费用？", "Which costs?")},
            ],
        },
        {
            "id": "C",
            "title": _words("人员", "People"),
            "questions": [
                {
                    "id": "C1",
                    "type": "scale",
                    "scale": "sat5",
                    "required": True,
                    "text": _words("招人容易吗？", "Is hiring easy?"),
                },
                {
                    "id": "C2",
                    "type": "text",
                    "max_chars": 200,
                    "text": _words("缺什么人？", "Who is missing?"),
                },
            ],
        },
        {
            "id": "D",
            "title": _words("税务", "Taxes"),
            "show_if": {"question": "A3", "any_of": ["tax"]},
            "questions": [
                {
                    "id": "D1",
                    "type": "scale",
                    "scale": "sat5",
                    "text": _words("${A1}报税？", "${A1}: filing taxes?"),
                }
            ],
        },
    ],
}


@cache
def firm_program(unit: str = "firm") -> Program:
    """The compiled instrument."""
    document = {**DOCUMENT, "unit_of_answer": unit}
    compiled = compile_instrument(document, scales=SCALES, modules={}, units=(), areas=())
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    return compiled.program


def open_wave(app: flask.Flask, folder: Path, *, unit: str = "firm", anonymity: str = "anonymous") -> World:
    """An open wave of firms in the application's own database and under its own keys."""
    with app.app_context():
        world = make_world(db.engine, folder, program=firm_program(unit), code=WAVE, anonymity=anonymity)
    return replace(world, keys=app.extensions["minyi"].keys)


def draw(world: World) -> str:
    """The token of one drawn firm, of which the register knows industry and size."""
    (token,) = world.issue(context={"frame.A1": "building", "frame.A2": "small"})
    return token
