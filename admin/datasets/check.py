"""Frozen datasets looked at again: manifest, codebook and every table against their digests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.datasets import forgetting
from survey.ledger import forgotten
from survey.ledger.canonical import NotCanonicalError, digest_of
from survey.ledger.finding import Finding
from survey.models.audit import AuditEvent
from survey.models.dataset import Dataset


def faults(session: Session, *, data_dir: Path) -> Iterator[Finding]:
    """What does not fit, by dataset and file."""
    from analysis.scoring_run.content import changed_files

    logged = {
        after["digest"]
        for after in session.scalars(sa.select(AuditEvent.after).where(AuditEvent.act == "dataset.freeze"))
    }
    for dataset in session.scalars(sa.select(Dataset).order_by(Dataset.id)):
        name = f"dataset {dataset.public_id}"
        if dataset.digest not in logged:
            yield Finding(
                object=name, zh="审计日志中没有它的冻结记录", en="the audit log does not know of it"
            )
        if digest_of(dataset.manifest) != dataset.digest:
            yield Finding(object=name, zh="清单与摘要值不符", en="its manifest does not match its digest")
        folder = data_dir / dataset.folder
        if not _holds(folder / "manifest.json", dataset.digest):
            yield Finding(object=f"{name}/manifest.json", zh="被改动或缺失", en="was changed or is missing")
        if not _holds(folder / "codebook.json", dataset.manifest["codebook"]):
            yield Finding(object=f"{name}/codebook.json", zh="被改动或缺失", en="was changed or is missing")
        if forgotten.dataset_day(session, dataset.public_id) is None:
            for file in changed_files(folder, dataset.manifest["files"]):
                yield Finding(object=f"{name}/{file}", zh="被改动或缺失", en="was changed or is missing")
        else:
            yield from _forgotten_faults(session, dataset, data_dir=data_dir)


def _forgotten_faults(session: Session, dataset: Dataset, *, data_dir: Path) -> Iterator[Finding]:
    """Tables that were said to be deleted are, and one of their waves had its day."""
    name = f"dataset {dataset.public_id}"
    for table in forgetting.tables_of(dataset, data_dir=data_dir):
        if table.exists():
            yield Finding(
                object=f"{name}/{table.name}",
                zh="应已删除，仍然存在",
                en="was said to be deleted and is there",
            )
    if not {gone.wave for gone in forgotten.all_of(session)} & set(dataset.manifest["waves"]):
        yield Finding(
            object=name,
            zh="未到公告的日期就被删除",
            en="lost its tables, though none of its waves had its day",
        )


def _holds(path: Path, digest: str) -> bool:
    try:
        return digest_of(json.loads(path.read_bytes())) == digest
    except (OSError, ValueError, NotCanonicalError):
        return False
