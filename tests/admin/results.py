"""A small finished run: a dataset with two files, results of two units, three gates, one of them a warning."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.scoring import GateOutcome, Run

DIGEST = "ab" * 32
UNITS: list[dict[str, Any]] = [
    {
        "unit": "edu",
        "class": "A",
        "is_scorable": True,
        "reason": None,
        "reason_text": None,
        "composite": 76.35,
        "se": 0.44,
        "ci_low": 75.49,
        "ci_high": 77.21,
        "n_valid": 1992,
        "n_effective": 1599.4,
        "weights_used": {"residents": 1.0},
        "terms": [{"groups": ["residents"], "index": 76.35, "n": 1992, "term": 76.35, "weight": 1.0}],
        "annual": {"composite": 76.35, "se": 0.44},
        "peacetime": None,
        "period_weights": {"annual": 1.0},
        "grade": "good",
        "borderline": False,
        "rank_low": 1,
        "rank_high": 1,
        "external_weight": 0.35,
        "external_points": 26.72,
        "score": {"internal_score": 80.0, "additions": 0, "deductions": 0, "annual_score": 78.72},
    },
    {
        "unit": "health",
        "class": "A",
        "is_scorable": False,
        "reason": "too_little_weight_present",
        "reason_text": {"zh": "到场权重不足。", "en": "Too little of the weight is present."},
        "weights_used": {},
        "terms": [],
    },
]
GATES: list[dict[str, Any]] = [
    {"id": "G01", "level": "block", "status": "pass"},
    {"id": "G07", "level": "warn", "status": "warn"},
    {"id": "G12", "level": "block", "status": "pass"},
]


def add_results(session: Session, cycle: Cycle, *, data_dir: Path) -> Run:
    """Put the small run into the database and its files below ``data_dir``."""
    now = clock.now(session)
    dataset = Dataset(
        public_id="small0dataset000",
        cycle_id=cycle.id,
        digest=DIGEST,
        manifest={
            "schema": "minyi/frozen-dataset/1",
            "files": {"responses/residents.parquet": {"rows": 3, "sha256": DIGEST}},
            "codebook": DIGEST,
            "counts": {"residents": {"accepted": 3, "excluded:speeder": 1}},
            "waves": {
                "residents-2026": {
                    "group": "residents",
                    "period": "annual",
                    "instrument": DIGEST,
                    "plan": DIGEST,
                    "logs": {"p": {"size": 3, "root": DIGEST}, "c": {"size": 3, "root": DIGEST}},
                }
            },
        },
        folder="datasets/small",
        n_responses=3,
        frozen_at=now,
        frozen_by="user:the-analyst",
    )
    session.add(dataset)
    session.flush()
    results = json.dumps({"level": 0.95, "units": UNITS, "ranks": {}}).encode()
    files = {"results.json": results, "cells_audit.csv": b"cell,n\n"}
    run = Run(
        public_id="small00run000000",
        cycle_id=cycle.id,
        number=1,
        dataset_id=dataset.id,
        plan_digest=DIGEST,
        seed=7,
        status="done",
        manifest={"dataset": DIGEST, **_documents(session)},
        outputs={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        result_digest=DIGEST,
        folder="runs/small",
        requested_by="user:the-analyst",
        requested_at=now,
        finished_at=now,
    )
    run.gates = [
        GateOutcome(gate=g["id"], level=g["level"], status=g["status"], outcome=_outcome(g)) for g in GATES
    ]
    session.add(run)
    for folder, content in (
        ("datasets/small", {"codebook.json": b"{}", "responses/residents.parquet": b"PAR1"}),
        ("runs/small", files),
    ):
        for name, data in content.items():
            path = data_dir / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    session.flush()
    return run


def _documents(session: Session) -> dict[str, str]:
    """The digests of the documents in force, as a run's manifest names them."""
    kinds = {"scoring": "plan_digest", "framework": "framework_digest", "province": "province_digest"}
    found = session.execute(
        sa.select(ContentDocument.kind, ContentDocument.digest).where(ContentDocument.kind.in_(kinds))
    )
    return {kinds[kind]: digest for kind, digest in found}


def _outcome(gate: dict[str, Any]) -> dict[str, Any]:
    return {
        **gate,
        "code": "x",
        "title": {"zh": "标题", "en": "Title"},
        "message": {"zh": "说明", "en": "What was found"},
        "value": 0.67,
        "threshold": {"reliability": 0.7, "minimum_valid": {"residents": 100}},
        "evidence": [
            {"ok": True, "group": "residents", "unit": "edu", "share": 0.1, "digest": DIGEST, "used": True},
            {"ok": False, "group": "enterprises", "unit": "health", "share": None, "used": False},
        ],
    }
