"""The radar over a frozen dataset: every detector on every group, in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from admin.quality.services import Finding

SCORED_GROUPS = (
    "residents",
    "enterprises",
    "individual_businesses",
    "service_users",
)
_UNIT_ITEMS = ("U01", "U02", "U03", "U04")
Document = Mapping[str, Any]  # Any: a JSON document


def find(dataset_dir: Path, *, framework: Document, province: Document) -> list[Finding]:
    """What the detectors say about every survey group of a dataset."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_find, dataset_dir, framework, province).result()


def _find(dataset_dir: Path, framework: Document, province: Document) -> list[Finding]:
    from analysis.quality.radar import raise_flags
    from analysis.quality.reading import read_fieldwork

    findings: list[Finding] = []
    for group in SCORED_GROUPS:
        if not (dataset_dir / "responses" / f"{group}.parquet").exists():
            continue
        rates_units = (dataset_dir / "unit_ratings" / f"{group}.parquet").exists()
        fieldwork = read_fieldwork(
            dataset_dir,
            group,
            province=province,
            items=items_of(framework, group),
            unit_items=_UNIT_ITEMS if rates_units else (),
        )
        for flag in raise_flags(fieldwork):
            findings.append(
                Finding(
                    detector=flag.detector,
                    evaluator_group=flag.group,
                    subject_kind=flag.subject_kind,
                    subject=flag.subject,
                    evidence=_plain(flag.evidence),
                    response_ids=tuple(str(fieldwork.response_id[row]) for row in flag.rows),
                    needs_decision=flag.needs_decision,
                )
            )
    return findings


def items_of(framework: Document, group: str) -> list[str]:
    """The scored items of a group, in the order of the framework."""
    return [
        item
        for dimension in framework["groups"][group].values()
        for indicator in dimension["indicators"].values()
        for item in indicator["items"]
    ]


def _plain(evidence: Mapping[str, float | int | str]) -> dict[str, float | int | str]:
    """Evidence as JSON keeps it: numbers of six digits."""
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in evidence.items()}
