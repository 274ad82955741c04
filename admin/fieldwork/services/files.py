"""Home of the record of imported files: each taken whole, and once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock, text
from survey.errors import Conflict, Invalid
from survey.identity.actors import Actor
from survey.models.fieldwork import ImportedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it arrived."""

    content: bytes
    filename: str


def begin(session: Session, source: Source, *, kind: str, scope: str, actor: Actor) -> ImportedFile:
    """The record of a file about to be read, not kept yet. Raises Conflict where it was taken before."""
    if not source.content.strip():
        raise Invalid("file_empty", zh="文件是空的。", en="The file is empty.")
    sha256 = hashlib.sha256(source.content).hexdigest()
    seen = sa.select(ImportedFile).where(
        ImportedFile.kind == kind, ImportedFile.scope == scope, ImportedFile.sha256 == sha256
    )
    if (before := session.scalars(seen).one_or_none()) is not None:
        raise Conflict(
            "file_seen",
            zh=f"同一个文件已于 {before.imported_at:%Y-%m-%d} 导入，不能重复导入。",
            en=f"The same file was taken on {before.imported_at:%Y-%m-%d}; a file is taken once.",
        )
    return ImportedFile(
        kind=kind,
        scope=scope,
        filename=_plain_name(source.filename),
        sha256=sha256,
        n_rows=0,
        imported_by=actor.ref,
        imported_at=clock.now(session),
    )


def finish(session: Session, file: ImportedFile, *, n_rows: int) -> ImportedFile:
    """Keep the record of a file that was taken, with its line in the audit log."""
    file.n_rows = n_rows
    session.add(file)
    session.flush()
    audit.record(
        session,
        file.imported_by,
        act=f"import.{file.kind}",
        on=f"{file.kind}:{file.scope}",
        after={"file": file.filename, "sha256": file.sha256, "rows": n_rows},
    )
    return file


def _plain_name(raw: str) -> str:
    """The last part of a file name, for showing only: it never becomes a path."""
    try:
        return text.one_line(PurePath(raw.replace("\\", "/")).name)[:200] or "-"
    except text.UnfitText:
        return "-"
