"""Home of rounding: numbers are rounded once, when they are written, and always in the same way."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

import rfc8785

#: Digits after the point: indices, scores and their errors in points; shares and coefficients; large sums.
POINTS, SHARES, SUMS = 4, 6, 2


def points(value: float | None) -> float | None:
    """An index, score, error or interval limit in points."""
    return _rounded(value, POINTS)


def share(value: float | None) -> float | None:
    """A share of 1, a coefficient or a ratio."""
    return _rounded(value, SHARES)


def total(value: float | None) -> float | None:
    """A sum of weights or an effective number of respondents."""
    return _rounded(value, SUMS)


def rounded_document(value: Any, *, digits: int = SHARES) -> Any:  # Any: a JSON document
    """A JSON document with every float rounded and every number that does not exist as null."""
    if isinstance(value, bool) or value is None or isinstance(value, int | str):
        return value
    if isinstance(value, float):
        return _rounded(value, digits)
    if isinstance(value, Mapping):
        return {str(key): rounded_document(item, digits=digits) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [rounded_document(item, digits=digits) for item in value]
    raise TypeError(f"no JSON value: {type(value).__name__}")


def canonical(document: Any) -> bytes:  # Any: a JSON document
    """RFC 8785 bytes of a rounded document."""
    return rfc8785.dumps(document)


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def csv_bytes(rows: Sequence[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """Rows as CSV in UTF-8: a header, LF line ends, an empty field for what does not exist."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row.get(column) is None else _field(row[column]) for column in columns])
    return buffer.getvalue().encode("utf-8")


def _field(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _rounded(value: float | None, digits: int) -> float | None:
    if value is None or not isfinite(value):
        return None
    return round(float(value), digits) + 0.0
