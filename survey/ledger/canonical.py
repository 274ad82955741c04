"""Home of canonical bytes: one spelling per value (RFC 8785), and the hashes made over it."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

import rfc8785

# Any: JSON documents are open by nature; their owners give them a type.
Json = Any


class NotCanonicalError(ValueError):
    """A value that has no canonical form: NaN, an integer beyond 2**53, a lone surrogate, an unknown type."""


class BadJsonError(ValueError):
    """Bytes that are not strict JSON: bad UTF-8, NaN or Infinity, nested too deep, a huge number."""


def canonical_bytes(value: Json) -> bytes:
    """The RFC 8785 bytes of `value`. Raises NotCanonicalError."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as exc:
        raise NotCanonicalError(str(exc)) from exc


def digest_of(value: Json) -> str:
    """SHA-256 over the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical_bytes(value)).hexdigest()


def sha256(data: bytes) -> bytes:
    """SHA-256 as bytes."""
    return hashlib.sha256(data).digest()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse_json(data: bytes | str) -> Json:
    """Read strict JSON. Raises BadJsonError for everything Python would let through or stumble over."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        return json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as exc:
        raise BadJsonError(str(exc)) from exc
