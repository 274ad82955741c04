"""Checks one document against its JSON Schema and words every violation with its place and a remedy."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from admin.content.problems import ContentProblem, Steps
from admin.content.yaml_file import YamlFile

MAX_PROBLEMS = 200
_LIMITS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
_COUNTS = {"minItems", "maxItems", "minProperties", "maxProperties", "minLength", "maxLength"}
_TYPE_WORDS = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def check_shape(document: YamlFile, kind: str) -> list[ContentProblem]:
    """All violations of the schema ``kind``, in the order of the file."""
    problems: list[ContentProblem] = []
    for error in _validator(kind).iter_errors(document.value):
        problems.extend(_problems(document, error))
        if len(problems) >= MAX_PROBLEMS:
            break
    return sorted(problems, key=lambda problem: (problem.line, problem.column, problem.path))


def schema(kind: str) -> dict[str, Any]:  # Any: a JSON Schema
    """One of the schemas that ship with this package."""
    text = resources.files("admin.content").joinpath("schemas", f"{kind}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


@cache
def _validator(kind: str) -> Draft202012Validator:
    common: Resource[Any] = Resource.from_contents(schema("common"))
    registry: Registry[Any] = Registry().with_resource("common.json", common)
    return Draft202012Validator(schema(kind), registry=registry)


def _problems(document: YamlFile, error: ValidationError) -> list[ContentProblem]:
    steps: Steps = tuple(error.absolute_path)
    # Any: what a keyword of a schema says and what a document holds may be any JSON.
    rule, limit, value = str(error.validator), cast(Any, error.validator_value), cast(Any, error.instance)
    if rule == "required":
        missing = [name for name in limit if name not in value]
        # One error is raised per missing name; each names itself in its message.
        named = [name for name in missing if error.message.startswith(repr(name))]
        return [document.problem("missing_field", steps, name=name) for name in named]
    if rule == "additionalProperties":
        known = cast(Any, error.schema).get("properties", {})
        return [
            document.problem("unknown_field", (*steps, name), name=name)
            for name in value
            if name not in known
        ]
    if "propertyNames" in error.absolute_schema_path:
        return [document.problem("bad_pattern", (*steps, value), value=value, pattern=limit)]
    if rule == "type":
        expected = [limit] if isinstance(limit, str) else limit
        words = " / ".join(_TYPE_WORDS[name] for name in expected)
        return [document.problem("wrong_type", steps, value=_shown(value), expected=words)]
    if rule in ("enum", "const"):
        known = limit if rule == "enum" else [limit]
        return [
            document.problem("not_allowed", steps, value=_shown(value), known=", ".join(map(_shown, known)))
        ]
    if rule == "pattern":
        return [document.problem("bad_pattern", steps, value=_shown(value), pattern=limit)]
    if rule in _LIMITS:
        return [document.problem("out_of_range", steps, value=_shown(value), limit=_shown(limit))]
    if rule in _COUNTS:
        return [document.problem("wrong_count", steps, count=len(value), limit=limit)]
    if rule == "uniqueItems":
        return [document.problem("repeated_entry", steps)]
    if rule == "anyOf":
        return _of_the_nearest(document, error)
    return [document.problem("bad_shape", steps, rule=rule)]


def _of_the_nearest(document: YamlFile, error: ValidationError) -> list[ContentProblem]:
    """Of several allowed shapes: what is wrong with the one of the right type, else the type itself."""
    inner = [part for part in error.context or () if part.validator != "type"]
    if not inner:
        return [document.problem("bad_shape", tuple(error.absolute_path), rule="anyOf")]
    return [problem for part in inner for problem in _problems(document, part)]


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)[:80]
