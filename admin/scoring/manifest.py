"""The manifest of a run: everything that its result depends on, each by digest. No wall clock in it."""

from __future__ import annotations

import dataclasses
import hashlib
import platform
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import analysis
from survey.ledger.canonical import digest_of
from survey.models.content import ContentDocument
from survey.models.dataset import Dataset

if TYPE_CHECKING:
    from analysis.scoring_run.fieldwork import FieldworkInputs

SCHEMA = "minyi/run-manifest/1"
#: Known only when the run exists, or a comparison with itself.
_OF_THE_RUN = frozenset({"manifest_digest", "second_run_digest"})
_RUNTIME = ("numpy", "scipy", "duckdb", "statsmodels")


def build(
    dataset: Dataset,
    *,
    plan: ContentDocument,
    framework: ContentDocument,
    province: ContentDocument,
    fieldwork: FieldworkInputs,
    seed: int,
) -> dict[str, Any]:  # Any: a JSON document
    """What a run of this plan on this dataset is determined by."""
    return {
        "schema": SCHEMA,
        "v": 1,
        "alg": "sha256",
        "dataset": dataset.digest,
        "waves": dataset.manifest["waves"],
        "plan_digest": plan.digest,
        "framework_digest": framework.digest,
        "province_digest": province.digest,
        "fieldwork": fieldwork_digests(fieldwork),
        "seed": seed,
        "code": {"analysis": code_digest()},
        "runtime": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _RUNTIME},
            "tz": "UTC",
            "threads": 1,
        },
    }


def fieldwork_digests(given: FieldworkInputs) -> dict[str, str]:
    """One digest for every register that a run is told of beside the answers."""
    return {
        part.name: digest_of(_plain(getattr(given, part.name)))
        for part in dataclasses.fields(given)
        if part.name not in _OF_THE_RUN
    }


def _plain(value: Any) -> Any:  # Any: values of frozen dataclasses as JSON
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime | date) else value


@cache
def code_digest() -> str:
    """SHA-256 over the source files of the analysis library, by name and content."""
    root = Path(analysis.__path__[0])
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(str(path.relative_to(root)).encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
