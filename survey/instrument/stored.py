"""The JSON form of a program: written for its digest and for the database, read back exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from survey.instrument.expression import Node

# Any: JSON documents are untyped until they have been read.
Document = dict[str, Any]
T = TypeVar("T")


def write(value: object) -> Document:
    """A frozen value of the program as plain data; fields that hold their default are left out."""
    document: Document = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type]  # every caller passes a dataclass
        part = getattr(value, field.name)
        if field.default is not dataclasses.MISSING and part == field.default:
            continue
        document[field.name] = _plain(part)
    return document


def _plain(part: object) -> Any:
    if isinstance(part, Node):
        return part.to_json()
    if isinstance(part, tuple):
        return [_plain(member) for member in part]
    if isinstance(part, Mapping):
        return dict(part)
    return write(part) if dataclasses.is_dataclass(part) else part


def read(kind: type[T], document: Mapping[str, Any], **parts: object) -> T:
    """The inverse of ``write``; ``parts`` are the fields that the caller has already read.

    Raises ValueError if a field is unknown or missing.
    """
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # as above
    if not isinstance(document, Mapping) or not set(document) <= known:
        raise ValueError(f"no stored {kind.__name__}")
    values = {name: tuple(part) if isinstance(part, list) else part for name, part in document.items()}
    try:
        return kind(**{**values, **parts})
    except TypeError as exc:
        raise ValueError(f"incomplete stored {kind.__name__}") from exc
