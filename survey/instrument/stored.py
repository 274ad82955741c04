"""The JSON form of a program: written for its digest and for the database, read back exactly."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from survey.instrument.expression import Node

# Any: JSON documents are untyped until they have been read.
Document = dict[str, Any]
T = TypeVar("T")
# The fields, in any part of a program, that hold an expression.
_CONDITIONS = frozenset(
    {
        "calculation",
        "choice_filter",
        "constraint",
        "count_from",
        "high_from",
        "low_from",
        "required_if",
        "shown_if",
        "where",
    }
)


def write(value: object) -> Document:
    """A frozen value of the program as plain data; fields that hold their default are left out."""
    document: Document = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type]  # every caller passes a dataclass
        part = getattr(value, field.name)
        if part == _default(field):
            continue
        document[field.name] = _plain(part)
    return document


def _default(field: dataclasses.Field[Any]) -> object:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory()


def _plain(part: object) -> Any:
    if isinstance(part, Node):
        return part.to_json()
    if isinstance(part, tuple):
        return [_plain(member) for member in part]
    if isinstance(part, Mapping):
        return {name: _plain(member) for name, member in part.items()}
    return write(part) if dataclasses.is_dataclass(part) else part


def read(kind: type[T], document: Mapping[str, Any], **parts: object) -> T:
    """The inverse of ``write``; ``parts`` are the fields that the caller has already read.

    Raises ValueError if a field is unknown or missing.
    """
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # as above
    if not isinstance(document, Mapping) or not set(document) <= known:
        raise ValueError(f"no stored {kind.__name__}")
    values = {name: _read_part(name, part) for name, part in document.items() if name not in parts}
    try:
        return kind(**{**values, **parts})
    except TypeError as exc:
        raise ValueError(f"incomplete stored {kind.__name__}") from exc


def read_all(kind: type[T], documents: Sequence[Mapping[str, Any]]) -> tuple[T, ...]:
    """Every document of a list read as ``kind``."""
    return tuple(read(kind, document) for document in documents)


def _read_part(name: str, part: Any) -> object:
    if name in _CONDITIONS:
        return Node.from_json(part)
    return tuple(part) if isinstance(part, list) else part
