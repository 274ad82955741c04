"""What is wrong in a LimeSurvey file itself, at its place in the file: codes that stand twice, texts that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from survey.instrument.exchange.limesurvey.carry import where_of
from survey.instrument.exchange.limesurvey.model import Question, Survey
from survey.instrument.exchange.limesurvey.variables import Variables
from survey.instrument.problems import Findings, Problem

MAX_FOUND = 2_000


def find_problems(survey: Survey, variables: Variables) -> tuple[Problem, ...]:
    """Problems of the file. The compiler finds those of the document that is made of it."""
    findings = Findings()
    seen: dict[str, str] = {}
    for question in survey.questions():
        if len(findings) >= MAX_FOUND:
            break
        name = variables.names[question.qid]
        title = question.title.strip()
        if title in seen:
            findings.add_gap("duplicate_code", where_of(question, name, "id"), value=title)
        seen.setdefault(title, question.qid)
        for field, codes in (("rows", _rows(question)), ("options", _options(question))):
            for code in _doubled(codes):
                findings.add_gap("duplicate_code", where_of(question, name, field), value=code)
    return findings.as_tuple()


def _rows(question: Question) -> Iterator[str]:
    for row in question.subquestions:
        yield f"{row.title.strip()}{'' if row.scale == 0 else ' (2)'}"


def _options(question: Question) -> Iterator[str]:
    for answer in question.answers:
        yield f"{answer.code}{'' if answer.scale == 0 else ' (2)'}"


def _doubled(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    found = []
    for code in codes:
        if code in seen and code not in found:
            found.append(code)
        seen.add(code)
    return found
