"""Writes the variables of an instrument as a Frictionless data package descriptor with one table schema a table.

Source: Data Package v2 (datapackage.org), profiles of package, resource and table schema. ``categories`` and
field-level ``missingValues`` are of version 2; readers of version 1 pass them over.
"""

from __future__ import annotations

import json
from typing import Any

from survey.instrument.codebook import Variable, codebook
from survey.instrument.program import Program
from survey.instrument.words import plain

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_SCHEMA_PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
_TYPES = {
    **dict.fromkeys(("scale", "indicator", "count", "rank", "status"), "integer"),
    "number": "number",
    "date": "date",
    "month": "yearmonth",
    "year": "year",
    "time": "time",
    "datetime": "datetime",
}
_FORMATS = {"time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}
_TABLES = ("responses", "unit_ratings")


def write_frictionless(program: Program) -> bytes:
    """The descriptor as UTF-8 JSON: names and types of columns, labels of codes, codes that mean "missing".

    It describes empty tables: the data of a resource are its heading alone until something is published.
    """
    return (json.dumps(package(program), ensure_ascii=False, indent=2) + "\n").encode()


def package(program: Program) -> dict[str, Any]:  # Any: a JSON document
    """The descriptor as plain data."""
    first = program.languages[0]
    variables = codebook(program)
    return {
        "$schema": PROFILE,
        "name": _slug(f"{program.code}-{program.version}"),
        "title": plain(program.title, first),
        "version": program.version,
        "languages": list(program.languages),
        "instrument": {"code": program.code, "version": program.version, "sha256": program.digest},
        "resources": [
            {
                "name": table.replace("_", "-"),
                "data": [[v.name for v in variables if v.table == table]],
                "schema": table_schema([v for v in variables if v.table == table], first),
            }
            for table in _TABLES
            if any(variable.table == table for variable in variables)
        ],
    }


def table_schema(variables: list[Variable], language: str) -> dict[str, Any]:
    """The schema of one table; titles and labels in one language."""
    return {"$schema": _SCHEMA_PROFILE, "fields": [_field(variable, language) for variable in variables]}


def _field(variable: Variable, language: str) -> dict[str, Any]:
    labelled = [(code, words) for code, words in variable.options if code not in variable.missing]
    kind = _TYPES.get(variable.kind, "string")
    if kind == "integer" and not all(_is_whole(code) for code, _ in labelled):
        kind = "string"
    field: dict[str, Any] = {
        "name": variable.name,
        "type": kind,
        "title": plain(variable.label, language),
        "missingValues": ["", *variable.missing],
    }
    if kind in _FORMATS:
        field["format"] = _FORMATS[kind]
    if labelled:
        values: list[int | str] = [int(code) if kind == "integer" else code for code, _ in labelled]
        field["categories"] = [
            {"value": value, "label": plain(words, language)}
            for value, (_, words) in zip(values, labelled, strict=True)
        ]
        field["constraints"] = {"enum": values}
    return field


def _is_whole(code: str) -> bool:
    """Whether a code reads back as it was when it is written as an integer."""
    return code.lstrip("-").isdecimal() and str(int(code)) == code


def _slug(text: str) -> str:
    """A package name: lower-case letters, digits, ".", "_" and "-" only."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char in "._-") else "-" for char in text.lower()
    )
