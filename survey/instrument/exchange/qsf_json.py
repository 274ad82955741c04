"""Reads a Qualtrics file into its elements; nothing of what it holds is trusted to have any shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.instrument.exchange.guards import MAX_BYTES, Refusal, decode
from survey.instrument.exchange.limesurvey.languages import to_tag
from survey.instrument.problems import Where

MAX_NESTING = 200
_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)
_TAGS = {"ZH-S": "zh-Hans", "ZH-T": "zh-Hant", "ES-ES": "es", "ES": "es-419"}
Payload = Mapping[str, Any]  # Any: a JSON object of unknown shape


@dataclass(kw_only=True)
class Elements:
    """What the file holds: the survey, its blocks, its flow, its questions by id, and the kinds of the rest."""

    entry: Payload = field(default_factory=dict)
    blocks: list[Payload] = field(default_factory=list)
    flow: Payload = field(default_factory=dict)
    questions: dict[str, Payload] = field(default_factory=dict)
    quotas: list[Payload] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def read_elements(raw: bytes) -> Elements:
    """The elements of a file. Raises Refusal."""
    if len(raw) > MAX_BYTES:
        raise Refusal("file_too_large", size=len(raw), limit=MAX_BYTES)
    text = decode(raw)
    _check_nesting(text)
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as exc:
        where = Where(row=exc.lineno, column=str(exc.colno))
        raise Refusal("file_broken", where, detail=exc.msg) from exc
    except (ValueError, RecursionError) as exc:  # numbers of thousands of digits, NaN
        raise Refusal("file_broken", detail=type(exc).__name__) from exc
    if not isinstance(document, dict) or not isinstance(document.get("SurveyElements"), list):
        raise Refusal("file_format")
    found = Elements(entry=as_mapping(document.get("SurveyEntry")))
    for element in document["SurveyElements"]:
        if isinstance(element, dict):
            _take(found, element)
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(name)


def _check_nesting(text: str) -> None:
    """Brackets outside texts, counted before anything is built."""
    depth = 0
    for found in _BRACKET.finditer(text):
        if found[0] in "[{":
            depth += 1
        elif found[0] in "]}":
            depth -= 1
        if depth > MAX_NESTING:
            raise Refusal("file_too_deep", limit=MAX_NESTING, nodes=MAX_BYTES)


def _take(found: Elements, element: Payload) -> None:
    kind, payload = element.get("Element"), element.get("Payload")
    if kind == "BL":
        found.blocks = [as_mapping(part) for part in members(payload)]
    elif kind == "FL":
        found.flow = as_mapping(payload)
    elif kind == "SQ":
        question = as_mapping(payload)
        qid = question.get("QuestionID") or element.get("PrimaryAttribute")
        if isinstance(qid, str):
            found.questions.setdefault(qid, question)
    elif kind == "QO":
        found.quotas.append(as_mapping(payload))
    elif isinstance(kind, str) and len(found.others) < 100:
        found.others.append(kind)


def as_mapping(raw: object) -> Payload:
    """A JSON object; empty where it is none. Lists stand in for empty objects in these files."""
    return raw if isinstance(raw, dict) else {}


def members(raw: object) -> Iterator[object]:
    """The members of a list, or of an object whose keys only count."""
    if isinstance(raw, list):
        yield from raw
    elif isinstance(raw, dict):
        yield from raw.values()


def language_tag(code: str) -> str:
    """The BCP 47 tag of a language as Qualtrics calls it."""
    return _TAGS.get(code.upper()) or to_tag(code)


def string(raw: object) -> str:
    """A text or a number as text; "" for anything else."""
    if isinstance(raw, bool):
        return ""
    return raw if isinstance(raw, str) else str(raw) if isinstance(raw, (int, float)) else ""
