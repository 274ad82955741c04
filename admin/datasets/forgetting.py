"""Home of what frozen datasets lose on the announced day: the rows of single answers, and nothing else of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.collect.retention import JOB
from survey.jobs.worker import Periodic
from survey.ledger import forgotten
from survey.models.dataset import Dataset
from survey.models.retention import Retention
from survey.models.wave import Wave

FORGET = "dataset.forget"
PERIODIC = (Periodic(kind=FORGET, every=timedelta(hours=1)),)


def forget(session: Session, _argument: Mapping[str, Any], *, data_dir: Path) -> None:
    """Delete the tables of datasets of which one wave's answers are deleted. Any: the JSON argument of a job.

    What the audit log says already is done to the files first; killed in between, the next turn does what is left.
    """
    for dataset in session.scalars(sa.select(Dataset).order_by(Dataset.id)).all():
        if forgotten.dataset_day(session, dataset.public_id) is None and not _is_due(session, dataset):
            continue
        for table in tables_of(dataset, data_dir=data_dir):
            table.unlink(missing_ok=True)
        if forgotten.dataset_day(session, dataset.public_id) is None:
            audit.record(
                session,
                JOB,
                act="retention.dataset",
                on=f"dataset:{dataset.public_id}",
                after={"files": sorted(dataset.manifest["files"])},
            )


def tables_of(dataset: Dataset, *, data_dir: Path) -> Iterator[Path]:
    """The files of a dataset that hold single answers; manifest and codebook hold none."""
    for name in dataset.manifest["files"]:
        yield data_dir / dataset.folder / name


def _is_due(session: Session, dataset: Dataset) -> bool:
    gone = sa.select(Wave.code).join(Retention, Retention.wave_id == Wave.id)
    return not set(dataset.manifest["waves"]).isdisjoint(session.scalars(gone))
