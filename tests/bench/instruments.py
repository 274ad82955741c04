"""Compiling an instrument of 1,000 items, and showing a page of it: ``python -m tests.bench.instruments``.

A page is what a phone gets: the path found, the page shown, its form prepared and its template rendered.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask
from flask_migrate import upgrade

from survey.instrument.compile import compile_instrument
from survey.instrument.path import find_path
from survey.instrument.program import Program
from survey.instrument.shown import progress, show_page
from survey.instrument.state import AnswerState
from survey.instrument.validate import validate_page
from survey.kit.page_form import page_form
from survey.site.answer.showing import Place
from tests.conftest import make_settings
from wsgi import create_app

ITEMS, EACH = 1_000, 20
RUNS = 15
COMPILE_LIMIT, PAGE_LIMIT = 1.0, 0.020
SCALES = {
    "scales": {"five": {str(n): {"zh": f"{n}分", "en": f"{n} points"} for n in range(1, 6)}},
    "special_codes": {
        str(n): {"zh": "不清楚", "en": "Don't know", "interviewer_only": n == 98} for n in (88, 98, 99)
    },
    "presentation": {"direction": {"rule": "random_half"}},
}
_OPTIONS = [{"code": f"o{n}", "zh": f"选项{n}", "en": f"Option {n}"} for n in range(8)]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Medians in seconds of processor time: the machine is shared with others."""

    items: int
    compile: float
    show: float
    render: float
    check: float
    read: float


def document(items: int = ITEMS) -> dict[str, Any]:
    """Sections of 20 items of five types; every section hangs on the one before, every fourth item on another."""
    sections = []
    for number in range(items // EACH):
        questions = [_question(number, at) for at in range(EACH)]
        section: dict[str, Any] = {
            "id": f"s{number}",
            "title": {"zh": f"第{number}部分", "en": f"Section {number}"},
            "questions": questions,
        }
        if number:
            section["show_if"] = f"${{q{number - 1}_0}} != 'o7' and count-selected(${{q{number - 1}_1}}) < 8"
        sections.append(section)
    return {
        "schema": "minyi/instrument/2",
        "id": "large",
        "title": {"zh": "大问卷", "en": "A large instrument"},
        "languages": ["zh", "en"],
        "sections": sections,
    }


def _question(section: int, at: int) -> dict[str, Any]:
    code = f"q{section}_{at}"
    text = {
        "zh": f"第{section}部分第{at}题，您满意吗？",
        "en": f"Section {section}, item {at}: how satisfied are you?",
    }
    kinds: tuple[dict[str, Any], ...] = (
        {"type": "single", "options": _OPTIONS, "order": "random"},
        {"type": "multi", "options": _OPTIONS, "max_choices": 8},
        {"type": "scale", "scale": "five", "na": True},
        {"type": "number", "form": "integer", "min": 0, "max": 100, "constraint": ". != 13"},
        {"type": "text", "max_chars": 200},
    )
    question = {"id": code, "text": text, **kinds[at % len(kinds)]}
    if section and at % 4 == 3:
        question["show_if"] = f"${{q{section - 1}_2}} > 2 or ${{q{section - 1}_3}} < 50"
    return question


def run(items: int = ITEMS) -> Measured:
    """Measure everything once, in this process."""
    raw = document(items)
    program: Program | None = None

    def compile_once() -> None:
        nonlocal program
        program = compile_instrument(raw, scales=SCALES, modules={}, units=(), areas=()).program

    compiling = _median(compile_once, 5)
    assert program is not None
    stored = program.to_json()
    state = _answered(program)
    ref = find_path(program, state).pages[-1]
    empty: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        app = create_app("all", settings=make_settings(Path(folder)))
        with app.app_context():
            upgrade()
        with app.test_request_context("/"):
            return Measured(
                items=items,
                compile=compiling,
                show=_median(lambda: show_page(program, ref, state), RUNS),
                render=_median(lambda: _render(program, state), RUNS),
                check=_median(lambda: validate_page(program, ref, empty, state), RUNS),
                read=_median(lambda: Program.from_json(stored), 5),
            )


def _answered(program: Program) -> AnswerState:
    """Somebody near the end: everything answered that decides about the rest."""
    answers: dict[str, Any] = {}
    for page in program.pages[:-1]:
        for item in page.items:
            first = {"single": "o1", "multi": ["o1", "o2"], "scale": "4", "number": "7", "text": "好"}
            answers[item.code] = first[item.kind]
    return AnswerState(answers=answers, seed=7)


def _render(program: Program, state: AnswerState) -> str:
    path = find_path(program, state)
    ref = path.pages[-1]
    shown = show_page(program, ref, state)
    assert shown is not None
    section, sections = progress(program, path.pages, ref)
    return flask.render_template(
        "site/answer/page.html",
        wave=SimpleNamespace(public_id="bench"),
        program=program,
        form=page_form(shown, language="zh", program=program),
        place=Place(ref=ref),
        tongue=None,
        version=1,
        section=section,
        n_sections=sections,
        back=None,
        overview=None,
        is_part=False,
        handing=None,
        sent_window="",
        closing=None,
        closing_seconds=0,
    )


def _median(work: Callable[[], object], runs: int) -> float:
    work()
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return statistics.median(seconds)


def main() -> None:
    """Print the figures; exit 1 where a limit is broken."""
    found = run()
    rows = (
        (f"compile {found.items:,} items", found.compile, COMPILE_LIMIT),
        ("read the stored program", found.read, None),
        ("find the path and show a page", found.show, None),
        ("the page with its template", found.render, PAGE_LIMIT),
        ("check a page that was sent", found.check, PAGE_LIMIT),
    )
    for name, seconds, limit in rows:
        bound = "" if limit is None else f"  (limit {1000 * limit:.0f} ms)"
        sys.stdout.write(f"{name:34} {1000 * seconds:8.1f} ms{bound}\n")
    if any(limit is not None and seconds > limit for _, seconds, limit in rows):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
