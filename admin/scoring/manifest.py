"""The manifest of a run: everything that its result depends on, each by digest. No wall clock in it."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import analysis
from survey.models.content import ContentDocument
from survey.models.dataset import Dataset

SCHEMA = "minyi/run-manifest/1"
_RUNTIME = ("numpy", "scipy", "duckdb", "statsmodels")


def build(
    dataset: Dataset,
    *,
    plan: ContentDocument,
    framework: ContentDocument,
    province: ContentDocument,
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
        "seed": seed,
        "code": {"analysis": code_digest()},
        "runtime": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _RUNTIME},
            "tz": "UTC",
            "threads": 1,
        },
    }


@cache
def code_digest() -> str:
    """SHA-256 over the source files of the analysis library, by name and content."""
    root = Path(analysis.__path__[0])
    found = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        found.update(str(path.relative_to(root)).encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
