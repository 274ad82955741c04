"""All tables, one file per aggregate; importing this package registers them."""

from survey.models import (
    access,
    audit,
    clock,
    content,
    cycle,
    dataset,
    fieldwork,
    instrument,
    job,
    ledger,
    people,
    publication,
    quality,
    response,
    scoring,
    wave,
)

__all__ = [
    "access",
    "audit",
    "clock",
    "content",
    "cycle",
    "dataset",
    "fieldwork",
    "instrument",
    "job",
    "ledger",
    "people",
    "publication",
    "quality",
    "response",
    "scoring",
    "wave",
]
